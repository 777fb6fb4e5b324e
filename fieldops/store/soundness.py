"""Whether the ledger is whole: every number of a stream is there, and every log hashes to its head.

It reads what is stored and believes no sum that is kept beside it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.entry import place_of
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import LogId
from fieldops.domain.log import extend, head_zero
from fieldops.domain.segment import split_lines
from fieldops.store.ledger import arrivals, logs, streams
from fieldops.store.quarantine import quarantine

AT_ONCE = 1000  # rows that are fetched in one piece
TOLD = 5  # faults that a refusal names


def faults(session: Session) -> Iterator[str]:
    """What is wrong, a sentence for each fault; nothing where the ledger is whole."""
    yield from _stream_faults(session)
    yield from _log_faults(session)


def demand_whole(session: Session) -> None:
    """Raises Refusal `database_unsound`, with the first faults in words, unless the ledger is whole."""
    found = list(faults(session))
    if found:
        more = f" And {len(found) - TOLD} more." if len(found) > TOLD else ""
        raise Refusal("database_unsound", "The ledger is not whole. " + " ".join(found[:TOLD]) + more)


def entries_held(session: Session) -> tuple[int, int]:
    """How many entries lie in streams, and how many were ever put aside; in an older database too."""
    told = session.scalar(select(func.coalesce(func.sum(arrivals.c.count), 0)))
    return int(told or 0), session.scalar(select(func.count()).select_from(quarantine)) or 0


def _stream_faults(session: Session) -> Iterator[str]:
    rows = session.execute(select(streams.c.key, streams.c.id, streams.c.head)).all()
    names, following = {key: name for key, name, _ in rows}, {key: 1 for key, _, _ in rows}
    query = select(arrivals.c.stream, arrivals.c.first_seq, arrivals.c.count).where(arrivals.c.count > 0)
    ordered = query.order_by(arrivals.c.stream, arrivals.c.first_seq)
    for key, first, count in session.execute(ordered.execution_options(yield_per=AT_ONCE)):
        if first != following[key]:
            yield f"Stream {names[key]}: number {following[key]} should follow, and {first} does."
        following[key] = first + count
    for key, name, head in rows:
        if following[key] != head + 1:
            yield f"Stream {name}: it should end with number {head}, and ends with {following[key] - 1}."


def _log_faults(session: Session) -> Iterator[str]:
    aside = _ids_aside(session)
    states = {row.key: (LogId(row.id), row.have, row.head) for row in session.execute(select(logs))}
    query = select(arrivals.c.log, arrivals.c.lines).where(arrivals.c.count > 0)
    ordered = query.order_by(arrivals.c.log, arrivals.c.first_n).execution_options(yield_per=AT_ONCE)
    for key, rows in groupby(session.execute(ordered), key=lambda row: row.log):
        headers = (header for row in rows for header, _ in split_lines(row.lines))
        ids = {place_of(header): sha256(header).digest() for header in headers}
        yield from _chain_faults(*states.pop(key), aside.get(key, {}) | ids)
    for key, state in states.items():
        yield from _chain_faults(*state, aside.get(key, {}))


def _ids_aside(session: Session) -> dict[int, dict[int, bytes]]:
    """By log key, the ids by place that the logs' own chains have in quarantine."""
    found: dict[int, dict[int, bytes]] = defaultdict(dict)
    query = select(quarantine.c.log, quarantine.c.n, quarantine.c.id).where(quarantine.c.forked.is_(False))
    for key, n, entry_id in session.execute(query):
        found[key][n] = entry_id
    return found


def _chain_faults(name: LogId, have: int, head: bytes, ids: Mapping[int, bytes]) -> Iterator[str]:
    missing = [n for n in range(1, have + 1) if n not in ids]
    if missing:
        yield f"Log {name}: of 1 to {have}, {len(missing)} are missing, the first is {missing[0]}."
    elif extend(head_zero(name), (ids[n] for n in range(1, have + 1))) != head:
        yield f"Log {name}: its entries do not hash to its head."

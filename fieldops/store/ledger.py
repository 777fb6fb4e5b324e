"""The ledger: streams, the logs in them, and what arrived of each log, as it was signed.

Rows are only ever added. An arrival holds the lines of its entries as they came, in one piece: they are
verified, kept, sent on and proven together, and nobody takes them apart to pass them on. A stream's numbers
are without gaps: they are taken from its row under a lock, in ascending order of streams, as the last thing
before the insert, in the same transaction.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    bindparam,
    insert,
    select,
)
from sqlalchemy.orm import Session

from fieldops.domain.entry import place_of
from fieldops.domain.ids import LogId, SignerId, StreamId, class_of_stream, scope_of, signer_of_log, stream_of
from fieldops.domain.log import Held, head_zero
from fieldops.domain.segment import MAX_ENTRIES, split_lines
from fieldops.store.at_rest import Piece, at_rest
from fieldops.store.base import Base, Bytes

STREAM_CHARS, LOG_CHARS = 21, 65

streams = Table(
    "streams",
    Base.metadata,
    Column("key", Integer, primary_key=True),
    Column("id", String(STREAM_CHARS), nullable=False, unique=True),
    Column("scope", String(16), nullable=False, index=True),
    Column("class_code", String(4), nullable=False),
    Column("head", Integer, nullable=False),
)
logs = Table(
    "logs",
    Base.metadata,
    Column("key", Integer, primary_key=True),
    Column("id", String(LOG_CHARS), nullable=False, unique=True),
    Column("stream", ForeignKey("streams.key"), nullable=False, index=True),
    Column("signer", String(26), nullable=False, index=True),
    Column("have", Integer, nullable=False),
    Column("head", Bytes(32), nullable=False),
)
arrivals = Table(
    "arrivals",
    Base.metadata,
    Column("key", Integer, primary_key=True),
    Column("log", ForeignKey("logs.key"), nullable=False, index=True),
    Column("stream", ForeignKey("streams.key"), nullable=False),
    Column("first_seq", Integer, nullable=False),  # 0 where nothing of it went to the stream
    Column("count", Integer, nullable=False),
    Column("first_n", Integer, nullable=False),  # the first place in the log that is new with it
    Column("statement", Bytes, nullable=False),
    Column("signature", Bytes(64), nullable=False),
    Column("lines", Bytes, nullable=False),  # header and body lines in turn, as they lie `at_rest`
    Column("received_ms", BigInteger, nullable=False),
    Column("offset_ms", BigInteger),  # the device's clock minus the server's, where both were read at once
    Column("via", String(26)),  # the relay that carried it, where it did not come by itself
    Column("held_back", Text),  # {place: id} of its entries that went to quarantine
    Column("decision", Bytes(32)),  # the entry by which it was let in, where it had been put aside
)
_DELIVERED = arrivals.c.count > 0
Index(
    "uq_arrivals_stream_first_seq",
    arrivals.c.stream,
    arrivals.c.first_seq,
    unique=True,
    sqlite_where=_DELIVERED,
    postgresql_where=_DELIVERED,
)
Index(
    "uq_arrivals_log_first_n",
    arrivals.c.log,
    arrivals.c.first_n,
    unique=True,
    sqlite_where=_DELIVERED,
    postgresql_where=_DELIVERED,
)

_HELD = select(logs.c.id, logs.c.have, logs.c.head).where(logs.c.id.in_(bindparam("names", expanding=True)))
_NEW_ARRIVALS = insert(arrivals)
_NEW_ARRIVAL = insert(arrivals).returning(arrivals.c.key)


class Moved(Exception):
    """Another push moved a log meanwhile: the transaction is to be undone, and the push judged anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One verified run of a log: what goes to its stream, and what was put aside from it.

    `lines` are those of the `count` entries that go to the stream; the run begins at `first_n` of its log.
    """

    log: LogId
    before: Held
    after: Held
    statement: bytes
    signature: bytes
    device_ms: int  # what the device's clock showed when it signed
    first_n: int
    count: int
    lines: bytes
    held_back: Mapping[int, bytes]
    decision: bytes | None = None  # by which it is let in, where it had been put aside
    personal: bool = True  # its class is about people: see `at_rest`


def held(session: Session, names: Iterable[LogId]) -> dict[LogId, Held]:
    """How far each of these logs is held; an unknown log is held up to nothing."""
    wanted = list(names)
    rows = session.connection().execute(_HELD, {"names": wanted}).all()
    found = {LogId(name): Held(have, head) for name, have, head in rows}
    return {name: found.get(name) or Held(0, head_zero(name)) for name in wanted}


def ids_between(session: Session, log: LogId, first: int, last: int) -> dict[int, bytes]:
    """The raw ids in the streams at these places of a log."""
    query = select(arrivals.c.lines).join(logs, logs.c.key == arrivals.c.log).where(_DELIVERED)
    within = arrivals.c.first_n.between(first - MAX_ENTRIES, last)
    found = {}
    for lines in session.scalars(query.where(logs.c.id == log, within)):
        for header, _ in split_lines(lines):
            n = place_of(header)
            if first <= n <= last:
                found[n] = sha256(header).digest()
    return found


def append(
    session: Session,
    deliveries: Sequence[Delivery],
    received_ms: int,
    carried: Mapping[LogId, SignerId | None],
) -> dict[int, tuple[int, int]]:
    """Put each delivery behind what its log and stream hold, making both where they are new.

    Gives (log key, arrival key) of the deliveries of which something was put aside, by their place. Raises
    Moved where a log no longer stands where its delivery begins. `carried` names the relay of a log that did
    not come from its author's own tablet.
    """
    kept = at_rest(session, [Piece(one.lines, stream_of(one.log), one.personal) for one in deliveries])
    numbered = _take_numbers(session, deliveries)
    opened = _move_logs(session, deliveries, numbered)
    plain: list[dict[str, object]] = []
    odd: dict[int, dict[str, object]] = {}
    for index, one in enumerate(deliveries):
        stream, via = numbered[stream_of(one.log)], carried.get(one.log)
        row = _arrival(opened[one.log], stream.key, one, stream.take(one.count), received_ms, via)
        row["lines"] = kept[index]
        if one.held_back or not one.count:
            odd[index] = row
        else:
            plain.append(row)
    connection = session.connection()
    if plain:
        connection.execute(_NEW_ARRIVALS, plain)
    return {
        index: (opened[deliveries[index].log], connection.execute(_NEW_ARRIVAL, row).scalar_one())
        for index, row in odd.items()
    }


@dataclass(slots=True)
class _Numbers:
    """The numbers that a stream gave to this transaction, and the next of them."""

    key: int
    next: int

    def take(self, count: int) -> int:
        """The first of so many numbers; 0 for none."""
        first = self.next if count else 0
        self.next += count
        return first


def _take_numbers(session: Session, deliveries: Iterable[Delivery]) -> dict[StreamId, _Numbers]:
    """Move each stream's head by what it is given, in ascending order: no two writers wait in a ring."""
    given: dict[StreamId, int] = defaultdict(int)
    for one in deliveries:
        given[stream_of(one.log)] += one.count
    rows = [(name, scope_of(name), class_of_stream(name), given[name]) for name in sorted(given)]
    moved = _moved(session, _MOVED_STREAMS, rows)
    return {StreamId(name): _Numbers(key, head - given[name] + 1) for name, key, head in moved}


def _move_logs(
    session: Session, deliveries: Sequence[Delivery], numbered: Mapping[StreamId, _Numbers]
) -> dict[LogId, int]:
    """Move each log to where its last delivery ends; the keys of the logs."""
    begins = {one.log: one.before.have for one in reversed(deliveries)}
    ends = {one.log: one.after for one in deliveries}
    rows = [
        (name, numbered[stream_of(name)].key, signer_of_log(name), end.have - begins[name], end.head)
        for name, end in sorted(ends.items())
    ]
    moved = _moved(session, _MOVED_LOGS, rows)
    found = {LogId(name): (key, have) for name, key, have in moved}
    if any(found[name][1] != after.have for name, after in ends.items()):
        raise Moved
    return {name: key for name, (key, _) in found.items()}


# Both databases read these alike. SQLAlchemy would put an upsert together anew each time, and naming fifty
# values costs it more than the database needs for all: so these go to the driver as they are.
_MOVED_STREAMS = """
INSERT INTO streams (id, scope, class_code, head) VALUES {rows}
ON CONFLICT (id) DO UPDATE SET head = streams.head + excluded.head
RETURNING id, key, head"""
_MOVED_LOGS = """
INSERT INTO logs (id, stream, signer, have, head) VALUES {rows}
ON CONFLICT (id) DO UPDATE SET have = logs.have + excluded.have, head = excluded.head
RETURNING id, key, have"""
_MARKS = {"qmark": "?", "pyformat": "%s"}


def _moved(session: Session, statement: str, rows: Sequence[tuple[object, ...]]) -> Sequence[Row[Any]]:
    connection = session.connection()
    mark = _MARKS[connection.dialect.paramstyle]
    values = tuple(value for row in rows for value in row)
    return connection.exec_driver_sql(_for_rows(statement, mark, len(rows[0]), len(rows)), values).all()


@lru_cache(maxsize=256)
def _for_rows(statement: str, mark: str, columns: int, count: int) -> str:
    """The statement for so many rows of so many columns."""
    row = f"({', '.join([mark] * columns)})"
    return statement.format(rows=", ".join([row] * count))


def _arrival(
    log: int, stream: int, one: Delivery, first: int, received_ms: int, via: str | None
) -> dict[str, object]:
    held_back = {str(n): entry_id.hex() for n, entry_id in one.held_back.items()}
    return {
        "log": log,
        "stream": stream,
        "first_seq": first,
        "count": one.count,
        "first_n": one.first_n,
        "statement": one.statement,
        "signature": one.signature,
        "received_ms": received_ms,
        "offset_ms": one.device_ms - received_ms if via is None else None,
        "via": via,
        "held_back": json.dumps(held_back) if held_back else None,
        "decision": one.decision,
    }


def stream_heads(session: Session, scopes: Iterable[str]) -> dict[StreamId, tuple[int, int]]:
    """The streams of these visits and operations: their key and their newest number."""
    query = select(streams.c.id, streams.c.key, streams.c.head).where(streams.c.scope.in_(list(scopes)))
    return {StreamId(name): (key, head) for name, key, head in session.execute(query)}

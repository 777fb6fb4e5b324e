"""Entries that are kept but not let into a stream: authentic, and yet something about them is wrong.

Nothing here is ever thrown away; whoever leads the operation sees each of them with its reason.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Session

from fieldops.domain.access import may_see_log
from fieldops.domain.author import Author
from fieldops.domain.entry import read_entry
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import (
    EntryId,
    LogId,
    SignerId,
    StreamId,
    scope_of,
    signer_of_log,
    stream_of,
)
from fieldops.domain.segment import Pair, join_lines, split_lines
from fieldops.domain.who import Reader
from fieldops.store.at_rest import Piece, at_rest, opened_pairs
from fieldops.store.base import Base
from fieldops.store.devices import keys_of
from fieldops.store.ledger import arrivals, logs
from fieldops.store.records import authors_of, is_shown

quarantine = Table(
    "quarantine",
    Base.metadata,
    Column("key", Integer, primary_key=True),
    Column("log", ForeignKey("logs.key"), nullable=False),
    Column("n", Integer, nullable=False),
    Column("id", LargeBinary(32), nullable=False),
    Column("forked", Boolean, nullable=False),  # on a second branch, unknown to the log's own chain
    Column("head", LargeBinary(32), nullable=False),  # the head of its branch after it
    Column("arrival", ForeignKey("arrivals.key"), nullable=False),
    Column("code", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("decision", LargeBinary(32)),  # the newest entry that decides about it
    Column("released", Boolean, nullable=False, server_default=false()),  # it lies in its stream as well
    UniqueConstraint("log", "n", "id"),
)
_STILL = quarantine.c.released.is_(False)


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry at its place in a log, as signed."""

    n: int
    id: bytes
    header: bytes
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """An entry put aside, and why."""

    kept: Kept
    head: bytes
    forked: bool
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """An entry in quarantine as it is shown. Its lines are empty where the reader may not see its class."""

    stream: StreamId
    log: LogId
    signer: SignerId
    n: int
    entry_id: EntryId
    code: str
    detail: str
    received_ms: int
    header: bytes
    body: bytes
    decision: EntryId | None
    released: bool


def put_aside(
    session: Session, log_key: int, arrival: int, asides: Sequence[Aside], *, stream: StreamId, personal: bool
) -> None:
    """Keep these entries of a stream's log with their reasons; one that is kept already stays as it is."""
    query = select(quarantine.c.n, quarantine.c.id).where(quarantine.c.log == log_key)
    known = {(n, entry_id) for n, entry_id in session.execute(query)}
    new = [one for one in asides if (one.kept.n, one.kept.id) not in known]
    pieces = [Piece(join_lines([(one.kept.header, one.kept.body)]), stream, personal) for one in new]
    bodies = [split_lines(lines)[0][1] for lines in at_rest(session, pieces)]
    rows = [
        {
            "log": log_key,
            "n": one.kept.n,
            "id": one.kept.id,
            "forked": one.forked,
            "head": one.head,
            "arrival": arrival,
            "code": one.code,
            "detail": one.detail,
            "header": one.kept.header,
            "body": body,
        }
        for one, body in zip(new, bodies, strict=True)
    ]
    if rows:
        session.execute(insert(quarantine), rows)


def ids_aside(session: Session, log: LogId, first: int, last: int) -> dict[int, bytes]:
    """The raw ids that a log's own chain has in quarantine at these places."""
    query = select(quarantine.c.n, quarantine.c.id).join(logs, logs.c.key == quarantine.c.log)
    query = query.where(logs.c.id == log, quarantine.c.n.between(first, last), quarantine.c.forked.is_(False))
    return {n: entry_id for n, entry_id in session.execute(query)}


def branch_heads(session: Session, log: LogId) -> frozenset[tuple[int, bytes]]:
    """Every (place, head after it) of the log's other branches that is kept here."""
    query = select(quarantine.c.n, quarantine.c.head).join(logs, logs.c.key == quarantine.c.log)
    rows = session.execute(query.where(logs.c.id == log, quarantine.c.forked.is_(True)))
    return frozenset((n, head) for n, head in rows)


def reasons(session: Session, since: Mapping[LogId, int]) -> dict[LogId, list[tuple[int, str, str]]]:
    """(place, code, detail) of what the logs' own chains have in quarantine alone from these places on."""
    query = select(logs.c.id, quarantine.c.n, quarantine.c.code, quarantine.c.detail)
    query = query.join(logs, logs.c.key == quarantine.c.log)
    query = query.where(logs.c.id.in_(list(since)), quarantine.c.forked.is_(False), _STILL)
    found: dict[LogId, list[tuple[int, str, str]]] = {}
    for name, n, code, detail in session.execute(query):
        if n >= since[LogId(name)]:
            found.setdefault(LogId(name), []).append((n, code, detail))
    return found


def quarantined(session: Session, reader: Reader) -> list[Quarantined]:
    """What is in quarantine of the reader's operation, newest first; the door asks for the right to it."""
    query = select(quarantine, logs.c.id.label("log_id"), arrivals.c.received_ms)
    query = query.join(logs, logs.c.key == quarantine.c.log)
    query = query.join(arrivals, arrivals.c.key == quarantine.c.arrival)
    query = query.where(logs.c.signer.in_(keys_of(reader.operation))).order_by(quarantine.c.key.desc())
    rows = session.execute(query).all()
    authors = authors_of(session, reader, {signer_of_log(LogId(row.log_id)) for row in rows})
    signed = opened_pairs(session, ((row.header, row.body) for row in rows))
    return [
        _quarantined(row, _given(reader, LogId(row.log_id), authors, pair))
        for row, pair in zip(rows, signed, strict=True)
    ]


def _quarantined(row: Row[Any], given: Pair) -> Quarantined:
    log = LogId(row.log_id)
    return Quarantined(
        stream=stream_of(log),
        log=log,
        signer=signer_of_log(log),
        n=row.n,
        entry_id=EntryId(row.id.hex()),
        code=row.code,
        detail=row.detail,
        received_ms=row.received_ms,
        header=given[0],
        body=given[1],
        decision=None if row.decision is None else EntryId(row.decision.hex()),
        released=row.released,
    )


def _given(reader: Reader, log: LogId, authors: Mapping[str, Author], pair: Pair) -> Pair:
    """The lines of an entry as far as the reader may read them: both or neither."""
    if not may_see_log(reader, stream_of(log), signer_of_log(log)):
        return b"", b""
    try:
        entry = read_entry(*pair)
    except Refusal:
        return pair  # it says nothing of how it is to be handled
    return pair if is_shown(reader, authors[signer_of_log(log)], entry) else (b"", b"")


def count_quarantined(session: Session, reader: Reader, *, undecided: bool = False) -> Counter[str]:
    """How many entries of each scope lie in quarantine alone, or of those, how many wait for a decision."""
    query = select(logs.c.id, func.count(quarantine.c.key)).join(logs, logs.c.key == quarantine.c.log)
    query = query.where(logs.c.signer.in_(keys_of(reader.operation)), _STILL)
    if undecided:
        query = query.where(quarantine.c.decision.is_(None))
    query = query.group_by(logs.c.id)
    found: Counter[str] = Counter()
    for log, number in session.execute(query):
        found[scope_of(stream_of(LogId(log)))] += number
    return found

"""What was recorded at a visit or over a whole operation, as far as this reader may see it.

The one way from the ledger to screens and reports: permission is asked once for each stream, an author
always reads their own, and what is withheld is a number where the agreement announces it, else nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.orm import Session

from fieldops.domain.access import may_count_masked, may_read_item, may_see, names_officer, withheld
from fieldops.domain.agreement import Withheld
from fieldops.domain.arrival import CLOCK_FLAG_MS
from fieldops.domain.author import Author
from fieldops.domain.certificate import read_certificate
from fieldops.domain.entry import Entry, read_entry, read_header
from fieldops.domain.ids import (
    ClassCode,
    EntryId,
    OfficerId,
    OperationId,
    SignerId,
    StreamId,
    VisitId,
    class_of_stream,
)
from fieldops.domain.intelligence import read_graded
from fieldops.domain.kinds import INTELLIGENCE, KINDS, Sort
from fieldops.domain.segment import split_lines
from fieldops.domain.visit import Standing, question_of
from fieldops.domain.who import Reader
from fieldops.store.at_rest import opened
from fieldops.store.devices import signers
from fieldops.store.directory import operation_leads
from fieldops.store.ledger import arrivals, logs, streams
from fieldops.store.plans import operation_of_visit, visits
from fieldops.store.sent import visit_leads

CLOCK_OFF = "clock_off"  # the device's clock was more than five minutes from the server's
RELEASED = "released"  # it had been put aside, and a lead let it in
KEPT_READ = 16384  # entries that stay read: a whole operation's pages are asked for again and again

Opens = Callable[[StreamId], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRecord:
    """The entries of one visit (or of the operation itself) that the reader may see, and what is withheld.

    `withheld` counts questions that were answered, by class, where the agreement announces what it withholds:
    a correction is no further answer, and cards, notes and acts are none.
    """

    standings: tuple[Standing, ...] = ()
    withheld: Mapping[ClassCode, int] = field(default_factory=dict)
    offsets_ms: Mapping[EntryId, int] = field(default_factory=dict)  # of flagged entries: device minus server


@dataclass(frozen=True, slots=True)
class StreamRow:
    """A stream as its row says; `head` is its newest number."""

    key: int
    id: StreamId
    scope: str
    head: int


def read_visit(session: Session, reader: Reader, visit_id: VisitId) -> VisitRecord:
    """What the reader may see of one visit; one of another operation looks empty."""
    return _one(session, reader, visit_id, _seen_by(reader))


def read_scope(session: Session, reader: Reader, scope: str) -> VisitRecord:
    """As `read_visit`, or what the reader may see of what was recorded on their operation itself."""
    return _one(session, reader, scope, _seen_by(reader))


def read_announced(session: Session, reader: Reader, visit_id: VisitId) -> VisitRecord:
    """As `read_visit`, with the entries of which the reader may know no more than that they exist.

    The caller scores indicators by them, masks the score, and drops them: none of this is ever shown.
    """
    return _one(session, reader, visit_id, lambda stream: withheld(reader, stream) is not Withheld.HIDDEN)


def read_operation(session: Session, reader: Reader, operation_id: OperationId) -> dict[str, VisitRecord]:
    """What the reader may see, by visit; what was recorded on the operation stands under its own id."""
    return _records(session, reader, scopes_of(session, reader, operation_id), _seen_by(reader))


def read_countable(session: Session, reader: Reader, operation_id: OperationId) -> dict[str, VisitRecord]:
    """As `read_operation`, with the entries that may be counted for this reader though not shown.

    The caller turns them into figures at once, masks these where the agreement says so, and drops them.
    """

    def counted(stream: StreamId) -> bool:
        return may_see(reader, stream) or may_count_masked(reader, class_of_stream(stream))

    return _records(session, reader, scopes_of(session, reader, operation_id), counted)


def _one(session: Session, reader: Reader, scope: str, opens: Opens) -> VisitRecord:
    if scope != reader.operation and operation_of_visit(session, VisitId(scope)) != reader.operation:
        return VisitRecord()
    return _records(session, reader, [scope], opens).get(scope, VisitRecord())


def _seen_by(reader: Reader) -> Opens:
    return lambda stream: may_see(reader, stream)


def scopes_of(session: Session, reader: Reader, operation_id: OperationId) -> list[str]:
    """The operation and its visits; nothing for a reader of another."""
    if operation_id != reader.operation:
        return []
    return [operation_id, *(visit.id for visit in visits(session, operation_id))]


def streams_in(session: Session, scopes: Sequence[str]) -> list[StreamRow]:
    """The streams of these visits and operations in which something lies."""
    query = select(streams.c.key, streams.c.id, streams.c.scope, streams.c.head)
    rows = session.execute(query.where(streams.c.scope.in_(scopes), streams.c.head > 0))
    return [StreamRow(key, StreamId(name), scope, head) for key, name, scope, head in rows]


def _records(session: Session, reader: Reader, scopes: Sequence[str], opens: Opens) -> dict[str, VisitRecord]:
    found = {one.key: one for one in streams_in(session, scopes)}
    opened = {key for key, one in found.items() if opens(one.id)}
    closed = [one for key, one in found.items() if key not in opened]
    rows = _arrived(session, opened, (one.key for one in closed), reader)
    standings = _standings(session, reader, rows, found)
    offsets = _offsets(rows)
    kept_back = _withheld(session, reader, closed)
    return {
        scope: _record(standings[scope], kept_back[scope], offsets)
        for scope in standings.keys() | kept_back.keys()
    }


def _record(
    standings: Sequence[Standing], kept_back: Mapping[ClassCode, int], offsets: Mapping[EntryId, int]
) -> VisitRecord:
    return VisitRecord(
        standings=tuple(standings),
        withheld=kept_back,
        offsets_ms={one.entry.id: offsets[one.entry.id] for one in standings if one.entry.id in offsets},
    )


def _standings(
    session: Session, reader: Reader, rows: Sequence[Row[Any]], found: Mapping[int, StreamRow]
) -> dict[str, list[Standing]]:
    """The entries with those who stand behind them, by visit."""
    authors = authors_of(session, reader, {SignerId(row.signer) for row in rows})
    leads = visit_leads(session, reader.operation)
    standings: dict[str, list[Standing]] = defaultdict(list)
    for row, lines in zip(rows, opened(session, [row.lines for row in rows]), strict=True):
        scope = found[row.stream].scope
        author = _at_visit(authors[row.signer], leads.get(VisitId(scope)))
        said = _standing_in(row, lines, author)
        standings[scope] += [one for one in said if is_shown(reader, one.author, one.entry)]
    return standings


def is_shown(reader: Reader, author: Author, entry: Entry) -> bool:
    """What an item of intelligence says of its own handling holds within a stream that is open, too."""
    if entry.kind != INTELLIGENCE:
        return True
    item = read_graded(entry.value)
    return item is None or may_read_item(reader, author, item)


def _arrived(
    session: Session, opened: Iterable[int], closed: Iterable[int], reader: Reader
) -> Sequence[Row[Any]]:
    """All that lies in the open streams, and in the closed ones what the reader's own keys have signed."""
    readable: ColumnElement[bool] = arrivals.c.stream.in_(list(opened))
    if reader.signers:
        own = and_(arrivals.c.stream.in_(list(closed)), logs.c.signer.in_(reader.signers))
        readable = or_(readable, own)
    said = (arrivals.c.lines, arrivals.c.received_ms, arrivals.c.offset_ms, arrivals.c.decision)
    query = select(arrivals.c.stream, logs.c.signer, *said).join(logs, logs.c.key == arrivals.c.log)
    query = query.where(arrivals.c.count > 0, readable)
    return session.execute(query.order_by(arrivals.c.stream, arrivals.c.first_seq)).all()


def authors_of(session: Session, reader: Reader, names: Iterable[SignerId]) -> dict[str, Author]:
    """The authors by their key, as the certificate of that key named them: what somebody is today does not
    change what they were when they signed. Without a name where the reader is not told it.
    """
    leads = operation_leads(session, reader.operation)
    found: dict[str, Author] = {}
    for name, signer in signers(session, names).items():
        then = read_certificate(signer.certificate.encode())
        author = Author(
            signer=name,
            officer=signer.officer,
            name=then.name,
            agency=then.agency,
            operation_lead=signer.officer in leads,
        )
        found[name] = author if names_officer(reader, then.agency) else replace(author, name="")
    return found


def _at_visit(author: Author, leads: frozenset[OfficerId] | None) -> Author:
    return replace(author, visit_lead=True) if leads and author.officer in leads else author


def _standing_in(row: Row[Any], lines: bytes, author: Author) -> Iterator[Standing]:
    """The entries of one arrival."""
    received = moment_of(row.received_ms)
    flags = frozenset(flag for flag, holds in ((CLOCK_OFF, _is_off(row)), (RELEASED, row.decision)) if holds)
    for header, body in split_lines(lines):
        yield Standing(entry=_entry(header, body), author=author, received=received, flags=flags)


_entry = lru_cache(KEPT_READ)(read_entry)  # by their bytes, so one that was erased is another


def _offsets(rows: Iterable[Row[Any]]) -> dict[EntryId, int]:
    off = [row for row in rows if _is_off(row)]
    return {
        EntryId(sha256(header).hexdigest()): row.offset_ms
        for row in off
        for header, _ in split_lines(row.lines)
    }


def _is_off(row: Row[Any]) -> bool:
    return row.offset_ms is not None and abs(row.offset_ms) > CLOCK_FLAG_MS


def _withheld(
    session: Session, reader: Reader, closed: Iterable[StreamRow]
) -> dict[str, dict[ClassCode, int]]:
    """By scope and class: how many answers are withheld, where the agreement lets that be known."""
    told = {one.key: one for one in closed if withheld(reader, one.id) is Withheld.ANNOUNCED}
    query = select(arrivals.c.stream, arrivals.c.lines).join(logs, logs.c.key == arrivals.c.log)
    query = query.where(arrivals.c.count > 0, logs.c.signer.not_in(reader.signers))
    asked = {
        (stream, *about)
        for stream, lines in session.execute(query.where(arrivals.c.stream.in_(list(told))))
        for header, _ in split_lines(lines)
        if (about := _answered(header))
    }
    found: dict[str, dict[ClassCode, int]] = defaultdict(dict)
    for key, count in Counter(key for key, *_ in asked).items():
        found[told[key].scope][class_of_stream(told[key].id)] = count
    return found


def _answered(header: bytes) -> tuple[str, str] | None:
    """Subject and question of an entry that answers one; None for any other."""
    head = read_header(header)
    if KINDS[str(head["kind"])].sort is not Sort.REGISTER:
        return None
    return str(head["subject"]), question_of(str(head["field"]))


def moment_of(ms: int) -> datetime:
    """A time kept in milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC)

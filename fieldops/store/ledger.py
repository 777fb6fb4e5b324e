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
from hashlib import sha256

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from fieldops.domain.entry import place_of
from fieldops.domain.ids import LogId, SignerId, StreamId, class_of_stream, scope_of, signer_of_log, stream_of
from fieldops.domain.log import Held, head_zero
from fieldops.domain.segment import MAX_ENTRIES, split_lines
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
    Column("lines", Bytes, nullable=False),  # header and body lines in turn; a body lawfully erased is empty
    Column("received_ms", BigInteger, nullable=False),
    Column("offset_ms", BigInteger),  # the device's clock minus the server's, where both were read at once
    Column("via", String(26)),  # the relay that carried it, where it did not come by itself
    Column("held_back", Text),  # {place: id} of its entries that went to quarantine
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

_NEW_STREAM = text(
    "INSERT INTO streams (id, scope, class_code, head) VALUES (:id, :scope, :class_code, 0)"
    " ON CONFLICT (id) DO NOTHING"
)
_NEW_LOG = text(
    "INSERT INTO logs (id, stream, signer, have, head)"
    " SELECT :id, streams.key, :signer, 0, :head FROM streams WHERE streams.id = :stream_id"
    " ON CONFLICT (id) DO NOTHING"
)

# Run at every push, so they are put together once. The locks are NO KEY UPDATE: another writer's new log
# refers to the same stream, and must not block us nor we it.
_HELD = select(logs.c.id, logs.c.have, logs.c.head).where(logs.c.id.in_(bindparam("names", expanding=True)))
_LOCKED_LOGS = (
    select(logs.c.id, logs.c.key, logs.c.stream, logs.c.have, logs.c.head)
    .where(logs.c.id.in_(bindparam("names", expanding=True)))
    .order_by(logs.c.id)
    .with_for_update(key_share=True)
)
_LOCKED_STREAMS = (
    select(streams.c.key, streams.c.head)
    .where(streams.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(streams.c.key)
    .with_for_update(key_share=True)
)
_MOVED_STREAM = update(streams).where(streams.c.key == bindparam("at")).values(head=bindparam("moved"))
_MOVED_LOG = (
    update(logs)
    .where(logs.c.key == bindparam("at"))
    .values(have=bindparam("new_have"), head=bindparam("new_head"))
)
_NEW_ARRIVALS = insert(arrivals)
_NEW_ARRIVAL = insert(arrivals).returning(arrivals.c.key)


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


@dataclass(slots=True)
class OpenLog:
    """A log's row while a transaction adds to it."""

    key: int
    stream: int
    held: Held


def held(session: Session, names: Iterable[LogId]) -> dict[LogId, Held]:
    """How far each of these logs is held; an unknown log is held up to nothing."""
    wanted = list(names)
    rows = session.connection().execute(_HELD, {"names": wanted})
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


def open_logs(session: Session, names: Iterable[LogId]) -> dict[LogId, OpenLog]:
    """The rows of these logs, made where they are missing and locked until the transaction ends."""
    wanted = sorted(set(names))
    found = _locked(session, wanted)
    missing = [name for name in wanted if name not in found]
    if missing:
        _make(session, missing)
        found |= _locked(session, missing)
    return found


def append(
    session: Session,
    opened: Mapping[LogId, OpenLog],
    deliveries: Sequence[Delivery],
    received_ms: int,
    carried: Mapping[LogId, SignerId | None],
) -> dict[int, int]:
    """Put each delivery behind what its log and stream hold; gives the keys of the arrivals of which
    something was put aside, by their place among the deliveries.

    The caller has opened the logs and seen that each delivery begins where its log stands. `carried`
    names the relay of a log that did not come from its author's own tablet.
    """
    heads = _take_numbers(session, opened, deliveries)
    firsts = _first_numbers(opened, deliveries, heads)
    arrived = [
        _arrival(opened[one.log], one, first, received_ms, carried.get(one.log))
        for one, first in zip(deliveries, firsts, strict=True)
    ]
    plain = [row for row, one in zip(arrived, deliveries, strict=True) if one.count and not one.held_back]
    if plain:
        session.connection().execute(_NEW_ARRIVALS, plain)
    keys = {
        index: session.connection().execute(_NEW_ARRIVAL, arrived[index]).scalar_one()
        for index, one in enumerate(deliveries)
        if one.held_back or not one.count
    }
    _move_logs(session, opened, deliveries)
    return keys


def _locked(session: Session, names: Sequence[LogId]) -> dict[LogId, OpenLog]:
    rows = session.connection().execute(_LOCKED_LOGS, {"names": list(names)})
    return {LogId(name): OpenLog(key, stream, Held(have, head)) for name, key, stream, have, head in rows}


def _make(session: Session, names: Sequence[LogId]) -> None:
    new_streams = sorted({stream_of(name) for name in names})
    session.execute(
        _NEW_STREAM,
        [{"id": one, "scope": scope_of(one), "class_code": class_of_stream(one)} for one in new_streams],
    )
    session.execute(
        _NEW_LOG,
        [
            {"id": one, "stream_id": stream_of(one), "signer": signer_of_log(one), "head": head_zero(one)}
            for one in names
        ],
    )


def _take_numbers(
    session: Session, opened: Mapping[LogId, OpenLog], deliveries: Sequence[Delivery]
) -> dict[int, int]:
    """Move each stream's head by what it is given; the heads as they were before, by stream."""
    given: dict[int, int] = defaultdict(int)
    for one in deliveries:
        given[opened[one.log].stream] += one.count
    wanted = sorted(stream for stream, count in given.items() if count)
    if not wanted:
        return {}
    before = {key: head for key, head in session.connection().execute(_LOCKED_STREAMS, {"keys": wanted})}
    moved = [{"at": key, "moved": before[key] + given[key]} for key in wanted]
    session.connection().execute(_MOVED_STREAM, moved)
    return before


def _first_numbers(
    opened: Mapping[LogId, OpenLog], deliveries: Sequence[Delivery], heads: dict[int, int]
) -> list[int]:
    """The number of each delivery's first entry in its stream; 0 where it brings none."""
    firsts = []
    for one in deliveries:
        stream, count = opened[one.log].stream, one.count
        firsts.append(heads[stream] + 1 if count else 0)
        if count:
            heads[stream] += count
    return firsts


def _arrival(log: OpenLog, one: Delivery, first: int, received_ms: int, via: str | None) -> dict[str, object]:
    held_back = {str(n): entry_id.hex() for n, entry_id in one.held_back.items()}
    return {
        "log": log.key,
        "stream": log.stream,
        "first_seq": first,
        "count": one.count,
        "first_n": one.first_n,
        "statement": one.statement,
        "signature": one.signature,
        "lines": one.lines,
        "received_ms": received_ms,
        "offset_ms": one.device_ms - received_ms if via is None else None,
        "via": via,
        "held_back": json.dumps(held_back) if held_back else None,
    }


def _move_logs(session: Session, opened: Mapping[LogId, OpenLog], deliveries: Sequence[Delivery]) -> None:
    newest = {one.log: one.after for one in deliveries}
    rows = [
        {"at": opened[name].key, "new_have": after.have, "new_head": after.head}
        for name, after in newest.items()
        if after != opened[name].held
    ]
    if rows:
        session.connection().execute(_MOVED_LOG, rows)


def stream_heads(session: Session, scopes: Iterable[str]) -> dict[StreamId, tuple[int, int]]:
    """The streams of these visits and operations: their key and their newest number."""
    query = select(streams.c.id, streams.c.key, streams.c.head).where(streams.c.scope.in_(list(scopes)))
    return {StreamId(name): (key, head) for name, key, head in session.execute(query)}

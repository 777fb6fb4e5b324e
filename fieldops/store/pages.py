"""Reading streams onwards from a position: what a reader may see, in pages without holes.

Permission is asked once for each stream, never for each row. A stream that is closed to the reader and
one that does not exist look the same.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, select, text
from sqlalchemy.orm import Session

from fieldops.domain.arrival import Arrival
from fieldops.domain.ids import StreamId
from fieldops.domain.segment import MAX_ENTRIES, join_lines, split_lines
from fieldops.domain.sharing import seer
from fieldops.domain.who import Reader
from fieldops.store.at_rest import opened
from fieldops.store.ledger import arrivals, streams


class OpenStream(NamedTuple):
    """A stream that the reader may see. `head` is its newest number."""

    key: int
    head: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is read of one stream: numbers first..last."""

    stream: StreamId
    key: int
    first: int
    last: int
    head: int


def open_streams(session: Session, reader: Reader) -> dict[StreamId, OpenStream]:
    """Every stream with entries that the reader may see, of the operation and the visits on their tablet."""
    scopes = [reader.operation, *reader.reach]
    rows = session.connection().execute(_WITH_ENTRIES, {"scopes": scopes}).all()
    sees = seer(reader)
    return {name: OpenStream(key, head) for name, key, head in rows if sees(name)}


_WITH_ENTRIES = (
    select(streams.c.id, streams.c.key, streams.c.head)
    .where(streams.c.scope.in_(bindparam("scopes", expanding=True)), streams.c.head > 0)
    .order_by(streams.c.id)
)


def stretches(
    open_to: Mapping[StreamId, OpenStream], positions: Mapping[StreamId, int], limit: int
) -> list[Stretch]:
    """The next `limit` entries behind the positions, stream by stream; pure."""
    found: list[Stretch] = []
    for name, one in open_to.items():
        after = positions.get(name, 0)
        if limit <= 0:
            break
        if one.head > after:
            last = min(one.head, after + limit)
            found.append(Stretch(name, one.key, after + 1, last, one.head))
            limit -= last - after
    return found


def read_streams(session: Session, wanted: Sequence[Stretch]) -> list[Arrival]:
    """What arrived in these stretches, in order. The caller took them from `open_streams`."""
    if not wanted:
        return []
    asked = {one.key: one for one in wanted}
    question = json.dumps([[one.key, one.first, one.last] for one in wanted])
    between = _BETWEEN[session.get_bind().dialect.name]
    rows = session.connection().execute(between, {"wanted": question}).all()
    rows = sorted(rows, key=_by_place)
    signed = opened(session, [row.lines for row in rows])
    return [_arrival(asked[row[0]], row, lines) for row, lines in zip(rows, signed, strict=True)]


def whole_arrival(session: Session, cut: Stretch) -> Stretch:
    """The stretch as far as the arrival in which it ends, so that a page never breaks a segment."""
    query = select(arrivals.c.first_seq, arrivals.c.count).where(arrivals.c.stream == cut.key)
    query = query.where(arrivals.c.first_seq <= cut.last, arrivals.c.count > 0)
    first, count = session.execute(query.order_by(arrivals.c.first_seq.desc()).limit(1)).one()
    return replace(cut, last=first + count - 1)


_COLUMNS = (
    "SELECT a.stream, a.first_seq, a.count, a.statement, a.signature, a.received_ms, a.offset_ms, a.via,"
    " a.held_back, a.decision, a.lines"
)
_BETWEEN = {
    "sqlite": text(
        f"{_COLUMNS} FROM json_each(:wanted) AS w CROSS JOIN arrivals AS a"
        " WHERE a.count > 0 AND a.stream = json_extract(w.value, '$[0]')"
        f" AND a.first_seq BETWEEN json_extract(w.value, '$[1]') - {MAX_ENTRIES} + 1"
        " AND json_extract(w.value, '$[2]') AND a.first_seq + a.count > json_extract(w.value, '$[1]')"
    ),
    "postgresql": text(
        f"{_COLUMNS} FROM json_array_elements(CAST(:wanted AS json)) AS w(part) JOIN arrivals AS a"
        " ON a.count > 0 AND a.stream = (w.part->>0)::int"
        f" AND a.first_seq BETWEEN (w.part->>1)::int - {MAX_ENTRIES} + 1 AND (w.part->>2)::int"
        " AND a.first_seq + a.count > (w.part->>1)::int"
    ),
}
_by_place = itemgetter(0, 1)


def _arrival(asked: Stretch, row: Row[Any], lines: bytes) -> Arrival:
    """One row as it is sent; without its beginning where the reader's position lies within it."""
    _, first_seq, count, statement, signature, received_ms, offset_ms, via, held_back, decision, _ = row
    known = max(0, asked.first - first_seq)
    return Arrival(
        stream=asked.stream,
        first_seq=first_seq + known,
        statement=statement,
        signature=signature,
        received_ms=received_ms,
        offset_ms=offset_ms,
        via=via,
        count=count - known,
        lines=join_lines(split_lines(lines)[known:]) if known else lines,
        held_back=_held_back(held_back),
        decision=decision,
    )


def _held_back(said: str | None) -> dict[int, bytes]:
    return {int(n): bytes.fromhex(name) for n, name in json.loads(said).items()} if said else {}

"""Reading streams onwards from a position: what a reader may see, in pages without holes.

Permission is asked once for each stream, never for each row. A stream that is closed to the reader and
one that does not exist look the same.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from fieldops.domain.access import Reader, may_see
from fieldops.domain.arrival import Arrival
from fieldops.domain.ids import StreamId
from fieldops.store.ledger import arrivals, streams


@dataclass(frozen=True, slots=True)
class OpenStream:
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
    query = select(streams.c.id, streams.c.key, streams.c.head)
    rows = session.execute(
        query.where(streams.c.scope.in_(scopes), streams.c.head > 0).order_by(streams.c.id)
    )
    return {
        StreamId(name): OpenStream(key, head) for name, key, head in rows if may_see(reader, StreamId(name))
    }


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
    """The entries of these stretches, arrival by arrival. The caller took them from `open_streams`."""
    if not wanted:
        return []
    names = {one.key: one.stream for one in wanted}
    question = [[one.key, one.first, one.last] for one in wanted]
    between = _BETWEEN[session.get_bind().dialect.name]
    rows = sorted(session.execute(between, {"wanted": json.dumps(question)}).all(), key=_by_place)
    brought = _arrivals(session, {row[2] for row in rows})
    found = []
    for key, group in groupby(rows, key=_by_arrival):
        run = list(group)
        lines: list[bytes] = []
        for row in run:
            lines += (row[3], row[4])
        found.append(_arrival(brought[key], names[run[0][0]], run[0][1], lines))
    return found


def whole_arrival(session: Session, cut: Stretch) -> Stretch:
    """The stretch as far as the arrival in which it ends, so that a page never breaks a segment."""
    query = select(arrivals.c.first_seq, arrivals.c.count).where(arrivals.c.stream == cut.key)
    query = query.where(arrivals.c.first_seq <= cut.last, arrivals.c.count > 0)
    first, count = session.execute(query.order_by(arrivals.c.first_seq.desc()).limit(1)).one()
    return replace(cut, last=first + count - 1)


_COLUMNS = "SELECT e.stream, e.seq, e.arrival, e.header, e.body"
_BETWEEN = {
    "sqlite": text(
        f"{_COLUMNS} FROM json_each(:wanted) AS w CROSS JOIN entries AS e"
        " WHERE e.stream = json_extract(w.value, '$[0]')"
        " AND e.seq BETWEEN json_extract(w.value, '$[1]') AND json_extract(w.value, '$[2]')"
    ),
    "postgresql": text(
        f"{_COLUMNS} FROM json_array_elements(CAST(:wanted AS json)) AS w(part) JOIN entries AS e"
        " ON e.stream = (w.part->>0)::int AND e.seq BETWEEN (w.part->>1)::int AND (w.part->>2)::int"
    ),
}
_by_place = itemgetter(0, 1)
_by_arrival = itemgetter(2)


def _arrivals(session: Session, keys: Collection[int]) -> dict[int, Row[Any]]:
    query = select(
        arrivals.c.key,
        arrivals.c.statement,
        arrivals.c.signature,
        arrivals.c.received_ms,
        arrivals.c.offset_ms,
        arrivals.c.via,
        arrivals.c.held_back,
    )
    return {row.key: row for row in session.execute(query.where(arrivals.c.key.in_(keys)))}


def _arrival(said: Row[Any], stream: StreamId, first_seq: int, lines: Sequence[bytes]) -> Arrival:
    held_back = json.loads(said.held_back) if said.held_back else {}
    return Arrival(
        stream=stream,
        first_seq=first_seq,
        statement=said.statement,
        signature=said.signature,
        received_ms=said.received_ms,
        offset_ms=said.offset_ms,
        via=said.via,
        lines=lines,
        held_back={int(n): bytes.fromhex(name) for n, name in held_back.items()},
    )

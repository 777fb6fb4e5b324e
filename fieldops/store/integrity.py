"""How far each log of an operation goes and the head that proves it, for the integrity annex of reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from fieldops.domain.access import may_see
from fieldops.domain.author import Author
from fieldops.domain.ids import OperationId, SignerId, StreamId
from fieldops.domain.who import Reader
from fieldops.store.ledger import arrivals, logs
from fieldops.store.records import authors_of, moment_of, scopes_of, streams_in


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSummary:
    """One log of an operation for the integrity annex: how much it holds, and the head that proves it."""

    stream: StreamId
    author: Author
    entries: int
    head: bytes
    first_received: datetime
    last_received: datetime
    widest_offset_ms: int | None


def integrity(session: Session, reader: Reader, operation_id: OperationId) -> list[LogSummary]:
    """Every log in the streams that the reader may see, with its number of entries and its head."""
    opened = [
        one
        for one in streams_in(session, scopes_of(session, reader, operation_id))
        if may_see(reader, one.id)
    ]
    names = {one.key: one.id for one in opened}
    query = (
        select(
            logs.c.stream,
            logs.c.signer,
            logs.c.head,
            func.sum(arrivals.c.count).label("entries"),
            func.min(arrivals.c.received_ms).label("first"),
            func.max(arrivals.c.received_ms).label("last"),
            func.max(func.abs(arrivals.c.offset_ms)).label("offset"),
        )
        .join(arrivals, arrivals.c.log == logs.c.key)
        .where(logs.c.stream.in_(list(names)))
        .group_by(logs.c.key, logs.c.stream, logs.c.signer, logs.c.head)
    )
    rows = session.execute(query).all()
    authors = authors_of(session, reader, {SignerId(row.signer) for row in rows})
    found = [_summary(row, names[row.stream], authors) for row in rows if row.entries]
    return sorted(found, key=lambda one: (one.stream, one.author.signer))


def _summary(row: Row[Any], stream: StreamId, authors: Mapping[str, Author]) -> LogSummary:
    return LogSummary(
        stream=stream,
        author=authors[row.signer],
        entries=row.entries,
        head=row.head,
        first_received=moment_of(row.first),
        last_received=moment_of(row.last),
        widest_offset_ms=row.offset,
    )

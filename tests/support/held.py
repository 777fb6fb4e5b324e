"""Every entry that lies in the ledger, whoever may read it."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.entry import Entry, read_entry
from fieldops.domain.segment import split_lines
from fieldops.store.at_rest import opened
from fieldops.store.ledger import arrivals


def entries_held(session: Session) -> Iterator[Entry]:
    """Stream by stream, in the order of their numbers."""
    query = select(arrivals.c.lines).where(arrivals.c.count > 0)
    kept = session.scalars(query.order_by(arrivals.c.stream, arrivals.c.first_seq)).all()
    for lines in opened(session, kept):
        for header, body in split_lines(lines):
            yield read_entry(header, body)

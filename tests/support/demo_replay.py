"""Everything that tablets ever pushed into a demo world, read back from its ledger and offered again."""

from collections.abc import Iterator
from contextlib import nullcontext
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.store.ledger import arrivals, logs
from fieldops.store.quarantine import quarantine
from fieldops.sync.push import Push, receive
from fieldops.sync.wire import Offered, Setback

AT_ONCE = 4  # segments in a push: a segment holds at most a hundred entries


def held(session: Session) -> dict[str, int]:
    """How many rows each table of the ledger has."""
    tables = (logs, arrivals, quarantine)
    rows = {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
    return rows | {"entries": session.scalar(select(func.sum(arrivals.c.count))) or 0}


def pushed(session: Session) -> Iterator[Offered]:
    """Every segment as it came in, in the order of arrival."""
    for row in session.execute(select(arrivals).order_by(arrivals.c.key)):
        yield Offered(row.statement, row.signature, row.lines)


def replay(session: Session, now_ms: int) -> tuple[Setback, ...]:
    """Pushes it all again, and answers what the server objected to."""
    objections: tuple[Setback, ...] = ()
    rest = iter(list(pushed(session)))
    while batch := list(islice(rest, AT_ONCE)):
        push = Push(offered=batch, received_ms=now_ms)
        reply = receive(lambda: nullcontext(session), lambda: nullcontext(session), push)
        objections += reply.setbacks
    return objections

"""When each tablet's entries last reached the ledger, whatever their class: times, and not a word of them."""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.access import Reader
from fieldops.domain.ids import OperationId, SignerId
from fieldops.store.ledger import arrivals, logs, streams
from fieldops.store.plans import visits


def last_arrivals(session: Session, reader: Reader, operation_id: OperationId) -> dict[SignerId, datetime]:
    """By signer, the newest arrival in any stream of the operation; nothing for a reader of another."""
    if operation_id != reader.operation:
        return {}
    scopes = [operation_id, *(visit.id for visit in visits(session, operation_id))]
    query = (
        select(logs.c.signer, func.max(arrivals.c.received_ms))
        .join(streams, streams.c.key == logs.c.stream)
        .join(arrivals, arrivals.c.log == logs.c.key)
        .where(streams.c.scope.in_(scopes))
        .group_by(logs.c.signer)
    )
    return {SignerId(name): datetime.fromtimestamp(ms / 1000, UTC) for name, ms in session.execute(query)}

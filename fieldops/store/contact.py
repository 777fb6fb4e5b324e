"""When each tablet's entries last reached the ledger, whatever their class: times, and not a word of them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.ids import OperationId, SignerId
from fieldops.domain.who import Reader
from fieldops.store.devices import signers_on
from fieldops.store.ledger import arrivals, logs, streams
from fieldops.store.plans import visits


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockOffset:
    """By how much a tablet's clock was ahead of the server's when it last signed, and when that came in."""

    offset_ms: int
    received_ms: int


def last_offsets(session: Session, reader: Reader, operation_id: OperationId) -> dict[SignerId, ClockOffset]:
    """By signer of the operation, the newest reading of both clocks; nothing for a reader of another."""
    if operation_id != reader.operation:
        return {}
    newest = (
        select(func.max(arrivals.c.key))
        .join(logs, logs.c.key == arrivals.c.log)
        .where(arrivals.c.offset_ms.is_not(None))
        .where(logs.c.signer.in_([one.id for one in signers_on(session, operation_id)]))
        .group_by(logs.c.signer)
    )
    query = select(logs.c.signer, arrivals.c.offset_ms, arrivals.c.received_ms)
    query = query.join(logs, logs.c.key == arrivals.c.log).where(arrivals.c.key.in_(newest))
    return {
        SignerId(name): ClockOffset(offset_ms=offset, received_ms=received)
        for name, offset, received in session.execute(query)
    }


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

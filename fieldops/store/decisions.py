"""Entries in quarantine that wait for somebody to decide about them, with what brought them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fieldops.domain.ids import EntryId, LogId, OperationId, SignerId
from fieldops.store.ledger import arrivals, logs
from fieldops.store.quarantine import Kept, quarantine, signers_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An entry that waits. `head` is the log's head after it; the rest is of the arrival that brought it."""

    key: int
    kept: Kept
    head: bytes
    arrival: int
    statement: bytes
    signature: bytes
    received_ms: int
    via: SignerId | None


def waiting(session: Session, operation: OperationId, log: LogId, code: str) -> list[Waiting]:
    """What of a log was put aside for this reason and is not released, in its order; locked until the commit.

    What was kept may still be released, for one may learn more; what was released stays so.
    """
    query = select(
        quarantine.c.key,
        quarantine.c.n,
        quarantine.c.id,
        quarantine.c.header,
        quarantine.c.body,
        quarantine.c.head,
        quarantine.c.arrival,
        arrivals.c.statement,
        arrivals.c.signature,
        arrivals.c.received_ms,
        arrivals.c.via,
    ).join(logs, logs.c.key == quarantine.c.log)
    query = query.join(arrivals, arrivals.c.key == quarantine.c.arrival)
    query = query.where(logs.c.id == log, logs.c.signer.in_(signers_on(operation)))
    query = query.where(quarantine.c.code == code, quarantine.c.released.is_(False))
    rows = session.execute(query.order_by(quarantine.c.n).with_for_update(of=quarantine))
    return [
        Waiting(
            key=row.key,
            kept=Kept(row.n, row.id, row.header, row.body),
            head=row.head,
            arrival=row.arrival,
            statement=row.statement,
            signature=row.signature,
            received_ms=row.received_ms,
            via=None if row.via is None else SignerId(row.via),
        )
        for row in rows
    ]


def note_decided(session: Session, decided: Iterable[Waiting], decision: EntryId, *, released: bool) -> None:
    """Keeps by which entry it was decided about these, and whether they lie in their stream now."""
    keys = [one.key for one in decided]
    rows = update(quarantine).where(quarantine.c.key.in_(keys))
    session.execute(rows.values(decision=bytes.fromhex(decision), released=released))

"""Entries in quarantine that wait for somebody to decide about them, and what was decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fieldops.domain.access import may_see_log
from fieldops.domain.entry import Entry, read_entry
from fieldops.domain.ids import EntryId, LogId, OperationId, SignerId, stream_of
from fieldops.domain.people import Signer
from fieldops.domain.segment import split_lines
from fieldops.domain.who import Reader
from fieldops.store.at_rest import opened, opened_pairs
from fieldops.store.devices import DESK, DeviceRow, SignerRow, keys_of, signers
from fieldops.store.ledger import arrivals, logs
from fieldops.store.quarantine import Kept, quarantine


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
    query = query.where(logs.c.id == log, logs.c.signer.in_(keys_of(operation)))
    query = query.where(quarantine.c.code == code, quarantine.c.released.is_(False))
    rows = session.execute(query.order_by(quarantine.c.n).with_for_update(of=quarantine)).all()
    signed = opened_pairs(session, ((row.header, row.body) for row in rows))
    return [
        Waiting(
            key=row.key,
            kept=Kept(row.n, row.id, *pair),
            head=row.head,
            arrival=row.arrival,
            statement=row.statement,
            signature=row.signature,
            received_ms=row.received_ms,
            via=None if row.via is None else SignerId(row.via),
        )
        for row, pair in zip(rows, signed, strict=True)
    ]


def note_decided(session: Session, decided: Iterable[Waiting], decision: EntryId, *, released: bool) -> None:
    """Keeps by which entry it was decided about these, and whether they lie in their stream now."""
    keys = [one.key for one in decided]
    rows = update(quarantine).where(quarantine.c.key.in_(keys))
    session.execute(rows.values(decision=bytes.fromhex(decision), released=released))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision as it was written down. `why` is empty where the reader may not read what it is about."""

    by: Signer
    at: datetime
    why: str


def decisions(session: Session, reader: Reader) -> dict[EntryId, Decision]:
    """What was decided at the desk of the reader's operation, by the id of the entry that says so."""
    query = select(logs.c.id, logs.c.signer, arrivals.c.lines).join(logs, logs.c.key == arrivals.c.log)
    query = query.join(SignerRow, SignerRow.id == logs.c.signer)
    query = query.join(DeviceRow, DeviceRow.id == SignerRow.device)
    query = query.where(
        DeviceRow.operation == reader.operation, DeviceRow.number == DESK, arrivals.c.count > 0
    )
    rows = session.execute(query).all()
    keys = signers(session, {SignerId(row.signer) for row in rows})
    signed = zip(rows, opened(session, [row.lines for row in rows]), strict=True)
    entries = ((row, read_entry(*pair)) for row, lines in signed for pair in split_lines(lines))
    return {
        entry.id: Decision(
            by=keys[entry.signer],
            at=entry.recorded,
            why=_why(entry) if may_see_log(reader, stream_of(LogId(row.id)), entry.signer) else "",
        )
        for row, entry in entries
    }


def _why(entry: Entry) -> str:
    return str(entry.value["why"]) if isinstance(entry.value, dict) else ""

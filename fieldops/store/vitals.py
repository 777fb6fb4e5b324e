"""How the installation stands in numbers, for a monitor: counts and ages, and nobody's name or place."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.store.devices import DESK, DeviceRow
from fieldops.store.ledger import arrivals
from fieldops.store.operations import OperationRow
from fieldops.store.quarantine import quarantine


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """Of the whole installation. Tablets are those in use on operations that are not over."""

    entries: int
    quarantined: int
    tablets: int
    silent_tablets: int
    newest_arrival_ms: int | None


def vitals(session: Session, now: datetime, silent_after: timedelta) -> Vitals:
    """The numbers at this moment; a tablet never heard of is as old as its enrolment."""
    heard = func.coalesce(DeviceRow.last_seen_at, DeviceRow.enrolled_at)
    in_use = select(func.count()).select_from(DeviceRow)
    in_use = in_use.join(OperationRow, OperationRow.id == DeviceRow.operation)
    in_use = in_use.where(DeviceRow.number != DESK, DeviceRow.revoked_at.is_(None))
    in_use = in_use.where(OperationRow.closed_at.is_(None))
    aside = select(func.count()).select_from(quarantine).where(quarantine.c.released.is_(False))
    return Vitals(
        entries=session.scalar(select(func.coalesce(func.sum(arrivals.c.count), 0))) or 0,
        quarantined=session.scalar(aside) or 0,
        tablets=session.scalar(in_use) or 0,
        silent_tablets=session.scalar(in_use.where(heard < now - silent_after)) or 0,
        newest_arrival_ms=session.scalar(select(func.max(arrivals.c.received_ms))),
    )

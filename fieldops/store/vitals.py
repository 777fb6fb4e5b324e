"""How the installation stands in numbers, for a monitor: counts and ages, and nobody's name or place."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.store.devices import DeviceRow
from fieldops.store.ledger import arrivals
from fieldops.store.operations import OperationRow
from fieldops.store.soundness import entries_held


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
    in_use = in_use.where(DeviceRow.revoked_at.is_(None), OperationRow.closed_at.is_(None))
    entries, quarantined = entries_held(session)
    return Vitals(
        entries=entries,
        quarantined=quarantined,
        tablets=session.scalar(in_use) or 0,
        silent_tablets=session.scalar(in_use.where(heard < now - silent_after)) or 0,
        newest_arrival_ms=session.scalar(select(func.max(arrivals.c.received_ms))),
    )

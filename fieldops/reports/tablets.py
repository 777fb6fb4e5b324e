"""Which tablets may still hold something back: those not heard of since their last visit was over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from fieldops.domain.access import Reader
from fieldops.domain.ids import DeviceId, OfficerId, SignerId
from fieldops.domain.operation import PlannedVisit
from fieldops.domain.people import Device, Signer
from fieldops.reports.wording import moment
from fieldops.store import devices, plans
from fieldops.store.contact import last_arrivals


@dataclass(frozen=True, slots=True, kw_only=True)
class Tablet:
    """A tablet of which something may still be missing, and why it is thought so."""

    name: str
    agency: str
    last_heard: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Carried:
    """A tablet with the officers who sign on it."""

    device: Device
    signers: tuple[Signer, ...]
    heard: datetime | None


def outstanding(session: Session, reader: Reader, now: datetime, zone: ZoneInfo) -> tuple[Tablet, ...]:
    """The tablets that were sent to a visit which is over and have not been heard of since."""
    due = _due(session, reader, now)
    found = []
    for carried in _carried(session, reader):
        over = max((due[s.officer] for s in carried.signers if s.officer in due), default=None)
        if over is None or (carried.heard is not None and carried.heard >= over):
            continue
        found.append(
            Tablet(
                name=carried.device.name or f"Tablet {carried.device.number}",
                agency=", ".join(sorted({signer.agency for signer in carried.signers})),
                last_heard=moment(carried.heard, zone) if carried.heard else "never",
                why=_why(carried.device, over, zone),
            )
        )
    return tuple(found)


def _why(device: Device, over: datetime, zone: ZoneInfo) -> str:
    if device.revoked_at is not None:
        return f"Taken out of use on {moment(device.revoked_at, zone)}; what it had not sent is missing"
    return f"Its last visit was over by {moment(over, zone)}"


def _due(session: Session, reader: Reader, now: datetime) -> dict[OfficerId, datetime]:
    """For each officer the planned end of the last visit they were sent to that is over by now."""
    due: dict[OfficerId, datetime] = {}
    for visit in plans.visits(session, reader.operation):
        over = _end(visit)
        if over > now:
            continue
        for member in plans.roster(session, visit):
            due[member.officer] = max(over, due.get(member.officer, over))
    return due


def _end(visit: PlannedVisit) -> datetime:
    return visit.planned_start + timedelta(minutes=visit.minutes)


def _carried(session: Session, reader: Reader) -> Iterable[_Carried]:
    signers = devices.signers_on(session, reader.operation)
    arrived = last_arrivals(session, reader, reader.operation)
    seen = devices.last_seen(session, reader.operation)
    for device in devices.devices(session, reader.operation):
        own = tuple(signer for signer in signers if signer.device == device.id)
        yield _Carried(device=device, signers=own, heard=_heard(device.id, own, seen, arrived))


def _heard(
    device: DeviceId,
    own: tuple[Signer, ...],
    seen: Mapping[DeviceId, datetime | None],
    arrived: Mapping[SignerId, datetime],
) -> datetime | None:
    times = [arrived[signer.id] for signer in own if signer.id in arrived]
    if (last := seen.get(device)) is not None:
        times.append(last)
    return max(times, default=None)

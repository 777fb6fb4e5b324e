"""Which tablets may still hold something back: those not heard of since their last visit was over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from fieldops.domain.access import Reader
from fieldops.domain.ids import DeviceId, OfficerId, SignerId, VisitId
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """At what moment it is asked, in which time zone it is told, and which visits are known to be closed."""

    now: datetime
    zone: ZoneInfo
    closed: frozenset[VisitId]


def outstanding(session: Session, reader: Reader, asked: Asked) -> tuple[Tablet, ...]:
    """The tablets that were sent to a visit which is over and have not been heard of since.

    A closed visit must have been heard of after it began; one that was never signed off, after its end.
    """
    due = _due(session, reader, asked)
    found = (_missing(carried, due, asked.zone) for carried in _carried(session, reader))
    return tuple(tablet for tablet in found if tablet is not None)


def _missing(carried: _Carried, due: Mapping[OfficerId, datetime], zone: ZoneInfo) -> Tablet | None:
    since = max((due[signer.officer] for signer in carried.signers if signer.officer in due), default=None)
    if since is None or (carried.heard is not None and carried.heard >= since):
        return None
    return Tablet(
        name=f"{carried.device.name} (no. {carried.device.number})",
        agency=", ".join(sorted({signer.agency for signer in carried.signers})),
        last_heard=moment(carried.heard, zone) if carried.heard else "never",
        why=_why(carried.device, since, zone),
    )


def _why(device: Device, over: datetime, zone: ZoneInfo) -> str:
    if device.revoked_at is not None:
        return f"Taken out of use on {moment(device.revoked_at, zone)}; what it had not sent is missing"
    return f"Sent to a visit; nothing since {moment(over, zone)}"


def _due(session: Session, reader: Reader, asked: Asked) -> dict[OfficerId, datetime]:
    """For each officer the moment since which their tablet should have been heard of."""
    due: dict[OfficerId, datetime] = {}
    for visit in plans.visits(session, reader.operation):
        if _end(visit) > asked.now:
            continue
        over = visit.planned_start if visit.id in asked.closed else _end(visit)
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

"""Reads what the lead is warned of on an operation's pages."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from fieldops.desk.attention_sheet import (
    Contact,
    Room,
    Warned,
    clock_warning,
    disk_warning,
    quarantine_warning,
    silent_warning,
)
from fieldops.domain.access import Action, Reader, may_do
from fieldops.domain.ids import DeviceId, SignerId
from fieldops.domain.operation import Operation
from fieldops.store.contact import ClockOffset, last_arrivals, last_offsets
from fieldops.store.devices import devices, last_seen, signers_on
from fieldops.store.quarantine import count_quarantined
from fieldops.web.disk import free_bytes
from fieldops.web.installation import settings


def read_contacts(session: Session, reader: Reader) -> list[Contact]:
    """The operation's tablets, by number. One is heard of when it asks for something or sends something."""
    seen = last_seen(session, reader.operation)
    arrived = last_arrivals(session, reader, reader.operation)
    offsets = last_offsets(session, reader, reader.operation)
    keys: dict[DeviceId, list[SignerId]] = defaultdict(list)
    for signer in signers_on(session, reader.operation):
        keys[signer.device].append(signer.id)
    return [
        Contact(
            device=device,
            heard=_latest(seen.get(device.id), *map(arrived.get, keys[device.id])),
            offset=_offset(offsets.get(key) for key in keys[device.id]),
        )
        for device in devices(session, reader.operation)
    ]


def read_warnings(session: Session, reader: Reader, operation: Operation, now: datetime) -> list[Warned]:
    """What somebody should look at; nothing for who may not read of the tablets."""
    if not may_do(reader, Action.DEVICE_READ):
        return []
    contacts, waiting = read_contacts(session, reader), 0
    if may_do(reader, Action.QUARANTINE_READ):
        waiting = count_quarantined(session, reader).total()
    silence = timedelta(hours=settings().silent_hours)
    room = Room(free=free_bytes(settings().data_folder), low=settings().low_free_bytes)
    silent = silent_warning(contacts, now, silence) if operation.closed_at is None else ()
    return [*disk_warning(room), *clock_warning(contacts), *quarantine_warning(waiting), *silent]


def _latest(*times: datetime | None) -> datetime | None:
    return max((at for at in times if at is not None), default=None)


def _offset(readings: Iterable[ClockOffset | None]) -> timedelta | None:
    """What the newest reading of both clocks says."""
    known = [one for one in readings if one is not None]
    if not known:
        return None
    return timedelta(milliseconds=max(known, key=lambda one: one.received_ms).offset_ms)

"""Reads what the lead is warned of on an operation's pages."""

from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy.orm import Session

from fieldops.desk.agreement_words import agreement_warnings
from fieldops.desk.attention_sheet import (
    Contact,
    Room,
    Warned,
    clock_warning,
    disk_warning,
    lost_warning,
    quarantine_warning,
    silent_warning,
)
from fieldops.desk.history_sheet import history_warning
from fieldops.domain.access import may_do
from fieldops.domain.operation import Operation
from fieldops.domain.who import Action, Reader
from fieldops.store.agreements import agreement_changes
from fieldops.store.completeness import tablet_standings
from fieldops.store.quarantine import count_quarantined
from fieldops.store.witnessed import alarms
from fieldops.web.disk import free_bytes
from fieldops.web.installation import settings


def silence() -> timedelta:
    """After how long a tablet that was not heard of is called silent."""
    return timedelta(hours=settings().silent_hours)


def read_warnings(session: Session, reader: Reader, operation: Operation, now: datetime) -> list[Warned]:
    """What somebody should look at; nothing of the tablets for who may not read of them."""
    shared = _of_the_agreement(session, reader, operation, now)
    if not may_do(reader, Action.DEVICE_READ):
        return shared
    tablets, waiting = tablet_standings(session, reader), 0
    contacts = [Contact(device=one.device, heard=one.heard, offset=one.offset) for one in tablets]
    if may_do(reader, Action.QUARANTINE_READ):
        waiting = count_quarantined(session, reader, undecided=True).total()
    room = Room(free=free_bytes(settings().data_folder), low=settings().low_free_bytes)
    awaited = [contact for contact, one in zip(contacts, tablets, strict=True) if not one.wiped]
    silent = silent_warning(awaited, now, silence()) if operation.closed_at is None else ()
    history = history_warning(alarms(session, operation.id))
    warned = (
        history,
        disk_warning(room),
        lost_warning(tablets),
        clock_warning(contacts),
        quarantine_warning(waiting),
    )
    return [*chain(*warned), *shared, *silent]


def _of_the_agreement(session: Session, reader: Reader, operation: Operation, now: datetime) -> list[Warned]:
    if not (may_do(reader, Action.AGREEMENT_EDIT) or may_do(reader, Action.AGREEMENT_CONFIRM)):
        return []
    waiting = sum(one.waits for one in agreement_changes(session, operation.id))
    return agreement_warnings(reader.agreement, now.date(), waiting)

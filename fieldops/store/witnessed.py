"""What concerns those who keep checkpoints: when the server was put back to an older copy, and what they
reported. Neither is ever taken away again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.checkpoint import Restored
from fieldops.domain.ids import OperationId
from fieldops.domain.people import Signer
from fieldops.domain.tree import EMPTY
from fieldops.store.base import Base, Bytes, Instant
from fieldops.store.devices import DeviceRow
from fieldops.store.operations import OperationRow
from fieldops.store.sealed import last_checkpoint

MOST_ALARMS = 50  # of one tablet: enough to see, and no way to fill the disk


class RestoreRow(Base):
    """An epoch that ended, and the last checkpoint of it that the copy knew."""

    __tablename__ = "restores"
    key: Mapped[int] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"), index=True)
    epoch: Mapped[str] = mapped_column(String(32))
    size: Mapped[int]
    root: Mapped[bytes] = mapped_column(Bytes(32))


class AlarmRow(Base):
    """What a tablet reported: the note that it had kept, and the one that does not go with it."""

    __tablename__ = "alarms"
    key: Mapped[int] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"), index=True)
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    signer: Mapped[str] = mapped_column(ForeignKey("signers.id"))
    raised_at: Mapped[datetime] = mapped_column(Instant)
    sort: Mapped[str] = mapped_column(String(16))
    kept: Mapped[str] = mapped_column(Text)
    shown: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm as a tablet raised it."""

    sort: str
    kept: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedAlarm:
    """An alarm with the tablet that raised it."""

    alarm: Alarm
    number: int
    name: str
    raised_at: datetime


def note_restores(session: Session, ended: str) -> None:
    """Notes for every operation where its tree stood when this epoch ended."""
    for operation in session.scalars(select(OperationRow.id)).all():
        last = last_checkpoint(session, OperationId(operation))
        size, root = (last.size, last.root) if last else (0, EMPTY)
        session.add(RestoreRow(operation=operation, epoch=ended, size=size, root=root))


def restores(session: Session, operation: OperationId) -> tuple[Restored, ...]:
    """The epochs of an operation that ended, the oldest first."""
    query = select(RestoreRow).where(RestoreRow.operation == operation).order_by(RestoreRow.key)
    return tuple(Restored(epoch=one.epoch, size=one.size, root=one.root) for one in session.scalars(query))


def raise_alarm(session: Session, raiser: Signer, new: Alarm, at: datetime) -> None:
    """Keeps an alarm; one that the tablet has raised in these words before is kept once."""
    device = raiser.device
    before = session.scalars(select(AlarmRow).where(AlarmRow.device == device)).all()
    known = any((one.sort, one.kept, one.shown) == (new.sort, new.kept, new.shown) for one in before)
    if not known and len(before) < MOST_ALARMS:
        row = {"sort": new.sort, "kept": new.kept, "shown": new.shown}
        row |= {"operation": raiser.operation, "device": device, "signer": raiser.id}
        session.add(AlarmRow(raised_at=at, **row))


def alarms(session: Session, operation: OperationId) -> list[RaisedAlarm]:
    """What tablets of the operation reported, the newest first."""
    query = select(AlarmRow, DeviceRow.number, DeviceRow.name)
    query = (
        query.join(DeviceRow, DeviceRow.id == AlarmRow.device)
        .where(AlarmRow.operation == operation)
        .order_by(AlarmRow.key.desc())
    )
    return [
        RaisedAlarm(
            alarm=Alarm(sort=row.sort, kept=row.kept, shown=row.shown),
            number=number,
            name=name,
            raised_at=row.raised_at,
        )
        for row, number, name in session.execute(query)
    ]

"""Tablets, and the keys of the officers on them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Row, Select, String, Text, UniqueConstraint, bindparam, false, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import AgencyCode, DeviceId, OfficerId, OperationId, SignerId
from fieldops.domain.people import Device, Signer
from fieldops.store.base import Base, Instant
from fieldops.store.directory import OfficerRow
from fieldops.store.operations import OperationRow

DESK = 0  # the number of what is no tablet: keys by which the desk signs what somebody decides there


class DeviceRow(Base):
    """A tablet. `last_seen_at` is when it last reached the server with a token."""

    __tablename__ = "devices"
    __table_args__ = (UniqueConstraint("operation", "number"),)
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    enrolled_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_by: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
    revoked_reason: Mapped[str | None] = mapped_column(Text)
    lost: Mapped[bool] = mapped_column(server_default=false())


class SignerRow(Base):
    """One officer's key on one tablet, with the certificate it was given."""

    __tablename__ = "signers"
    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    key: Mapped[str] = mapped_column(String(88))
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"), index=True)
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"), index=True)
    certificate: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(String(88))
    issued: Mapped[datetime] = mapped_column(Instant)
    not_after: Mapped[datetime] = mapped_column(Instant)


def add_device(session: Session, new: DeviceId, operation: OperationId, name: str, now: datetime) -> Device:
    """A new tablet, with the next number of its operation; the operation is locked while it is counted."""
    locked = select(OperationRow.id).where(OperationRow.id == operation).with_for_update(key_share=True)
    session.execute(locked)
    highest = session.scalar(select(func.max(DeviceRow.number)).where(DeviceRow.operation == operation)) or 0
    row = DeviceRow(id=new, operation=operation, number=highest + 1, name=name, enrolled_at=now)
    session.add(row)
    session.flush()
    return _device(row)


def desk_device(session: Session, new: DeviceId, operation: OperationId, now: datetime) -> Device:
    """What stands for the desk itself, where decisions are signed: number 0, and no tablet. Made when first
    asked for; the operation is locked until this commits."""
    locked = select(OperationRow.id).where(OperationRow.id == operation)
    session.execute(locked.with_for_update(key_share=True))
    row = session.scalar(select(DeviceRow).where(DeviceRow.operation == operation, DeviceRow.number == DESK))
    if row is None:
        row = DeviceRow(id=new, operation=operation, number=DESK, name="The desk", enrolled_at=now)
        session.add(row)
        session.flush()
    return _device(row)


def device(session: Session, device_id: DeviceId) -> Device | None:
    """The tablet of this id."""
    row = session.get(DeviceRow, device_id)
    return None if row is None else _device(row)


def devices(session: Session, operation: OperationId) -> list[Device]:
    """The operation's tablets, by number."""
    query = select(DeviceRow).where(DeviceRow.operation == operation, DeviceRow.number != DESK)
    query = query.order_by(DeviceRow.number)
    return [_device(row) for row in session.scalars(query)]


def last_seen(session: Session, operation: OperationId) -> dict[DeviceId, datetime | None]:
    """When each of the operation's tablets last reached the server."""
    query = select(DeviceRow.id, DeviceRow.last_seen_at)
    query = query.where(DeviceRow.operation == operation, DeviceRow.number != DESK)
    return {DeviceId(row.id): row.last_seen_at for row in session.execute(query)}


def seen(session: Session, device_id: DeviceId, now: datetime) -> None:
    """The tablet has just reached the server."""
    session.get_one(DeviceRow, device_id).last_seen_at = now
    session.flush()


def revoke_device(
    session: Session, device_id: DeviceId, at: datetime, by: OfficerId, reason: str, *, lost: bool = False
) -> Device:
    """From now on it reads nothing, and what it sends goes to quarantine. The first reason stands; that it is
    lost may be said later too.
    """
    row = session.get(DeviceRow, device_id)
    if row is None:
        raise Refusal("not_found", "There is no such tablet.")
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by, row.revoked_reason = at, by, reason
    row.lost = row.lost or lost
    session.flush()
    return _device(row)


def add_signer(session: Session, new: Signer) -> None:
    """Keeps an enrolled key with its certificate."""
    session.add(
        SignerRow(
            id=new.id,
            key=new.key,
            device=new.device,
            officer=new.officer,
            certificate=new.certificate,
            signature=new.signature,
            issued=new.issued,
            not_after=new.not_after,
        )
    )
    session.flush()


def signer(session: Session, signer_id: SignerId) -> Signer | None:
    """The key of this name, with how its tablet and its officer stand now."""
    return signers(session, (signer_id,)).get(signer_id)


def signers(session: Session, ids: Iterable[SignerId]) -> dict[SignerId, Signer]:
    """The keys of these names; an unknown one is left out."""
    rows = session.connection().execute(_NAMED_SIGNERS, {"names": list(set(ids))})
    return {found.id: found for found in map(signer_of, rows)}


def signers_on(session: Session, operation: OperationId) -> list[Signer]:
    """Every key of an operation, revoked ones too: what they signed still stands."""
    query = SIGNERS.where(DeviceRow.operation == operation)
    return [signer_of(row) for row in session.execute(query.order_by(DeviceRow.number, SignerRow.issued))]


def keys_of(operation: OperationId) -> Select[tuple[str]]:
    """The names of an operation's keys, for a query to ask in. A key belongs to one operation, so what it
    signed does too, whatever scope it named."""
    query = select(SignerRow.id).join(DeviceRow, DeviceRow.id == SignerRow.device)
    return query.where(DeviceRow.operation == operation)


def signers_of(
    session: Session, officers: Iterable[OfficerId], operation: OperationId
) -> frozenset[SignerId]:
    """The keys of these officers on an operation."""
    asked = {"officers": list(officers), "operation": operation}
    rows = session.connection().scalars(_SIGNERS_OF, asked)
    return frozenset(SignerId(found) for found in rows)


# Asked at every request of a tablet, so they are put together once, and fetch columns rather than objects.
SIGNERS = (
    select(
        SignerRow.id,
        SignerRow.key,
        SignerRow.device,
        DeviceRow.number,
        SignerRow.officer,
        OfficerRow.name,
        OfficerRow.agency,
        DeviceRow.operation,
        SignerRow.certificate,
        SignerRow.signature,
        SignerRow.issued,
        SignerRow.not_after,
        DeviceRow.revoked_at,
        DeviceRow.lost,
        OfficerRow.deactivated_at,
    )
    .join(DeviceRow, DeviceRow.id == SignerRow.device)
    .join(OfficerRow, OfficerRow.id == SignerRow.officer)
)
_NAMED_SIGNERS = SIGNERS.where(SignerRow.id.in_(bindparam("names", expanding=True)))
_SIGNERS_OF = (
    select(SignerRow.id)
    .join(DeviceRow, DeviceRow.id == SignerRow.device)
    .where(
        SignerRow.officer.in_(bindparam("officers", expanding=True)),
        DeviceRow.operation == bindparam("operation"),
    )
)


def signer_of(row: Row[Any]) -> Signer:
    """The signer of a row that begins with the columns of SIGNERS."""
    return Signer(
        id=SignerId(row.id),
        key=row.key,
        device=DeviceId(row.device),
        device_number=row.number,
        officer=OfficerId(row.officer),
        name=row.name,
        agency=AgencyCode(row.agency),
        operation=OperationId(row.operation),
        certificate=row.certificate,
        signature=row.signature,
        issued=row.issued,
        not_after=row.not_after,
        device_revoked_at=row.revoked_at,
        device_lost=row.lost,
        officer_active=row.deactivated_at is None,
    )


def _device(row: DeviceRow) -> Device:
    return Device(
        id=DeviceId(row.id),
        operation=OperationId(row.operation),
        number=row.number,
        name=row.name,
        enrolled_at=row.enrolled_at,
        revoked_at=row.revoked_at,
        lost=row.lost,
    )

"""The one-time codes by which officers' keys are enrolled.

A code is kept as its hash only. It enrols one key; the same key may ask again and gets the same answer,
because the answer to the first time may have been lost on the way.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.ids import DeviceId, OfficerId, OperationId, SignerId
from fieldops.store.base import Base, Instant


class EnrolmentRow(Base):
    """A one-time code, by its hash, and the key that used it."""

    __tablename__ = "enrolments"
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"))
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    device: Mapped[str | None] = mapped_column(ForeignKey("devices.id"))
    issued_by: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    signer: Mapped[str | None] = mapped_column(ForeignKey("signers.id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What a one-time code stands for. `device` is the tablet it puts a further officer on, None for a new
    one; `signer` is the key that has used it, if one has."""

    operation: OperationId
    officer: OfficerId
    device: DeviceId | None
    expires_at: datetime
    signer: SignerId | None


def code_hash(code: str) -> str:
    """The form in which a code is kept."""
    return hashlib.sha256(code.encode("utf-8")).hexdigest()


def add_enrolment(
    session: Session, code: str, enrolment: Enrolment, issued_by: OfficerId, now: datetime
) -> None:
    """Keeps a new code, as its hash."""
    session.add(
        EnrolmentRow(
            code_hash=code_hash(code),
            operation=enrolment.operation,
            officer=enrolment.officer,
            device=enrolment.device,
            issued_by=issued_by,
            issued_at=now,
            expires_at=enrolment.expires_at,
            signer=None,
        )
    )
    session.flush()


def enrolment(session: Session, code: str) -> Enrolment | None:
    """What this code stands for, used or not, expired or not; locked, for it enrols one key alone."""
    row = session.get(EnrolmentRow, code_hash(code), with_for_update=True)
    if row is None:
        return None
    return Enrolment(
        operation=OperationId(row.operation),
        officer=OfficerId(row.officer),
        device=None if row.device is None else DeviceId(row.device),
        expires_at=row.expires_at,
        signer=None if row.signer is None else SignerId(row.signer),
    )


def use_code(session: Session, code: str, signer_id: SignerId) -> None:
    """Binds a code to the key that it enrolled."""
    row = session.get_one(EnrolmentRow, code_hash(code))
    row.signer = signer_id
    session.flush()

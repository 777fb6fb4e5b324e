"""Holding back the addresses of strikes: which are, who released them, and which tablets have them.

A hold is never changed into another: to hold back again is another edition, with another secret.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, LargeBinary, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.access import may_read_held
from fieldops.domain.errors import Refusal
from fieldops.domain.hold import Hold, opening, told_of
from fieldops.domain.ids import OfficerId, OperationId, SignerId, TeamId
from fieldops.domain.operation import Operation, Premises, Strike
from fieldops.domain.who import Reader
from fieldops.store.address_seal import SECRET_BYTES
from fieldops.store.base import Base, Instant
from fieldops.store.operations import operation as operation_row
from fieldops.store.operations import premises_of, strikes


class HoldRow(Base):
    """One holding back of one strike."""

    __tablename__ = "strike_holds"
    __table_args__ = (
        ForeignKeyConstraint(["operation", "strike_group"], ["strikes.operation", "strikes.strike_group"]),
    )
    operation: Mapped[str] = mapped_column(String(16), primary_key=True)
    group: Mapped[str] = mapped_column("strike_group", String(16), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True)
    minutes: Mapped[int]
    meeting_point: Mapped[str] = mapped_column(String(200))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    held_by: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    held_at: Mapped[datetime] = mapped_column(Instant)
    released_by: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
    released_at: Mapped[datetime | None] = mapped_column(Instant)


class OpenedRow(Base):
    """A tablet's word that it has opened a team's addresses, and how it came by the key."""

    __tablename__ = "addresses_opened"
    signer: Mapped[str] = mapped_column(ForeignKey("signers.id"), primary_key=True)
    operation: Mapped[str] = mapped_column(String(16), primary_key=True)
    group: Mapped[str] = mapped_column("strike_group", String(16), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True)
    how: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(Instant)


class ShownRow(Base):
    """A radio code was shown at the desk: to whom, and why."""

    __tablename__ = "codes_shown"
    key: Mapped[int] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(String(16), index=True)
    group: Mapped[str] = mapped_column("strike_group", String(16))
    edition: Mapped[int]
    team: Mapped[str] = mapped_column(ForeignKey("teams.id"))
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """An order to hold back: so many minutes before the strike it ends by itself."""

    group: str
    minutes: int
    meeting_point: str
    by: OfficerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A code that was shown."""

    group: str
    edition: int
    team: TeamId
    officer: OfficerId
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A tablet's word that it has the addresses of a hold."""

    signer: SignerId
    group: str
    edition: int
    how: str
    at: datetime


def holds(session: Session, operation: OperationId) -> dict[str, Hold]:
    """The newest hold of each strike that was ever held back, by its group."""
    serving = operation_row(session, operation)
    if serving is None:
        return {}
    moments = strikes(session, operation)
    rows = session.scalars(select(HoldRow).where(HoldRow.operation == operation).order_by(HoldRow.edition))
    return {row.group: _hold(row, moments[row.group], serving) for row in rows}


def hold_back(
    session: Session, serving: Operation, order: Holding, at: datetime, chance: Callable[[int], bytes]
) -> Hold:
    """Holds the addresses of a strike back, under a fresh secret. The caller publishes its papers anew."""
    strike = strikes(session, serving.id).get(order.group)
    if strike is None:
        raise Refusal("not_found", "There is no such strike.")
    before = holds(session, serving.id).get(order.group)
    if before is not None and before.closed(at):
        raise Refusal("held_already", "The addresses of this strike are held back already.")
    if opening(strike, serving, order.minutes) <= at:
        raise Refusal("hold_over", "That moment has passed: the addresses would not be held back at all.")
    row = HoldRow(
        operation=serving.id,
        group=order.group,
        edition=1 if before is None else before.edition + 1,
        minutes=order.minutes,
        meeting_point=order.meeting_point,
        secret=chance(SECRET_BYTES),
        held_by=order.by,
        held_at=at,
        released_by=None,
        released_at=None,
    )
    session.add(row)
    session.flush()
    return _hold(row, strike, serving)


def release(session: Session, operation: OperationId, group: str, by: OfficerId, at: datetime) -> None:
    """Releases the addresses of a strike now; where they are released already nothing changes."""
    held = holds(session, operation).get(group)
    if held is None:
        raise Refusal("not_found", "The addresses of this strike are not held back.")
    if held.closed(at):
        row = session.get_one(HoldRow, (operation, group, held.edition))
        row.released_at, row.released_by = at, by
        session.flush()


def premises_told(session: Session, reader: Reader, at: datetime) -> list[Premises]:
    """The premises of the reader's operation, by code, as they are told of them at this moment."""
    serving = operation_row(session, reader.operation)
    zone = "UTC" if serving is None else serving.time_zone
    held, command = holds(session, reader.operation), may_read_held(reader)
    sites = premises_of(session, reader.operation)
    return [told_of(one, held, at, zone, command=command) for one in sites]


def note_opened(session: Session, signer: SignerId, operation: OperationId, opened: Opened) -> None:
    """Keeps a tablet's first word that it has opened a hold's addresses."""
    place = (signer, operation, opened.group, opened.edition)
    if session.get(OpenedRow, place) is None:
        session.add(
            OpenedRow(
                signer=signer,
                operation=operation,
                group=opened.group,
                edition=opened.edition,
                how=opened.how,
                at=opened.at,
            )
        )
        session.flush()


def opened_on(session: Session, operation: OperationId) -> list[Opened]:
    """Which tablets said that they have the addresses of which hold, the earliest first."""
    query = select(OpenedRow).where(OpenedRow.operation == operation).order_by(OpenedRow.at)
    return [
        Opened(signer=SignerId(row.signer), group=row.group, edition=row.edition, how=row.how, at=row.at)
        for row in session.scalars(query)
    ]


def note_shown(session: Session, operation: OperationId, shown: Shown) -> None:
    """Keeps that a code was shown, before it is."""
    session.add(
        ShownRow(
            operation=operation,
            group=shown.group,
            edition=shown.edition,
            team=shown.team,
            officer=shown.officer,
            reason=shown.reason,
            at=shown.at,
        )
    )
    session.flush()


def codes_shown(session: Session, operation: OperationId) -> list[Shown]:
    """Every code that was shown, the newest first."""
    query = select(ShownRow).where(ShownRow.operation == operation).order_by(ShownRow.key.desc())
    return [
        Shown(
            group=row.group,
            edition=row.edition,
            team=TeamId(row.team),
            officer=OfficerId(row.officer),
            reason=row.reason,
            at=row.at,
        )
        for row in session.scalars(query)
    ]


def _hold(row: HoldRow, strike: Strike, serving: Operation) -> Hold:
    return Hold(
        group=row.group,
        edition=row.edition,
        opens_at=opening(strike, serving, row.minutes),
        minutes=row.minutes,
        meeting_point=row.meeting_point,
        secret=row.secret,
        held_by=OfficerId(row.held_by),
        held_at=row.held_at,
        released_at=row.released_at,
        released_by=None if row.released_by is None else OfficerId(row.released_by),
    )

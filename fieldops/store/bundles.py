"""Which bundles were taken in: when, by which way, at whose hand, and how much of each was here afterwards.

A bundle that brought nothing leaves no row, so that nobody can fill the disk with what does not open.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.ids import AgencyCode, OfficerId, OperationId, SignerId
from fieldops.store.base import Base, Instant
from fieldops.store.devices import DeviceRow, SignerRow
from fieldops.store.directory import OfficerRow
from fieldops.store.operations import OperationRow


class Way(StrEnum):
    """How a bundle came to the server."""

    DESK = "desk"
    TABLET = "tablet"  # a colleague's, which signed in
    LOCKED = "locked"  # a tablet that nobody unlocked
    COMMAND = "command"


class TakenBundleRow(Base):
    """A bundle that brought something. `taken_by` is who was signed in, `via` the tablet that carried it."""

    __tablename__ = "bundles_taken"
    key: Mapped[int] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"), index=True)
    taken_at: Mapped[datetime] = mapped_column(Instant)
    way: Mapped[str] = mapped_column(String(16))
    taken_by: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
    via: Mapped[str | None] = mapped_column(ForeignKey("signers.id"))
    brought: Mapped[int]
    whole: Mapped[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBundle:
    """What is remembered of a bundle: how many entries it brought, and whether it named no others."""

    operation: OperationId
    taken_at: datetime
    way: Way
    taken_by: OfficerId | None
    via: SignerId | None
    brought: int
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bringer:
    """Whose hand it was, and the number of their tablet if it went through one."""

    name: str
    agency: AgencyCode
    tablet: int | None


def note_taken(session: Session, taken: TakenBundle) -> None:
    """Remembers a bundle; one of an operation that is not known here brought nothing."""
    if session.get(OperationRow, taken.operation) is None:
        return
    row = TakenBundleRow(
        operation=taken.operation,
        taken_at=taken.taken_at,
        way=taken.way.value,
        taken_by=taken.taken_by,
        via=taken.via,
        brought=taken.brought,
        whole=taken.whole,
    )
    session.add(row)
    session.flush()


def bundles_taken(
    session: Session, operation: OperationId, most: int
) -> list[tuple[TakenBundle, Bringer | None]]:
    """The bundles last taken in, the newest first, each with who brought it where that is known."""
    query = (
        select(TakenBundleRow, OfficerRow.name, OfficerRow.agency, DeviceRow.number)
        .outerjoin(OfficerRow, OfficerRow.id == TakenBundleRow.taken_by)
        .outerjoin(SignerRow, SignerRow.id == TakenBundleRow.via)
        .outerjoin(DeviceRow, DeviceRow.id == SignerRow.device)
        .where(TakenBundleRow.operation == operation)
        .order_by(TakenBundleRow.key.desc())
        .limit(most)
    )
    return [
        (_taken(row), None if name is None else Bringer(name=name, agency=agency, tablet=number))
        for row, name, agency, number in session.execute(query)
    ]


def _taken(row: TakenBundleRow) -> TakenBundle:
    return TakenBundle(
        operation=OperationId(row.operation),
        taken_at=row.taken_at,
        way=Way(row.way),
        taken_by=None if row.taken_by is None else OfficerId(row.taken_by),
        via=None if row.via is None else SignerId(row.via),
        brought=row.brought,
        whole=row.whole,
    )

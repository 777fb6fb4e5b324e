"""The versions of an operation's sharing agreement: who asked for each, why, and who put it in force.

A version is a published paper; the operation points to the one in force. What is asked for is compared with
the version that it was made from, so that nobody undoes a change that they have not seen.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.access import may_second
from fieldops.domain.agreement import Agreement
from fieldops.domain.agreement_check import Asked, must_be_whole
from fieldops.domain.classes import parse_classes
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OfficerId, OperationId, PaperHash
from fieldops.domain.operation import PaperSet
from fieldops.domain.postures import Postures, parse_postures
from fieldops.store.base import Base, Instant
from fieldops.store.operations import OperationRow
from fieldops.store.published import latest, paper, publish
from fieldops.store.readers import agreement_of
from fieldops.store.visit_papers import publish_visit_papers


class ChangeState(StrEnum):
    """What became of a change that was asked for."""

    WAITS = "waits"  # for a second person
    IN_FORCE = "in_force"  # it was put in force, whatever came after it
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class AgreementChangeRow(Base):
    """A change from one version to another. Keys rise in the order of asking."""

    __tablename__ = "agreement_changes"
    key: Mapped[int] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"), index=True)
    base: Mapped[str] = mapped_column(String(64))
    paper: Mapped[str] = mapped_column(String(64))
    asked_by: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_why: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementChange:
    """A change as it stands. `decided_by` is the second person, where there was one."""

    key: int
    base: PaperHash
    paper: PaperHash
    asked_by: OfficerId
    asked_at: datetime
    reason: str
    state: ChangeState
    decided_by: OfficerId | None
    decided_at: datetime | None
    decided_why: str

    @property
    def waits(self) -> bool:
        return self.state is ChangeState.WAITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A version that somebody asks for: from which one it was made, and what it says."""

    operation: OperationId
    base: PaperHash
    words: Mapping[str, object]
    asked_by: OfficerId
    reason: str


def ask_for(session: Session, wanted: Wanted, at: datetime, waits: bool) -> PaperHash:
    """Publishes the version and, unless it waits for a second person, puts it in force.

    Raises Refusal `agreement_moved` where another version came into force since it was made.
    """
    data = json.dumps(wanted.words, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    new = publish(session, "agreement", wanted.operation, data.encode("utf-8"))
    if waits:
        _must_be_in_force(session, wanted.operation, wanted.base)
    else:
        put_in_force(session, wanted.operation, wanted.base, new)
    session.add(
        AgreementChangeRow(
            operation=wanted.operation,
            base=wanted.base,
            paper=new,
            asked_by=wanted.asked_by,
            asked_at=at,
            reason=wanted.reason,
            state=ChangeState.WAITS if waits else ChangeState.IN_FORCE,
            decided_by=None,
            decided_at=None,
            decided_why="",
        )
    )
    session.flush()
    return new


def put_in_force(session: Session, operation: OperationId, base: PaperHash, new: PaperHash) -> None:
    """Has the operation run by another version from the next request on, and tells tablets by new papers.

    Raises Refusal `agreement_moved` where `base` is not in force any more.
    """
    posture = agreement_of(session, new).posture
    change = update(OperationRow).where(OperationRow.id == operation, OperationRow.agreement == base)
    said = {"agreement": new, "firewall": posture.code, "firewall_statement": posture.statement}
    if session.execute(change.values(said).returning(OperationRow.id)).first() is None:
        raise _moved()
    session.expire_all()
    publish_visit_papers(session, operation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What somebody says to a change that waits, and why."""

    state: ChangeState
    by: OfficerId
    at: datetime
    why: str


def decide_change(session: Session, operation: OperationId, paper: PaperHash, decided: Decided) -> None:
    """Ends the waiting of a change.

    Raises Refusal `nothing_waits`, `second_person` for whoever asked for it, or `agreement_moved` where it
    was made from a version that is over.
    """
    waiting = select(AgreementChangeRow).where(
        AgreementChangeRow.operation == operation,
        AgreementChangeRow.paper == paper,
        AgreementChangeRow.state == ChangeState.WAITS,
    )
    row = session.scalars(waiting.order_by(AgreementChangeRow.key.desc()).with_for_update()).first()
    if row is None:
        raise Refusal("nothing_waits", "No change of the agreement waits for this any more.")
    if decided.state is not ChangeState.WITHDRAWN and not may_second(decided.by, OfficerId(row.asked_by)):
        raise Refusal("second_person", "Another person than the one who asked must decide about this.")
    row.state, row.decided_by = decided.state, decided.by
    row.decided_at, row.decided_why = decided.at, decided.why
    base = PaperHash(row.base)
    session.flush()
    if decided.state is ChangeState.IN_FORCE:
        put_in_force(session, operation, base, paper)


def agreement_changes(session: Session, operation: OperationId) -> list[AgreementChange]:
    """Every change that was asked for, the newest first."""
    query = select(AgreementChangeRow).where(AgreementChangeRow.operation == operation)
    rows = session.scalars(query.order_by(AgreementChangeRow.key.desc()))
    return [
        AgreementChange(
            key=row.key,
            base=PaperHash(row.base),
            paper=PaperHash(row.paper),
            asked_by=OfficerId(row.asked_by),
            asked_at=row.asked_at,
            reason=row.reason,
            state=ChangeState(row.state),
            decided_by=None if row.decided_by is None else OfficerId(row.decided_by),
            decided_at=row.decided_at,
            decided_why=row.decided_why,
        )
        for row in rows
    ]


def must_open(session: Session, papers: PaperSet, today: date, last_day: date) -> Agreement:
    """The agreement of an operation that is to be opened. Raises Refusal `agreement_incomplete` for one that
    lacks something, or that is over before the operation is."""
    agreement = agreement_of(session, papers.agreement)
    classes = parse_classes(json.loads(paper(session, papers.classes) or b"{}"))
    asked = Asked(classes=classes.order, postures=postures_known(session), today=today, last_day=last_day)
    must_be_whole(agreement, asked)
    return agreement


def postures_known(session: Session) -> Postures | None:
    """The newest published postures; None where an installation has none."""
    data = latest(session, "postures", "postures")
    return None if data is None else parse_postures(json.loads(data))


def _must_be_in_force(session: Session, operation: OperationId, base: PaperHash) -> None:
    if session.scalar(select(OperationRow.agreement).where(OperationRow.id == operation)) != base:
        raise _moved()


def _moved() -> Refusal:
    return Refusal(
        "agreement_moved",
        "The agreement was changed in the meantime. Look at the version in force, and ask again.",
    )

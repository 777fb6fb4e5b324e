"""What was said about looks that a rule had raised. Nothing is taken away: the last word on each stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.ids import AgencyCode, OfficerId, OperationId, VisitId
from fieldops.store.base import Base, Instant
from fieldops.store.directory import OfficerRow
from fieldops.store.sent import SentRow


class Verdict(StrEnum):
    """What becomes of it."""

    EXPLAINED = "explained"
    FOLLOW_UP = "follow_up"


class LookReviewRow(Base):
    """One word about what a rule had raised."""

    __tablename__ = "look_reviews"
    key: Mapped[int] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"), index=True)
    raised: Mapped[str] = mapped_column(String(32))
    verdict: Mapped[str] = mapped_column(String(16))
    why: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    said_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What was said about it, by whom and when."""

    raised: str
    verdict: Verdict
    why: str
    by: OfficerId
    at: datetime


def note_review(session: Session, operation: OperationId, said: Review) -> None:
    """Keeps a word about something raised, beside what was said before."""
    row = LookReviewRow(
        operation=operation,
        raised=said.raised,
        verdict=said.verdict.value,
        why=said.why,
        by=said.by,
        said_at=said.at,
    )
    session.add(row)
    session.flush()


def reviews(session: Session, operation: OperationId) -> dict[str, Review]:
    """The last word on each, by the key of what was raised."""
    query = select(LookReviewRow).where(LookReviewRow.operation == operation).order_by(LookReviewRow.key)
    return {
        row.raised: Review(
            raised=row.raised,
            verdict=Verdict(row.verdict),
            why=row.why,
            by=OfficerId(row.by),
            at=row.said_at,
        )
        for row in session.scalars(query)
    }


def agencies_sent(session: Session, operation: OperationId) -> dict[VisitId, set[AgencyCode]]:
    """Of which agencies somebody was ever sent to each visit."""
    query = select(SentRow.visit, OfficerRow.agency).join(OfficerRow, OfficerRow.id == SentRow.officer)
    found: dict[VisitId, set[AgencyCode]] = {}
    for visit, agency in session.execute(query.where(SentRow.operation == operation).distinct()):
        found.setdefault(VisitId(visit), set()).add(AgencyCode(agency))
    return found

"""Who was ever sent to a visit, and who ever led it: kept by the plan as it changes, and never taken away.

Reading follows today's plan. What was recorded at a visit, and the word of whoever led it then, must not hang
on where a plan sends officers tomorrow.
"""

from collections import defaultdict

from sqlalchemy import ForeignKey, Index, Select, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.ids import OfficerId, OperationId, VisitId
from fieldops.store.base import Base


class SentRow(Base):
    """An officer who is sent to a visit or once was; `led` says that they lead it or once did."""

    __tablename__ = "sent"
    __table_args__ = (Index("ix_sent_officer", "officer", "operation"),)
    visit: Mapped[str] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"), index=True)
    led: Mapped[bool]


def note_sent(session: Session, found: Select[tuple[str, str, str, bool]]) -> None:
    """Keeps who is sent now, as (visit, officer, operation, led), beside whoever was before.

    One statement, so that two who plan at once do not meet.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    query = dialect.insert(SentRow).from_select(["visit", "officer", "operation", "led"], found)
    led = or_(SentRow.led, query.excluded.led)
    session.execute(query.on_conflict_do_update(index_elements=["visit", "officer"], set_={"led": led}))


def visit_leads(session: Session, operation: OperationId) -> dict[VisitId, frozenset[OfficerId]]:
    """Who leads each visit of the operation, or ever led it: the leads of the teams that were sent."""
    query = select(SentRow.visit, SentRow.officer).where(SentRow.operation == operation, SentRow.led)
    found: dict[VisitId, set[OfficerId]] = defaultdict(set)
    for visit, officer in session.execute(query):
        found[VisitId(visit)].add(OfficerId(officer))
    return {visit: frozenset(leads) for visit, leads in found.items()}

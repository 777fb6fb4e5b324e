"""The outcome report of an operation for one reader: plain facts first, then JSON or paper made from them."""

from datetime import datetime

from sqlalchemy.orm import Session

from fieldops.domain.access import Reader
from fieldops.domain.ids import OperationId
from fieldops.reports.as_json import as_json
from fieldops.reports.facts import facts
from fieldops.reports.figures import OutcomeFacts
from fieldops.reports.gather import gather
from fieldops.reports.page.outcome_pdf import as_pdf

__all__ = ["as_json", "as_pdf", "headline", "outcome_facts"]


def outcome_facts(session: Session, reader: Reader, operation_id: OperationId, now: datetime) -> OutcomeFacts:
    """What this reader's copy of the report holds at this moment."""
    return facts(gather(session, reader, operation_id, now))


def headline(held: OutcomeFacts) -> tuple[tuple[str, str], ...]:
    """The main figures of the first page, each with its words, as this reader may have them."""
    return tuple((figure.label, figure.said) for figure in held.answer.found)

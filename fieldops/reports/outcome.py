"""The outcome report of an operation for one reader: plain facts first, then JSON or paper made from them."""

from datetime import datetime
from importlib import import_module

from sqlalchemy.orm import Session

from fieldops.domain.ids import OperationId
from fieldops.domain.who import Reader
from fieldops.reports.as_json import as_json
from fieldops.reports.facts import facts
from fieldops.reports.figures import OutcomeFacts
from fieldops.reports.gather import gather

__all__ = ["as_json", "as_pdf", "headline", "outcome_facts"]


def outcome_facts(session: Session, reader: Reader, operation_id: OperationId, now: datetime) -> OutcomeFacts:
    """What this reader's copy of the report holds at this moment."""
    return facts(gather(session, reader, operation_id, now))


def as_pdf(held: OutcomeFacts) -> bytes:
    """The report as pages of PDF.

    What draws them takes a quarter as long to load as all the rest, so it is known by name only: a server
    that comes back after a failure takes in entries before anybody wants a report.
    """
    made: bytes = import_module("fieldops.reports.page.outcome_pdf").as_pdf(held)
    return made


def headline(held: OutcomeFacts) -> tuple[tuple[str, str], ...]:
    """The main figures of the first page, each with its words, as this reader may have them."""
    return tuple((figure.label, figure.said) for figure in held.answer.found)

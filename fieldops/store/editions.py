"""Which edition of the checklist a visit is run by, when that of a running operation is replaced.

A visit stays with the edition that it began with. One that began without signal is known to have begun only
when its first entries come; so these say by which edition it did.
"""

from collections.abc import Iterable

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OperationId, PaperHash, VisitId
from fieldops.store.ledger import streams
from fieldops.store.operations import OperationRow
from fieldops.store.plans import VisitRow
from fieldops.store.published import editions
from fieldops.store.visit_papers import publish_visit_papers


def replace_checklist(session: Session, operation: OperationId, new: PaperHash) -> tuple[int, int]:
    """Run an operation by another published edition; gives how many visits stay with an earlier one, and how
    many take it. Raises Refusal `paper_missing` for one that is not published."""
    if new not in editions(session, "checklist"):
        raise Refusal("paper_missing", "This edition of the checklist is not published.", paper=new)
    row = session.get_one(OperationRow, operation)
    if row.checklist != new:
        begun = select(streams.c.scope).where(streams.c.head > 0)
        stays = update(VisitRow).where(VisitRow.operation == operation, VisitRow.checklist.is_(None))
        session.execute(stays.where(VisitRow.id.in_(begun)).values(checklist=row.checklist))
        row.checklist = new
        session.flush()
        publish_visit_papers(session, operation)
    every = select(func.count(), func.count(VisitRow.checklist)).where(VisitRow.operation == operation)
    total, stay = session.execute(every).one()
    return stay, total - stay


def begin_with(session: Session, began: Iterable[tuple[VisitId, PaperHash, int]]) -> None:
    """Keeps visits with the edition that their first entries were recorded by, where it is an earlier one.
    Each comes with how many entries it was given by them: one that had others before has begun already."""
    for visit, edition, given in began:
        held = select(func.coalesce(func.sum(streams.c.head), 0)).where(streams.c.scope == visit)
        row = session.get(VisitRow, visit)
        if row is None or row.checklist is not None or session.scalar(held) != given:
            continue
        if session.get_one(OperationRow, row.operation).checklist == edition:
            continue
        if edition in editions(session, "checklist"):
            row.checklist = edition
            session.flush()
            publish_visit_papers(session, OperationId(row.operation), {visit})

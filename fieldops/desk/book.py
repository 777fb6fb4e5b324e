"""The record of a visit, read for one reader with everything that words it."""

from sqlalchemy.orm import Session

from fieldops.desk.papers import read_wordings
from fieldops.desk.plan import Plan
from fieldops.desk.record_sheet import Book, disputed_in, replacements
from fieldops.desk.said_sheet import Teller
from fieldops.domain.access import may_do
from fieldops.domain.operation import PlannedVisit, checklist_of
from fieldops.domain.visit import fold
from fieldops.domain.who import Action, Reader
from fieldops.store.records import VisitRecord


def read_book(session: Session, reader: Reader, plan: Plan, visit: PlannedVisit, record: VisitRecord) -> Book:
    """The record with everything that words it: each entry by the checklist it was recorded under."""
    own = checklist_of(plan.operation, visit)
    schemas = {own, *(one.entry.schema for one in record.standings)}
    wordings = read_wordings(session, schemas, plan.agencies)
    checklist = wordings[own].checklist
    known = fold(record.standings, checklist.right)
    return Book(
        known=known,
        standings=record.standings,
        wordings=wordings,
        wording=wordings[own],
        teller=Teller(reader=reader, agencies=plan.agencies, offsets=record.offsets_ms, day=visit.day),
        shows_withdrawn=may_do(reader, Action.WITHDRAWN_READ),
        replaced_by=replacements(record.standings),
        disputed=disputed_in(known, checklist),
    )

"""One visit: what was recorded, by whom and when, as far as the sharing agreement gives it."""

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from fieldops.desk.book import read_book
from fieldops.desk.indicator_sheet import Scored, indicator_blocks
from fieldops.desk.layout import show_operation
from fieldops.desk.operation_sheet import STATES, stage_shown
from fieldops.desk.papers import read_classes, read_indicators, read_rates
from fieldops.desk.people_sheet import member_words
from fieldops.desk.plan import Plan, read_plan
from fieldops.desk.progress import progress_of
from fieldops.desk.record_sheet import VISIT, Book
from fieldops.desk.visit_head import head_rows
from fieldops.desk.visit_sheet import visit_sheet
from fieldops.domain.access import may_do, may_read_premises, unseen
from fieldops.domain.checklist.evaluation import Evaluation, Tables, evaluate
from fieldops.domain.exhibits import exhibits_of
from fieldops.domain.looks import LookKind
from fieldops.domain.operation import PlannedVisit
from fieldops.domain.visit import fold
from fieldops.domain.who import Action, Reader
from fieldops.store.attached import files_of
from fieldops.store.plans import roster
from fieldops.store.records import read_announced, read_visit
from fieldops.web.guard import needs
from fieldops.web.installation import now
from fieldops.web.looks import looked, record_shown, shows
from fieldops.web.transaction import reading

pages = Blueprint("visit", __name__, url_prefix="/desk/operations/<code>/visits")


@pages.get("/<name>")
@needs(Action.RECORD_READ)
@shows(LookKind.CONSULTATION)
def page(reader: Reader, code: str, name: str) -> Response:
    at = now()
    with reading() as session:
        plan = read_plan(session, reader)
        visit = plan.visit_named(name)
        record = read_visit(session, reader, visit.id)
        book = read_book(session, reader, plan, visit, record)
        tables = _tables(session, reader, plan, visit)
        evaluation = evaluate(book.checklist, book.known, tables)
        classes = read_classes(session, plan.operation)
        files = files_of(session, (one.entry.id for one in exhibits_of(book.known)))
        sheet = visit_sheet(book, evaluation, classes, record, files, request.args.get("about", VISIT))
        looked(record_shown(visit.id, record, None if sheet.whole else sheet.parts[0].subject))
        scored = Scored(
            book=book,
            indicators=read_indicators(session, plan.operation),
            own=evaluation,
            wider=_wider(session, reader, visit, book, tables),
        )
        members = roster(session, visit) if plan.told(visit) else []
    progress = progress_of(record, book.checklist)
    premises = plan.premises_of(visit)
    languages = book.wording.languages if may_read_premises(reader) else None
    people = tuple(member_words(reader, one, plan.agencies) for one in members)
    return show_operation(
        "desk/visit.html",
        reader,
        plan.operation,
        f"{premises.code} {premises.name}",
        at,
        tab="desk.visits.listing",
        code_of_premises=premises.code,
        premises_name=premises.name,
        state=STATES[stage_shown(plan, visit, progress, at)],
        summary_rows=head_rows(plan, visit, progress, people, languages),
        sheet=sheet,
        may_see_looks=may_do(reader, Action.LOOKS_READ),
        indicators=indicator_blocks(scored, [part.key for part in sheet.parts]),
    )


def _tables(session: Session, reader: Reader, plan: Plan, visit: PlannedVisit) -> Tables:
    return Tables(
        rates=read_rates(session, plan.operation),
        day=visit.day,
        sections_on=reader.agreement.sections_on,
        unseen=unseen(reader, visit.id, read_classes(session, plan.operation)),
    )


def _wider(session: Session, reader: Reader, visit: PlannedVisit, book: Book, tables: Tables) -> Evaluation:
    """The visit with the answers of which the reader may know that they exist: for the indicators alone."""
    known = fold(read_announced(session, reader, visit.id).standings, book.checklist.right)
    return evaluate(book.checklist, known, tables)

"""Every visit of an operation in one list."""

from itertools import groupby

from flask import Blueprint, Response

from fieldops.desk.layout import show_operation
from fieldops.desk.operation_sheet import KEPT_BACK, visit_lines
from fieldops.desk.plan import read_plan
from fieldops.desk.progress import read_progress, read_quarantined_by_visit
from fieldops.desk.words import day
from fieldops.domain.access import may_do
from fieldops.domain.looks import LookKind
from fieldops.domain.who import Action, Reader
from fieldops.web.guard import needs
from fieldops.web.installation import now
from fieldops.web.looks import shows
from fieldops.web.transaction import reading

pages = Blueprint("visits", __name__, url_prefix="/desk/operations/<code>/visits")


@pages.get("")
@needs(Action.VISIT_READ)
@shows(LookKind.CONSULTATION)
def listing(reader: Reader, code: str) -> Response:
    shows_quarantine = may_do(reader, Action.QUARANTINE_READ)
    at = now()
    with reading() as session:
        plan = read_plan(session, reader)
        progress = read_progress(session, reader, plan)
        quarantined = read_quarantined_by_visit(session, reader) if shows_quarantine else {}
    lines = visit_lines(plan, progress, quarantined, at)
    by_day = [
        (day(one) if one else KEPT_BACK, list(group))
        for one, group in groupby(lines, key=lambda line: line.day)
    ]
    return show_operation(
        "desk/visits.html",
        reader,
        plan.operation,
        "Visits",
        at,
        tab="desk.visits.listing",
        days=by_day,
        shows_quarantine=shows_quarantine,
    )

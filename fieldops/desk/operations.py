"""The operations one serves on, and the first page of each: what it is and how far it has come."""

from flask import Blueprint, Response

from fieldops.desk.attention import read_warnings
from fieldops.desk.layout import show, show_operation
from fieldops.desk.operation_sheet import (
    KEPT_BACK,
    STATES,
    TOLD_STAGES,
    arrival_counts,
    day_rows,
    headline,
    strike_lines,
    summary_rows,
)
from fieldops.desk.operations_sheet import operation_lines
from fieldops.desk.plan import read_plan
from fieldops.desk.progress import read_progress
from fieldops.desk.words import day
from fieldops.domain.looks import LookKind
from fieldops.domain.who import Action, Principal, Reader
from fieldops.store.operations import operations_of
from fieldops.web.guard import needs
from fieldops.web.installation import now
from fieldops.web.looks import shows, shows_nothing
from fieldops.web.transaction import reading

pages = Blueprint("operations", __name__, url_prefix="/desk/operations")


@pages.get("")
@needs(Action.OPERATION_LIST)
@shows_nothing("What operations are called and when they are held.")
def listing(who: Principal) -> Response:
    with reading() as session:
        lines = operation_lines(operations_of(session, who.officer), now())
    return show("desk/operations.html", who, "Operations", lines=lines)


@pages.get("/<code>")
@needs(Action.OPERATION_READ)
@shows(LookKind.CONSULTATION)
def page(reader: Reader, code: str) -> Response:
    at = now()
    with reading() as session:
        plan = read_plan(session, reader)
        progress = read_progress(session, reader, plan)
        warned = read_warnings(session, reader, plan.operation, at)
    return show_operation(
        "desk/operation.html",
        reader,
        plan.operation,
        plan.operation.name,
        at,
        tab="desk.operations.page",
        warned=warned,
        headline=headline(plan, progress, at),
        summary_rows=summary_rows(plan, reader.agreement),
        stages=[STATES[stage].text for stage in TOLD_STAGES],
        days=day_rows(plan, progress, at),
        arrivals=arrival_counts(progress),
        day_words=day,
        kept_back=KEPT_BACK if plan.kept_back else "",
        strikes=strike_lines(plan, progress),
    )

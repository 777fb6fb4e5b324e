"""The quarantine: what was sent and kept, but not let into the record, with the reason of each."""

from flask import Blueprint, Response

from fieldops.desk.layout import show_operation
from fieldops.desk.papers import read_classes
from fieldops.desk.plan import read_plan
from fieldops.desk.quarantine_sheet import aside_lines
from fieldops.domain.access import Action, Reader
from fieldops.store.devices import signers
from fieldops.store.quarantine import quarantined
from fieldops.web.guard import needs
from fieldops.web.installation import now
from fieldops.web.transaction import reading

pages = Blueprint("quarantine", __name__, url_prefix="/desk/operations/<code>/quarantine")


@pages.get("")
@needs(Action.QUARANTINE_READ)
def page(reader: Reader, code: str) -> Response:
    at = now()
    with reading() as session:
        plan = read_plan(session, reader)
        aside = quarantined(session, reader)
        known = signers(session, {one.signer for one in aside})
        classes = read_classes(session, plan.operation)
    return show_operation(
        "desk/quarantine.html",
        reader,
        plan.operation,
        "Quarantine",
        at,
        tab="desk.quarantine.page",
        lines=aside_lines(plan, classes, known, aside, at),
        total=len(aside),
    )

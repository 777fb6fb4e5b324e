"""The operation's report: its headline figures, and the same facts as JSON and as PDF."""

from flask import Blueprint, Response, jsonify

from fieldops.desk.layout import show_operation
from fieldops.desk.plan import read_operation_head
from fieldops.domain.looks import LookKind
from fieldops.domain.who import Action, Reader
from fieldops.reports.outcome import as_json, as_pdf, headline, outcome_facts
from fieldops.web.guard import needs
from fieldops.web.installation import now
from fieldops.web.looks import shows
from fieldops.web.transaction import reading

pages = Blueprint("report", __name__, url_prefix="/desk/operations/<code>")


@pages.get("/report")
@needs(Action.REPORT_READ)
@shows(LookKind.COMBINATION)
def page(reader: Reader, code: str) -> Response:
    at = now()
    with reading() as session:
        head = read_operation_head(session, reader)
        facts = outcome_facts(session, reader, head.id, at)
    return show_operation(
        "desk/report.html",
        reader,
        head,
        "Outcome report",
        at,
        tab="desk.report.page",
        headline=headline(facts),
    )


@pages.get("/report.json")
@needs(Action.REPORT_READ)
@shows(LookKind.COMBINATION, LookKind.DISCLOSURE)
def as_data(reader: Reader, code: str) -> Response:
    with reading() as session:
        facts = outcome_facts(session, reader, reader.operation, now())
    return _download(jsonify(as_json(facts)), f"{code}-outcome.json")


@pages.get("/report.pdf")
@needs(Action.REPORT_READ)
@shows(LookKind.COMBINATION, LookKind.DISCLOSURE)
def as_paper(reader: Reader, code: str) -> Response:
    with reading() as session:
        facts = outcome_facts(session, reader, reader.operation, now())
    return _download(Response(as_pdf(facts), mimetype="application/pdf"), f"{code}-outcome.pdf")


def _download(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

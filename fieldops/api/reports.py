"""The outcome report of an operation, as data and as pages, from what this reader may be told alone."""

from flask import Blueprint, Response, jsonify
from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.domain.looks import LookKind
from fieldops.domain.who import Action, Reader
from fieldops.reports.outcome import as_json, as_pdf, outcome_facts
from fieldops.store.operations import operation
from fieldops.web.clock import now
from fieldops.web.guard import needs
from fieldops.web.looks import shows
from fieldops.web.spoken import speaks
from fieldops.web.transaction import reading

PDF = "application/pdf"

blueprint = Blueprint("reports", __name__, url_prefix="/api/operations/<operation_id>")


@blueprint.get("/report")
@needs(Action.REPORT_READ)
@shows(LookKind.COMBINATION, LookKind.DISCLOSURE)
@speaks(gives="application/json", refuses=("reason_needed",))
def as_data(reader: Reader, operation_id: str) -> Response:
    """The outcome report as data, with the definition of every figure."""
    with reading() as session:
        facts = outcome_facts(session, reader, reader.operation, now())
    return jsonify(as_json(facts))


@blueprint.get("/report.pdf")
@needs(Action.REPORT_READ)
@shows(LookKind.COMBINATION, LookKind.DISCLOSURE)
@speaks(gives=PDF, refuses=("reason_needed",))
def as_pages(reader: Reader, operation_id: str) -> Response:
    """The same report as pages to print."""
    with reading() as session:
        facts, code = outcome_facts(session, reader, reader.operation, now()), _code(session, reader)
    name = f"outcome-{code.lower()}.pdf"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_pdf(facts), mimetype=PDF, headers=disposition)


def _code(session: Session, reader: Reader) -> str:
    found = operation(session, reader.operation)
    if found is None:
        raise Refusal("not_found", "There is no such operation.")
    return found.code

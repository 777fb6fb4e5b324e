"""An operation's history as others can check it: the checkpoint to keep, and what those who keep one say."""

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields, validate

from fieldops.desk.history_sheet import checkpoint_rows, incident_lines, restore_lines
from fieldops.desk.layout import show_operation
from fieldops.desk.plan import read_operation_head
from fieldops.domain.access import may_do
from fieldops.domain.who import Action, Reader
from fieldops.evidence.witnessing import Witness
from fieldops.store.sealed import last_checkpoint
from fieldops.store.witnessed import alarms, restores
from fieldops.web.attempts import count
from fieldops.web.body import read_body
from fieldops.web.guard import needs
from fieldops.web.installation import now, settings
from fieldops.web.looks import shows_nothing
from fieldops.web.transaction import reading
from fieldops.web.witnessing import shown_to

MOST_RECEIPTS = 2**53 - 1
KEPT = Schema.from_dict(
    {"size": fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=MOST_RECEIPTS))},
    name="KeptAtDesk",
)()

pages = Blueprint("history", __name__, url_prefix="/desk/operations/<code>/history")


@pages.get("")
@needs(Action.OPERATION_READ)
@shows_nothing("Hashes and signatures, and tablets by their number; nobody is named.")
def page(reader: Reader, code: str) -> Response:
    at = now()
    with reading() as session:
        head = read_operation_head(session, reader)
        last = last_checkpoint(session, head.id)
        ended = restores(session, head.id)
        raised = alarms(session, head.id) if may_do(reader, Action.DEVICE_READ) else []
    return show_operation(
        "desk/history.html",
        reader,
        head,
        "History",
        at,
        tab="desk.history.page",
        note=last.note if last else "",
        checkpoint_rows=checkpoint_rows(last, at),
        restored=restore_lines(ended),
        incidents=incident_lines(raised, at),
    )


@pages.get("/checkpoint.txt")
@needs(Action.OPERATION_READ)
@shows_nothing("Hashes and signatures, and tablets by their number; nobody is named.")
def note(reader: Reader, code: str) -> Response:
    with reading() as session:
        last = last_checkpoint(session, reader.operation)
    answer = Response(last.note if last else "", mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}-checkpoint.txt"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/witness")
@needs(Action.OPERATION_READ)
@shows_nothing("Hashes and signatures, and tablets by their number; nobody is named.")
def witness(reader: Reader, code: str) -> Response:
    """For the browser that shows this desk and keeps checkpoints: the newest, and that it extends those."""
    count("witness/officer", reader.officer, settings().witness_by_officer)
    asked = Witness(kept=int(str(read_body(KEPT)["size"])))
    return jsonify(shown_to(reader.operation, asked))

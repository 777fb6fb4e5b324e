"""Tablets as witnesses: the newest checkpoint with its proofs, and the alarm where two do not go together."""

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields, validate

from fieldops.api.claim_words import LOG
from fieldops.api.sync import MAX_PLACE
from fieldops.domain.ids import LogId, signer_of_log
from fieldops.domain.who import Action, Reader
from fieldops.evidence.witnessing import Witness
from fieldops.store.witnessed import Alarm, raise_alarm
from fieldops.web.body import read_body
from fieldops.web.clock import now
from fieldops.web.guard import carrier, needs
from fieldops.web.looks import shows_nothing
from fieldops.web.spoken import speaks
from fieldops.web.transaction import transaction
from fieldops.web.witnessing import now_ms, shown_to

MOST_NOTE_CHARS = 8192
SORTS = ("rewritten", "shortened", "forged", "missing", "restored")
OWN = Schema.from_dict(
    {
        "log": fields.String(required=True, validate=validate.Regexp(LOG)),
        "n": fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=MAX_PLACE)),
    },
    name="OwnEntry",
)
KEPT = Schema.from_dict(
    {
        "size": fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=MAX_PLACE)),
        "of": fields.Nested(OWN, load_default=None, allow_none=True),
    },
    name="KeptCheckpoint",
)()
INCLUSION = Schema.from_dict(
    {
        "index": fields.Integer(required=True),
        "leaf": fields.String(required=True),
        "statement": fields.String(required=True),
        "proof": fields.List(fields.String(), required=True),
    },
    name="Inclusion",
)
SHOWN = Schema.from_dict(
    {
        "note": fields.String(required=True),
        "key": fields.String(required=True),
        "vouched": fields.String(required=True),
        "proof": fields.List(fields.String(), required=True),
        "inclusion": fields.Nested(INCLUSION, required=True, allow_none=True),
        "time": fields.Integer(required=True),
    },
    name="ShownCheckpoint",
)()
ALARM = Schema.from_dict(
    {
        "sort": fields.String(required=True, validate=validate.OneOf(SORTS)),
        "kept": fields.String(required=True, validate=validate.Length(max=MOST_NOTE_CHARS)),
        "shown": fields.String(required=True, validate=validate.Length(max=MOST_NOTE_CHARS)),
    },
    name="WitnessAlarm",
)()
HEARD = Schema.from_dict({"time": fields.Integer(required=True)}, name="AlarmHeard")()

blueprint = Blueprint("witness", __name__, url_prefix="/api/sync")


@blueprint.post("/witness")
@needs(Action.ENTRY_PULL)
@shows_nothing("Hashes and signatures; nobody is named.")
@speaks(takes=KEPT, gives=SHOWN, refuses=("not_found",))
def witness(reader: Reader) -> Response:
    """The newest checkpoint, proof that it extends the one kept, and where an own receipt lies in it."""
    return jsonify(shown_to(reader.operation, _asked(reader, read_body(KEPT))))


@blueprint.post("/alarm")
@needs(Action.ENTRY_PULL)
@shows_nothing("Hashes and signatures; nobody is named.")
@speaks(takes=ALARM, gives=HEARD)
def alarm(_: Reader) -> Response:
    """A tablet says that a checkpoint does not go with the one that it kept: both notes go to the lead."""
    raised, key = Alarm(**read_body(ALARM)), carrier().key
    with transaction() as session:
        raise_alarm(session, key, raised, now())
    return jsonify(time=now_ms())


def _asked(reader: Reader, given: dict[str, object]) -> Witness:
    """Nothing is shown of a log that another signed."""
    size, of = int(str(given["size"])), given["of"]
    if not isinstance(of, dict) or signer_of_log(LogId(of["log"])) not in reader.signers:
        return Witness(kept=size)
    return Witness(kept=size, log=LogId(of["log"]), n=of["n"])

"""Officers' own sealing keys: told by each tablet, and handed on as papers to the tablets of its team."""

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields, validate

from fieldops.api.words import BASE64URL, text_field
from fieldops.domain.who import Action, Reader
from fieldops.sync import keys
from fieldops.sync.reader_keys import keep_reader_key
from fieldops.web.body import read_body
from fieldops.web.guard import carrier, needs
from fieldops.web.looks import shows_nothing
from fieldops.web.spoken import speaks
from fieldops.web.transaction import transaction

VOUCHED = Schema.from_dict(
    {
        "line": text_field(512),
        "signature": fields.String(
            required=True, validate=[validate.Length(equal=86), validate.Regexp(BASE64URL)]
        ),
    },
    name="VouchedReaderKey",
)()
KEPT = Schema.from_dict({}, name="KeptReaderKey")()

blueprint = Blueprint("reader_keys", __name__, url_prefix="/api/tablet")


@blueprint.post("/reader-key")
@needs(Action.ENTRY_PULL)
@shows_nothing("Nothing is answered, and a key is nobody's data.")
@speaks(takes=VOUCHED, gives=KEPT, refuses=("reader_key_form", "reader_key_other", "proof_failed"))
def tell_reader_key(_: Reader) -> Response:
    """Say to which key colleagues seal what this officer may read, signed by the officer's signing key. The
    first stands: what is sealed to it must open for as long as the tablet's store is there."""
    given = read_body(VOUCHED)
    line, signature = given["line"].encode("utf-8"), keys.decode(given["signature"])
    with transaction() as session:
        keep_reader_key(session, carrier().key, line, signature)
    return jsonify({})

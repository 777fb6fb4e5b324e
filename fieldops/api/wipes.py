"""Wiping an officer's store from a tablet: the lead's order, and the tablet's word that it is done."""

from flask import Blueprint, Response, jsonify, request
from marshmallow import Schema, fields, validate

from fieldops.api.words import BASE64URL, SIGNER, moment, text_field
from fieldops.domain.ids import DeviceId
from fieldops.domain.looks import LookKind
from fieldops.domain.who import Action, Reader, Through
from fieldops.domain.wipe import MAX_WORD_BYTES, read_word
from fieldops.store.wipes import SignedOrder
from fieldops.sync.wipe import Ordering, hear_word, order_wipe
from fieldops.web.attempts import count
from fieldops.web.body import read_body
from fieldops.web.clock import now
from fieldops.web.guard import needs, open_door
from fieldops.web.installation import settings
from fieldops.web.looks import looked_in, looking_at, shows
from fieldops.web.spoken import speaks
from fieldops.web.transaction import transaction

MOST_BODY_BYTES = 2 * MAX_WORD_BYTES  # the line stands in the body as text, with its quotation marks escaped
WIPE = Schema.from_dict(
    {
        "signer": fields.String(required=True, validate=validate.Regexp(SIGNER)),
        "reason": text_field(500),
        "forced": fields.Boolean(load_default=False, truthy={True}, falsy={False}),
    },
    name="Wipe",
)()
ORDERED = Schema.from_dict(
    {
        "order": fields.String(required=True),
        "signer": fields.String(required=True),
        "forced": fields.Boolean(required=True),
        "at": fields.String(required=True),
    },
    name="WipeOrdered",
)()
WORD = Schema.from_dict(
    {
        "word": fields.String(required=True, validate=validate.Length(max=MAX_WORD_BYTES)),
        "signature": fields.String(
            required=True, validate=[validate.Length(equal=86), validate.Regexp(BASE64URL)]
        ),
    },
    name="WipedWord",
)()
HEARD = Schema.from_dict({"time": fields.Integer(required=True)}, name="WipedHeard")()

blueprint = Blueprint("wipes", __name__, url_prefix="/api")


@blueprint.post("/devices/<device_id>/wipe")
@needs(Action.DEVICE_WIPE)
@shows(LookKind.ERASURE)
@speaks(takes=WIPE, gives=ORDERED, status=201, refuses=("not_found", "wipe_done"))
def order(reader: Reader, device_id: str) -> tuple[Response, int]:
    """Order that one officer's store goes from a tablet, which sends all it has first. With `forced` it goes
    at the next contact even where that fails, and what is lost then is told by number."""
    ordering = Ordering(device=DeviceId(device_id), by=reader.officer, **read_body(WIPE))
    with transaction() as session:
        made = order_wipe(session, ordering, now(), settings().server_key_seed)
        looked_in(session)
    return jsonify(order=made.id, signer=made.signer, forced=made.forced, at=moment(made.at)), 201


@blueprint.post("/tablet/wiped")
@open_door("The word is signed with the key that is gone; nothing is given out.")
@shows(LookKind.ERASURE)
@speaks(takes=WORD, gives=HEARD, refuses=("wipe_form", "proof_failed", "not_base64url", "too_many_attempts"))
def wiped() -> Response:
    """A tablet's word that a store is gone, and what went with it. To say it again changes nothing."""
    given = read_body(WORD, MOST_BODY_BYTES)
    word = read_word(given["word"].encode())
    count("wiped", f"{word.signer} {request.remote_addr}", settings().nonce_by_signer)
    with transaction() as session:
        signed = SignedOrder(line=given["word"], signature=given["signature"])
        looking_at(session, hear_word(session, word, signed, now()).operation, Through.TABLET.value)
        looked_in(session)
    return jsonify(time=int(now().timestamp() * 1000))

"""Tokens for tablets: a nonce, signed by the tablet's key, for a short bearer token.

There is no refresh token: a lost reply would make an honest tablet look like a thief. It asks anew.
"""

import secrets
from datetime import timedelta

from flask import Blueprint, Response, jsonify, request
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from fieldops.api.words import BASE64URL, SIGNER, moment, text_field
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import SignerId
from fieldops.domain.people import Signer
from fieldops.store.devices import seen, signer
from fieldops.store.sessions import keep_nonce, spend_nonce
from fieldops.sync import keys
from fieldops.web.attempts import count
from fieldops.web.body import read_body
from fieldops.web.clock import now
from fieldops.web.guard import open_door
from fieldops.web.installation import settings
from fieldops.web.looks import shows_nothing
from fieldops.web.spoken import speaks
from fieldops.web.tokens import tablet_token
from fieldops.web.transaction import transaction

PROOF_PREFIX = b"fieldops/token/1\n"
ASK = Schema.from_dict(
    {"signer": fields.String(required=True, validate=validate.Regexp(SIGNER))}, name="AskNonce"
)()
NONCE = Schema.from_dict({"nonce": fields.String(required=True)}, name="Nonce")()
PROOF = Schema.from_dict(
    {
        "signer": fields.String(required=True, validate=validate.Regexp(SIGNER)),
        "nonce": text_field(64),
        "signature": fields.String(
            required=True, validate=[validate.Length(equal=86), validate.Regexp(BASE64URL)]
        ),
    },
    name="ProveNonce",
)()
TOKEN = Schema.from_dict(
    {"token": fields.String(required=True), "expires": fields.String(required=True)}, name="TabletToken"
)()

blueprint = Blueprint("tablet_token", __name__, url_prefix="/api/tablet")


@blueprint.post("/nonce")
@open_door("A nonce is worth nothing without the key that signs it.")
@shows_nothing("A number drawn by lot, and a token.")
@speaks(takes=ASK, gives=NONCE, refuses=("too_many_attempts",))
def ask_nonce() -> Response:
    """Ask for a challenge. A signer that nobody knows gets one too, and can do nothing with it."""
    asks = read_body(ASK)["signer"]
    count("nonce", f"{asks} {request.remote_addr}", settings().nonce_by_signer)
    nonce = secrets.token_urlsafe(32)
    with transaction() as session:
        if signer(session, asks) is not None:
            keep_nonce(session, nonce, asks, now(), timedelta(seconds=settings().nonce_s))
    return jsonify(nonce=nonce)


@blueprint.post("/token")
@open_door("The signature over the nonce is the proof.")
@shows_nothing("A number drawn by lot, and a token.")
@speaks(takes=PROOF, gives=TOKEN, refuses=("proof_failed",))
def give_token() -> Response:
    """Turn a signed challenge into a bearer token. Each challenge is good once."""
    given = read_body(PROOF)
    lifetime = timedelta(seconds=settings().tablet_token_s)
    with transaction() as session:
        key = _spent(session, given)
    if key is None or not _proven(key, given):
        raise Refusal("proof_failed", "The tablet did not prove its key.")
    return jsonify(token=tablet_token(key.id, lifetime), expires=moment(now() + lifetime))


def _spent(session: Session, given: dict[str, str]) -> Signer | None:
    """The key whose open nonce this is. The nonce is spent whatever the signature then proves."""
    key = signer(session, SignerId(given["signer"]))
    spent = spend_nonce(session, given["nonce"], SignerId(given["signer"]), now())
    if key is None or not spent:
        return None
    seen(session, key.device, now())
    return key


def _proven(key: Signer, given: dict[str, str]) -> bool:
    said = PROOF_PREFIX + given["nonce"].encode("utf-8")
    return keys.verify(keys.decode(key.key), keys.decode(given["signature"]), said)

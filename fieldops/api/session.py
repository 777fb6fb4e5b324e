"""Signing in at the desk by JSON: open a session, look at it, renew it, close it."""

from flask import Blueprint, Response, jsonify, make_response, request
from marshmallow import Schema, fields

from fieldops.api.words import text_field
from fieldops.domain.who import Action, Principal, Reader
from fieldops.web.body import read_body
from fieldops.web.guard import needs, open_door
from fieldops.web.looks import shows_nothing
from fieldops.web.second_factor import check_if_due
from fieldops.web.session import close_session, csrf_token, open_session, prove, renew_session
from fieldops.web.spoken import speaks

SIGN_IN = Schema.from_dict(
    {
        "username": text_field(64),
        "password": text_field(1024),
        "second_factor": text_field(64, required=False),
    },
    name="SignIn",
)()
WHO = Schema.from_dict(
    {
        "officer": fields.String(required=True),
        "name": fields.String(required=True),
        "agency": fields.String(required=True),
    },
    name="Who",
)()
SIGNED_IN = Schema.from_dict(
    {
        "officer": fields.String(required=True),
        "name": fields.String(required=True),
        "agency": fields.String(required=True),
        "through": fields.String(required=True),
        "csrf_token": fields.String(required=True),
    },
    name="SignedIn",
)()

REFUSES = ("wrong_password", "factor_needed", "factor_wrong", "too_many_attempts", "cross_site")

blueprint = Blueprint("session", __name__, url_prefix="/api/session")


@blueprint.post("")
@open_door("The password is the proof.")
@shows_nothing("Officers are told their own name and nobody else's.")
@speaks(takes=SIGN_IN, gives=WHO, refuses=REFUSES)
def sign_in() -> Response:
    """Sign in with a username and password; sets the cookies of the session. Whoever has a second factor
    sends the code that their app shows, or a recovery code, as `second_factor`."""
    given = read_body(SIGN_IN)
    officer = prove(given["username"], given["password"], request.remote_addr or "")
    factor = check_if_due(officer.id, given.get("second_factor"))
    response = jsonify(officer=officer.id, name=officer.name, agency=officer.agency)
    open_session(response, officer, factor=factor)
    return response


@blueprint.get("")
@needs(Action.SESSION_READ)
@shows_nothing("Officers are told their own name and nobody else's.")
@speaks(gives=SIGNED_IN)
def look(who: Reader | Principal) -> Response:
    """Who is signed in, and the token that writing requests must carry as X-CSRF-TOKEN."""
    return jsonify(
        officer=who.officer, name=who.name, agency=who.agency, through=who.through, csrf_token=csrf_token()
    )


@blueprint.post("/refresh")
@open_door("The refresh cookie is the proof.")
@shows_nothing("Officers are told their own name and nobody else's.")
@speaks(status=204, refuses=("signed_out", "session_reused", "csrf_failed"))
def renew() -> Response:
    """Turn the refresh cookie into new cookies."""
    response = make_response("", 204)
    renew_session(response)
    return response


@blueprint.delete("")
@needs(Action.SESSION_READ)
@shows_nothing("Officers are told their own name and nobody else's.")
@speaks(status=204)
def sign_out(who: Reader | Principal) -> Response:
    """Close the session, on the server too."""
    response = make_response("", 204)
    close_session(response)
    return response

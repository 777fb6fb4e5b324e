"""One's own account: setting the password by a one-time link or by the present one, and one's sign-ins."""

from flask import Blueprint, Response, jsonify, request
from marshmallow import Schema, fields

from fieldops.api.accounts import DONE, done_words
from fieldops.api.words import moment, text_field
from fieldops.domain.who import Action, Principal
from fieldops.store.accounts import history
from fieldops.store.sessions import DeskSession, desk_sessions_of, end_desk_sessions
from fieldops.web.body import read_body
from fieldops.web.clock import now
from fieldops.web.guard import needs, open_door
from fieldops.web.looks import OWN_ACCOUNT, shows_nothing
from fieldops.web.session import family
from fieldops.web.set_password import change_password, set_by_link
from fieldops.web.spoken import speaks
from fieldops.web.transaction import reading, transaction

BY_LINK = Schema.from_dict({"code": text_field(128), "password": text_field(1024)}, name="SetPassword")()
BY_PASSWORD = Schema.from_dict(
    {"present": text_field(1024), "password": text_field(1024)}, name="ChangePassword"
)()
SIGNED_IN = Schema.from_dict(
    {
        "browser": fields.String(required=True),
        "address": fields.String(required=True),
        "opened_at": fields.String(required=True, allow_none=True),
        "renewed_at": fields.String(required=True),
        "this": fields.Boolean(required=True),
    },
    name="SignIns",
)
OWN = Schema.from_dict(
    {
        "sessions": fields.List(fields.Nested(SIGNED_IN), required=True),
        "history": fields.List(fields.Nested(DONE), required=True),
    },
    name="OwnAccount",
)()

blueprint = Blueprint("account", __name__, url_prefix="/api/account")


@blueprint.get("")
@needs(Action.ACCOUNT_OWN)
@shows_nothing(OWN_ACCOUNT)
@speaks(gives=OWN)
def look(who: Principal) -> Response:
    """Where one is signed in, and what was done to the account by whom."""
    with reading() as session:
        signed_in = desk_sessions_of(session, who.officer, now())
        done = history(session, who.officer)
    return jsonify(sessions=[_session(one) for one in signed_in], history=[done_words(one) for one in done])


@blueprint.post("/password-by-link")
@open_door("The one-time code is the proof.")
@shows_nothing(OWN_ACCOUNT)
@speaks(takes=BY_LINK, status=204, gives=None, refuses=("link_unknown", "password_weak", "too_many_attempts"))
def set_first() -> tuple[str, int]:
    """Set the password by a one-time code, which is then used; a refused password leaves it good."""
    given = read_body(BY_LINK)
    set_by_link(given["code"], given["password"], request.remote_addr or "")
    return "", 204


@blueprint.post("/password")
@needs(Action.ACCOUNT_OWN)
@shows_nothing(OWN_ACCOUNT)
@speaks(takes=BY_PASSWORD, status=204, refuses=("wrong_password", "password_weak", "too_many_attempts"))
def set_again(who: Principal) -> tuple[str, int]:
    """Another password. The other sign-ins end."""
    given = read_body(BY_PASSWORD)
    change_password(who.officer, given["present"], given["password"], family())
    return "", 204


@blueprint.delete("/sessions")
@needs(Action.ACCOUNT_OWN)
@shows_nothing(OWN_ACCOUNT)
@speaks(status=204)
def sign_out(who: Principal) -> tuple[str, int]:
    """Sign out everywhere else."""
    with transaction() as session:
        end_desk_sessions(session, who.officer, now(), "by_owner", but=family())
    return "", 204


def _session(one: DeskSession) -> dict[str, object]:
    return {
        "browser": one.browser,
        "address": one.address,
        "opened_at": moment(one.opened_at),
        "renewed_at": moment(one.renewed_at),
        "this": one.id == family(),
    }

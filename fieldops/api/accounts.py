"""The accounts that somebody keeps, an agency's own or all: looking, opening, one-time links, and changes."""

from flask import Blueprint, Response, jsonify, url_for
from marshmallow import Schema, fields, validate

from fieldops.api.words import moment, text_field
from fieldops.domain.access import may_appoint
from fieldops.domain.accounts import Account, Done
from fieldops.domain.ids import AgencyCode
from fieldops.domain.people import Officer
from fieldops.domain.who import Action, Principal
from fieldops.store.accounts import accounts, history
from fieldops.web.accounts import (
    Change,
    Link,
    NewAccount,
    change_account,
    link_for,
    locks,
    open_account,
    read_account,
)
from fieldops.web.body import read_body
from fieldops.web.guard import needs
from fieldops.web.looks import ACCOUNTS_APART, shows_nothing
from fieldops.web.spoken import speaks
from fieldops.web.transaction import reading, transaction

USERNAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"
AGENCY = r"^[A-Za-z0-9_-]{1,16}\Z"
NEW = Schema.from_dict(
    {
        "username": fields.String(required=True, validate=validate.Regexp(USERNAME)),
        "name": text_field(200),
        "agency": fields.String(required=True, validate=validate.Regexp(AGENCY)),
    },
    name="NewAccount",
)()
CHANGE = Schema.from_dict(
    {"change": fields.String(required=True, validate=validate.OneOf([one.value for one in Change]))},
    name="AccountChange",
)()
OFFICER = Schema.from_dict(
    {
        "id": fields.String(required=True),
        "username": fields.String(required=True),
        "name": fields.String(required=True),
        "agency": fields.String(required=True),
        "active": fields.Boolean(required=True),
        "administrator": fields.Boolean(required=True),
        "agency_administrator": fields.Boolean(required=True),
    },
    name="AccountOwner",
)
LISTED = Schema.from_dict(
    {
        "officer": fields.Nested(OFFICER, required=True),
        "has_password": fields.Boolean(required=True),
        "locked_until": fields.String(required=True, allow_none=True),
        "last_signed_in": fields.String(required=True, allow_none=True),
    },
    name="Account",
)
MANY = Schema.from_dict({"accounts": fields.List(fields.Nested(LISTED), required=True)}, name="Accounts")()
DONE = Schema.from_dict(
    {
        "at": fields.String(required=True),
        "deed": fields.String(required=True),
        "by": fields.String(required=True, allow_none=True),
        "about": fields.String(required=True),
    },
    name="AccountDone",
)
ONE = Schema.from_dict(
    {
        "officer": fields.Nested(OFFICER, required=True),
        "history": fields.List(fields.Nested(DONE), required=True),
    },
    name="OneAccount",
)()
LINK = Schema.from_dict(
    {
        "officer": fields.Nested(OFFICER, required=True),
        "code": fields.String(required=True),
        "link": fields.String(required=True),
        "expires": fields.String(required=True),
    },
    name="SetPasswordLink",
)()
OWNER = OFFICER()

blueprint = Blueprint("accounts", __name__, url_prefix="/api/accounts")


@blueprint.get("")
@needs(Action.ACCOUNT_KEEP)
@shows_nothing(ACCOUNTS_APART)
@speaks(gives=MANY)
def listing(who: Principal) -> Response:
    """The accounts that the reader keeps: of their own agency, or of all."""
    with reading() as session:
        kept = accounts(session, None if may_appoint(who) else who.agency)
        until = locks(session, [one.officer for one in kept])
    rows = [_account(one, moment(until.get(one.officer.username))) for one in kept]
    return jsonify(accounts=rows)


@blueprint.post("")
@needs(Action.ACCOUNT_KEEP)
@shows_nothing(ACCOUNTS_APART)
@speaks(takes=NEW, gives=LINK, status=201, refuses=("agency_unknown", "username_taken", "not_found"))
def add(who: Principal) -> tuple[Response, int]:
    """Open an account. Its one-time link is shown this once; its owner sets the password by it."""
    given = read_body(NEW)
    new = NewAccount(username=given["username"], name=given["name"], agency=AgencyCode(given["agency"]))
    with transaction() as session:
        made = open_account(session, who, new)
    return jsonify(_link(made)), 201


@blueprint.get("/<officer_id>")
@needs(Action.ACCOUNT_KEEP)
@shows_nothing(ACCOUNTS_APART)
@speaks(gives=ONE, refuses=("not_found",))
def look(who: Principal, officer_id: str) -> Response:
    """One account, and what was done to it by whom."""
    with reading() as session:
        owner = read_account(session, who, officer_id)
        done = history(session, owner.id)
    return jsonify(officer=officer_words(owner), history=[done_words(one) for one in done])


@blueprint.post("/<officer_id>/link")
@needs(Action.ACCOUNT_KEEP)
@shows_nothing(ACCOUNTS_APART)
@speaks(gives=LINK, status=201, refuses=("not_found", "account_not_kept", "account_ended"))
def link(who: Principal, officer_id: str) -> tuple[Response, int]:
    """Make a one-time link by which the account's owner sets a password; earlier ones are no good now."""
    with transaction() as session:
        made = link_for(session, who, officer_id)
    return jsonify(_link(made)), 201


@blueprint.post("/<officer_id>/changes")
@needs(Action.ACCOUNT_KEEP)
@shows_nothing(ACCOUNTS_APART)
@speaks(takes=CHANGE, gives=OWNER, refuses=("not_found", "account_not_kept", "not_permitted"))
def alter(who: Principal, officer_id: str) -> Response:
    """Lift a lock, sign out, end or open the account again, or say whether its owner keeps accounts."""
    change = Change(read_body(CHANGE)["change"])
    with transaction() as session:
        owner = change_account(session, who, officer_id, change)
    return jsonify(officer_words(owner))


def officer_words(officer: Officer) -> dict[str, object]:
    """Whose account it is."""
    return {
        "id": officer.id,
        "username": officer.username,
        "name": officer.name,
        "agency": officer.agency,
        "active": officer.active,
        "administrator": officer.administrator,
        "agency_administrator": officer.agency_administrator,
    }


def done_words(one: Done) -> dict[str, object]:
    """One line of a history."""
    by = None if one.by is None else one.by.id
    return {"at": moment(one.at), "deed": one.deed.value, "by": by, "about": one.about}


def _account(one: Account, locked_until: str | None) -> dict[str, object]:
    return {
        "officer": officer_words(one.officer),
        "has_password": one.has_password,
        "locked_until": locked_until,
        "last_signed_in": moment(one.last_signed_in),
    }


def _link(made: Link) -> dict[str, object]:
    return {
        "officer": officer_words(made.officer),
        "code": made.code,
        "link": url_for("desk.set_password.page", code=made.code, _external=True),
        "expires": moment(made.expires),
    }

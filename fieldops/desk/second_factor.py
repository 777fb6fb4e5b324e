"""One's own second factor: an authenticator app, security keys, recovery codes, and turning them off."""

from urllib.parse import quote

from flask import Blueprint, Response, request, url_for

from fieldops.desk.account import refusal_words
from fieldops.desk.codes import qr_picture
from fieldops.desk.forms import Fault, fault_of, faults_summary
from fieldops.desk.layout import onward, show
from fieldops.domain.errors import Refusal
from fieldops.domain.people import Officer
from fieldops.domain.totp import secret_words
from fieldops.domain.who import Action, Principal
from fieldops.store.directory import officer
from fieldops.web.guard import needs
from fieldops.web.looks import OWN_ACCOUNT, shows_nothing
from fieldops.web.problems import problem_of
from fieldops.web.second_factor import (
    begin_app,
    check_present,
    confirm_app,
    renew_codes,
    secret_of_app,
    standing,
    turn_off,
)
from fieldops.web.security_keys import add_key, ask_for_new_key
from fieldops.web.session import csrf_token, family
from fieldops.web.transaction import reading

pages = Blueprint("second_factor", __name__, url_prefix="/desk/account/second-factor")
APP, CODES = "app", "codes"


@pages.get("")
@needs(Action.ACCOUNT_OWN)
@shows_nothing(OWN_ACCOUNT)
def page(who: Principal) -> Response:
    return _page(who, ())


@pages.post("/app")
@needs(Action.ACCOUNT_OWN)
@shows_nothing(OWN_ACCOUNT)
def begin(who: Principal) -> Response:
    """Make a secret and show it, as a picture and as text."""
    return _show_app(who, begin_app(who.officer), ())


@pages.post("/app/confirm")
@needs(Action.ACCOUNT_OWN)
@shows_nothing(OWN_ACCOUNT)
def confirm(who: Principal) -> Response:
    """The app shows a code of the secret; the recovery codes are shown this once."""
    try:
        check_present(who.officer, request.form.get("password", ""))
        codes = confirm_app(who.officer, request.form.get("code", ""), family())
    except Refusal as refusal:
        fault = Fault(field=_field_of(refusal, "code"), text=refusal_words(refusal))
        return _show_app(who, secret_of_app(who.officer), (fault,), problem_of(refusal).status)
    return _show_codes(who, codes)


@pages.post("/keys/new")
@needs(Action.ACCOUNT_OWN)
@shows_nothing(OWN_ACCOUNT)
def new_key(who: Principal) -> Response:
    """Ask the browser for a key; a script on the page hands it on."""
    return _show_key(who, ())


@pages.post("/keys")
@needs(Action.ACCOUNT_OWN)
@shows_nothing(OWN_ACCOUNT)
def add(who: Principal) -> Response:
    """Add the key that the browser made."""
    form = request.form
    try:
        check_present(who.officer, form.get("password", ""))
        codes = add_key(who.officer, family(), form.get("name", ""), form.get("credential", ""))
    except Refusal as refusal:
        fault = Fault(field=_field_of(refusal, "name"), text=refusal_words(refusal))
        return _show_key(who, (fault,), problem_of(refusal).status)
    return _show_codes(who, codes) if codes else onward(url_for("desk.second_factor.page", done="yes"))


@pages.post("/change")
@needs(Action.ACCOUNT_OWN)
@shows_nothing(OWN_ACCOUNT)
def change(who: Principal) -> Response:
    """Turn one off, or make new recovery codes, for whoever shows the password again."""
    what, password = request.form.get("what", ""), request.form.get("password", "")
    if not what:
        return _page(who, (Fault(field="what", text="Choose what to change"),), 400)
    try:
        if what == CODES:
            return _show_codes(who, renew_codes(who.officer, password))
        turn_off(who.officer, password, None if what == APP else what)
    except Refusal as refusal:
        return _page(who, (Fault(field="password", text=refusal_words(refusal)),), problem_of(refusal).status)
    return onward(url_for("desk.second_factor.page", done="yes"))


def _field_of(refusal: Refusal, otherwise: str) -> str:
    return "password" if refusal.code == "wrong_password" else otherwise


def _own(who: Principal) -> Officer:
    with reading() as session:
        found = officer(session, who.officer)
    assert found is not None
    return found


def _page(who: Principal, faults: tuple[Fault, ...], status: int = 200) -> Response:
    with reading() as session:
        has = standing(session, who.officer)
    return show(
        "desk/second_factor.html",
        who,
        "Second factor" if not faults else "Error: Second factor",
        status,
        has=has,
        own=_own(who),
        csrf=csrf_token(),
        due="due" in request.args and not has.has,
        again="due" in request.args and has.has,
        done="done" in request.args,
        summary=faults_summary(faults),
        what_fault=fault_of(faults, "what"),
        password_fault=fault_of(faults, "password"),
    )


def _show_app(who: Principal, secret: bytes, faults: tuple[Fault, ...], status: int = 200) -> Response:
    own, words = _own(who), secret_words(secret)
    label = quote(f"Fieldops:{own.username}")
    address = f"otpauth://totp/{label}?secret={words.replace(' ', '')}&issuer=Fieldops"
    return show(
        "desk/second_factor_app.html",
        who,
        "Add an authenticator app" if not faults else "Error: Add an authenticator app",
        status,
        secret=words,
        address=address,
        picture=qr_picture(address, "The secret for the authenticator app as a QR code"),
        own=own,
        csrf=csrf_token(),
        summary=faults_summary(faults),
        code_fault=fault_of(faults, "code"),
        password_fault=fault_of(faults, "password"),
    )


def _show_key(who: Principal, faults: tuple[Fault, ...], status: int = 200) -> Response:
    own = _own(who)
    return show(
        "desk/second_factor_key.html",
        who,
        "Add a security key" if not faults else "Error: Add a security key",
        status,
        own=own,
        options=ask_for_new_key(own, family()),
        given=request.form,
        csrf=csrf_token(),
        summary=faults_summary(faults),
        name_fault=fault_of(faults, "name"),
        password_fault=fault_of(faults, "password"),
    )


def _show_codes(who: Principal, codes: tuple[str, ...]) -> Response:
    return show("desk/second_factor_codes.html", who, "Your recovery codes", codes=codes)

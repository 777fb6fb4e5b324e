"""The second step of signing in, for whoever has a second factor."""

from flask import Blueprint, Response, request, url_for

from fieldops.desk.account import refusal_words
from fieldops.desk.forms import (
    Fault,
    back_to,
    fault_of,
    faults_summary,
    form_token,
    from_our_page,
    keep_form_token,
)
from fieldops.desk.layout import show
from fieldops.desk.sign_in import inside
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OfficerId
from fieldops.domain.people import Officer
from fieldops.store.directory import officer
from fieldops.web.guard import open_door
from fieldops.web.half_signed_in import end_half_of_request, half_of_request
from fieldops.web.looks import OWN_ACCOUNT, shows_nothing
from fieldops.web.problems import problem_of
from fieldops.web.second_factor import Standing, check_code, standing
from fieldops.web.security_keys import ask_for_key, check_key
from fieldops.web.transaction import reading

pages = Blueprint("sign_in_second", __name__, url_prefix="/desk/sign-in/second")
TITLE = "Show that it is you"


@pages.get("")
@open_door("The password was shown; the cookie of that is the proof.")
@shows_nothing(OWN_ACCOUNT)
def page() -> Response:
    return _form((), 200)


@pages.post("")
@open_door("The second factor is the proof, beside the password that was shown.")
@shows_nothing(OWN_ACCOUNT)
def enter() -> Response:
    half = half_of_request()
    if not from_our_page(request):
        return _form((Fault(field="code", text="This page was open for too long. Try again"),), 400)
    code, credential = request.form.get("code", "").strip(), request.form.get("credential", "")
    if not code and not credential:
        return _form((Fault(field="code", text="Enter the code that your app shows"),), 400)
    try:
        if credential:
            check_key(half, credential)
        else:
            check_code(half.officer, code)
    except Refusal as refusal:
        return _form((Fault(field="code", text=refusal_words(refusal)),), problem_of(refusal).status)
    return _enter(half.officer)


def _enter(owner: OfficerId) -> Response:
    known, _ = _whose(owner)
    response = inside(known, back_to(request.form.get("next", "")), factor=True)
    end_half_of_request(response)
    return response


def _whose(owner: OfficerId) -> tuple[Officer, Standing]:
    with reading() as session:
        known, has = officer(session, owner), standing(session, owner)
    if known is None or not known.active:
        raise Refusal("signed_out", "Sign in again.")
    return known, has


def _form(faults: tuple[Fault, ...], status: int) -> Response:
    half = half_of_request()
    _, has = _whose(half.officer)
    token = form_token(request)
    given = request.form if request.method == "POST" else request.args
    response = show(
        "desk/sign_in_second.html",
        None,
        TITLE if not faults else f"Error: {TITLE}",
        status,
        form_token=token,
        next=back_to(given.get("next", "")),
        has=has,
        options=ask_for_key(half.challenge, has.keys) if has.keys else "",
        back=url_for("desk.sign_in.page"),
        summary=faults_summary(faults),
        code_fault=fault_of(faults, "code"),
    )
    return keep_form_token(response, token)

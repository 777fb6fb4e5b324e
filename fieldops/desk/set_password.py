"""Setting a password by a one-time link, before anybody is signed in."""

from flask import Blueprint, Response, request, url_for

from fieldops.desk.account import refusal_words
from fieldops.desk.forms import (
    Fault,
    fault_of,
    faults_summary,
    form_token,
    from_our_page,
    keep_form_token,
)
from fieldops.desk.layout import onward, show
from fieldops.domain.errors import Refusal
from fieldops.domain.people import Officer
from fieldops.web.guard import open_door
from fieldops.web.looks import shows_nothing
from fieldops.web.problems import problem_of
from fieldops.web.set_password import look_at_link, set_by_link

pages = Blueprint("set_password", __name__, url_prefix="/desk/set-password")
TITLE = "Set your password"


@pages.get("")
@open_door("The one-time link is the proof; without one it asks for the code.")
@shows_nothing("Whoever holds a link is told whose it is, and nothing else.")
def page() -> Response:
    """Whose link it is. Looking does not use it, for some programs open each link that is sent."""
    code = request.args.get("code", "").strip()
    if not code:
        return _form(None, "", ())
    try:
        return _form(look_at_link(code, request.remote_addr or ""), code, ())
    except Refusal as refusal:
        return _form(
            None, "", (Fault(field="code", text=refusal_words(refusal)),), problem_of(refusal).status
        )


@pages.post("")
@open_door("The one-time code is the proof.")
@shows_nothing("Whoever holds a link is told whose it is, and nothing else.")
def put() -> Response:
    """Set the password and lead to the sign-in, so that it is tried at once."""
    code, password = request.form.get("code", "").strip(), request.form.get("password", "")
    if not from_our_page(request):
        return _form(None, "", (Fault(field="code", text="This page was open for too long. Try again"),), 400)
    if not code:
        return _form(None, "", (Fault(field="code", text="Enter the code that you were given"),), 400)
    try:
        owner = set_by_link(code, password, request.remote_addr or "")
    except Refusal as refusal:
        return _refused(code, refusal)
    return onward(url_for("desk.sign_in.page", username=owner.username, set="yes"))


def _refused(code: str, refusal: Refusal) -> Response:
    status = problem_of(refusal).status
    if refusal.code != "password_weak":
        return _form(None, "", (Fault(field="code", text=refusal_words(refusal)),), status)
    owner = look_at_link(code, request.remote_addr or "")
    return _form(owner, code, (Fault(field="password", text=refusal_words(refusal)),), status)


def _form(owner: Officer | None, code: str, faults: tuple[Fault, ...], status: int = 200) -> Response:
    token = form_token(request)
    response = show(
        "desk/set_password.html",
        None,
        TITLE if not faults else f"Error: {TITLE}",
        status,
        form_token=token,
        owner=owner,
        code=code,
        summary=faults_summary(faults),
        code_fault=fault_of(faults, "code"),
        password_fault=fault_of(faults, "password"),
    )
    return keep_form_token(response, token)

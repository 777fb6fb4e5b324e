"""Signing in and out. What is wrong with a sign-in is never said so exactly that names could be tried."""

from flask import Blueprint, Response, request, url_for

from fieldops.desk.forms import (
    Fault,
    back_to,
    fault_of,
    faults_summary,
    form_token,
    from_our_page,
    keep_form_token,
)
from fieldops.desk.layout import onward, show
from fieldops.desk.words import count
from fieldops.domain.errors import Refusal
from fieldops.domain.people import Officer
from fieldops.domain.who import Action, Principal
from fieldops.store.accounts import history
from fieldops.web.guard import needs, open_door
from fieldops.web.half_signed_in import begin_half
from fieldops.web.looks import shows_nothing
from fieldops.web.problems import problem_of
from fieldops.web.second_factor import shows_second_factor
from fieldops.web.session import close_session, open_session, prove
from fieldops.web.transaction import reading

pages = Blueprint("sign_in", __name__, url_prefix="/desk")


@pages.get("/sign-in")
@open_door("Nobody is signed in yet when they sign in.")
@shows_nothing("Officers are told their own name and nobody else's.")
def page() -> Response:
    return _form(())


@pages.post("/sign-in")
@open_door("The password is the proof.")
@shows_nothing("Officers are told their own name and nobody else's.")
def enter() -> Response:
    faults = form_faults(request.form.get("username", ""), request.form.get("password", ""))
    if not from_our_page(request):
        faults = (Fault(field="username", text="This page was open for too long. Sign in again."),)
    if faults:
        return _form(faults, 400)
    next_page = back_to(request.form.get("next", ""))
    username, password = request.form["username"], request.form["password"]
    try:
        officer = prove(username, password, request.remote_addr or "")
    except Refusal as refusal:
        return _form((refusal_fault(refusal),), problem_of(refusal).status)
    if shows_second_factor(officer.id):
        second = onward(url_for("desk.sign_in_second.page", next=next_page))
        begin_half(second, officer.id)
        return second
    return inside(officer, next_page, factor=False)


def inside(officer: Officer, next_page: str, *, factor: bool) -> Response:
    """Sign in. What others did to the account comes before anything else."""
    with reading() as session:
        untold = history(session, officer.id, untold=True)
    first = url_for("desk.account.news", next=next_page) if untold else next_page
    response = onward(first)
    open_session(response, officer, factor=factor)
    return response


@pages.post("/sign-out")
@needs(Action.SESSION_READ)
@shows_nothing("Officers are told their own name and nobody else's.")
def leave(who: Principal) -> Response:
    """Sign out on this browser; the session is closed on the server too."""
    outside = onward(url_for("desk.start.page"))
    close_session(outside)
    return outside


def form_faults(username: str, password: str) -> tuple[Fault, ...]:
    """What must be filled in first."""
    faults = []
    if not username.strip():
        faults.append(Fault(field="username", text="Enter your user name"))
    if not password:
        faults.append(Fault(field="password", text="Enter your password"))
    return tuple(faults)


def refusal_fault(refusal: Refusal) -> Fault:
    """A refused sign-in in the words of the form."""
    wait = refusal.facts.get("retry_after_s")
    if isinstance(wait, int):
        minutes = max(1, -(-wait // 60))
        return Fault(
            field="username",
            text=f"There were too many tries to sign in. Try again in {count(minutes, 'minute')}, "
            "or ask whoever keeps your agency's accounts to lift the lock.",
        )
    return Fault(field="username", text=refusal.sentence)


def _form(faults: tuple[Fault, ...], status: int = 200) -> Response:
    token = form_token(request)
    given = request.form if request.method == "POST" else request.args
    response = show(
        "desk/sign_in.html",
        None,
        "Sign in" if not faults else "Error: Sign in",
        status,
        form_token=token,
        username=given.get("username", ""),
        next=back_to(given.get("next", "")),
        is_set="set" in request.args,
        summary=faults_summary(faults),
        username_fault=fault_of(faults, "username"),
        password_fault=fault_of(faults, "password"),
    )
    return keep_form_token(response, token)

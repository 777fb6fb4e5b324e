"""One's own account: where one is signed in, the password, and what others did to it."""

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from fieldops.desk.accounts_sheet import done_lines, factor_words, mark_of, session_lines
from fieldops.desk.forms import Fault, back_to, fault_of, faults_summary
from fieldops.desk.layout import onward, show
from fieldops.desk.words import count
from fieldops.domain.errors import Refusal
from fieldops.domain.who import Action, Principal
from fieldops.store.accounts import history, told
from fieldops.store.directory import officer
from fieldops.store.sessions import desk_sessions_of, end_desk_session, end_desk_sessions
from fieldops.web.guard import needs
from fieldops.web.installation import now
from fieldops.web.looks import OWN_ACCOUNT, shows_nothing
from fieldops.web.problems import problem_of
from fieldops.web.second_factor import standing
from fieldops.web.session import csrf_token, family
from fieldops.web.set_password import change_password
from fieldops.web.transaction import reading, transaction

pages = Blueprint("account", __name__, url_prefix="/desk/account")
EVERYWHERE_ELSE = "others"
DONE = {
    "password": "Your password is changed. Your other sign-ins are ended.",
    "sessions": "Signed out there.",
}


@pages.get("")
@needs(Action.ACCOUNT_OWN)
@shows_nothing(OWN_ACCOUNT)
def page(who: Principal) -> Response:
    at = now()
    with reading() as session:
        own = officer(session, who.officer)
        signed_in = desk_sessions_of(session, who.officer, at)
        done = history(session, who.officer)
        factor = standing(session, who.officer)
    assert own is not None
    return show(
        "desk/account.html",
        who,
        "Your account",
        own=own,
        factor=factor_words(factor),
        has_factor=factor.has,
        sessions=session_lines(signed_in, family(), at),
        lines=done_lines(done, at),
        csrf=csrf_token(),
        success=DONE.get(request.args.get("done", ""), ""),
    )


@pages.post("/sessions")
@needs(Action.ACCOUNT_OWN)
@shows_nothing(OWN_ACCOUNT)
def sign_out(who: Principal) -> Response:
    """End one sign-in by its mark, or every other than this."""
    wanted = request.form.get("session", "")
    with transaction() as session:
        if wanted == EVERYWHERE_ELSE:
            end_desk_sessions(session, who.officer, now(), "by_owner", but=family())
        for one in _marked(session, who, wanted):
            end_desk_session(session, one, now(), "by_owner")
    return onward(url_for("desk.account.page", done="sessions"))


@pages.get("/password")
@needs(Action.ACCOUNT_OWN)
@shows_nothing(OWN_ACCOUNT)
def ask(who: Principal) -> Response:
    return _ask(who, ())


@pages.post("/password")
@needs(Action.ACCOUNT_OWN)
@shows_nothing(OWN_ACCOUNT)
def change(who: Principal) -> Response:
    """Another password, for who shows the present one."""
    present, fresh = request.form.get("present", ""), request.form.get("password", "")
    if not present:
        return _ask(who, (Fault(field="present", text="Enter your present password"),))
    try:
        change_password(who.officer, present, fresh, family())
    except Refusal as refusal:
        field = "password" if refusal.code == "password_weak" else "present"
        return _ask(who, (Fault(field=field, text=refusal_words(refusal)),), problem_of(refusal).status)
    return onward(url_for("desk.account.page", done="password"))


@pages.get("/news")
@needs(Action.ACCOUNT_OWN)
@shows_nothing(OWN_ACCOUNT)
def news(who: Principal) -> Response:
    """What others did to the account since its owner was last told."""
    at = now()
    with reading() as session:
        lines = done_lines(history(session, who.officer, untold=True), at)
    onward_to = back_to(request.args.get("next", ""))
    return show("desk/account_news.html", who, "Your account", lines=lines, next=onward_to, csrf=csrf_token())


@pages.post("/news")
@needs(Action.ACCOUNT_OWN)
@shows_nothing(OWN_ACCOUNT)
def read(who: Principal) -> Response:
    """The owner has read it."""
    with transaction() as session:
        told(session, who.officer)
    return onward(back_to(request.form.get("next", "")))


def refusal_words(refusal: Refusal) -> str:
    """A refusal in the words of a form, with the wait where it is known."""
    wait = refusal.facts.get("retry_after_s")
    if isinstance(wait, int):
        minutes = max(1, -(-wait // 60))
        return f"There were too many tries. Try again in {count(minutes, 'minute')}"
    return refusal.sentence


def _marked(session: Session, who: Principal, mark: str) -> list[str]:
    return [one.id for one in desk_sessions_of(session, who.officer, now()) if mark_of(one.id) == mark]


def _ask(who: Principal, faults: tuple[Fault, ...], status: int = 400) -> Response:
    with reading() as session:
        own = officer(session, who.officer)
    assert own is not None
    return show(
        "desk/account_password.html",
        who,
        "Change your password" if not faults else "Error: Change your password",
        status if faults else 200,
        own=own,
        csrf=csrf_token(),
        summary=faults_summary(faults),
        present_fault=fault_of(faults, "present"),
        password_fault=fault_of(faults, "password"),
    )

"""Asks why somebody looks, before they are shown what only a reason opens; the log keeps what they say."""

from flask import Blueprint, Response, request

from fieldops.desk.forms import Fault, back_to, fault_of, faults_summary
from fieldops.desk.layout import onward, show_operation
from fieldops.desk.plan import read_operation_head
from fieldops.domain.look_rules import LookRules
from fieldops.domain.who import Action, Reader
from fieldops.store.accesslog import forget_reasons, look_rules, say_reason
from fieldops.web.guard import needs
from fieldops.web.installation import now
from fieldops.web.looks import BECAUSE, MOST_REASON, about_key, desk_sign_in, reason_in, shows_nothing
from fieldops.web.session import csrf_token
from fieldops.web.transaction import reading, transaction

pages = Blueprint("reason", __name__, url_prefix="/desk/operations/<code>/reason")
MOST_ABOUT = 200


@pages.get("")
@needs(Action.OPERATION_READ)
@shows_nothing("It asks for a reason, and nothing is shown yet.")
def ask(reader: Reader, code: str) -> Response:
    return _ask(reader, request.args.get("about", ""), request.args.get("because", ""), ())


@pages.post("")
@needs(Action.OPERATION_READ)
@shows_nothing("It takes a reason down and leads on.")
def say(reader: Reader, code: str) -> Response:
    """Remember the reason for this sign-in, and lead to what was asked for."""
    form = request.form
    reason, about = reason_in(form.get("reason", "")), form.get("about", "")[:MOST_ABOUT]
    if reason is None:
        text = f"Say in {MOST_REASON} characters or fewer why you look"
        return _ask(reader, about, form.get("because", ""), (Fault(field="reason", text=text),))
    with transaction() as session:
        forget_reasons(session, now() - look_rules(session).remembered)
        say_reason(session, desk_sign_in(), about_key(reader.operation, about), reason, now())
    return onward(back_to(form.get("next", "")))


def _ask(reader: Reader, about: str, because: str, faults: tuple[Fault, ...]) -> Response:
    with reading() as session:
        head, rules = read_operation_head(session, reader), look_rules(session)
    return show_operation(
        "desk/reason.html",
        reader,
        head,
        "Why do you look at this?",
        now(),
        csrf=csrf_token(),
        about=about[:MOST_ABOUT],
        because=_known(because, rules),
        next=back_to(request.values.get("next", "")),
        given=request.form.get("reason", ""),
        minutes=int(rules.remembered.total_seconds() // 60),
        summary=faults_summary(faults),
        reason_fault=fault_of(faults, "reason"),
    )


def _known(because: str, rules: LookRules) -> list[str]:
    """What of this is in our own words: nobody else's stand on the page."""
    ours = {*BECAUSE, *(rules.reasons or {}).values()}
    return [one for one in because.split("; ") if one in ours]

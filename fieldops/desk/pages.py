"""The desk put together: page files, templates, headers, and how a refusal is shown as a page."""

from pathlib import Path

from flask import Blueprint, Flask, Response, request, url_for
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from fieldops.desk import (
    account,
    accounts,
    agreement,
    agreement_edit,
    carried,
    devices,
    exhibit,
    history,
    looks,
    map_page,
    missing,
    operations,
    people,
    quarantine,
    reason,
    report,
    retention,
    roles,
    second_factor,
    set_password,
    sign_in,
    sign_in_second,
    start,
    strikes,
    visit,
    visits,
    wipes,
)
from fieldops.desk.forms import back_to
from fieldops.desk.headers import guard_page
from fieldops.desk.layout import onward, show
from fieldops.domain.errors import Refusal
from fieldops.web.problems import problem_of
from fieldops.web.session import renew_session

KEEP_BODY = 307  # a redirect after which the browser sends the same form again

desk = Blueprint("desk", __name__, static_folder="static", static_url_path="/desk/static")
desk.jinja_loader = ChoiceLoader(
    [
        FileSystemLoader(Path(__file__).parent / "templates"),
        PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
    ]
)
ROOMS = (
    start,
    sign_in,
    sign_in_second,
    set_password,
    account,
    second_factor,
    accounts,
    operations,
    visits,
    visit,
    exhibit,
    map_page,
    strikes,
    report,
    history,
    agreement,
    agreement_edit,
    people,
    roles,
    devices,
    wipes,
    quarantine,
    retention,
    carried,
    reason,
    looks,
    missing,
)
for room in ROOMS:
    desk.register_blueprint(room.pages)
desk.after_request(guard_page)


@desk.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    """A refusal as a page. A session that ran out is renewed on the way, or leads to the sign-in page."""
    if refusal.code == "session_expired":
        return _renewed()
    if refusal.code in {"signed_out", "session_reused"}:
        return _to_sign_in()
    if refusal.code == "factor_due":
        return onward(url_for("desk.second_factor.page", due="yes"))
    if refusal.code == "reason_needed" and request.view_args and request.method == "GET":
        return _to_reason(refusal, str(request.view_args["code"]))
    problem = problem_of(refusal)
    return show("desk/refused.html", None, problem.title, problem.status, problem=problem)


def _to_reason(refusal: Refusal, code: str) -> Response:
    """To the page that asks why; from there it goes on to where one was."""
    about, because = str(refusal.facts["about"]), str(refusal.facts["because"])
    onto = back_to(_asked_for())
    return onward(url_for("desk.reason.ask", code=code, about=about, because=because, next=onto))


def _asked_for() -> str:
    return request.full_path if request.query_string else request.path


def _renewed() -> Response:
    again = onward(_asked_for(), KEEP_BODY)
    try:
        renew_session(again)
    except Refusal:
        return _to_sign_in()
    return again


def _to_sign_in() -> Response:
    return onward(url_for("desk.sign_in.page", next=back_to(request.path)))


def add_desk(app: Flask) -> None:
    """Put the desk's pages into the app."""
    app.register_blueprint(desk)

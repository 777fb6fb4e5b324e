"""The frame round every page: who is signed in, where one is, the marking and the time the page was drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, render_template, url_for

from fieldops.desk.words import moment
from fieldops.domain.access import may_do
from fieldops.domain.operation import Operation
from fieldops.domain.who import Action, Principal, Reader
from fieldops.web.installation import settings
from fieldops.web.session import csrf_token

# The pages of one operation, in the order of its navigation: endpoint, words, and what its door needs.
TABS = (
    ("desk.operations.page", "Overview", Action.OPERATION_READ),
    ("desk.visits.listing", "Visits", Action.VISIT_READ),
    ("desk.map.page", "Map", Action.VISIT_READ),
    ("desk.strikes.page", "Strikes", Action.STRIKE_READ),
    ("desk.report.page", "Report", Action.REPORT_READ),
    ("desk.history.page", "History", Action.OPERATION_READ),
    ("desk.agreement.page", "Agreement", Action.AGREEMENT_READ),
    ("desk.people.page", "People", Action.OPERATION_READ),
    ("desk.devices.page", "Tablets", Action.DEVICE_READ),
    ("desk.quarantine.page", "Quarantine", Action.QUARANTINE_READ),
    ("desk.retention.page", "Retention", Action.RETENTION_READ),
    ("desk.looks.mine", "Look-ups", Action.OWN_LOOKS_READ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Whom the head of the page names, and the token its sign-out form carries."""

    name: str
    agency: str
    form_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One link of an operation's navigation."""

    href: str
    text: str
    current: bool


def onward(address: str, status: int = 303) -> Response:
    """Lead the browser to another page; 303 makes it ask for that page, whatever it had sent."""
    response = make_response("", status)
    response.headers["Location"] = address
    return response


def show(
    template: str, who: Reader | Principal | None, title: str, status: int = 200, **facts: object
) -> Response:
    """Draw a page. `title` is its heading and stands in the browser's tab; `facts` are the page's own."""
    signed_in = None
    navigation: list[dict[str, object]] = []
    if who is not None:
        signed_in = SignedIn(name=who.name, agency=who.agency, form_token=csrf_token())
        navigation.append({"href": url_for("desk.operations.listing"), "text": "Operations"})
        if may_do(who, Action.ACCOUNT_KEEP):
            navigation.append({"href": url_for("desk.accounts.listing"), "text": "Accounts"})
    page = render_template(template, signed_in=signed_in, navigation=navigation, title=title, **facts)
    return make_response(page, status)


def show_operation(
    template: str, reader: Reader, operation: Operation, title: str, now: datetime, **facts: object
) -> Response:
    """Draw one of an operation's pages: its navigation, its marking, and the time everything was read.

    The fact `tab` is the endpoint whose tab is marked; with a `summary` of faults the page is a 400.
    """
    return show(
        template,
        reader,
        title,
        400 if facts.get("summary") else 200,
        operation=operation,
        tabs=tabs(reader, operation.code, str(facts.pop("tab", ""))),
        marking=reader.agreement.marking,
        as_of=moment(now).text,
        witness_every_s=settings().desk_witness_s,
        **facts,
    )


def tabs(reader: Reader, code: str, current: str) -> Sequence[Tab]:
    """The pages of an operation whose doors open for this reader; `current` is the endpoint one is on."""
    return [
        Tab(href=url_for(endpoint, code=code), text=text, current=endpoint == current)
        for endpoint, text, action in TABS
        if may_do(reader, action)
    ]

"""Before a record that asks for it the desk asks why, once for a while; without JavaScript."""

from urllib.parse import parse_qs, urlsplit

from werkzeug.test import TestResponse

from fieldops.store.accesslog import looks_since
from tests.api.test_access_log import CANARY, kept
from tests.desk.pen import pen
from tests.desk.reading import Visitor, at_the_desk, read
from tests.support.station import OPERATION, Station

HERE = "/desk/operations/BOBBIN"
MAYA = "worker:" + "m" * 16
VISIT_PAGE = f"{HERE}/visits/P04"


def asked(visitor: Visitor, path: str) -> str:
    """The address of the page that asks why, to which this one led."""
    answer = visitor.client.get(path)
    assert answer.status_code == 303
    assert answer.location.startswith(f"{HERE}/reason?")
    return str(answer.location)


def say(visitor: Visitor, page: str, reason: str) -> TestResponse:
    return visitor.send(f"{HERE}/reason", page=page, reason=reason)


def test_the_reason_leads_to_the_page_and_stands_for_a_quarter_of_an_hour(station: Station) -> None:
    kept(station)
    lead = at_the_desk(station, "lead", why="")
    page = asked(lead, VISIT_PAGE)
    assert "what a worker said" in lead.open(page).text
    onward = say(lead, page, "preparing the referral")
    assert (onward.status_code, onward.location) == (303, VISIT_PAGE)
    assert CANARY in lead.open(VISIT_PAGE).text
    station.clock.forward(minutes=14)
    assert CANARY in lead.open(f"{VISIT_PAGE}?about=all").text
    station.clock.forward(minutes=2)
    asked(lead, VISIT_PAGE)
    with station.store() as session:
        reasons = [one.reason for one in looks_since(session, OPERATION, 0) if one.door == "desk.visit.page"]
    assert reasons == ["preparing the referral"] * 2


def test_without_a_reason_nothing_opens_and_the_page_says_so(station: Station) -> None:
    kept(station)
    lead = at_the_desk(station, "lead", why="")
    page = asked(lead, VISIT_PAGE)
    told = read(say(lead, page, " "), 400).text
    assert "There is a problem" in told
    assert CANARY not in told
    asked(lead, VISIT_PAGE)


def test_a_reason_for_one_sign_in_opens_nothing_in_another(station: Station) -> None:
    kept(station)
    one, other = (at_the_desk(station, "lead", why="") for _ in range(2))
    say(one, asked(one, VISIT_PAGE), "preparing the referral")
    assert CANARY in one.open(VISIT_PAGE).text
    asked(other, VISIT_PAGE)


def test_a_reason_for_the_report_is_asked_before_it_leaves(station: Station) -> None:
    lead = at_the_desk(station, "lead", why="")
    page = asked(lead, f"{HERE}/report.pdf")
    assert "a disclosure" in lead.open(page).text
    say(lead, page, "for the debrief")
    assert lead.client.get(f"{HERE}/report.pdf").data.startswith(b"%PDF-")
    assert lead.client.get(f"{HERE}/report.json").status_code == 200


def test_the_page_says_nobody_else_s_words_and_leads_nowhere_else(station: Station) -> None:
    lead = at_the_desk(station, "lead", why="")
    page = f"{HERE}/reason?about=x&because=Call+0900+now&next=https://elsewhere.example/"
    assert "0900" not in lead.open(page).text
    assert say(lead, page, "only looking").location == "/desk/operations"


def test_the_address_of_the_page_holds_no_personal_data(station: Station) -> None:
    kept(station)
    told = parse_qs(urlsplit(asked(at_the_desk(station, "lead", why=""), VISIT_PAGE)).query)
    assert set(told) == {"about", "because", "next"}
    assert CANARY not in str(told)


def test_one_workers_part_is_a_look_at_that_worker_and_no_made_up_one_opens_it(station: Station) -> None:
    police = pen(station, "police")
    police.write("START-03", "entered")
    police.write("worker", {"label": "W1-1"}, kind="worker", subject=MAYA)
    police.write("WK4-01", CANARY, subject=MAYA)
    police.send()
    lead = at_the_desk(station, "lead", why="")
    asked(lead, f"{VISIT_PAGE}?about=worker:aaaaaaaaaaaaaaaa")
    page = asked(lead, VISIT_PAGE)
    say(lead, page, "preparing the referral")
    (part,) = {link.partition("#")[0] for link in lead.open(VISIT_PAGE).links if "about=worker-" in link}
    assert CANARY in lead.open(f"{VISIT_PAGE}?{part.partition('?')[2]}").text
    with station.store() as session:
        last = looks_since(session, OPERATION, 0)[-1]
    assert (last.shown.person, last.shown.entries) == (MAYA, 2)

"""The pages of an operation: each opens to those whom its door admits, and says what the server holds."""

import json
import re

from fieldops.store.directory import deactivate
from fieldops.store.published import publish
from tests.desk.pen import pen
from tests.desk.reading import at_the_desk, every_page, read
from tests.support.station import Station, TabletAtHand, officer_id

HERE = "/desk/operations/BOBBIN"
COMMANDED = ("devices", "devices/new", "quarantine", "bundle", "looks/review")
FOR_COMMAND = {f"{HERE}/{page}" for page in COMMANDED}


def test_the_lead_may_open_every_page(station: Station) -> None:
    visitor = at_the_desk(station, "lead")
    for path in every_page("BOBBIN", "P04"):
        assert visitor.open(path).text


def test_a_partner_may_open_all_but_the_tablets_and_the_quarantine(station: Station) -> None:
    visitor = at_the_desk(station, "partner")
    for path in every_page("BOBBIN", "P04"):
        page = visitor.open(path, 403 if path in FOR_COMMAND else 200)
        assert not set(page.links) & FOR_COMMAND


def test_nobody_who_does_not_serve_opens_any(station: Station) -> None:
    visitor = at_the_desk(station, "stranger")
    for path in every_page("BOBBIN", "P04"):
        page = visitor.open(path, 404)
        assert "Pellow" not in page.text
        assert "Alder" not in page.text


def test_every_page_says_marking_time_and_nothing_may_keep_it(station: Station) -> None:
    visitor = at_the_desk(station, "lead")
    for path in every_page("BOBBIN", "P04"):
        answer = visitor.client.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
        page = read(answer)
        assert "OFFICIAL-SENSITIVE" in page.text
        assert "As the server knew it at 07:00:00 on 9 February 2027." in page.text


def test_no_page_loads_anything_from_elsewhere_or_holds_a_style_of_its_own(station: Station) -> None:
    visitor = at_the_desk(station, "lead")
    for path in ["/", "/desk/sign-in", *every_page("BOBBIN", "P04")]:
        html = visitor.client.get(path).get_data(as_text=True)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html), path
        assert not re.search(r"<[^>]+ (?:style|on[a-z]+)=", html), path


def test_the_overview_counts_visits_and_results_at_the_door(station: Station) -> None:
    police = pen(station, "police")
    police.write("START-03", "refused")
    police.send()
    page = at_the_desk(station, "lead").open(HERE)
    assert "Under way" in page.text
    assert "Entry refused 1" in page.text


def test_an_address_that_leads_nowhere_says_so(station: Station) -> None:
    assert "Page not found" in at_the_desk(station, "lead").open("/desk/nowhere/at/all", 404).text


def test_a_lead_opens_a_tablet_for_an_officer_by_code_and_by_picture(station: Station) -> None:
    visitor = at_the_desk(station, "lead")
    answer = visitor.send(f"{HERE}/devices/new", officer=officer_id("police"))
    page = read(answer)
    html = answer.get_data(as_text=True)
    code = re.search(r'id="enrolment-code"[^>]*>([^<]+)<', html)
    assert code is not None
    assert f"http://localhost/app/#enrol={code[1]}" in page.links
    assert '<svg role="img"' in html
    assert "10 minutes" in page.text
    tablet = TabletAtHand(client=station.browser(), username="police")
    assert tablet.enrol(code[1]).status_code == 200
    assert "Tablet of police" in visitor.open(f"{HERE}/devices").text


def test_a_lead_puts_a_further_officer_on_a_tablet_in_use(station: Station) -> None:
    first, visitor = station.tablet("police"), at_the_desk(station, "lead")
    assert "Tablet 1, Tablet of police: Officer police" in visitor.open(f"{HERE}/devices/new").text
    answer = visitor.send(f"{HERE}/devices/new", officer=officer_id("wages"), device=first.device)
    code = re.search(r'id="enrolment-code"[^>]*>([^<]+)<', answer.get_data(as_text=True))
    assert code is not None
    second = TabletAtHand(client=first.client, username="wages")
    assert second.enrol(code[1], device=first.device).json["number"] == 1


def test_nobody_opens_a_tablet_for_themselves(station: Station) -> None:
    visitor = at_the_desk(station, "lead")
    assert (
        "Officer lead, POL" not in visitor.open(f"{HERE}/devices/new").text.split("Choose an officer", 1)[1]
    )
    page = read(visitor.send(f"{HERE}/devices/new", officer=officer_id("lead")), 400)
    assert "Choose the officer who will sign on the tablet" in page.text


def test_the_tablets_page_says_who_signs_what_came_and_when(station: Station) -> None:
    police = pen(station, "police")
    police.write("START-03", "entered")
    police.send()
    station.clock.forward(minutes=12)
    page = at_the_desk(station, "lead").open(f"{HERE}/devices")
    assert "Officer police (POL) 1 Does not tell 07:00:20 , 12 minutes ago Clock: the same" in page.text


def test_revoking_a_tablet_wants_its_number_typed_and_a_reason(station: Station) -> None:
    police = pen(station, "police")
    visitor = at_the_desk(station, "lead")
    path = f"{HERE}/devices/{police.at_hand.device}/revoke"
    page = read(visitor.send(path, typed="revoke 2", reason=""), 400)
    assert "Type REVOKE 1 to confirm" in page.text
    assert "Say why the tablet is revoked" in page.text
    assert visitor.send(path, typed="revoke 1", reason="Lost at the site").status_code == 303
    assert "Revoked 07:00:00 on 9 February 2027" in visitor.open(f"{HERE}/devices").text


def test_a_tablet_of_another_operation_cannot_be_revoked_from_here(station: Station) -> None:
    police = pen(station, "police")
    stranger = at_the_desk(station, "stranger")
    path = f"/desk/operations/SPINDLE/devices/{police.at_hand.device}/revoke"
    assert "no such tablet" in stranger.open(path, 404).text


def test_what_a_revoked_tablet_sends_shows_in_quarantine_with_its_reason(station: Station) -> None:
    police = pen(station, "police")
    police.at_hand.sign_in()
    police.write("START-03", "entered")
    police.write("START-05", 12)
    visitor = at_the_desk(station, "lead")
    visitor.send(f"{HERE}/devices/{police.at_hand.device}/revoke", typed="REVOKE 1", reason="Lost")
    police.hand_in()
    page = visitor.open(f"{HERE}/quarantine")
    assert "2 in quarantine" in page.text
    assert "P04 Pellow Cut & Trim Ltd" in page.text
    assert "device_revoked" in page.text
    assert "Officer police, POL, on tablet 1" in page.text
    assert "entered" not in page.text.replace("re-entered", "")
    assert "Waits for a decision" in page.text
    assert "In quarantine" in visitor.open(f"{HERE}/visits").text


def test_a_lost_tablet_is_reported_in_two_clicks_and_what_it_sends_later_waits_as_after_loss(
    station: Station,
) -> None:
    police = pen(station, "police")
    police.at_hand.sign_in()
    police.write("START-03", "entered")
    visitor = at_the_desk(station, "lead")
    asked = f"{HERE}/devices/{police.at_hand.device}/revoke"
    assert asked in visitor.open(f"{HERE}/devices").links
    assert "Tablet 1 is lost" in visitor.open(asked).text
    assert visitor.send(asked.replace("revoke", "lost"), page=asked).status_code == 303
    assert "Lost 07:00:20 on 9 February 2027" in visitor.open(f"{HERE}/devices").text
    assert police.at_hand.post("/api/sync/pull", {}).json["code"] == "device_lost"
    police.hand_in()
    page = visitor.open(f"{HERE}/quarantine")
    assert "1 in quarantine" in page.text
    assert "device_lost" in page.text


def test_the_report_is_downloaded_as_data_and_as_pages(station: Station) -> None:
    visitor = at_the_desk(station, "lead")
    page = visitor.open(f"{HERE}/report")
    assert {f"{HERE}/report.pdf", f"{HERE}/report.json"} <= set(page.links)
    paper = visitor.client.get(f"{HERE}/report.pdf")
    assert paper.data.startswith(b"%PDF-")
    assert "BOBBIN-outcome.pdf" in paper.headers["Content-Disposition"]
    assert json.loads(visitor.client.get(f"{HERE}/report.json").data)


def test_names_of_officers_are_kept_from_an_agency_that_is_not_given_them(station: Station) -> None:
    lead = at_the_desk(station, "lead").open(f"{HERE}/people")
    assert "Officer police" in lead.text
    partner = at_the_desk(station, "partner").open(f"{HERE}/people")
    assert "Officer police" not in partner.text
    assert "Officer partner" in partner.text
    assert "an officer of Agency POL (leads)" in partner.text


def test_an_officer_who_has_left_is_out_at_the_next_page(station: Station) -> None:
    visitor = at_the_desk(station, "lead")
    with station.store() as session:
        deactivate(session, officer_id("lead"), station.clock())
    assert visitor.client.get(HERE).status_code == 303


def test_the_first_page_lists_people_only_when_demo_data_were_loaded(station: Station) -> None:
    visitor = at_the_desk(station, "lead")
    assert "People who may sign in" not in visitor.open("/").text
    words = {"name": "A. Nobody", "role": "Lead", "agency": "Police", "can": "Look round"}
    person = {**words, "username": "a", "password": "b"}
    paper = {"people": [person], "operations": [{"code": "X", "name": "Operation X", "sentence": "Try it."}]}
    with station.store() as session:
        publish(session, "welcome", "start", json.dumps(paper).encode())
    page = visitor.open("/")
    assert "A. Nobody" in page.text
    assert "Operation X" in page.text
    assert {"/desk/sign-in", "/app/", "/api/docs"} <= set(page.links)

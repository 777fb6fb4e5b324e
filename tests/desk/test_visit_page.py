"""A visit at the desk: the lead reads all of it, a partner what the agreement gives, and nothing is lost."""

from datetime import timedelta

import pytest

from fieldops.desk.record_sheet import parts
from fieldops.domain.who import Role
from tests.desk.pen import Pen, pen
from tests.desk.reading import at_the_desk
from tests.desk.reference import book, reader, received
from tests.support.station import Station

VISIT_PAGE = "/desk/operations/BOBBIN/visits/P04"
WORKER = "worker:" + "a" * 16
CANARY = "the-manager-keeps-canaries"
ACCOUNT = "the worker sleeps beside the machines"


def record_a_visit(station: Station) -> tuple[Pen, Pen]:
    """Two officers of two agencies at one visit: they disagree once, and one speaks with a worker."""
    police, wages = pen(station, "police"), pen(station, "wages")
    police.write("START-03", "entered")
    first = police.write("START-05", 23)
    police.write("START-05", 32, supersedes=[first], note="Typing slip")
    police.write("OBS-05", "N")
    wages.write("OBS-05", "Y")
    police.write("MGMT-03", CANARY)
    police.write("worker", {"label": "W1-1"}, kind="worker", subject=WORKER)
    police.write("WK2-03", "cash", subject=WORKER)
    police.write("WK4-08", ACCOUNT, subject=WORKER)
    police.write("arrest", {"offence": "Assault"}, kind="arrest")
    police.send()
    wages.send()
    return police, wages


@pytest.fixture
def recorded(station: Station) -> Station:
    record_a_visit(station)
    return station


def test_the_lead_reads_what_was_recorded_by_whom_and_when(recorded: Station) -> None:
    page = at_the_desk(recorded, "lead").open(VISIT_PAGE)
    for words in (
        "What happened when we arrived?",
        "We went in",
        "Officer police, Agency POL",
        "Happened 07:00:16 , recorded 07:00:20 , received",
        "An arrest",
        "Offence: Assault",
    ):
        assert words in page.text


def test_a_correction_shows_the_old_value_struck_through_with_its_reason(recorded: Station) -> None:
    page = at_the_desk(recorded, "lead").open(VISIT_PAGE)
    assert "Struck through: 23" in page.text
    assert "Corrected by Officer police, Agency POL" in page.text
    assert "Typing slip" in page.text


def test_both_sides_of_a_disagreement_stand_side_by_side(recorded: Station) -> None:
    page = at_the_desk(recorded, "lead").open(VISIT_PAGE)
    assert "Not agreed: 2 answers stand side by side" in page.text
    assert "?about=visit#visit-OBS-05" in page.links
    assert "visit-OBS-05" in page.ids


def test_a_ruling_ends_a_disagreement_and_keeps_both_answers(station: Station) -> None:
    police, wages = pen(station, "police"), pen(station, "wages")
    no, yes = police.write("OBS-05", "N"), wages.write("OBS-05", "Y")
    wages.send()
    police.write("OBS-05", {"value": "Y", "reason": "Both saw it"}, kind="ruling", supersedes=[no, yes])
    police.send()
    page = at_the_desk(station, "lead").open(VISIT_PAGE)
    assert "Not agreed" not in page.text
    assert page.text.count("Ruled on by Officer police, Agency POL") == 2
    assert "Both saw it" in page.text


def test_each_worker_has_a_page_and_everything_can_be_read_on_one(recorded: Station) -> None:
    visitor = at_the_desk(recorded, "lead")
    page = visitor.open(VISIT_PAGE)
    assert "Worker W1-1" in page.text
    worker = f"{VISIT_PAGE}?about={WORKER.replace(':', '-')}"
    assert ACCOUNT in visitor.open(worker).text
    assert ACCOUNT not in page.text
    whole = visitor.open(f"{VISIT_PAGE}?about=all").text
    assert "We went in" in whole
    assert ACCOUNT in whole


def test_a_partner_reads_what_is_given_and_a_number_for_what_is_announced(recorded: Station) -> None:
    visitor = at_the_desk(recorded, "partner")
    for about in ("visit", WORKER.replace(":", "-"), "all"):
        told = visitor.open(f"{VISIT_PAGE}?about={about}").text
        assert CANARY not in told
        assert ACCOUNT not in told
    page = visitor.open(VISIT_PAGE)
    assert "We went in" in page.text
    assert "An officer of Agency POL" in page.text
    assert "Officer police" not in page.text
    assert "What the agreement keeps back" in page.text
    assert "withheld in Worker account (C4). Your agency is not given this class." in page.text


def test_hidden_classes_leave_no_trace_at_all(recorded: Station) -> None:
    """For the partner the agreement hides immigration, identity and more: not even their names show."""
    page = at_the_desk(recorded, "partner").open(f"{VISIT_PAGE}?about=all")
    for name in ("Immigration", "Identity", "Intelligence", "Tax", "C7", "C5", "C8"):
        assert name not in page.text


def test_an_agency_off_site_sees_business_rows_and_no_worker(recorded: Station) -> None:
    page = at_the_desk(recorded, "borders").open(f"{VISIT_PAGE}?about=all")
    assert CANARY in page.text
    assert "Worker W1-1" not in page.text
    assert ACCOUNT not in page.text


def test_an_answer_to_a_question_that_the_checklist_does_not_know_is_shown_all_the_same() -> None:
    held = received([{"id": "a", "field": "OLD-01", "value": "Y"}])
    (part,) = parts(book(held, reader("POL", Role.LEAD)))
    assert part.sections[-1].title == "Not in the operation's checklist"
    assert [(row.id, row.said[0].value) for row in part.rows] == [("OLD-01", "Y")]


def test_withdrawn_words_are_read_by_the_lead_alone(station: Station) -> None:
    police = pen(station, "police")
    said = police.write("START-07:gu", "Y")
    taken = police.write("OBS-08", "Y", note=CANARY)
    police.write("OBS-08", {"reason": "Asked to take it out"}, kind="withdrawal", supersedes=[taken])
    police.send()
    assert said
    lead = at_the_desk(station, "lead").open(VISIT_PAGE).text
    assert CANARY in lead
    assert "Asked to take it out" in lead
    page = at_the_desk(station, "partner").open(VISIT_PAGE)
    assert CANARY not in page.text
    assert "withdrawn: kept for disclosure only" in page.text
    assert "Asked to take it out" not in page.text


def test_a_visit_is_found_by_its_premises_and_an_unknown_one_is_not(station: Station) -> None:
    visitor = at_the_desk(station, "lead")
    assert "Pellow Cut & Trim Ltd" in visitor.open(VISIT_PAGE).text
    assert "no such visit" in visitor.open("/desk/operations/BOBBIN/visits/P99", 404).text


def test_somebody_who_does_not_serve_learns_nothing_of_the_operation(recorded: Station) -> None:
    visitor = at_the_desk(recorded, "stranger")
    page = visitor.open(VISIT_PAGE, 404)
    assert "Pellow" not in page.text
    assert "BOBBIN" not in visitor.open("/desk/operations").text


def test_a_tablet_that_was_seven_minutes_fast_is_named_beside_what_it_signed(station: Station) -> None:
    police = pen(station, "police")
    police.tablet.clock = lambda: station.clock() + timedelta(minutes=7)
    police.write("START-03", "entered")
    police.send()
    police.write("OBS-05", "Y")
    police.send()
    page = at_the_desk(station, "lead").open(VISIT_PAGE)
    assert page.text.count("The tablet's clock was 7 minutes fast.") == 2


def test_what_was_recorded_without_signal_says_how_long_it_waited(station: Station) -> None:
    police = pen(station, "police")
    police.write("START-03", "entered")
    station.clock.forward(hours=7, minutes=58)
    police.send()
    page = at_the_desk(station, "lead").open(VISIT_PAGE)
    assert "recorded offline, received 7 hours 58 minutes later" in page.text

"""Graded intelligence from the tablet to a partner's copy: its handling holds on every way out."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from fieldops.domain.who import Role
from fieldops.store.directory import give_role
from fieldops.store.plans import add_member
from tests.desk.pen import Pen, pen
from tests.desk.reading import at_the_desk
from tests.support.aside import kept_aside
from tests.support.station import OPERATION, TEAM, VISIT, Station, officer_id, open_station

SAID, CLEAN = "Vans from Osprey Mill come at night", "Night deliveries"
ITEM = {"text": SAID, "source": "2", "content": "B"}
SHAREABLE = ITEM | {"handling": "P"}
UNDER_CONDITIONS = ITEM | {"handling": "C", "conditions": "Ask the author before acting"}
SANITISED = UNDER_CONDITIONS | {"sanitised": CLEAN}


@pytest.fixture
def station(tmp_path_factory: pytest.TempPathFactory) -> Station:
    """The wage inspector reads the report too, and an officer is with the team who is not trained."""
    made = open_station(tmp_path_factory.mktemp("station"))
    with made.store() as session:
        give_role(session, OPERATION, officer_id("wages"), Role.PARTNER)
        add_member(session, TEAM, officer_id("borders"), lead=False, capabilities=["HO"])
    return made


def submitted(station: Station, by: str, value: dict[str, str]) -> Pen:
    author = pen(station, by)
    author.write("intelligence", dict(value), kind="intelligence")
    author.send()
    return author


def report(station: Station, who: str) -> dict[str, Any]:
    answer = station.desk(who).get(f"/api/operations/{OPERATION}/report")
    assert answer.status_code == 200, answer.json
    held: dict[str, Any] = answer.json
    return held


def pages(station: Station, who: str) -> str:
    answer = station.desk(who).get(f"/api/operations/{OPERATION}/report.pdf")
    assert answer.status_code == 200
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    return " ".join(words.split())


def seen_by(station: Station, who: str) -> dict[str, bool]:
    """On which of the ways out somebody meets the words."""
    ways = {
        "page": at_the_desk(station, who).open("/desk/operations/BOBBIN/visits/P04").text,
        "record": station.desk(who).get(f"/api/visits/{VISIT}/record").get_data(as_text=True),
        "report": str(report(station, who)),
        "paper": pages(station, who),
    }
    return {way: SAID in words for way, words in ways.items()}


EVERYWHERE = dict.fromkeys(("page", "record", "report", "paper"), True)
NOWHERE = dict.fromkeys(EVERYWHERE, False)
AT_THE_DESK = EVERYWHERE | {"report": False, "paper": False}


def test_an_item_that_may_be_shared_goes_to_those_given_its_class_with_its_grade(station: Station) -> None:
    submitted(station, "police", SHAREABLE)
    for who in ("lead", "wages"):
        assert seen_by(station, who) == EVERYWHERE
        told = pages(station, who)
        assert "2B: source untested, known indirectly but corroborated" in told
        assert "P: may be shared lawfully" in told
    assert seen_by(station, "partner") == NOWHERE


def test_an_item_under_conditions_lies_in_a_stream_that_partners_are_never_given(station: Station) -> None:
    wages = pen(station, "wages")
    submitted(station, "police", UNDER_CONDITIONS)
    assert seen_by(station, "lead") == EVERYWHERE
    assert "C: Ask the author before acting" in pages(station, "lead")
    for who in ("wages", "partner"):
        assert seen_by(station, who) == NOWHERE
        assert "Items of intelligence" not in pages(station, who)
    wages.send()
    assert all(SAID not in str(one) for one in wages.tablet.replica.entries.values())


def test_of_another_agencys_item_only_the_sanitised_words_leave_in_a_copy(station: Station) -> None:
    submitted(station, "wages", SANITISED)
    assert seen_by(station, "lead") == AT_THE_DESK
    told = pages(station, "lead")
    assert CLEAN in told
    assert "sanitised words only" in told


def test_an_item_that_goes_no_further_is_in_no_copy_but_the_authors_agencys(station: Station) -> None:
    submitted(station, "wages", UNDER_CONDITIONS | {"no_further": "Y"})
    assert seen_by(station, "lead") == AT_THE_DESK
    assert "1 item stays at the desk: the handling lets no copy carry it." in pages(station, "lead")


def test_an_item_not_to_go_outside_an_agency_is_not_shown_to_the_lead_force_either(station: Station) -> None:
    submitted(station, "wages", UNDER_CONDITIONS | {"only": "FWA"})
    assert seen_by(station, "lead") == NOWHERE


def test_what_has_no_grade_or_no_conditions_is_put_aside_and_reaches_nobody(station: Station) -> None:
    submitted(station, "police", ITEM)
    submitted(station, "police", ITEM | {"handling": "C"})
    assert kept_aside(station) == ["entry_value", "entry_value"]
    assert seen_by(station, "lead") == NOWHERE


def test_what_somebody_untrained_wrote_is_in_no_report(station: Station) -> None:
    submitted(station, "borders", SHAREABLE)
    assert seen_by(station, "lead") == AT_THE_DESK


def test_an_item_for_one_agency_is_not_read_by_a_lead_of_another_while_it_waits(station: Station) -> None:
    author = pen(station, "wages")
    author.write("intelligence", UNDER_CONDITIONS | {"only": "FWA"}, kind="intelligence")
    author.at_hand.sign_in()
    lead = at_the_desk(station, "lead")
    revoke = f"/desk/operations/BOBBIN/devices/{author.at_hand.device}/revoke"
    lead.send(revoke, typed="REVOKE 1", reason="Lost")
    author.hand_in()
    (log,) = author.tablet.logs
    page = lead.open(f"/desk/operations/BOBBIN/quarantine/{log}/device_revoked")
    assert SAID not in page.text
    assert "What they say is not shown here" in page.text

"""Where and when officers will be is for those to whom the agreement gives the plan, and for nobody else."""

import json

import pytest

from fieldops.store.plans import support
from tests.desk.pen import pen
from tests.desk.reading import at_the_desk
from tests.support.station import OPERATION, SITE, TEAM, VISIT, Station, officer_id

PLAN_OF_THE_DAY = ("2027-02-09T", "Alder", TEAM, "gu", "Officer police")
PAGES = ("", "/visits", "/visits/P04", "/map", "/people")


def told(station: Station, username: str) -> str:
    """Everything that the doors tell somebody of the plan, as text."""
    desk = station.desk(username)
    here = f"/api/operations/{OPERATION}"
    doors = (f"{here}/visits", f"{here}/premises", f"{here}/teams", f"/api/visits/{VISIT}")
    return json.dumps([desk.get(path).json for path in doors])


@pytest.mark.parametrize("username", ["lead", "police", "wages", "partner"])
def test_whoever_is_given_the_plan_reads_when_and_who(station: Station, username: str) -> None:
    seen = told(station, username)
    for words in ("2027-02-09T", "Alder", TEAM, '"tier": "1"', '"gu"'):
        assert words in seen


def test_an_off_site_partner_learns_neither_time_nor_team_nor_what_is_expected(station: Station) -> None:
    seen = told(station, "borders")
    for words in (*PLAN_OF_THE_DAY, '"tier"', '"needs"', '"strike_group"', '"workers_expected"', '"agency"'):
        assert words not in seen


def test_an_off_site_partner_still_reads_the_business_and_its_record(station: Station) -> None:
    police = pen(station, "police")
    police.write("MGMT-03", "the-manager")
    police.send()
    desk = station.desk("borders")
    (site,) = desk.get(f"/api/operations/{OPERATION}/premises").json["premises"]
    assert site["particulars"]["company_no"] == "DM000004"
    (listed,) = desk.get(f"/api/operations/{OPERATION}/visits").json["visits"]
    assert (listed["id"], listed["premises"], listed["planned_start"]) == (VISIT, SITE, None)
    record = desk.get(f"/api/visits/{listed['id']}/record").json
    assert [one["value"] for one in record["entries"]] == ["the-manager"]


def test_once_sent_to_a_visit_they_are_told_of_that_visit(station: Station) -> None:
    with station.store() as session:
        support(session, VISIT, officer_id("borders"), [])
    seen = told(station, "borders")
    assert "2027-02-09T" in seen
    assert "Alder" in seen


def test_the_desk_says_that_the_plan_is_not_shared_and_guesses_no_state(station: Station) -> None:
    police = pen(station, "police")
    police.write("MGMT-03", "the-manager")
    police.send()
    visitor = at_the_desk(station, "borders")
    for path in PAGES:
        text = visitor.open(f"/desk/operations/BOBBIN{path}").text
        for words in ("Alder", "09:00", "Gujarati", "Officer police", "Under way", "Nothing received"):
            assert words not in text, path
    assert "Not shared with your agency" in visitor.open("/desk/operations/BOBBIN/visits").text
    page = visitor.open("/desk/operations/BOBBIN/visits/P04").text
    assert "not shared with your agency" in page
    assert "the-manager" in page


def test_the_desk_tells_everybody_else_as_before(station: Station) -> None:
    visitor = at_the_desk(station, "partner")
    text = visitor.open("/desk/operations/BOBBIN/visits/P04").text
    assert "Alder" in text
    assert "Gujarati" in text
    assert "not shared with your agency" not in text.lower()

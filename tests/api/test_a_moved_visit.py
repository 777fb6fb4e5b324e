"""A visit is given to another team, or the operation to another lead: what was said there stays as it was."""

import json
from typing import Any

import pytest

from fieldops.domain.checklist.paper import parse_checklist
from fieldops.domain.ids import SubjectId, VisitId
from fieldops.domain.visit import Known, fold, said
from fieldops.domain.who import Role, Through
from fieldops.store.directory import officer, take_role
from fieldops.store.operations import operation
from fieldops.store.published import paper
from fieldops.store.readers import reader_for
from fieldops.store.records import read_visit
from tests.desk.pen import pen
from tests.support.aside import kept_aside
from tests.support.station import MORNING, OPERATION, SITE, VISIT, Station, officer_id

RATE = "PAY-04"  # only the wage inspectors, and whoever leads the visit, may write it


@pytest.fixture
def ruled(station: Station) -> Station:
    """Two officers recorded different rates, and the visit's lead has ruled between them."""
    police, wages = pen(station, "police"), pen(station, "wages")
    rivals = [police.write(RATE, "11.44"), wages.write(RATE, "9.80")]
    wages.send()
    police.write(RATE, {"value": "9.80", "reason": "Pay slips seen"}, kind="ruling", supersedes=rivals)
    police.send()
    assert rate(station) == ["9.80"]
    return station


def known(station: Station) -> Known:
    """The visit as the desk of somebody who reads it all folds it."""
    with station.store() as session:
        who, serving = officer(session, officer_id("police")), operation(session, OPERATION)
        assert who is not None
        assert serving is not None
        reader = reader_for(session, who, serving, Through.DESK)
        assert reader is not None
        checklist = parse_checklist(json.loads(paper(session, serving.papers.checklist) or b""))
        return fold(read_visit(session, reader, VISIT).standings, checklist.right)


def rate(station: Station) -> list[Any]:
    return [said(one.entry).value for one in known(station).registers[SubjectId("visit"), RATE].current]


def move(station: Station, visit: VisitId = VISIT) -> None:
    """The lead gives the visit to a team that the partner leads, at the desk."""
    lead = station.desk("lead")
    team = {
        "code": "T2",
        "name": "Birch",
        "languages": [],
        "capabilities": ["HS"],
        "members": [{"officer": officer_id("partner"), "capabilities": ["HS"], "lead": True}],
    }
    made = lead.post(f"/api/operations/{OPERATION}/teams", team)
    assert made.status_code == 201, made.json
    plan = {
        "premises": SITE,
        "team": made.json["id"],
        "day": "2027-02-09",
        "sequence": 1,
        "planned_start": MORNING.isoformat(),
        "minutes": 60,
    }
    moved = lead.put(f"/api/visits/{visit}", plan)
    assert moved.status_code == 200, moved.json


def report(station: Station) -> dict[str, Any]:
    answer = station.desk("lead").get(f"/api/operations/{OPERATION}/report")
    assert answer.status_code == 200, answer.json
    figures: dict[str, Any] = answer.json["figures"]
    return figures


def test_what_the_lead_of_a_visit_ruled_stands_when_the_visit_goes_to_another_team(ruled: Station) -> None:
    before, figures = known(ruled), report(ruled)
    move(ruled)
    assert known(ruled) == before
    assert rate(ruled) == ["9.80"]
    assert report(ruled) == figures


def test_the_paper_of_a_moved_visit_tells_tablets_what_the_desk_goes_by(ruled: Station) -> None:
    move(ruled)
    at_hand = ruled.tablet("partner").sign_in()
    listed = at_hand.get("/api/sync/papers").json["papers"]
    (visit,) = [at_hand.get(f"/api/papers/{one['hash']}").json for one in listed if one["kind"] == "visit"]
    for standing in known(ruled).registers[SubjectId("visit"), RATE].history:
        author = standing.author
        assert author.visit_lead is (author.officer in visit["visit_leads"])
        assert author.operation_lead is (author.officer in visit["leads"])
    assert visit["visit_leads"] == sorted([officer_id("police"), officer_id("partner")])


def test_what_the_lead_of_the_operation_ruled_stands_when_they_have_handed_over(station: Station) -> None:
    rivals = []
    for username, value in (("police", "11.44"), ("wages", "9.80")):
        tablet = pen(station, username)
        rivals.append(tablet.write(RATE, value))
        tablet.send()
    lead = pen(station, "lead", approver="administrator")
    lead.write(RATE, {"value": "9.80", "reason": "Pay slips seen"}, kind="ruling", supersedes=rivals)
    lead.send()
    before = known(station)
    with station.store() as session:
        take_role(session, OPERATION, officer_id("lead"), Role.LEAD)
    assert known(station) == before
    assert rate(station) == ["9.80"]


def test_what_an_officer_recorded_before_the_visit_went_to_another_team_stands(station: Station) -> None:
    police = pen(station, "police")
    police.write("START-03", "entered")
    police.write(RATE, "11.44")
    move(station)
    police.send()
    assert police.tablet.setbacks == []
    assert kept_aside(station) == []
    assert rate(station) == ["11.44"]
    held = police.at_hand.post("/api/sync/have", {"logs": list(police.tablet.logs)}).json["logs"]
    assert {one["log"]: one["have"] for one in held} == {
        name: len(log.entries) for name, log in police.tablet.logs.items()
    }


def test_an_officer_reads_and_holds_no_visit_that_went_to_another_team(station: Station) -> None:
    police, wages = pen(station, "police"), pen(station, "wages")
    wages.write("START-03", "entered")
    wages.send()
    police.send()
    assert police.tablet.replica.entries != {}
    move(station)
    police.send()
    assert police.tablet.replica.entries == {}
    listed = police.at_hand.get("/api/sync/papers").json["papers"]
    assert [one for one in listed if one["kind"] == "visit"] == []


def test_an_officer_who_was_never_sent_to_a_moved_visit_hands_in_nothing_there(station: Station) -> None:
    borders = pen(station, "borders")
    move(station)
    borders.write("START-03", "entered")
    borders.send()
    assert [one["code"] for one in borders.tablet.setbacks] == ["not_assigned"]
    assert kept_aside(station) == ["not_assigned"]

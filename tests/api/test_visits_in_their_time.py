"""A tablet holds its team's visits in their time: from agreed hours before until agreed hours after."""

from datetime import timedelta

import pytest

from tests.desk.pen import Pen, pen
from tests.support.aside import kept_aside
from tests.support.station import MORNING, VISIT, Station

STARTS, MINUTES = MORNING + timedelta(hours=2), 120
BEFORE, AFTER = timedelta(hours=72), timedelta(hours=336)
OPENS, CLOSES = STARTS - BEFORE, STARTS + timedelta(minutes=MINUTES) + AFTER


def visits_told(one: Pen) -> int:
    """How many visits the server tells this tablet to hold."""
    one.at_hand.sign_in()
    listed = one.at_hand.get("/api/sync/papers").json["papers"]
    return sum(paper["kind"] == "visit" for paper in listed)


def others_entries(one: Pen) -> int:
    """How many entries of the visit by others the tablet holds once it has reached the server."""
    one.send()
    return len(one.tablet.replica.entries)


@pytest.mark.parametrize(
    ("at", "held"),
    [
        (OPENS - timedelta(minutes=1), 0),
        (OPENS, 1),
        (STARTS, 1),
        (CLOSES, 1),
        (CLOSES + timedelta(minutes=1), 0),
    ],
)
def test_a_visit_is_on_the_tablets_of_its_team_in_its_time_alone(
    station: Station, at: object, held: int
) -> None:
    wages, police = pen(station, "wages"), pen(station, "police")
    police.write("START-03", "entered")
    police.send()
    station.clock.at = at  # type: ignore[assignment]
    assert visits_told(wages) == held
    assert others_entries(wages) == held


def test_a_visit_whose_time_is_over_goes_and_what_its_officer_wrote_there_is_still_taken_in(
    station: Station,
) -> None:
    police, wages = pen(station, "police"), pen(station, "wages")
    wages.write("START-03", "entered")
    wages.send()
    police.send()
    assert police.tablet.replica.entries != {}
    police.write("PAY-04", "9.80")
    station.clock.at = CLOSES + timedelta(days=1)
    police.send()
    assert police.tablet.setbacks == []
    assert kept_aside(station) == []
    assert police.tablet.replica.entries == {}
    held = police.at_hand.post("/api/sync/have", {"logs": list(police.tablet.logs)}).json["logs"]
    assert {one["log"]: one["have"] for one in held} == {
        name: len(log.entries) for name, log in police.tablet.logs.items()
    }
    record = station.desk("lead").get(f"/api/visits/{VISIT}/record").json
    assert {"START-03", "PAY-04"} <= {one["field"] for one in record["entries"]}


def test_a_lead_tablet_holds_every_visit_whatever_its_time(station: Station) -> None:
    lead = pen(station, "lead", approver="administrator")
    for at in (OPENS - timedelta(days=30), STARTS, CLOSES + timedelta(days=30)):
        station.clock.at = at
        assert visits_told(lead) == 1


def test_no_attached_file_or_paper_of_a_visit_out_of_its_time_is_given_by_its_name(station: Station) -> None:
    wages = pen(station, "wages")
    wages.at_hand.sign_in()
    listed = wages.at_hand.get("/api/sync/papers").json["papers"]
    (visit,) = (one["hash"] for one in listed if one["kind"] == "visit")
    assert wages.at_hand.get(f"/api/papers/{visit}").status_code == 200
    station.clock.at = CLOSES + timedelta(minutes=1)
    wages.at_hand.sign_in()
    assert wages.at_hand.get(f"/api/papers/{visit}").status_code == 404

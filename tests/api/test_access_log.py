"""Looks are on record before they are answered, and nobody is shown what could not be recorded."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from fieldops.domain.ids import OfficerId
from fieldops.domain.looks import Look, LookKind
from fieldops.store.accesslog import looks, looks_at, looks_by, looks_since
from fieldops.store.meta import epoch
from tests.api.test_sync_doors import note, push, recorder
from tests.support.station import OPERATION, VISIT, Station, TabletAtHand, officer_id

RECORD = f"/api/visits/{VISIT}/record"
REPORT = f"/api/operations/{OPERATION}/report"
TEAMS = f"/api/operations/{OPERATION}/teams"
CANARY = "Words of a worker 4711"
REFUSING = {
    "a trigger": "CREATE TRIGGER no_looks BEFORE INSERT ON looks BEGIN SELECT RAISE(ABORT, 'no'); END",
    "no table": "ALTER TABLE looks RENAME TO looks_away",
}


def lines(station: Station) -> list[Look]:
    with station.store() as session:
        return looks_since(session, OPERATION, 0)


def kept(station: Station) -> TabletAtHand:
    """An officer's tablet that has handed in a note about the visit."""
    police = station.tablet("police").sign_in()
    tablet = recorder(station, police)
    note(station, tablet, CANARY)
    assert push(police, tablet).status_code == 200
    return police


def epoch_of(station: Station) -> str:
    with station.store() as session:
        return epoch(session)


def refuse(station: Station, how: str) -> None:
    with station.store() as session:
        session.execute(text(REFUSING[how]))


def test_what_a_tablet_hands_in_is_a_collection_at_its_visit(station: Station) -> None:
    kept(station)
    (line,) = lines(station)
    assert (line.kind, line.officer, line.shown.entries) == (LookKind.COLLECTION, officer_id("police"), 1)
    assert line.shown.visits == {VISIT}
    assert (line.purpose, line.covered, line.through, line.reason) == ("assigned", True, "tablet", None)


def test_what_is_handed_in_again_is_collected_once(station: Station) -> None:
    police = station.tablet("police").sign_in()
    tablet = recorder(station, police)
    note(station, tablet, CANARY)
    assert [push(police, tablet).status_code, push(police, tablet).status_code] == [200, 200]
    assert len(lines(station)) == 1


def test_a_pull_that_gives_something_is_a_consultation_and_an_idle_one_is_none(station: Station) -> None:
    kept(station)
    other = station.tablet("wages").sign_in()
    page = other.post("/api/sync/pull", {"epoch": None, "positions": {}})
    assert CANARY.encode() in page.data
    (line,) = [one for one in lines(station) if one.officer == officer_id("wages")]
    assert (line.kind, line.shown.visits, line.shown.entries) == (LookKind.CONSULTATION, {VISIT}, 1)
    held = {f"{VISIT}.C4": 1}
    idle = other.post("/api/sync/pull", {"epoch": epoch_of(station), "positions": held})
    assert CANARY.encode() not in idle.data
    assert len([one for one in lines(station) if one.officer == officer_id("wages")]) == 1


def test_a_look_at_a_record_names_its_classes_and_no_word_of_it(station: Station) -> None:
    kept(station)
    answer = station.desk("lead").get(RECORD)
    assert CANARY in answer.get_data(as_text=True)
    line = lines(station)[-1]
    assert (line.kind, line.door, line.purpose) == (LookKind.CONSULTATION, "visits.record", "command")
    assert (line.shown.visits, line.shown.entries, len(line.shown.classes)) == ({VISIT}, 1, 1)
    assert line.reason == "a test looks"
    with station.store() as session:
        assert CANARY not in str(session.execute(select(looks)).all())


def test_a_record_of_a_worker_s_words_opens_with_a_reason_alone(station: Station) -> None:
    kept(station)
    lead = station.desk("lead", why="")
    told = lead.get(RECORD)
    assert (told.status_code, told.json["code"]) == (403, "reason_needed")
    assert told.json["facts"]["header"] == "Access-Reason"
    assert CANARY not in told.get_data(as_text=True)
    given = lead.client.get(RECORD, headers={"Access-Reason": "preparing the referral"})
    assert given.status_code == 200
    assert [one.reason for one in lines(station)[1:]] == ["preparing the referral"]


@pytest.mark.parametrize("reason", ["", "  ", "x", "x" * 301])
def test_a_reason_that_says_nothing_is_none(station: Station, reason: str) -> None:
    kept(station)
    lead = station.desk("lead", why="")
    assert lead.client.get(RECORD, headers={"Access-Reason": reason}).json["code"] == "reason_needed"


def test_every_report_is_a_combination_and_a_disclosure_with_its_reason(station: Station) -> None:
    assert station.desk("lead", why="").get(REPORT).json["code"] == "reason_needed"
    assert station.desk("lead").get(f"{REPORT}.pdf").status_code == 200
    kinds = [(one.kind, one.reason) for one in lines(station)]
    assert kinds == [(LookKind.COMBINATION, "a test looks"), (LookKind.DISCLOSURE, "a test looks")]


def test_who_looked_at_a_visit_and_what_somebody_looked_at_are_found(station: Station) -> None:
    kept(station)
    station.desk("lead").get(RECORD)
    station.desk("lead").get(TEAMS)
    with station.store() as session:
        at = looks_at(session, OPERATION, VISIT, 10)
        by = looks_by(session, OPERATION, OfficerId(officer_id("lead")), 10)
    assert [one.door for one in at] == ["visits.record", "sync.push"]
    assert [one.door for one in by] == ["teams.listing", "visits.record"]


@pytest.mark.parametrize("how", sorted(REFUSING))
def test_where_the_log_cannot_be_written_nothing_is_shown(station: Station, how: str) -> None:
    kept(station)
    lead = station.desk("lead")
    assert lead.get(RECORD).status_code == 200
    refuse(station, how)
    for path in (RECORD, TEAMS, REPORT, f"{REPORT}.pdf", "/desk/operations/BOBBIN/visits/P04"):
        told = lead.get(path)
        assert told.status_code == 503, path
        assert CANARY not in told.get_data(as_text=True)
    assert lead.get(RECORD).json["code"] == "log_away"
    assert lead.get(RECORD).headers["Retry-After"] == "5"


def test_what_cannot_be_logged_is_not_taken_in_either(station: Station) -> None:
    refuse(station, "a trigger")
    police = station.tablet("police").sign_in()
    tablet = recorder(station, police)
    note(station, tablet, CANARY)
    assert push(police, tablet).status_code == 503
    team = {"code": "T9", "name": "Birch", "languages": [], "capabilities": [], "members": []}
    assert station.desk("lead").post(TEAMS, team).json["code"] == "log_away"
    with station.store() as session:
        session.execute(text("DROP TRIGGER no_looks"))
    assert [one["code"] for one in station.desk("lead").get(TEAMS).json["teams"]] == ["T1"]
    assert push(police, tablet).status_code == 200
    assert [one.kind for one in lines(station)] == [LookKind.CONSULTATION, LookKind.COLLECTION]


def test_what_shows_nothing_of_anybody_goes_on_where_the_log_cannot_be_written(station: Station) -> None:
    lead = station.desk("lead")
    refuse(station, "a trigger")
    assert lead.get("/api/operations").status_code == 200


def test_looks_of_one_moment_are_all_on_record(station: Station) -> None:
    kept(station)
    desks = [station.desk("lead") for _ in range(6)]

    def look(desk: object) -> Sequence[TestResponse]:
        return [desk.get(RECORD) for _ in range(5)]  # type: ignore[attr-defined]

    with ThreadPoolExecutor(6) as many:
        answers = [one for some in many.map(look, desks) for one in some]
    assert {one.status_code for one in answers} == {200}
    seen = [one for one in lines(station) if one.door == "visits.record"]
    assert len(seen) == len({one.request for one in seen}) == 30

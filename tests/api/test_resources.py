"""Operations, premises, teams and visits: each reader is told what their agency is given, and no more."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from fieldops.domain.ids import PaperHash
from fieldops.domain.who import Role
from fieldops.store.directory import OfficerRow, take_role
from fieldops.store.published import paper, publish
from tests.api.test_sync_doors import note, push, recorder, withdraw
from tests.support.station import (
    MORNING,
    OPERATION,
    OTHER_OPERATION,
    SITE,
    TEAM,
    VISIT,
    Station,
    officer_id,
)

SITE_BODY = {
    "code": "P05",
    "name": "Corvane Apparel Ltd",
    "company_no": "DM000005",
    "sic": "14132",
    "building": "OM",
    "address": "Unit 4, Osprey Mill, Bobbin Street, Marlowick ZZ1 1AA",
    "uprn": "999000000005",
    "lat": "53.99980",
    "lon": "2.00020",
    "languages": ["ta", "gu"],
    "workers_expected": 18,
    "tier": "3",
    "strike_group": None,
    "needs": ["PO"],
    "minutes": 60,
    "window_from": "08:00",
    "window_to": "17:30",
}


def test_an_officer_sees_the_operations_they_serve_on_and_no_other(station: Station) -> None:
    listed = station.desk("police").get("/api/operations").json["operations"]
    assert [one["code"] for one in listed] == ["BOBBIN"]


@pytest.mark.parametrize("path", ["", "/premises", "/teams", "/visits", "/devices"])
def test_an_operation_one_does_not_serve_on_looks_like_none(station: Station, path: str) -> None:
    desk = station.desk("lead")
    hidden = desk.get(f"/api/operations/{OTHER_OPERATION}{path}")
    absent = desk.get(f"/api/operations/{'a' * 16}{path}")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.data == absent.data


def test_a_role_that_was_taken_away_is_gone_at_the_next_request(station: Station) -> None:
    desk = station.desk("police")
    assert desk.get(f"/api/operations/{OPERATION}").status_code == 200
    with station.store() as session:
        take_role(session, OPERATION, officer_id("police"), Role.OFFICER)
    assert desk.get(f"/api/operations/{OPERATION}").status_code == 404


def test_an_administrator_opens_an_operation_and_reads_no_record(station: Station) -> None:
    desk = station.desk("administrator")
    papers = station.desk("lead").get(f"/api/operations/{OPERATION}").json["papers"]
    body = {
        "code": "REEL",
        "name": "Operation REEL",
        "nation": "england",
        "days": ["2027-03-01"],
        "papers": papers,
    }
    opened = desk.post("/api/operations", body)
    assert opened.status_code == 201, opened.json
    assert desk.get(opened.headers["Location"]).json["firewall_statement"]
    assert desk.post("/api/operations", body).json["code"] == "operation_exists"
    assert {one["code"] for one in desk.get("/api/operations").json["operations"]} >= {"REEL", "BOBBIN"}
    assert desk.get(f"/api/visits/{VISIT}/record").json["code"] == "not_permitted"


def published(station: Station, **changed: Any) -> dict[str, str]:
    """The papers of the operation that there is, with its agreement changed."""
    papers: dict[str, str] = station.desk("lead").get(f"/api/operations/{OPERATION}").json["papers"]
    with station.store() as session:
        words = json.loads(paper(session, PaperHash(papers["agreement"])) or b"{}") | changed
        name = publish(session, "agreement", "reel", json.dumps(words).encode())
    return papers | {"agreement": name}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"dpia": " "}, "Say the reference of the impact assessment"),
        ({"purposes": []}, "Say at least one purpose"),
        ({"gateways": []}, "Say by which law HSE shares and is given data"),
        ({"ends_on": "2027-02-08"}, "The agreement ended on 2027-02-08"),
        ({"ends_on": "2027-02-10", "review_on": "2027-02-10"}, "must not end before the last day of visits"),
        (
            {"posture": {"code": "C", "meaning": "x", "statement": "x"}},
            "needs the name of the strategic lead",
        ),
        ({"posture": {"code": "A", "meaning": "x", "statement": "x"}}, "HOIE cannot be given so much"),
    ],
)
def test_an_operation_is_not_opened_under_an_agreement_that_lacks_something_or_is_over(
    station: Station, changed: dict[str, Any], said: str
) -> None:
    body = {"code": "REEL", "name": "Operation REEL", "nation": "england", "days": ["2027-03-01"]}
    answer = station.desk("administrator").post(
        "/api/operations", body | {"papers": published(station, **changed)}
    )
    assert (answer.status_code, answer.json["code"]) == (422, "agreement_incomplete")
    assert said in answer.json["detail"]
    assert any(said in one["text"] for one in answer.json["facts"]["lacks"])


@pytest.mark.parametrize("kind", ["checklist", "agreement", "rates"])
def test_an_operation_is_not_opened_under_papers_that_are_not_published(station: Station, kind: str) -> None:
    papers = station.desk("lead").get(f"/api/operations/{OPERATION}").json["papers"]
    body = {"code": "REEL", "name": "R", "nation": "england", "days": ["2027-03-01"]}
    for wrong in ("0" * 64, papers["classes"]):
        answer = station.desk("administrator").post(
            "/api/operations", {**body, "papers": {**papers, kind: wrong}}
        )
        assert answer.json["code"] == "paper_missing"


def test_only_an_administrator_opens_operations(station: Station) -> None:
    assert station.desk("lead").post("/api/operations", {}).json["code"] == "not_permitted"


def test_a_lead_adds_premises_and_plans_a_visit_that_reaches_the_tablets(station: Station) -> None:
    lead, tablet = station.desk("lead"), station.tablet("police").sign_in()
    site = lead.post(f"/api/operations/{OPERATION}/premises", SITE_BODY)
    assert site.status_code == 201, site.json
    assert site.json["particulars"]["lat"] == "53.9998"
    planned = lead.post(f"/api/operations/{OPERATION}/visits", _plan(site.json["id"]))
    assert planned.status_code == 201, planned.json
    listed = tablet.get("/api/sync/papers").json["papers"]
    assert planned.json["paper"] in {one["hash"] for one in listed}


def test_a_moved_visit_has_another_paper(station: Station) -> None:
    lead = station.desk("lead")
    before = lead.get(f"/api/visits/{VISIT}").json["visit"]
    moved = lead.put(f"/api/visits/{VISIT}", {**_plan(SITE), "minutes": 90})
    assert moved.status_code == 200, moved.json
    assert moved.json["minutes"] == 90
    assert moved.json["paper"] != before["paper"]


def test_the_name_of_a_visits_paper_is_told_to_those_who_plan_alone(station: Station) -> None:
    """It is a hash over all that tablets are told, names of officers too: a guess could be tried on it."""
    path = f"/api/visits/{VISIT}"
    told = station.desk("lead").get(path).json["visit"]
    assert told["paper"]
    assert station.desk("partner").get(path).json["visit"] == {**told, "paper": None}


def test_the_order_of_a_team_tells_nothing_of_names_that_are_not_given(station: Station) -> None:
    before = station.desk("partner").get(f"/api/operations/{OPERATION}/teams").json
    with station.store() as session:
        for username, name in (("police", "Zuzanna Zet"), ("wages", "Aaron Alef")):
            session.execute(update(OfficerRow).where(OfficerRow.username == username).values(name=name))
    assert station.desk("partner").get(f"/api/operations/{OPERATION}/teams").json == before
    assert "Zuzanna Zet" not in str(before)


def test_premises_are_not_added_twice(station: Station) -> None:
    lead = station.desk("lead")
    path = f"/api/operations/{OPERATION}/premises"
    assert lead.post(path, SITE_BODY).status_code == 201
    assert lead.post(path, SITE_BODY).json["code"] == "premises_exist"


@pytest.mark.parametrize(
    ("field", "value"),
    [("company_no", "12"), ("lat", "north"), ("window_from", "25:00"), ("minutes", 0), ("uprn", "1" * 13)],
)
def test_premises_that_cannot_be_are_refused(station: Station, field: str, value: object) -> None:
    answer = station.desk("lead").post(f"/api/operations/{OPERATION}/premises", {**SITE_BODY, field: value})
    assert (answer.status_code, list(answer.json["facts"]["fields"])) == (422, [field])


def test_a_visit_cannot_be_planned_with_another_operations_team(station: Station) -> None:
    stranger = station.desk("stranger")
    answer = stranger.post(f"/api/operations/{OTHER_OPERATION}/visits", _plan(SITE))
    assert answer.json["code"] == "not_found"


def test_an_officer_of_a_team_plans_nothing(station: Station) -> None:
    answer = station.desk("police").post(f"/api/operations/{OPERATION}/premises", SITE_BODY)
    assert answer.json["code"] == "not_permitted"


def test_a_lead_puts_a_team_together(station: Station) -> None:
    body: dict[str, Any] = {
        "code": "T2",
        "name": "Birch",
        "languages": ["en", "pa"],
        "capabilities": ["PO"],
        "members": [{"officer": officer_id("police"), "capabilities": ["PO"], "lead": True}],
    }
    lead = station.desk("lead")
    path = f"/api/operations/{OPERATION}/teams"
    assert lead.post(path, body).json["members"][0]["lead"] is True
    assert lead.post(path, body).json["code"] == "team_exists"
    body |= {"code": "T3", "members": [{"officer": officer_id("stranger"), "capabilities": []}]}
    assert lead.post(path, body).json["code"] == "not_found"
    assert [one["code"] for one in lead.get(path).json["teams"]] == ["T1", "T2"]


def test_a_partner_is_told_of_officers_only_what_the_agreement_gives(station: Station) -> None:
    path = f"/api/visits/{VISIT}"
    assert all(one["name"] for one in station.desk("lead").get(path).json["roster"])
    assert all(one["name"] is None for one in station.desk("borders").get(path).json["roster"])


def test_the_record_shows_a_lead_what_was_written_and_a_partner_what_is_shared(station: Station) -> None:
    police = station.tablet("police").sign_in()
    tablet = recorder(station, police)
    note(station, tablet, "A worker's own account")
    push(police, tablet)
    told = station.desk("lead").get(f"/api/visits/{VISIT}/record").json
    assert [one["value"] for one in told["entries"]] == ["A worker's own account"]
    assert told["entries"][0]["author"]["name"] == "Officer police"
    assert told["entries"][0]["received"]
    shared = station.desk("partner").get(f"/api/visits/{VISIT}/record")
    assert shared.json["entries"] == []
    assert b"account" not in shared.data


def test_a_long_list_is_read_page_by_page(station: Station) -> None:
    lead = station.desk("lead")
    path = f"/api/operations/{OPERATION}/premises"
    for number in range(5, 8):
        lead.post(path, {**SITE_BODY, "code": f"P0{number}"})
    first = lead.get(f"{path}?limit=3").json
    rest = lead.get(f"{path}?limit=3&after={first['next']}").json
    assert [one["code"] for one in first["premises"] + rest["premises"]] == ["P04", "P05", "P06", "P07"]
    assert rest["next"] is None
    assert lead.get(f"{path}?limit=many").json["code"] == "bad_request"


def _plan(site: str) -> dict[str, object]:
    return {
        "premises": site,
        "team": TEAM,
        "day": "2027-02-09",
        "sequence": 2,
        "planned_start": (MORNING + timedelta(hours=5)).isoformat(),
        "minutes": 60,
    }


def test_withdrawn_words_stay_for_disclosure_and_are_told_to_nobody_else(station: Station) -> None:
    police = station.tablet("police").sign_in()
    tablet = recorder(station, police)
    first = note(station, tablet, "words before that")
    withdraw(station, tablet, note(station, tablet, "words taken back", replaces=[first]))
    assert push(police, tablet).json["exceptions"] == []
    told = station.desk("lead").get(f"/api/visits/{VISIT}/record").json["entries"]
    assert [(one["value"], one["withdrawn"]) for one in told if one["kind"] == "note"] == [
        ("words before that", True),
        ("words taken back", True),
    ]
    assert [one["value"] for one in told if one["kind"] == "withdrawal"] == [{"reason": "asked for it"}]
    colleague = station.desk("wages").get(f"/api/visits/{VISIT}/record")
    assert [one["withdrawn"] for one in colleague.json["entries"]] == [True, True, False]
    for words in (b"words before that", b"words taken back", b"asked for it"):
        assert words not in colleague.data

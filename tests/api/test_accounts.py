"""An agency keeps its own officers: accounts, one-time links, locks and roles, on both databases."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from fieldops.domain.ids import derived_id
from fieldops.store.accounts import appoint
from tests.support.database import Database
from tests.support.station import OPERATION, PASSWORD, PEOPLE, Desk, Station, officer_id, open_station, settle

FRESH = "seven quiet lanterns"
NEW = {"username": "r.tanwell", "name": "DS R. Tanwell", "agency": "POL"}
NOBODY = derived_id("officer", "nobody at all")


@pytest.fixture
def served(database: Database, tmp_path: Path) -> Station:
    with database.writing() as session:
        settle(session)
        appoint(session, officer_id("police"), keeps=True)
    return open_station(tmp_path, database_url=database.url)


def set_by(station: Station, code: str, password: str = FRESH) -> tuple[int, str | None]:
    sent = {"code": code, "password": password}
    answer = station.browser().post("/api/account/password-by-link", json=sent)
    return answer.status_code, answer.json["code"] if answer.json else None


def signs_in(station: Station, username: str, password: str) -> bool:
    body = {"username": username, "password": password}
    return station.browser().post("/api/session", json=body).status_code == 200


def change(keeper: Desk, username: str, what: str) -> int:
    path = f"/api/accounts/{officer_id(username)}/changes"
    return keeper.post(path, {"change": what}).status_code


def link_for(keeper: Desk, username: str) -> str:
    answer = keeper.post(f"/api/accounts/{officer_id(username)}/link")
    assert answer.status_code == 201, answer.json
    code: str = answer.json["code"]
    return code


def listed(keeper: Desk) -> Mapping[str, dict[str, object]]:
    return {one["officer"]["username"]: one for one in keeper.get("/api/accounts").json["accounts"]}


def deeds(keeper: Desk, username: str) -> list[tuple[str, str | None]]:
    answer = keeper.get(f"/api/accounts/{officer_id(username)}").json
    return [(one["deed"], one["by"]) for one in answer["history"]]


def test_an_agencys_keeper_sees_their_own_agency_and_no_other(served: Station) -> None:
    keeper, boss = served.desk("police"), served.desk("administrator")
    assert set(listed(keeper)) == {name for name, (agency, _) in PEOPLE.items() if agency == "POL"}
    assert set(listed(boss)) == set(PEOPLE)
    assert served.desk("lead").get("/api/accounts").status_code == 403


@pytest.mark.parametrize("rest", ["", "/link", "/changes"])
def test_an_account_of_another_agency_looks_like_none_at_all(served: Station, rest: str) -> None:
    keeper = served.desk("police")
    for path in (officer_id("wages"), NOBODY):
        door = f"/api/accounts/{path}{rest}"
        answers = [keeper.get(door)] if not rest else [keeper.post(door, {"change": "end"})]
        assert [(one.status_code, one.json["code"]) for one in answers] == [(404, "not_found")], door
    there = served.desk("administrator").get(f"/api/accounts/{officer_id('wages')}")
    assert there.json["officer"]["username"] == "wages"


def test_nobody_opens_an_account_at_an_agency_that_they_do_not_keep(served: Station) -> None:
    keeper = served.desk("police")
    assert keeper.post("/api/accounts", NEW | {"agency": "FWA"}).status_code == 404
    assert "r.tanwell" not in listed(served.desk("administrator"))
    taken = keeper.post("/api/accounts", NEW | {"username": "Wages"})
    assert (taken.status_code, taken.json["code"]) == (409, "username_taken")
    nowhere = served.desk("administrator").post("/api/accounts", NEW | {"agency": "NOWHERE"})
    assert nowhere.json["code"] == "agency_unknown"


def test_a_new_officer_sets_their_password_by_a_link_that_works_once(served: Station) -> None:
    made = served.desk("police").post("/api/accounts", NEW)
    assert made.status_code == 201
    code = made.json["code"]
    assert len(code) * 6 >= 128
    assert not signs_in(served, "r.tanwell", "")
    assert set_by(served, code, "tanwell-tanwell") == (422, "password_weak")
    assert set_by(served, code) == (204, None)
    assert signs_in(served, "R.Tanwell", FRESH)
    assert set_by(served, code, "another quiet lantern") == (404, "link_unknown")


def test_a_link_is_over_after_its_hours_and_when_a_newer_one_is_made(served: Station) -> None:
    keeper = served.desk("police")
    first, second = link_for(keeper, "lead"), link_for(keeper, "lead")
    assert set_by(served, first) == (404, "link_unknown")
    served.clock.forward(seconds=served.settings.set_link_s)
    assert set_by(served, second) == (404, "link_unknown")
    assert set_by(served, "guessed") == (404, "link_unknown")
    assert signs_in(served, "lead", PASSWORD)


def test_a_reset_ends_what_was_signed_in_and_is_told(served: Station) -> None:
    keeper, lead = served.desk("police"), served.desk("lead")
    assert set_by(served, link_for(keeper, "lead")) == (204, None)
    assert lead.get("/api/session").json["code"] == "signed_out"
    assert not signs_in(served, "lead", PASSWORD)
    assert signs_in(served, "lead", FRESH)
    assert deeds(keeper, "lead") == [
        ("password_set", officer_id("lead")),
        ("link_made", officer_id("police")),
    ]


def test_links_cannot_be_tried_out(served: Station) -> None:
    answers = {set_by(served, f"guess {n}")[1] for n in range(served.settings.set_link_by_address.attempts)}
    assert answers == {"link_unknown"}
    assert set_by(served, "one more") == (429, "too_many_attempts")


@pytest.mark.parametrize("what", ["end", "sign_out", "unlock", "appoint"])
def test_nobody_keeps_their_own_account_or_one_above(served: Station, what: str) -> None:
    keeper, boss = served.desk("police"), served.desk("administrator")
    assert change(keeper, "police", what) == 403
    assert change(keeper, "administrator", what) == 403
    assert change(boss, "administrator", what) == 403
    for who, own in ((keeper, "police"), (keeper, "administrator"), (boss, "administrator")):
        assert who.post(f"/api/accounts/{officer_id(own)}/link").json["code"] == "account_not_kept"


def test_an_account_that_is_ended_is_out_at_once_and_an_old_session_stays_over(served: Station) -> None:
    keeper, lead = served.desk("police"), served.desk("lead")
    code = link_for(keeper, "lead")
    assert change(keeper, "lead", "end") == 200
    assert lead.get("/api/session").json["code"] == "signed_out"
    assert set_by(served, code) == (404, "link_unknown")
    refused = keeper.post(f"/api/accounts/{officer_id('lead')}/link")
    assert (refused.status_code, refused.json["code"]) == (409, "account_ended")
    assert change(keeper, "lead", "reopen") == 200
    assert lead.get("/api/session").json["code"] == "signed_out"
    assert signs_in(served, "lead", PASSWORD)


def test_who_keeps_an_agencys_accounts_is_said_by_an_administrator(served: Station) -> None:
    keeper, boss, wages = served.desk("police"), served.desk("administrator"), served.desk("wages")
    assert change(keeper, "lead", "appoint") == 403
    assert wages.get("/api/accounts").status_code == 403
    assert change(boss, "wages", "appoint") == 200
    assert set(listed(wages)) == {"wages"}
    assert change(boss, "wages", "dismiss") == 200
    assert wages.get("/api/accounts").status_code == 403


def test_a_lock_after_wrong_tries_is_seen_and_lifted_by_the_agencys_keeper(served: Station) -> None:
    keeper = served.desk("police")
    assert listed(keeper)["lead"]["locked_until"] is None
    for _ in range(served.settings.sign_in_by_account.attempts):
        assert not signs_in(served, "lead", "wrong")
    assert listed(keeper)["lead"]["locked_until"]
    assert not signs_in(served, "lead", PASSWORD)
    assert change(keeper, "lead", "unlock") == 200
    assert signs_in(served, "lead", PASSWORD)
    assert listed(keeper)["lead"]["locked_until"] is None


def test_ones_own_password_is_changed_with_the_present_one_and_other_sign_ins_end(served: Station) -> None:
    here, elsewhere = served.desk("lead"), served.desk("lead")
    path = "/api/account/password"
    assert here.post(path, {"present": "wrong", "password": FRESH}).json["code"] == "wrong_password"
    assert here.post(path, {"present": PASSWORD, "password": "lead lead lead"}).status_code == 422
    assert here.post(path, {"present": PASSWORD, "password": FRESH}).status_code == 204
    assert here.get("/api/session").status_code == 200
    assert elsewhere.get("/api/session").json["code"] == "signed_out"
    assert signs_in(served, "lead", FRESH)


def test_a_present_password_cannot_be_tried_out_by_whoever_found_the_desk_open(served: Station) -> None:
    desk = served.desk("lead")
    sent = {"present": "wrong", "password": FRESH}
    for _ in range(served.settings.sign_in_by_account.attempts):
        assert desk.post("/api/account/password", sent).status_code == 401
    assert desk.post("/api/account/password", sent | {"present": PASSWORD}).status_code == 429


def test_somebody_sees_where_they_are_signed_in_and_ends_the_rest(served: Station) -> None:
    here, elsewhere = served.desk("lead"), served.desk("lead")
    shown = here.get("/api/account").json["sessions"]
    assert sorted(one["this"] for one in shown) == [False, True]
    assert {one["address"] for one in shown} == {"127.0.0.…"}
    assert here.delete("/api/account/sessions").status_code == 204
    assert elsewhere.get("/api/session").json["code"] == "signed_out"
    assert [one["this"] for one in here.get("/api/account").json["sessions"]] == [True]


def test_a_lead_gives_and_takes_roles_of_people_of_any_agency(served: Station) -> None:
    lead, stranger = served.desk("lead"), served.desk("stranger")
    path = f"/api/operations/{OPERATION}"
    assert stranger.get(path).status_code == 404
    assert lead.post(f"{path}/roles", {"username": "Stranger", "role": "reviewer"}).status_code == 204
    assert stranger.get(path).status_code == 200
    assert ("role_given", officer_id("lead")) in deeds(served.desk("administrator"), "stranger")
    taken = {"officer": officer_id("stranger"), "role": "reviewer"}
    answer = lead.client.delete(f"{path}/roles", json=taken, headers={"X-CSRF-TOKEN": lead.csrf})
    assert answer.status_code == 204
    assert stranger.get(path).status_code == 404


def test_nobody_changes_their_own_roles_and_nobody_else_gives_any(served: Station) -> None:
    path = f"/api/operations/{OPERATION}/roles"
    for who, status in (("lead", 403), ("administrator", 403), ("police", 403), ("partner", 403)):
        answer = served.desk(who).post(path, {"username": who, "role": "disclosure"})
        assert answer.status_code == status, who
    assert served.desk("stranger").post(path, {"username": "police", "role": "lead"}).status_code == 404
    for role in ("administrator", "agency_administrator", "king"):
        assert served.desk("lead").post(path, {"username": "police", "role": role}).status_code == 422
    unknown = served.desk("lead").post(path, {"username": "nobody", "role": "officer"})
    assert unknown.json["code"] == "not_found"

"""Signing in at the desk: cookies, CSRF, renewal, a stolen cookie, and trying out passwords."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask_jwt_extended import create_access_token

from fieldops.settings import RateLimit
from fieldops.store.directory import deactivate
from tests.support.station import PASSWORD, Station, officer_id, open_station


def test_an_officer_signs_in_and_is_known(station: Station) -> None:
    desk = station.desk("lead")
    who = desk.get("/api/session").json
    assert (who["officer"], who["agency"], who["through"]) == (officer_id("lead"), "POL", "desk")
    assert who["csrf_token"] == desk.csrf


@pytest.mark.parametrize(("username", "password"), [("lead", "wrong"), ("nobody", PASSWORD), ("LEAD ", "")])
def test_a_wrong_name_and_a_wrong_password_look_the_same(
    station: Station, username: str, password: str
) -> None:
    answer = station.browser().post("/api/session", json={"username": username, "password": password or "x"})
    assert answer.status_code == 401
    assert answer.json["code"] == "wrong_password"
    assert "Set-Cookie" not in answer.headers


def test_the_cookies_are_out_of_reach_of_scripts_and_of_other_sites(station: Station) -> None:
    answer = station.browser().post("/api/session", json={"username": "lead", "password": PASSWORD})
    cookies = {line.split("=", 1)[0]: line for line in answer.headers.getlist("Set-Cookie")}
    assert "HttpOnly" in cookies["fieldops_access"]
    assert "HttpOnly" in cookies["fieldops_refresh"]
    assert all("SameSite=Strict" in line for line in cookies.values())


def test_behind_tls_the_cookies_are_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    station = open_station(tmp_path, secure_cookies=True)
    answer = station.browser().post("/api/session", json={"username": "lead", "password": PASSWORD})
    lines = answer.headers.getlist("Set-Cookie")
    assert lines
    assert all(line.startswith("__Host-") and "Secure" in line and "Path=/" in line for line in lines)
    assert all("Domain" not in line for line in lines)
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_a_writing_request_without_the_csrf_token_is_refused(station: Station) -> None:
    desk = station.desk("lead")
    answer = desk.client.delete("/api/session")
    assert (answer.status_code, answer.json["code"]) == (403, "csrf_failed")
    assert desk.client.delete("/api/session", headers={"X-CSRF-TOKEN": "guessed"}).status_code == 403
    assert desk.get("/api/session").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
    ],
)
def test_another_sites_page_cannot_even_sign_somebody_in(station: Station, headers: dict[str, str]) -> None:
    body = {"username": "lead", "password": PASSWORD}
    answer = station.browser().post("/api/session", json=body, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "cross_site")


def test_our_own_page_may_sign_in(station: Station) -> None:
    body = {"username": "lead", "password": PASSWORD}
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert station.browser().post("/api/session", json=body, headers=headers).status_code == 200


def test_signing_out_ends_the_session_on_the_server_too(station: Station) -> None:
    desk = station.desk("lead")
    stolen = desk.client.get_cookie("fieldops_access")
    assert stolen is not None
    assert desk.delete("/api/session").status_code == 204
    thief = station.browser()
    thief.set_cookie("fieldops_access", stolen.value)
    assert thief.get("/api/session").json["code"] == "signed_out"


def test_a_session_is_renewed_and_its_open_forms_stay_good(station: Station) -> None:
    desk = station.desk("lead")
    before = (desk.client.get_cookie("fieldops_refresh"), desk.csrf)
    assert desk.post("/api/session/refresh").status_code == 204
    after = (desk.client.get_cookie("fieldops_refresh"), desk.csrf)
    assert before[0] != after[0]
    assert before[1] == after[1]
    assert desk.get("/api/session").status_code == 200


def test_two_tabs_that_renew_at_one_moment_both_go_on(station: Station) -> None:
    desk = station.desk("lead")
    old = desk.client.get_cookie("fieldops_refresh")
    assert old is not None
    desk.post("/api/session/refresh")
    tab = station.browser()
    tab.set_cookie("fieldops_refresh", old.value)
    assert tab.post("/api/session/refresh", headers={"X-CSRF-TOKEN": desk.csrf}).status_code == 204
    assert desk.get("/api/session").status_code == 200
    assert tab.get("/api/session").status_code == 200


def test_a_copied_refresh_cookie_ends_the_session_for_thief_and_officer(station: Station) -> None:
    desk = station.desk("lead")
    copied = desk.client.get_cookie("fieldops_refresh")
    assert copied is not None
    desk.post("/api/session/refresh")
    station.clock.forward(minutes=5)
    thief = station.browser()
    thief.set_cookie("fieldops_refresh", copied.value)
    answer = thief.post("/api/session/refresh", headers={"X-CSRF-TOKEN": desk.csrf})
    assert (answer.status_code, answer.json["code"]) == (401, "session_reused")
    assert desk.get("/api/session").json["code"] == "signed_out"
    assert desk.post("/api/session/refresh").json["code"] == "signed_out"


def test_an_expired_access_cookie_asks_to_be_renewed(station: Station) -> None:
    desk = station.desk("lead")
    with station.app.app_context():
        claims = {"use": "desk", "family": "f", "jti": "j", "csrf": "c"}
        old = create_access_token("lead", expires_delta=timedelta(seconds=-1), additional_claims=claims)
    desk.client.set_cookie("fieldops_access", old)
    assert desk.get("/api/session").json["code"] == "session_expired"
    assert desk.post("/api/session/refresh").status_code == 204
    assert desk.get("/api/session").status_code == 200


def test_a_lost_access_cookie_beside_a_live_refresh_cookie_asks_to_be_renewed(station: Station) -> None:
    desk = station.desk("lead")
    desk.client.delete_cookie("fieldops_access")
    assert desk.get("/api/session").json["code"] == "session_expired"


def test_a_forged_cookie_opens_nothing(station: Station) -> None:
    browser = station.browser()
    browser.set_cookie("fieldops_access", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJsZWFkIn0.")
    assert browser.get("/api/session").json["code"] == "signed_out"


def test_an_officer_who_has_left_is_out_at_the_next_request(station: Station) -> None:
    desk = station.desk("lead")
    with station.store() as session:
        deactivate(session, officer_id("lead"), station.clock())
    assert desk.get("/api/session").json["code"] == "signed_out"
    assert desk.post("/api/session/refresh").json["code"] == "signed_out"
    again = station.browser().post("/api/session", json={"username": "lead", "password": PASSWORD})
    assert again.json["code"] == "wrong_password"


def test_passwords_cannot_be_tried_out_on_one_account(tmp_path: Path) -> None:
    station = open_station(tmp_path, sign_in_by_account=RateLimit(attempts=3, window_s=300))
    wrong = {"username": "lead", "password": "guess"}
    codes = [station.browser().post("/api/session", json=wrong).json["code"] for _ in range(4)]
    assert codes == ["wrong_password"] * 3 + ["too_many_attempts"]
    right = station.browser().post("/api/session", json={"username": "Lead", "password": PASSWORD})
    assert right.status_code == 429
    assert 0 < int(right.headers["Retry-After"]) <= 300
    station.clock.forward(seconds=300)
    assert station.desk("lead").get("/api/session").status_code == 200


def test_one_address_cannot_try_out_many_accounts(tmp_path: Path) -> None:
    station = open_station(tmp_path, sign_in_by_address=RateLimit(attempts=3, window_s=300))
    for name in ("a", "b", "c"):
        station.browser().post("/api/session", json={"username": name, "password": "guess"})
    answer = station.browser().post("/api/session", json={"username": "d", "password": "guess"})
    assert answer.json["code"] == "too_many_attempts"


def test_a_success_clears_the_count_of_the_account(tmp_path: Path) -> None:
    station = open_station(tmp_path, sign_in_by_account=RateLimit(attempts=2, window_s=300))
    for _ in range(4):
        assert station.desk("lead").get("/api/session").status_code == 200

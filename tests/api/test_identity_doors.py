"""What the doors that know people by name or key must hold, knocked at in turn: every unsafe one."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import process_time

import pytest

from fieldops.api.describing import PLACE
from fieldops.settings import RateLimit
from fieldops.web.guard import DOORS, FINDERS, full_name
from fieldops.web.passwords import hash_password, verify_password
from tests.support.station import OPERATION, PASSWORD, VISIT, Station, officer_id, open_station

CANARY = "canary-4711"
NOWHERE = "a" * 16
# What is done without anything being sent along, and so has nothing to refuse.
BARE = ("sign-out", "lost", "/sessions", "/news", "/second-factor/app", "/keys/new", "/looks/export")
WRONG = {"username": "lead", "password": "guess"}


def unsafe_doors(station: Station) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Method, address and places of every guarded door that changes something."""
    for rule in station.app.url_map.iter_rules():
        door = DOORS.get(full_name(station.app.view_functions[rule.endpoint]))
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            if door is not None and door.action is not None:
                yield method, rule.rule, frozenset(rule.arguments)


def at(rule: str, device: str) -> str:
    places = {"operation_id": OPERATION, "visit_id": VISIT, "device_id": device, "code": "BOBBIN"}
    places |= {"manifest": "0" * 64, "n": "0", "log": "nowhere", "cause": "fork"}
    places |= {"officer_id": officer_id("police"), "change": "sign_out", "version": "0" * 64}
    places |= {"group": "G1", "team": "T1", "ref": f"worker:{NOWHERE}", "erasure_id": NOWHERE}
    return PLACE.sub(lambda found: places[found[1]], rule)


def test_no_door_changes_anything_without_the_token_of_our_own_page(station: Station) -> None:
    device, desk = station.tablet("police").device, station.desk("lead")
    tried = list(unsafe_doors(station))
    assert len(tried) > 12
    for method, rule, _ in tried:
        path = at(rule, device)
        for headers in ({}, {"X-CSRF-TOKEN": CANARY}):
            bare = desk.client.open(path, method=method, json={}, headers=headers)
            form = desk.client.open(path, method=method, data={"csrf_token": CANARY}, headers=headers)
            assert (bare.status_code, form.status_code) == (403, 403), path
    assert desk.get("/api/session").status_code == 200


def test_another_sites_page_moves_no_door_even_with_the_token(station: Station) -> None:
    device, desk = station.tablet("police").device, station.desk("lead")
    for method, rule, _ in unsafe_doors(station):
        headers = {"X-CSRF-TOKEN": desk.csrf, "Sec-Fetch-Site": "same-site"}
        assert desk.client.open(at(rule, device), method=method, json={}, headers=headers).status_code == 403


@pytest.mark.parametrize("where", ["header", "field"])
def test_a_token_that_is_no_text_of_ours_is_refused_like_any_other(station: Station, where: str) -> None:
    desk = station.desk("lead")
    sent = (
        {"headers": {"X-CSRF-TOKEN": "\u00e9"}} if where == "header" else {"data": {"csrf_token": "\u00e9"}}
    )
    answer = desk.client.post("/desk/account/sessions", **sent)
    assert answer.status_code == 403


def test_what_one_may_not_change_looks_like_what_does_not_exist(station: Station) -> None:
    device, stranger = station.tablet("police").device, station.desk("stranger")
    headers = {"X-CSRF-TOKEN": stranger.csrf}
    for method, rule, places in unsafe_doors(station):
        if places & FINDERS.keys():
            real = stranger.client.open(at(rule, device), method=method, json={}, headers=headers)
            none = stranger.client.open(PLACE.sub(NOWHERE, rule), method=method, json={}, headers=headers)
            assert (real.status_code, real.data) == (404, none.data), rule


def test_no_refusal_says_back_what_was_sent(station: Station) -> None:
    device, desk = station.tablet("police").device, station.desk("lead")
    names = ("username", "password", "code", "name", "reason", "officer", "days", "premises", "statement")
    lists = {"segments": [{"statement": CANARY, "signature": CANARY, "lines": CANARY}], "logs": [CANARY]}
    body = (
        {name: CANARY for name in names} | lists | {"limit": CANARY, "planned_start": CANARY, "day": CANARY}
    )
    doors = [(method, at(rule, device)) for method, rule, _ in unsafe_doors(station)]
    doors += [("POST", path) for path in ("/api/session", "/api/devices/enrol", "/api/tablet/token")]
    for method, path in doors:
        if not path.endswith(BARE) and (method, path) != ("DELETE", "/api/session"):
            answer = desk.client.open(path, method=method, json=body, headers={"X-CSRF-TOKEN": desk.csrf})
            assert answer.status_code >= 400, path
            assert CANARY not in answer.get_data(as_text=True), path


def test_signing_in_makes_a_new_session_whatever_cookies_came_along(station: Station) -> None:
    planted = station.desk("stranger")
    before = {name: planted.client.get_cookie(f"fieldops_{name}") for name in ("access", "refresh", "csrf")}
    answer = planted.client.post("/api/session", json={"username": "lead", "password": PASSWORD})
    assert answer.status_code == 200
    for name, old in before.items():
        new = planted.client.get_cookie(f"fieldops_{name}")
        assert old is not None
        assert new is not None
        assert old.value != new.value
    planter = station.browser()
    planter.set_cookie("fieldops_access", before["access"].value if before["access"] else "")
    assert planter.get("/api/session").json["name"] == "Officer stranger"


def test_an_unknown_name_takes_as_long_as_a_wrong_password() -> None:
    kept = hash_password(PASSWORD)
    verify_password(None, "first")

    def cost(of: str | None) -> float:
        began = process_time()
        assert not verify_password(of, "guess")
        return process_time() - began

    known, unknown = median(cost(kept) for _ in range(7)), median(cost(None) for _ in range(7))
    assert known / 3 < unknown < known * 3


def test_a_forwarded_address_is_believed_from_a_known_proxy_alone(tmp_path: Path) -> None:
    few = RateLimit(attempts=2, window_s=300)
    for proxies, last in ((0, 429), (1, 401)):
        station = open_station(tmp_path / str(proxies), sign_in_by_address=few, proxies=proxies)
        told = [
            station.browser().post(
                "/api/session",
                json=WRONG | {"username": f"u{n}"},
                headers={"X-Forwarded-For": f"192.0.2.{n}"},
            )
            for n in range(3)
        ]
        assert [answer.status_code for answer in told] == [401, 401, last]


def test_a_server_that_knows_its_names_answers_to_no_other(tmp_path: Path) -> None:
    station = open_station(tmp_path, hosts=("localhost", ".field.example"))
    for host, status in (("localhost", 200), ("a.field.example", 200), ("evil.example", 400)):
        assert station.browser().get("/healthz", headers={"Host": host}).status_code == status
    sent = {"json": {"username": "lead", "password": PASSWORD}, "headers": {"Host": "evil.example"}}
    assert station.browser().post("/api/session", **sent).json["code"] == "bad_request"


@pytest.mark.parametrize(
    "path", ["/app/%00", "/app/..%2f..%2fpyproject.toml", "/app/%2e%2e", "/app//etc/passwd"]
)
def test_nothing_but_the_apps_own_files_is_served_under_its_address(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "built"
    folder.mkdir()
    (folder / "index.html").write_bytes(b"the app")
    (tmp_path / "pyproject.toml").write_bytes(b"not the app")
    station = open_station(tmp_path / "data", tablet_app_folder=folder)
    answer = station.browser().get(path)
    assert answer.status_code in (404, 308)
    assert b"not the app" not in answer.data

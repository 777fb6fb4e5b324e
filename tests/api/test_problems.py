"""Every refusal is told in one form, whatever refused: the door, the router, the database or a bug."""

import os
from pathlib import Path

import pytest
from flask import Flask

from fieldops.web.headers import NOTHING_POLICY, TABLET_POLICY
from tests.support.station import Station, open_station

SHAPE = {"type", "title", "status", "detail", "code", "facts"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/nothing", 404, "not_found"),
        ("DELETE", "/healthz", 405, "method_not_allowed"),
        ("GET", "/api/session", 401, "signed_out"),
        ("GET", "/api/operations/aaaaaaaaaaaaaaaa", 401, "signed_out"),
        ("GET", "/app/../../etc/passwd", 404, "not_found"),
        ("GET", "/app/%2e%2e/%2e%2e/settings.py", 404, "not_found"),
    ],
)
def test_a_refusal_is_a_problem_with_a_stable_code(
    station: Station, method: str, path: str, status: int, code: str
) -> None:
    answer = station.browser().open(path, method=method)
    assert answer.content_type == "application/problem+json"
    assert set(answer.json) == SHAPE
    assert (answer.status_code, answer.json["status"], answer.json["code"]) == (status, status, code)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_wrong_method_says_which_are_right(station: Station) -> None:
    assert "GET" in station.browser().delete("/healthz").headers["Allow"]


def test_a_bug_is_a_problem_too_and_tells_nothing_of_itself(station: Station) -> None:
    def stumble() -> str:
        raise KeyError("a worker's name")

    app: Flask = station.app
    app.add_url_rule("/stumble", view_func=stumble)
    answer = station.browser().get("/stumble")
    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert b"worker" not in answer.data


def test_without_its_database_the_server_says_when_to_come_back(station: Station) -> None:
    for file in station.settings.data_folder.glob("fieldops.db*"):
        file.unlink()
    (station.settings.data_folder / "fieldops.db").mkdir()
    answer = station.browser().get("/healthz")
    assert (answer.status_code, answer.json["code"]) == (503, "database_away")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_migrated_server_says_that_it_is_ready(station: Station) -> None:
    assert station.browser().get("/healthz").json == {"ready": True}


@pytest.mark.parametrize("path", ["/healthz", "/api/session", "/api/nothing"])
def test_every_answer_carries_the_headers_that_protect(station: Station, path: str) -> None:
    headers = station.browser().get(path).headers
    assert headers["Content-Security-Policy"] == NOTHING_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_the_tablet_app_is_served_under_its_own_strict_policy(tmp_path: Path) -> None:
    folder = tmp_path / "built"
    folder.mkdir()
    station = open_station(tmp_path / "data", tablet_app_folder=folder)
    for name in ("index.html", "sw.js", "app-1a2b3c.js", "argon-9f.wasm", "manifest.webmanifest"):
        (folder / name).write_bytes(b"content")
    browser = station.browser()
    page, worker, script = (browser.get(f"/app/{name}") for name in ("", "sw.js", "app-1a2b3c.js"))
    assert page.headers["Content-Security-Policy"] == TABLET_POLICY
    assert "require-trusted-types-for 'script'" in TABLET_POLICY
    assert "camera=(self)" in page.headers["Permissions-Policy"]
    assert page.headers["Cache-Control"] == worker.headers["Cache-Control"] == "no-cache"
    assert "immutable" in script.headers["Cache-Control"]
    assert (worker.mimetype, script.mimetype) == ("text/javascript", "text/javascript")
    assert script.headers.get("Content-Encoding") is None
    assert browser.get("/app/argon-9f.wasm").mimetype == "application/wasm"
    assert browser.get("/app").headers["Location"] == "/app/"
    assert browser.get("/app/../fieldops.db").status_code == 404


def test_a_tablet_is_given_the_smallest_form_of_the_app_that_it_reads(tmp_path: Path) -> None:
    folder = tmp_path / "built"
    folder.mkdir()
    station = open_station(tmp_path / "data", tablet_app_folder=folder)
    for name in ("index.html", "index.html.gz", "index.html.br", "app-1.js", "app-1.js.gz"):
        (folder / name).write_text(name, encoding="utf-8")
    (tmp_path / "secret.br").write_text("outside", encoding="utf-8")
    browser = station.browser()

    def given(path: str, accepted: str) -> tuple[str, str | None, str]:
        reply = browser.get(path, headers={"Accept-Encoding": accepted})
        return reply.get_data(as_text=True), reply.headers.get("Content-Encoding"), reply.mimetype

    assert given("/app/", "gzip, deflate, br") == ("index.html.br", "br", "text/html")
    assert given("/app/", "gzip") == ("index.html.gz", "gzip", "text/html")
    assert given("/app/app-1.js", "br, gzip") == ("app-1.js.gz", "gzip", "text/javascript")
    assert given("/app/app-1.js", "gzip;q=0, identity") == ("app-1.js", None, "text/javascript")
    (folder / "index.html").write_text("newer", encoding="utf-8")
    os.utime(folder / "index.html.br", ns=(0, 0))
    os.utime(folder / "index.html.gz", ns=(0, 0))
    assert given("/app/", "br, gzip") == ("newer", None, "text/html")
    assert browser.get("/app/../secret", headers={"Accept-Encoding": "br"}).status_code == 404
    assert "Accept-Encoding" in browser.get("/app/").headers["Vary"]

"""A log line names ids and counts, never a person, an answer, a password, a code or a token."""

import logging

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fieldops.web.transaction import reading
from tests.api.test_sync_doors import note, push, recorder
from tests.support.station import OPERATION, PASSWORD, VISIT, Station, officer_id

CANARY = "Words of a worker 4711"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def test_a_whole_day_leaves_nothing_of_anybody_in_the_log(
    station: Station, lines: pytest.LogCaptureFixture
) -> None:
    station.browser().post("/api/session", json={"username": "lead", "password": CANARY})
    code = station.code("police")
    police = station.tablet("police").sign_in()
    tablet = recorder(station, police)
    note(station, tablet, CANARY)
    assert push(police, tablet).status_code == 200
    desk = station.desk("lead")
    for path in (
        f"/api/visits/{VISIT}/record",
        "/desk/operations/BOBBIN/visits/P04",
        f"/api/papers/{CANARY}",
    ):
        desk.get(path)
    asked = {"officer": officer_id("police"), "more": CANARY}
    assert desk.post(f"/api/operations/{OPERATION}/enrolments", asked).status_code == 422
    cookie = desk.client.get_cookie("fieldops_access")
    assert cookie is not None
    secrets = (CANARY, PASSWORD, code, police.token, cookie.value, desk.csrf, "Officer police", "Pellow")
    assert [secret for secret in secrets if secret in lines.text] == []


def test_a_bug_is_logged_by_its_place_and_not_by_its_words(
    station: Station, lines: pytest.LogCaptureFixture
) -> None:
    def stumble() -> str:
        raise KeyError(CANARY)

    app: Flask = station.app
    app.add_url_rule("/stumble", view_func=stumble)
    assert station.browser().get(f"/stumble?name={CANARY}").status_code == 500
    assert "KeyError at GET stumble" in lines.text
    assert "test_log_lines.py" in lines.text
    assert CANARY not in lines.text


def test_a_query_that_fails_tells_nothing_of_what_was_bound_to_it(
    station: Station, lines: pytest.LogCaptureFixture
) -> None:
    def ask() -> str:
        with reading() as session:
            session.execute(text("SELECT nothing FROM nowhere WHERE name = :name"), {"name": CANARY})
        return "never"

    app: Flask = station.app
    app.add_url_rule("/ask", view_func=ask)
    assert station.browser().get("/ask").status_code in (500, 503)
    with app.app_context(), pytest.raises(DBAPIError) as failed, reading() as session:
        session.execute(text("SELECT nothing FROM nowhere WHERE name = :name"), {"name": CANARY})
    assert CANARY not in str(failed.value)
    assert CANARY not in lines.text

"""A second factor beside the password: asked for, good once, not to be tried out, mended when lost."""

from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from fieldops.domain.totp import code_at, step_of
from fieldops.settings import Settings
from fieldops.store.accounts import appoint
from fieldops.store.second_factor import authenticator
from tests.api.test_commands import run
from tests.desk.reading import Visitor, at_the_desk, read
from tests.support.authenticator import PAGE, App, add_app, secret_in
from tests.support.database import Database
from tests.support.station import PASSWORD, Station, officer_id, open_station, settle

SECOND = "/desk/sign-in/second"


@pytest.fixture
def served(database: Database, tmp_path: Path) -> Station:
    with database.writing() as session:
        settle(session)
        appoint(session, officer_id("police"), keeps=True)
    return open_station(tmp_path, database_url=database.url)


@pytest.fixture
def app(served: Station) -> App:
    return add_app(served, at_the_desk(served, "lead"))


def sign_in(station: Station, code: str | None = None) -> TestResponse:
    body = {"username": "lead", "password": PASSWORD} | ({} if code is None else {"second_factor": code})
    return station.browser().post("/api/session", json=body)


def half_way(station: Station) -> Visitor:
    visitor = Visitor(client=station.browser())
    answer = visitor.send("/desk/sign-in?next=/desk/account", username="lead", password=PASSWORD)
    assert answer.headers["Location"] == f"{SECOND}?next=/desk/account"
    return visitor


def test_the_password_alone_opens_nothing_any_more(served: Station, app: App) -> None:
    assert (sign_in(served).status_code, sign_in(served).json["code"]) == (401, "factor_needed")
    visitor = half_way(served)
    assert visitor.client.get("/desk/account").headers["Location"].startswith("/desk/sign-in")
    assert "#code" in read(visitor.send(SECOND, code="000000"), 401).links
    assert "#code" in read(visitor.send(SECOND, code=" "), 400).links
    sent = visitor.send(f"{SECOND}?next=/desk/account", code=app.next_code())
    assert sent.headers["Location"] == "/desk/account"
    assert "Where you are signed in" in visitor.open("/desk/account").text


def test_a_code_is_good_once(served: Station, app: App) -> None:
    assert sign_in(served, app.code()).json["code"] == "factor_wrong"  # the one by which the app was added
    code = app.next_code()
    assert sign_in(served, code).status_code == 200
    assert sign_in(served, code).json["code"] == "factor_wrong"


def test_a_recovery_code_is_good_once_and_is_written_down(served: Station, app: App) -> None:
    code = app.recovery[3].upper().replace("-", " ")
    assert sign_in(served, code).status_code == 200
    assert sign_in(served, code).json["code"] == "factor_wrong"
    assert sign_in(served, app.recovery[4]).status_code == 200
    history = served.desk("police").get(f"/api/accounts/{officer_id('lead')}").json["history"]
    assert [one["deed"] for one in history][:3] == ["code_used", "code_used", "factor_added"]


def test_somebody_elses_codes_open_nothing(served: Station, app: App) -> None:
    other = add_app(served, at_the_desk(served, "police"))
    served.clock.forward(seconds=60)
    assert sign_in(served, other.code()).json["code"] == "factor_wrong"
    assert sign_in(served, other.recovery[0]).json["code"] == "factor_wrong"


def test_codes_cannot_be_tried_out_and_the_keeper_lifts_the_lock(served: Station, app: App) -> None:
    for _ in range(served.settings.factor_by_officer.attempts):
        assert sign_in(served, "123456").json["code"] == "factor_wrong"
    assert sign_in(served, app.next_code()).json["code"] == "too_many_attempts"
    keeper = served.desk("police")
    listed = {one["officer"]["username"]: one for one in keeper.get("/api/accounts").json["accounts"]}
    assert listed["lead"]["locked_until"]
    keeper.post(f"/api/accounts/{officer_id('lead')}/changes", {"change": "unlock"})
    assert sign_in(served, app.next_code()).status_code == 200


def test_half_a_sign_in_is_over_after_its_minutes_and_becomes_a_whole_one_once(
    served: Station, app: App
) -> None:
    late = half_way(served)
    served.clock.forward(seconds=served.settings.half_signed_in_s)
    assert late.client.get(SECOND).headers["Location"].startswith("/desk/sign-in")
    visitor = half_way(served)
    cookie = visitor.client.get_cookie("fieldops_half", path="/desk/sign-in")
    assert cookie is not None
    assert visitor.send(SECOND, code=app.next_code()).status_code == 303
    visitor.client.set_cookie("fieldops_half", cookie.value, path="/desk/sign-in")
    assert visitor.client.get(SECOND).headers["Location"].startswith("/desk/sign-in")


def test_an_app_counts_for_nothing_before_it_has_shown_a_code(served: Station) -> None:
    visitor = at_the_desk(served, "lead")
    shown = read(visitor.send(f"{PAGE}/app", page=PAGE))
    sent = {"csrf_token": shown.fields["csrf_token"], "code": "000000", "password": PASSWORD}
    again = read(visitor.client.post(f"{PAGE}/app/confirm", data=sent), 401)
    assert "not the code that the app shows" in again.text
    assert sign_in(served).status_code == 200


def test_a_lost_telephone_is_mended_by_the_agencys_keeper_and_told(served: Station, app: App) -> None:
    lead, keeper = half_way(served), served.desk("police")
    assert lead.send(SECOND, code=app.next_code()).status_code == 303
    own = f"/api/accounts/{officer_id('police')}/changes"
    assert keeper.post(own, {"change": "reset_factor"}).status_code == 403
    path = f"/api/accounts/{officer_id('lead')}/changes"
    assert keeper.post(path, {"change": "reset_factor"}).status_code == 200
    assert lead.client.get("/desk/account").headers["Location"].startswith("/desk/sign-in")
    again = Visitor(client=served.browser())
    inside = again.send("/desk/sign-in", username="lead", password=PASSWORD)
    assert inside.headers["Location"].startswith("/desk/account/news")
    assert "The second factor was reset" in again.open("/desk/account/news").text


def test_a_command_resets_it_for_the_last_administrator(tmp_path: Path) -> None:
    station = open_station(tmp_path)
    add_app(station, at_the_desk(station, "lead"))
    assert run(station.settings.data_folder, "link", "lead", "--reset-second-factor").exit_code == 0
    assert sign_in(station).status_code == 200


def test_a_new_password_leaves_the_second_factor(served: Station, app: App) -> None:
    code = served.desk("police").post(f"/api/accounts/{officer_id('lead')}/link").json["code"]
    sent = {"code": code, "password": "seven quiet lanterns"}
    assert served.browser().post("/api/account/password-by-link", json=sent).status_code == 204
    body = {"username": "lead", "password": "seven quiet lanterns"}
    assert served.browser().post("/api/session", json=body).json["code"] == "factor_needed"


def test_an_open_desk_alone_adds_nothing(served: Station) -> None:
    visitor = at_the_desk(served, "lead")
    shown = read(visitor.send(f"{PAGE}/app", page=PAGE))
    right = code_at(secret_in(shown.text), step_of(served.clock()))
    sent = {"csrf_token": shown.fields["csrf_token"], "code": right, "password": "wrong"}
    assert "#password" in read(visitor.client.post(f"{PAGE}/app/confirm", data=sent), 401).links
    assert sign_in(served).status_code == 200


def test_somebody_signed_in_without_the_factor_they_have_is_asked_to_sign_in_with_it(tmp_path: Path) -> None:
    station = open_station(tmp_path, second_factor=("lead",))
    early, late = at_the_desk(station, "lead"), at_the_desk(station, "lead")
    add_app(station, late)
    assert early.client.get("/desk/operations").headers["Location"] == f"{PAGE}?due=yes"
    assert "Sign out, and sign in with it" in early.open(f"{PAGE}?due=yes").text


def test_an_open_desk_alone_turns_nothing_off(served: Station, app: App) -> None:
    lead = half_way(served)
    lead.send(SECOND, code=app.next_code())
    for what in ("app", "codes"):
        sent = {"what": what, "password": "wrong"}
        assert "#password" in read(lead.send(f"{PAGE}/change", page=PAGE, **sent), 401).links
    renewed = read(lead.send(f"{PAGE}/change", page=PAGE, what="codes", password=PASSWORD))
    assert not set(app.recovery) & set(renewed.words)
    assert sign_in(served, app.recovery[0]).json["code"] == "factor_wrong"
    assert lead.send(f"{PAGE}/change", page=PAGE, what="app", password=PASSWORD).status_code == 303
    assert sign_in(served).status_code == 200


def test_the_secret_lies_sealed(served: Station, app: App) -> None:
    with served.store() as session:
        kept = authenticator(session, officer_id("lead"))
    assert kept is not None
    assert app.secret not in kept.sealed
    assert kept.sealed != app.secret


def test_where_a_role_needs_one_nothing_opens_before_it_is_added(tmp_path: Path) -> None:
    station = open_station(tmp_path, second_factor=("lead",))
    lead, police = at_the_desk(station, "lead"), station.desk("police")
    assert police.get("/api/operations").status_code == 200
    for path in ("/desk/operations", "/desk/operations/BOBBIN", "/desk/operations/BOBBIN/people/roles"):
        assert lead.client.get(path).headers["Location"] == f"{PAGE}?due=yes"
    assert station.desk("lead").get("/api/operations").json["code"] == "factor_due"
    assert "Your role needs a second factor" in lead.open(f"{PAGE}?due=yes").text
    app = add_app(station, lead)
    assert "Operation BOBBIN" in lead.open("/desk/operations").text
    fresh = Visitor(client=station.browser())
    fresh.send("/desk/sign-in", username="lead", password=PASSWORD)
    fresh.send(SECOND, code=app.next_code())
    assert "Operation BOBBIN" in fresh.open("/desk/operations").text


def test_it_may_be_required_of_everybody_and_a_role_that_is_none_stops_the_start(tmp_path: Path) -> None:
    given = {"FIELDOPS_DATA": str(tmp_path / "data")}
    assert Settings.from_env(given).second_factor == ()
    assert Settings.from_env(given | {"FIELDOPS_SECOND_FACTOR": "offered"}).second_factor == ()
    named = Settings.from_env(given | {"FIELDOPS_SECOND_FACTOR": "lead, administrator"}).second_factor
    assert named == ("lead", "administrator")
    every = Settings.from_env(given | {"FIELDOPS_SECOND_FACTOR": "required"}).second_factor
    station = open_station(tmp_path / "all", second_factor=every)
    assert station.desk("stranger").get("/api/operations").json["code"] == "factor_due"
    with pytest.raises(ValueError, match="leed"):
        open_station(tmp_path / "none", second_factor=("leed",))


def test_a_tablet_goes_on_by_its_key(served: Station, app: App) -> None:
    tablet = served.tablet("wages", approver="administrator").sign_in()
    assert tablet.get("/api/sync/papers").status_code == 200

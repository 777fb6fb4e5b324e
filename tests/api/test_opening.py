"""An installation that others can reach does not open with secrets that anybody may know."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from fieldops.app import create_app
from fieldops.settings import Settings
from fieldops.store.published import publish
from tests.support.station import Station

CHANCE, OTHER = b"\x9d\x07\xf1" + bytes(range(3, 32)), bytes(range(100, 116)) + bytes(range(216, 232))


def given(folder: Path, **said: str) -> dict[str, str]:
    return {"FIELDOPS_DATA": str(folder)} | said


def words(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).decode()


@pytest.mark.parametrize(
    "secret",
    [
        bytes(32),
        b"changeme" * 4,
        bytes(range(32)),
        bytes(range(64, 32, -1)),
        b"0123456789abcdefghijklmnopqrstuv",
        b"\x00\xff" * 16,
    ],
)
@pytest.mark.parametrize("name", ["FIELDOPS_TOKEN_SECRET", "FIELDOPS_SERVER_KEY"])
def test_a_secret_that_was_not_drawn_stops_the_start(tmp_path: Path, name: str, secret: bytes) -> None:
    with pytest.raises(ValueError, match=f"{name} was not drawn by chance"):
        Settings.from_env(given(tmp_path, **{name: words(secret)}))
    assert Settings.from_env(given(tmp_path, FIELDOPS_SECURE_COOKIES="no", **{name: words(secret)}))


def test_one_secret_for_two_things_stops_the_start(tmp_path: Path) -> None:
    both = given(tmp_path, FIELDOPS_TOKEN_SECRET=words(CHANCE), FIELDOPS_SERVER_KEY=words(CHANCE))
    with pytest.raises(ValueError, match="must be two secrets"):
        Settings.from_env(both)
    assert Settings.from_env(both | {"FIELDOPS_SERVER_KEY": words(OTHER)})


def test_a_monitors_token_that_can_be_tried_out_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="FIELDOPS_METRICS_TOKEN"):
        Settings.from_env(given(tmp_path, FIELDOPS_METRICS_TOKEN="metrics"))


def test_secrets_that_the_first_start_makes_are_good_ones(tmp_path: Path) -> None:
    assert Settings.from_env(given(tmp_path)) == Settings.from_env(given(tmp_path))


def test_a_demo_whose_passwords_stand_on_the_start_page_is_not_served_to_the_world(station: Station) -> None:
    with station.store() as session:
        publish(session, "welcome", "start", b'{"people":[],"operations":[]}')
    with pytest.raises(ValueError, match="FIELDOPS_DEMO=yes"):
        create_app(replace(station.settings, secure_cookies=True), station.clock)
    assert create_app(replace(station.settings, secure_cookies=True, demo=True), station.clock)
    assert create_app(station.settings, station.clock)


def test_a_database_that_is_not_set_up_yet_stops_no_start(tmp_path: Path, station: Station) -> None:
    settings = replace(
        station.settings, secure_cookies=True, database_url=f"sqlite:///{tmp_path / 'empty.db'}"
    )
    assert create_app(settings, station.clock)

"""The commands of whoever runs the server, and the settings that a first start makes."""

import base64
import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fieldops.cli import commands
from fieldops.settings import SECRET_BYTES, Settings
from tests.support.station import PASSWORD, PEOPLE, Station, TabletAtHand, open_station

DRAWN = bytes.fromhex("9f03d1c8557ae04b2216b9f7703caa18e56d0b94cf81372e5dfa4406c3b8917e")


def run(folder: Path, *words: str, typed: str = "") -> Result:
    """A command on the data folder of a server."""
    environment = {"FIELDOPS_DATA": str(folder), "FIELDOPS_SECURE_COOKIES": "no"}
    return CliRunner().invoke(commands, words, input=typed, env=environment)


def test_an_empty_folder_becomes_a_server_that_is_ready(tmp_path: Path) -> None:
    assert run(tmp_path, "migrate").exit_code == 0
    assert run(tmp_path, "migrate").exit_code == 0
    settings = Settings.from_env({"FIELDOPS_DATA": str(tmp_path)})
    assert open_station(tmp_path, database_url=settings.database_url).browser().get("/healthz").json["ready"]


def test_before_the_migrations_the_server_says_that_it_is_not_ready(tmp_path: Path) -> None:
    settings = Settings.from_env({"FIELDOPS_DATA": str(tmp_path)})
    answer = open_station(tmp_path, database_url=settings.database_url).browser().get("/healthz")
    assert answer.status_code == 503


def test_an_officer_is_given_an_account_a_role_and_a_tablet(station: Station) -> None:
    folder = station.settings.data_folder
    station.clock.at = datetime.now(UTC)  # commands go by the real time
    assert run(folder, "agency", "FRS", "Fire and Rescue").exit_code == 0
    assert run(folder, "officer", "Embers", "Officer Embers", "FRS", "--password", PASSWORD).exit_code == 0
    assert run(folder, "role", "BOBBIN", "embers", "officer").exit_code == 0
    assert [one["code"] for one in station.desk("embers").get("/api/operations").json["operations"]] == [
        "BOBBIN"
    ]
    code = run(folder, "enrol", "BOBBIN", "embers", "--by", "lead").output.splitlines()[0]
    tablet = TabletAtHand(client=station.browser(), username="embers")
    assert tablet.enrol(code).json["officer"]["agency"] == "FRS"
    assert run(folder, "role", "BOBBIN", "embers", "officer", "--take").exit_code == 0
    assert station.desk("embers").get("/api/operations").json["operations"] == []
    assert run(folder, "leave", "embers").exit_code == 0
    assert (
        station.browser().post("/api/session", json={"username": "embers", "password": PASSWORD}).status_code
        == 401
    )


def test_the_first_administrator_comes_by_a_command_and_sets_a_password_that_nobody_else_knows(
    station: Station,
) -> None:
    folder = station.settings.data_folder
    station.clock.at = datetime.now(UTC)
    made = run(folder, "officer", "Boss", "A. Boss", "POL", "--administrator")
    assert made.exit_code == 0
    code = re.search(r"code=(\S+)", made.output)
    assert code is not None
    sent = {"code": code[1], "password": "seven quiet lanterns"}
    assert station.browser().post("/api/account/password-by-link", json=sent).status_code == 204
    signed_in = station.browser()
    body = {"username": "boss", "password": "seven quiet lanterns"}
    assert signed_in.post("/api/session", json=body).status_code == 200
    assert len(signed_in.get("/api/accounts").json["accounts"]) == len(PEOPLE) + 1


def test_a_link_by_command_lets_in_the_last_administrator_who_forgot_the_password(station: Station) -> None:
    station.clock.at = datetime.now(UTC)
    made = run(station.settings.data_folder, "link", "administrator")
    code = re.search(r"code=(\S+)", made.output)
    assert code is not None
    sent = {"code": code[1], "password": "seven quiet lanterns"}
    assert station.browser().post("/api/account/password-by-link", json=sent).status_code == 204


def test_a_second_officer_is_enrolled_by_command_on_the_tablet_they_share(station: Station) -> None:
    shared = station.tablet("police")
    station.clock.at = datetime.now(UTC)  # commands go by the real time
    words = ("enrol", "BOBBIN", "wages", "--by", "lead", "--tablet", "1")
    code = run(station.settings.data_folder, *words).output.splitlines()[0]
    second = TabletAtHand(client=shared.client, username="wages")
    assert second.enrol(code, device=shared.device).json["device"] == shared.device


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("enrol", "BOBBIN", "wages", "--by", "lead", "--tablet", "9"), "There is no tablet 9 on BOBBIN."),
        (("role", "NOWHERE", "lead", "lead"), "There is no operation NOWHERE."),
        (("role", "BOBBIN", "nobody", "lead"), "There is no officer nobody."),
        (("enrol", "BOBBIN", "lead", "--by", "lead"), "Another person must approve"),
        (("officer", "lead", "L", "POL", "--password", "x"), "Another officer has this username."),
        (("officer", "new", "N", "NOBODY", "--password", "x"), "No agency has this code."),
        (("officer", "new", "N", "POL", "--password", "x"), "Use at least 12 characters."),
    ],
)
def test_a_command_that_is_refused_says_why_and_changes_nothing(
    station: Station, words: tuple[str, ...], said: str
) -> None:
    result = run(station.settings.data_folder, *words)
    assert result.exit_code == 1
    assert said in result.output


def test_an_operation_that_is_over_stays_readable(station: Station) -> None:
    assert run(station.settings.data_folder, "close", "BOBBIN").exit_code == 0
    assert station.desk("lead").get("/api/operations").json["operations"][0]["closed_at"]


def test_a_new_epoch_makes_tablets_offer_again(station: Station) -> None:
    tablet = station.tablet("police").sign_in()
    before = tablet.get("/api/sync/papers").json["epoch"]
    assert run(station.settings.data_folder, "new-epoch").exit_code == 0
    assert tablet.get("/api/sync/papers").json["epoch"] != before


def test_secrets_are_made_once_and_are_for_the_owner_alone(tmp_path: Path) -> None:
    first, again = (Settings.from_env({"FIELDOPS_DATA": str(tmp_path)}) for _ in range(2))
    assert first == again
    assert first.token_secret != first.server_key_seed
    for name in ("token.secret", "server-key.secret"):
        file = tmp_path / name
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert len(file.read_bytes()) == SECRET_BYTES
    assert sorted(file.name for file in tmp_path.iterdir()) == ["server-key.secret", "token.secret"]


def test_a_secret_may_come_from_the_environment_if_it_is_long_enough(tmp_path: Path) -> None:
    given = {"FIELDOPS_DATA": str(tmp_path), "FIELDOPS_TOKEN_SECRET": _spelled(DRAWN)}
    assert Settings.from_env(given).token_secret == DRAWN
    with pytest.raises(ValueError, match="FIELDOPS_TOKEN_SECRET"):
        Settings.from_env(given | {"FIELDOPS_TOKEN_SECRET": _spelled(b"short")})


def test_cookies_are_secure_unless_somebody_says_no(tmp_path: Path) -> None:
    assert Settings.from_env({"FIELDOPS_DATA": str(tmp_path)}).secure_cookies
    assert not Settings.from_env(
        {"FIELDOPS_DATA": str(tmp_path), "FIELDOPS_SECURE_COOKIES": "no"}
    ).secure_cookies


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_plain_postgresql_address_finds_its_driver(tmp_path: Path, scheme: str) -> None:
    given = {"FIELDOPS_DATA": str(tmp_path), "DATABASE_URL": f"{scheme}://u@h/db"}
    assert Settings.from_env(given).database_url == "postgresql+psycopg://u@h/db"


def _spelled(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")

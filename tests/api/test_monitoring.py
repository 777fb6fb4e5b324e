"""What a monitor may ask: whether the server is ready, and numbers that tell of nobody."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from fieldops.app import create_app
from fieldops.settings import Settings
from tests.api.test_sync_doors import note, recorder, transport
from tests.support.station import PEOPLE, Station, open_station

TOKEN = "a token for the monitor"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}


def metrics(app: Flask) -> dict[str, float]:
    """The numbers by name."""
    page = app.test_client().get("/metrics", headers=SHOWN)
    assert page.status_code == 200
    lines = page.get_data(as_text=True).splitlines()
    return {line.split()[0]: float(line.split()[1]) for line in lines if not line.startswith("#")}


def with_settings(station: Station, **changed: object) -> Flask:
    """The same installation with other settings."""
    return create_app(replace(station.settings, **changed), station.clock)  # type: ignore[arg-type]


def test_a_migrated_server_with_room_on_its_disk_is_ready(station: Station) -> None:
    assert station.browser().get("/readyz").json == {"ready": True}


def test_a_server_whose_database_lacks_a_migration_is_not_ready(station: Station) -> None:
    with station.store() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0005_sent'"))
    answer = station.browser().get("/readyz")
    assert (answer.status_code, answer.json["code"]) == (503, "not_migrated")


def test_before_the_first_migration_the_server_is_not_ready(tmp_path: Path) -> None:
    settings = Settings.from_env({"FIELDOPS_DATA": str(tmp_path)})
    empty = open_station(tmp_path, database_url=settings.database_url)
    assert empty.browser().get("/readyz").status_code == 503


def test_a_server_with_too_little_room_on_its_disk_is_not_ready_and_goes_on_answering(
    station: Station,
) -> None:
    crowded = with_settings(station, least_free_bytes=2**60)
    answer = crowded.test_client().get("/readyz")
    assert (answer.status_code, answer.json["code"]) == (503, "storage_low")
    assert crowded.test_client().get("/healthz").status_code == 200


def test_numbers_follow_what_tablets_hand_in_and_when_they_fall_silent(station: Station) -> None:
    app = with_settings(station, metrics_token=TOKEN)
    assert metrics(app)["fieldops_entries"] == 0
    assert "fieldops_last_arrival_age_seconds" not in metrics(app)
    tablet = station.tablet("police").sign_in()
    held = recorder(station, tablet)
    note(station, held, "Door was open")
    held.sync(lambda door, body: transport(tablet, door, body))
    station.clock.forward(seconds=90)
    told = metrics(app)
    assert told["fieldops_entries"] == 1
    assert told["fieldops_last_arrival_age_seconds"] == 90
    assert (told["fieldops_tablets"], told["fieldops_silent_tablets"]) == (1, 0)
    assert told["fieldops_disk_free_bytes"] > 0
    station.clock.at += timedelta(hours=12)
    assert metrics(app)["fieldops_silent_tablets"] == 1


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}])
def test_numbers_are_for_the_monitor_alone(station: Station, header: dict[str, str]) -> None:
    guarded = with_settings(station, metrics_token=TOKEN)
    assert guarded.test_client().get("/metrics", headers=header).status_code == 404


def test_without_a_token_in_the_settings_nobody_reads_the_numbers(station: Station) -> None:
    assert station.browser().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_the_numbers_name_nobody(station: Station) -> None:
    station.tablet("police").sign_in()
    app = with_settings(station, metrics_token=TOKEN)
    page = app.test_client().get("/metrics", headers=SHOWN).get_data(as_text=True)
    assert all(
        re.fullmatch(r"fieldops_[a-z_]+ [0-9.e+]+|# (HELP|TYPE) .*", line) for line in page.splitlines()
    )
    assert not [name for name in (*PEOPLE, "BOBBIN", "P04", "Pellow", "{") if name in page]

"""The commands by which an administrator lets others check the ledger."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fieldops.cli import commands
from fieldops.verify import verify
from tests.api.test_sync_doors import note, recorder, transport
from tests.support.station import Station, open_station


@pytest.fixture
def station(tmp_path: Path) -> Station:
    made = open_station(tmp_path / "data")
    police = made.tablet("police").sign_in()
    tablet = recorder(made, police)
    note(made, tablet, "Door was open")
    tablet.sync(lambda door, body: transport(police, door, body))
    return made


def run(station: Station, *words: str) -> Result:
    environment = {"FIELDOPS_DATA": str(station.settings.data_folder), "FIELDOPS_SECURE_COOKIES": "no"}
    return CliRunner().invoke(commands, words, env=environment)


def test_an_export_of_an_enrolled_tablets_work_is_whole_and_for_the_owner_alone(
    station: Station, tmp_path: Path
) -> None:
    kept = run(station, "checkpoint", "BOBBIN").output
    (tmp_path / "witness.txt").write_text(kept, encoding="utf-8")
    told = run(station, "export", "BOBBIN", str(tmp_path))
    bundle = Path(told.output.splitlines()[0])
    assert bundle.parent == tmp_path
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600
    report = verify(bundle, [tmp_path / "witness.txt"])
    assert (report["whole"], report["counts"]["entries"]) == (True, 1)
    assert run(station, "checkpoint", "BOBBIN", "--key").output.strip() == report["checkpoint_key"]


def test_a_checkpoint_stays_the_same_until_something_comes(station: Station) -> None:
    first, again = (run(station, "checkpoint", "BOBBIN").output for _ in range(2))
    assert first == again
    assert first.splitlines()[1] == "2"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("checkpoint", "NOWHERE"), "There is no operation NOWHERE."),
        (("export", "NOWHERE", "."), "There is no operation NOWHERE."),
        (("export", "BOBBIN", "no/such/folder.zip"), "There is no folder"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(station: Station, words: tuple[str, ...], said: str) -> None:
    result = run(station, *words)
    assert result.exit_code == 1
    assert said in result.output

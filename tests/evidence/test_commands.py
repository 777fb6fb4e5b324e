"""The commands by which an administrator lets others check the ledger."""

import hashlib
import stat
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fieldops.cli import commands
from fieldops.domain.looks import LookKind, look_bytes
from fieldops.store.accesslog import look_rules, looks_since
from fieldops.verify import verify
from tests.api.test_sync_doors import note, recorder, transport
from tests.support.station import OPERATION, REFERENCE, Station, open_station


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
    told = run(station, "export", "BOBBIN", str(tmp_path), "--reason", "for the court")
    bundle = Path(told.output.splitlines()[0])
    assert bundle.parent == tmp_path
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600
    report = verify(bundle, [tmp_path / "witness.txt"])
    assert (report["whole"], report["counts"]["entries"]) == (True, 1)
    assert run(station, "checkpoint", "BOBBIN", "--key").output.strip() == report["checkpoint_key"]


def test_a_checkpoint_stays_the_same_until_something_comes(station: Station) -> None:
    first, again = (run(station, "checkpoint", "BOBBIN").output for _ in range(2))
    assert first == again
    assert first.splitlines()[1] == "4"  # a certificate, an arrival, and lines of who handed in and pulled


def test_an_export_leaves_a_line_with_its_reason_which_is_in_the_bundle(
    station: Station, tmp_path: Path
) -> None:
    assert run(station, "export", "BOBBIN", str(tmp_path)).exit_code == 2
    told = run(station, "export", "BOBBIN", str(tmp_path), "--reason", "for the court")
    with station.store() as session:
        line = looks_since(session, OPERATION, 0)[-1]
    assert (line.kind, line.through, line.reason) == (LookKind.DISCLOSURE, "command", "for the court")
    with zipfile.ZipFile(told.output.splitlines()[0]) as bundle:
        assert hashlib.sha256(look_bytes(line)).hexdigest().encode() in bundle.read("looks.jsonl")


def test_the_newest_rules_of_the_access_log_hold(station: Station, tmp_path: Path) -> None:
    file = tmp_path / "looks.yaml"
    words = (REFERENCE / "looks" / "looks.yaml").read_text("utf-8")
    file.write_text(words.replace("remembered_minutes: 15", "remembered_minutes: 5"), encoding="utf-8")
    assert run(station, "look-rules", str(file)).exit_code == 0
    with station.store() as session:
        assert look_rules(session).remembered == timedelta(minutes=5)
    file.write_text("schema: fieldops/looks\n", encoding="utf-8")
    assert "paper_malformed" in run(station, "look-rules", str(file)).output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("checkpoint", "NOWHERE"), "There is no operation NOWHERE."),
        (("export", "NOWHERE", ".", "--reason", "x"), "There is no operation NOWHERE."),
        (("export", "BOBBIN", "no/such/folder.zip", "--reason", "x"), "There is no folder"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(station: Station, words: tuple[str, ...], said: str) -> None:
    result = run(station, *words)
    assert result.exit_code == 1
    assert said in result.output

"""Files of exhibits in the evidence bundle and in a backup: proven with the rest, and back byte for byte."""

import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fieldops.cli import commands
from fieldops.domain.attachment import CHUNK_BYTES, manifest_of
from fieldops.verify import verify
from tests.support.exhibits import Pen, content_of
from tests.support.station import Station, open_station

PHOTO = content_of(2 * CHUNK_BYTES + 77)
CHUNKS = manifest_of(PHOTO, "image/jpeg").chunks


@pytest.fixture
def station(tmp_path: Path) -> Station:
    """One photo that is whole, and one signature of an entry in quarantine: its tablet was revoked."""
    made = open_station(tmp_path / "data")
    pen, lost = Pen.of(made, "police"), Pen.of(made, "police")
    pen.exhibit(PHOTO)
    pen.sync()
    lost.exhibit(b"a signature", what="signature")
    made.desk("lead").post(f"/api/devices/{lost.at_hand.device}/revocation", {"reason": "lost"})
    lost.push()
    lost.send()
    return made


def run(folder: Path, *words: str) -> Result:
    environment = {"FIELDOPS_DATA": str(folder), "FIELDOPS_SECURE_COOKIES": "no"}
    done = CliRunner().invoke(commands, words, env=environment)
    assert done.exit_code == 0, done.output
    return done


def exported(station: Station, to: Path) -> Path:
    return exported_from(station.settings.data_folder, to)


def exported_from(folder: Path, to: Path) -> Path:
    return Path(run(folder, "export", "BOBBIN", str(to), "--reason", "for the court").output.splitlines()[0])


def codes(bundle: Path) -> set[str]:
    return {one["code"] for one in verify(bundle)["findings"]}


def changed(bundle: Path, files: Mapping[str, bytes | None]) -> Path:
    """The bundle with these files put in the place of its own; None takes one out."""
    other = bundle.with_name("changed.zip")
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            data = files.get(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return other


def test_a_bundle_holds_every_file_and_proves_it(station: Station, tmp_path: Path) -> None:
    bundle = exported(station, tmp_path)
    report = verify(bundle)
    assert (report["whole"], report["counts"]["files"]) == (True, 2)
    with zipfile.ZipFile(bundle) as opened:
        assert b"".join(opened.read(f"chunks/{name}") for name in CHUNKS) == PHOTO


def test_a_part_that_was_taken_out_or_changed_is_found(station: Station, tmp_path: Path) -> None:
    bundle = exported(station, tmp_path)
    assert codes(changed(bundle, {f"chunks/{CHUNKS[1]}": None})) == {"missing_file"}
    assert codes(changed(bundle, {f"chunks/{CHUNKS[1]}": PHOTO[:CHUNK_BYTES]})) == {"altered_file"}
    assert codes(changed(bundle, {"manifests.txt": b""})) == {"missing_file"}


def test_a_part_that_the_server_lost_or_changed_is_found_in_its_bundle(
    station: Station, tmp_path: Path
) -> None:
    blobs = station.settings.blobs_folder
    (blobs / CHUNKS[0][:2] / CHUNKS[0][2:]).write_bytes(b"something else")
    assert codes(exported(station, tmp_path)) == {"missing_file"}


def test_a_backup_brings_files_back_and_copies_each_part_once(station: Station, tmp_path: Path) -> None:
    data, safe, new = station.settings.data_folder, tmp_path / "safe", tmp_path / "new"
    assert "Chunks of files: 4 copied, 0 there already" in run(data, "backup", str(safe / "one")).output
    assert "Chunks of files: 0 copied, 4 there already" in run(data, "backup", str(safe / "two")).output
    run(new, "restore", str(safe / "two"))
    assert verify(exported_from(new, tmp_path))["counts"]["files"] == 2
    assert codes(exported_from(new, tmp_path)) == set()


def test_a_rotten_part_is_told_and_does_not_get_into_a_backup(station: Station, tmp_path: Path) -> None:
    data = station.settings.data_folder
    (station.settings.blobs_folder / CHUNKS[0][:2] / CHUNKS[0][2:]).write_bytes(b"rotten")
    told = run(data, "backup", str(tmp_path / "safe" / "one")).output
    assert "Left out, because they are no longer what they were: 1." in told
    assert not (tmp_path / "safe" / "chunks" / CHUNKS[0][:2] / CHUNKS[0][2:]).exists()


def test_a_restore_without_the_parts_is_healed_by_the_tablet(station: Station, tmp_path: Path) -> None:
    pen = Pen.of(station, "police")
    entry = pen.exhibit(content_of(700_000, "another"))
    kept = dict(pen.outbox.lines), dict(pen.outbox.contents)
    pen.sync()
    shutil.rmtree(station.settings.blobs_folder)
    assert station.desk("lead").get(f"/api/attachments/{entry}/0").status_code == 409
    pen.outbox.lines, pen.outbox.contents = kept
    pen.send()
    assert station.desk("lead").get(f"/api/attachments/{entry}/0").data == content_of(700_000, "another")

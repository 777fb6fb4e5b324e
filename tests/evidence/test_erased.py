"""Whoever was erased leaves the evidence whole: words and files are gone from bundle, backup and restore, and
nothing else is missed."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fieldops.cli import commands
from fieldops.domain.attachment import CHUNK_BYTES, manifest_of
from fieldops.domain.retention import whose
from fieldops.domain.who import Role
from fieldops.store.directory import give_role
from fieldops.sync.erase import Asking, Means, ask_erasure, confirm_erasure
from fieldops.verify import verify
from fieldops.web.installation import blobs, now, person_keys
from fieldops.web.transaction import transaction
from tests.support.exhibits import Pen, content_of
from tests.support.station import OPERATION, VISIT, Station, officer_id, open_station

HERS, OURS = content_of(CHUNK_BYTES + 5, "hers"), content_of(CHUNK_BYTES + 7, "ours")
SHOWN = "the scar on her left hand"
EXPORT = ("export", "--reason", "a test looks", "BOBBIN")


@pytest.fixture
def station(tmp_path: Path) -> Station:
    """Photos of a person in class C9, and one on the operation itself that shows nobody."""
    made = open_station(tmp_path / "data")
    with made.store() as session:
        give_role(session, OPERATION, officer_id("police"), Role.DISCLOSURE)
    pen = Pen.of(made, "police")
    pen.exhibit(HERS, found=SHOWN)
    pen.sync()
    pen.scope = OPERATION
    pen.exhibit(OURS, found="the cutting room")
    pen.sync()
    return made


def run(station: Station, *words: str) -> Result:
    folder = station.settings.data_folder
    environment = {"FIELDOPS_DATA": str(folder), "FIELDOPS_SECURE_COOKIES": "no"}
    done = CliRunner().invoke(commands, words, env=environment)
    assert done.exit_code == 0, done.output
    return done


def erase(station: Station) -> None:
    """Two people erase all that class C9 of the visit shows of people."""
    asking = Asking(
        operation=OPERATION,
        scope=VISIT,
        ref=whose(b"{}", f"{VISIT}.C9"),  # type: ignore[arg-type]
        ground="request",
        reason="She asked.",
        by=officer_id("lead"),
    )
    with station.store() as session:
        name = ask_erasure(session, asking, station.clock(), os.urandom).id
    with station.app.app_context():
        means = Means(
            writing=transaction,
            keys=person_keys(),
            blobs=blobs(),
            views=station.settings.views_folder,
            now=now(),
        )
        confirm_erasure(means, name, officer_id("police"))


def parts(folder: Path, photo: bytes) -> list[bool]:
    """Which parts of a photo lie somewhere below this folder."""
    names = {one.parent.name + one.name for one in folder.rglob("*") if one.is_file()}
    return [name in names for name in manifest_of(photo, "image/jpeg").chunks]


def test_a_bundle_without_an_erased_persons_words_and_photo_is_whole(
    station: Station, tmp_path: Path
) -> None:
    erase(station)
    report = verify(Path(run(station, *EXPORT, str(tmp_path)).output.splitlines()[0]))
    assert report["findings"] == []
    assert report["whole"] is True
    assert (report["counts"]["erased"], report["counts"]["files"]) == (1, 1)


def test_their_photo_is_gone_from_the_server_and_from_the_next_backup_and_no_other_is(
    station: Station, tmp_path: Path
) -> None:
    run(station, "backup", str(tmp_path / "kept" / "before"))
    assert parts(tmp_path / "kept", HERS) == [True, True]
    erase(station)
    assert parts(station.settings.blobs_folder, HERS) == [False, False]
    run(station, "backup", str(tmp_path / "kept" / "after"))
    assert parts(tmp_path / "kept", HERS) == [False, False]
    assert parts(tmp_path / "kept", OURS) == parts(station.settings.blobs_folder, OURS) == [True, True]


def test_a_restored_backup_does_not_bring_the_person_back(station: Station, tmp_path: Path) -> None:
    run(station, "backup", str(tmp_path / "kept" / "before"))
    erase(station)
    restored = run(station, "restore", str(tmp_path / "kept" / "before"), "--overwrite")
    assert "Erasures carried out again: 1." in restored.output
    assert parts(station.settings.blobs_folder, HERS) == [False, False]
    held = b"".join(one.read_bytes() for one in station.settings.data_folder.rglob("*") if one.is_file())
    assert SHOWN.encode() not in held
    report = verify(Path(run(station, *EXPORT, str(tmp_path)).output.splitlines()[0]))
    assert report["counts"]["erased"] == 1


def test_on_an_empty_machine_the_keys_of_today_decide_who_is_back(station: Station, tmp_path: Path) -> None:
    run(station, "backup", str(tmp_path / "kept" / "before"))
    erase(station)
    run(station, "backup", str(tmp_path / "kept" / "after"))
    other = open_station(tmp_path / "other")
    other.settings.data_folder.joinpath("fieldops.db").unlink()
    run(other, "restore", str(tmp_path / "kept" / "before"))
    report = verify(Path(run(other, *EXPORT, str(tmp_path)).output.splitlines()[0]))
    assert report["counts"]["erased"] == 1
    assert "missing_file" not in {one["code"] for one in report["findings"]}

"""Files in a folder and in a bucket of a real S3 service: through the doors, backups and bundles; when the
service is away; and when the server is killed between a chunk and its row."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from fieldops.cli import commands
from fieldops.domain.attachment import CHUNK_BYTES, manifest_of
from fieldops.domain.errors import Refusal
from fieldops.store.blobs import Blobs, FolderBlobs
from fieldops.store.devices import signer
from fieldops.store.files_place import blobs_for
from fieldops.store.orphans import clear_away
from fieldops.sync.attachments import Chunk, Place, need, take_chunk
from fieldops.sync.outbox import Outbox
from fieldops.verify import verify
from tests.support.database import Database
from tests.support.exhibits import Pen, content_of
from tests.support.field import SECRET, open_field
from tests.support.running import ROOT
from tests.support.s3_server import S3Server, s3_server
from tests.support.station import Station, open_station

PHOTO = content_of(2 * CHUNK_BYTES + 77)
CHUNKS = manifest_of(PHOTO, "image/jpeg").chunks
DAY_S = 24 * 3600
EXHIBITS = "/desk/operations/BOBBIN/visits/P04/exhibits"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An installation, the environment that chooses where its chunks lie, and that place."""

    station: Station
    environment: dict[str, str]
    service: S3Server | None

    @property
    def blobs(self) -> Blobs:
        return blobs_for(self.station.settings)

    def file(self, name: str) -> Path:
        if self.service is not None:
            return self.service.file(name)
        return self.station.settings.blobs_folder / name[:2] / name[2:]

    def run(self, *words: str, **changed: str) -> str:
        done = CliRunner().invoke(commands, words, env=self.environment | changed)
        assert done.exit_code == 0, done.output
        return done.output


def kept_in(folder: Path, service: S3Server | None) -> Kept:
    own = {"FIELDOPS_DATA": str(folder / "data"), "FIELDOPS_SECURE_COOKIES": "no"}
    bucket = None if service is None else service.bucket
    return Kept(
        station=open_station(folder / "data", bucket=bucket),
        environment=own | dict({} if service is None else service.environment),
        service=service,
    )


@pytest.fixture
def service(tmp_path: Path) -> Iterator[S3Server]:
    with s3_server(tmp_path / "s3") as server:
        yield server


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    service = request.getfixturevalue("service") if request.param == "bucket" else None
    return kept_in(tmp_path, service)


def killed_at(kept: Kept, pen: Pen, manifest: str, n: int) -> None:
    """The server takes a chunk and is killed (-9) before its row."""
    words = ["-m", "tests.torture.dying", pen.at_hand.device, manifest, str(n)]
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, **kept.environment},
        input=PHOTO[n * CHUNK_BYTES : (n + 1) * CHUNK_BYTES],
        check=False,
    )
    assert done.returncode == -signal.SIGKILL


def begun(kept: Kept) -> tuple[Pen, str, str]:
    """A tablet whose entry is at the server, and of whose photo nothing is: its entry and its manifest."""
    pen = Pen.of(kept.station, "police")
    entry = pen.exhibit(PHOTO)
    (manifest,) = pen.outbox.lines
    pen.push()
    pen.need(pen.outbox.lines[manifest].decode())
    return pen, entry, manifest


def test_a_server_killed_between_a_part_and_its_row_is_sent_the_part_again(kept: Kept) -> None:
    pen, entry, manifest = begun(kept)
    killed_at(kept, pen, manifest, 1)
    assert list(kept.blobs.names()) == [CHUNKS[1]]
    assert pen.need(pen.outbox.lines[manifest].decode())[0]["have"] == "AA"
    pen.send()
    assert kept.station.desk("lead").get(f"/api/attachments/{entry}/0").data == PHOTO
    assert "older than 30 days: 0" in kept.run("orphans")


def test_a_part_without_a_row_is_found_when_it_is_old_and_removed_alone(kept: Kept) -> None:
    pen, entry, manifest = begun(kept)
    pen.put(manifest, 0, PHOTO[:CHUNK_BYTES])
    killed_at(kept, pen, manifest, 1)
    long_ago = time.time() - 31 * DAY_S
    os.utime(kept.file(CHUNKS[0]), (long_ago, long_ago))
    assert "older than 30 days: 0" in kept.run("orphans", "--remove")
    os.utime(kept.file(CHUNKS[1]), (long_ago, long_ago))
    assert "older than 30 days: 1" in kept.run("orphans")
    assert set(kept.blobs.names()) == set(CHUNKS[:2])
    assert "Removed: 1" in kept.run("orphans", "--remove")
    assert list(kept.blobs.names()) == [CHUNKS[0]]
    pen.send()
    assert kept.station.desk("lead").get(f"/api/attachments/{entry}/0").data == PHOTO


def test_a_backup_a_restore_and_a_bundle_hold_the_files(kept: Kept, tmp_path: Path) -> None:
    pen = Pen.of(kept.station, "police")
    pen.exhibit(PHOTO)
    pen.sync()
    assert "3 copied, 0 there already" in kept.run("backup", str(tmp_path / "safe" / "one"))
    new = {"FIELDOPS_DATA": str(tmp_path / "new"), "FIELDOPS_BLOBS": ""}
    assert "3 copied, 0 there already" in kept.run("restore", str(tmp_path / "safe" / "one"), **new)
    for name in CHUNKS:
        kept.blobs.remove(name)
    assert "3 copied, 0 there already" in kept.run("restore", str(tmp_path / "safe" / "one"))
    for place in (new, {}):
        bundle = Path(
            kept.run("export", "BOBBIN", str(tmp_path), "--reason", "for the court", **place).splitlines()[0]
        )
        assert (verify(bundle)["whole"], verify(bundle)["counts"]["files"]) == (True, 1)


def test_while_the_service_is_away_entries_are_received_and_files_wait(
    service: S3Server, tmp_path: Path
) -> None:
    kept = kept_in(tmp_path, service)
    other = Pen.of(kept.station, "police")
    whole = other.exhibit(content_of(1000, "another"))
    other.sync()
    pen, entry, manifest = begun(kept)
    pen.put(manifest, 0, PHOTO[:CHUNK_BYTES])
    desk = kept.station.desk("lead")
    service.stop()
    refused = pen.put(manifest, 1, PHOTO[CHUNK_BYTES : 2 * CHUNK_BYTES])
    assert (refused.status_code, refused.json["code"]) == (503, "files_away")
    assert refused.headers["Retry-After"] == "5"
    pen.exhibit(label="JS/2")
    assert pen.push().json["exceptions"] == []
    assert "cannot be reached" in desk.get(f"{EXHIBITS}/{whole}").text
    assert desk.get(f"{EXHIBITS}/{entry}").status_code == 200
    assert desk.get("/readyz").status_code == 200
    service.start()
    while pen.put(manifest, 1, PHOTO[CHUNK_BYTES : 2 * CHUNK_BYTES]).status_code == 503:
        pass
    pen.send()
    assert desk.get(f"/api/attachments/{entry}/0").data == PHOTO


class ClearedAtOnce(FolderBlobs):
    """A folder in which somebody clears away parts without a row just when the first part has come."""

    def __init__(self, folder: Path, database: Database) -> None:
        super().__init__(folder)
        self.database, self.cleared = database, 0

    def put(self, data: bytes) -> str:
        name = super().put(data)
        if not self.cleared:
            self.cleared = clear_away(self.database.engine, self, [name])
        return name


def test_a_part_that_is_cleared_away_as_it_comes_is_not_called_held(
    database: Database, tmp_path: Path
) -> None:
    operation = open_field(database, {"lead": "PO", "police": "PO"})
    tablet, outbox = operation.tablet("police"), Outbox()
    name = outbox.keep(PHOTO, "image/jpeg")
    value = {"label": "JS/1", "what": "photo", "found": "The cutting room"}
    said = {"kind": "exhibit", "class_code": SECRET, "attachments": (name,)}
    operation.record(tablet, operation.visits[0], "exhibit", value, **said)
    operation.sync("police")
    place = Place(
        blobs=ClearedAtOnce(tmp_path / "blobs", database),
        reading=database.reading,
        writing=database.writing,
        most_bytes=0,
        now_ms=0,
        has_room=lambda: True,
    )
    with database.reading() as session:
        key = signer(session, tablet.signer)
    assert key is not None
    need(place, key.device, [outbox.lines[name].decode()])
    first = Chunk(device=key.device, manifest=name, n=0, data=PHOTO[:CHUNK_BYTES])
    with pytest.raises(Refusal, match="Send it again"):
        take_chunk(place, first)
    assert need(place, key.device, [outbox.lines[name].decode()])[0]["have"] == "AA"
    take_chunk(place, first)
    assert need(place, key.device, [outbox.lines[name].decode()])[0]["have"] == "AQ"
    assert clear_away(database.engine, place.blobs, [CHUNKS[0]]) == 0

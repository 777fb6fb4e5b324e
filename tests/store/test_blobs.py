"""What every place of chunks must hold: a folder, and a bucket of a real S3 service."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from fieldops.domain.attachment import CHUNK_BYTES
from fieldops.domain.errors import Refusal
from fieldops.settings import Settings
from fieldops.store.blobs import Blobs, FolderBlobs, copy_blobs
from fieldops.store.files_place import blobs_for
from fieldops.store.s3_blobs import S3Blobs
from tests.support.exhibits import content_of
from tests.support.s3_server import S3Server, s3_server

DATA = content_of(CHUNK_BYTES)
NAME = sha256(DATA).hexdigest()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[S3Server]:
    with s3_server(tmp_path / "s3") as server:
        yield server


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Blobs, Path]:
    """A place, and the file in which it keeps DATA."""
    if request.param == "folder":
        return FolderBlobs(tmp_path / "blobs"), tmp_path / "blobs" / NAME[:2] / NAME[2:]
    server: S3Server = request.getfixturevalue("service")
    return S3Blobs(server.bucket), server.file(NAME)


def test_a_chunk_is_there_under_its_hash_as_often_as_it_comes(place: tuple[Blobs, Path]) -> None:
    blobs, file = place
    assert (blobs.get(NAME), blobs.has(NAME), blobs.written(NAME), list(blobs.names())) == (
        None,
        False,
        None,
        [],
    )
    assert blobs.put(DATA) == blobs.put(DATA) == NAME
    assert (blobs.get(NAME), blobs.has(NAME), list(blobs.names())) == (DATA, True, [NAME])
    assert file.read_bytes() == DATA
    written = blobs.written(NAME)
    assert written is not None
    assert abs(written - datetime.now(UTC)) < timedelta(minutes=5)


def test_chunks_of_a_file_are_looked_for_together(place: tuple[Blobs, Path]) -> None:
    blobs, _ = place
    names = [blobs.put(content_of(100, str(n))) for n in range(40)]
    assert blobs.held([*names, NAME, names[0]]) == frozenset(names)
    assert list(blobs.names()) == sorted(names)


def test_a_rotten_chunk_is_not_given_and_is_mended_when_it_comes_again(place: tuple[Blobs, Path]) -> None:
    blobs, file = place
    blobs.put(DATA)
    file.write_bytes(b"rotten")
    assert blobs.get(NAME) is None
    blobs.put(DATA)
    assert blobs.get(NAME) == DATA


def test_what_is_removed_is_gone_and_removing_again_is_nothing(place: tuple[Blobs, Path]) -> None:
    blobs, _ = place
    blobs.put(DATA)
    blobs.remove(NAME)
    blobs.remove(NAME)
    assert (blobs.has(NAME), list(blobs.names())) == (False, [])


def test_chunks_move_between_a_folder_and_a_bucket(service: S3Server, tmp_path: Path) -> None:
    folder, bucket = FolderBlobs(tmp_path / "blobs"), S3Blobs(service.bucket)
    names = sorted(folder.put(content_of(1000, str(n))) for n in range(3))
    assert copy_blobs(folder, bucket).new == 3
    assert copy_blobs(folder, bucket).there == 3
    assert copy_blobs(bucket, FolderBlobs(tmp_path / "back")).new == 3
    assert list(FolderBlobs(tmp_path / "back").names()) == names


def test_more_chunks_than_one_answer_lists_are_all_listed(service: S3Server) -> None:
    blobs = S3Blobs(service.bucket)
    names = [sha256(str(n).encode()).hexdigest() for n in range(1003)]
    for name in names:
        service.file(name).parent.mkdir(parents=True, exist_ok=True)
        service.file(name).write_bytes(b"")
    service.file("a-file-of-somebody-else").write_bytes(b"")
    assert list(blobs.names()) == sorted(names)


def test_a_service_that_is_away_is_told_and_found_again(service: S3Server) -> None:
    blobs = S3Blobs(service.bucket)
    blobs.put(DATA)
    service.stop()
    for asked in (lambda: blobs.put(DATA), lambda: blobs.get(NAME), lambda: list(blobs.names())):
        with pytest.raises(Refusal) as refusal:
            asked()
        assert (refusal.value.code, refusal.value.facts) == ("files_away", {"retry_after_s": 5})
    service.start()
    assert S3Blobs(service.bucket).get(NAME) == DATA


def test_a_wrong_secret_or_bucket_is_a_service_that_cannot_be_used(service: S3Server) -> None:
    for wrong in ({"secret": "another"}, {"name": "another"}):
        with pytest.raises(Refusal) as refusal:
            S3Blobs(replace(service.bucket, **wrong)).put(DATA)
        assert refusal.value.code == "files_away"


def test_the_settings_alone_choose_the_place(service: S3Server, tmp_path: Path) -> None:
    given = {"FIELDOPS_DATA": str(tmp_path)}
    assert isinstance(blobs_for(Settings.from_env(given)), FolderBlobs)
    blobs = blobs_for(Settings.from_env(given | service.environment))
    blobs.put(DATA)
    assert service.file(NAME).read_bytes() == DATA
    assert blobs_for(Settings.from_env(given | service.environment)) is blobs


@pytest.mark.parametrize("place", ["exhibits", "s3://", "https://exhibits", "s3://exhibits"])
def test_a_place_that_cannot_be_meant_stops_the_start(place: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"FIELDOPS_BLOBS"):
        Settings.from_env({"FIELDOPS_DATA": str(tmp_path), "FIELDOPS_BLOBS": place})

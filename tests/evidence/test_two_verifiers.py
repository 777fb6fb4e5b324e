"""Two verifiers, in two languages, give one verdict: of whole bundles and of every sort of broken one."""

import random
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.evidence.conftest import OTHER_SEED, Kept, Tamper, checkpoint
from tests.evidence.test_files import CHUNKS, changed, exported, station
from tests.evidence.test_restored import restored
from tests.evidence.test_tampering import TAMPERINGS, named
from tests.support.station import Station
from tests.support.two_verifiers import TwoVerifiers, two_verifiers

__all__ = ["restored", "station"]

ONE_CHARACTER_CHANGES = 300
BYTES_OF_THE_ZIP = 150
MARKS = "0123456789abcdefghijklmnopqrstuvwxyzABCXYZ-_.,:;\"\\'{}[]()+/= \n\t~\x00é"


@pytest.fixture(scope="module")
def both() -> Iterator[TwoVerifiers]:
    with two_verifiers() as running:
        yield running


def test_of_a_whole_bundle_with_and_without_its_witness(kept: Kept, both: TwoVerifiers) -> None:
    bundle = kept.export()
    assert both.verdict(bundle)["whole"]
    assert both.verdict(bundle, [kept.witness])["findings"] == []


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=named)
def test_of_every_way_to_tamper_found_and_covered_up(kept: Kept, both: TwoVerifiers, tamper: Tamper) -> None:
    tamper(kept)
    found = both.verdict(kept.export(), [kept.witness])["findings"]
    assert {one["code"] for one in found} >= TAMPERINGS[tamper]
    kept.sealed_anew()
    assert not both.verdict(kept.export("anew.zip"), [kept.witness])["whole"]
    both.verdict(kept.export("anew.zip"))


def test_of_a_body_that_was_erased_and_of_bytes_that_rotted(kept: Kept, both: TwoVerifiers) -> None:
    with kept.field.database.reading() as session:
        row = session.connection().exec_driver_sql("SELECT key, lines FROM arrivals WHERE count > 1").first()
    assert row is not None
    header, body, *rest = bytes(row.lines).split(b"\n")
    for now in (b"", b"\xff" + body[1:], "…".encode() + body):
        lines = b"\n".join([header, now, *rest])
        kept.sql("UPDATE arrivals SET lines = :lines WHERE key = :key", lines=lines, key=row.key)
        assert both.verdict(kept.export(), [kept.witness])["whole"] is (not now)


def test_of_witnesses_that_are_none_or_anothers(kept: Kept, both: TwoVerifiers) -> None:
    bundle, other = kept.export(), kept.folder / "other.txt"
    for text in ("", "a note", kept.witness.read_text(encoding="utf-8").replace("\n\n", "\n")):
        other.write_text(text, encoding="utf-8")
        assert both.verdict(bundle, [other]) is None
    kept.sql("DELETE FROM checkpoints")
    other.write_text(checkpoint(kept.field, OTHER_SEED), encoding="utf-8")
    assert [one["code"] for one in both.verdict(bundle, [other])["findings"]] == ["altered_checkpoint"]


def test_of_a_server_that_was_put_back_to_an_older_copy(restored: Kept, both: TwoVerifiers) -> None:
    found = both.verdict(restored.export(), [restored.witness])["findings"]
    assert [one["code"] for one in found] == ["restored_history"]
    assert both.verdict(restored.export(), [restored.folder / "early.txt"])["whole"]


def test_of_files_that_are_whole_lost_or_altered(
    station: Station, tmp_path: Path, both: TwoVerifiers
) -> None:
    bundle = exported(station, tmp_path)
    assert both.verdict(bundle)["counts"]["files"] == 2
    part = f"chunks/{CHUNKS[1]}"
    cases: Mapping[str, Mapping[str, bytes | None]] = {
        "missing_file": {part: None},
        "altered_file": {part: b"something else"},
    }
    for code, files in cases.items():
        assert {one["code"] for one in both.verdict(changed(bundle, files))["findings"]} == {code}
    assert both.verdict(changed(bundle, {"manifests.txt": b""}))["findings"]


def test_of_a_bundle_that_was_cut_short(kept: Kept, both: TwoVerifiers) -> None:
    whole, cut = kept.export().read_bytes(), kept.folder / "cut.zip"
    for part in range(40):
        cut.write_bytes(whole[: len(whole) * part // 40])
        assert both.verdict(cut) is None


def test_of_one_character_changed_anywhere(kept: Kept, both: TwoVerifiers) -> None:
    """In the files of the bundle, most often in what is proven; and no such change passes as whole there."""
    with zipfile.ZipFile(kept.export()) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    told = [name for name in files if name not in ("README.txt", "verify.py", "verify.html")]
    chance, seen = random.Random(11), Counter[str]()
    for _ in range(ONE_CHARACTER_CHANGES):
        name = chance.choice([one for one in told if files[one]])
        at, mark = chance.randrange(len(files[name])), chance.choice(MARKS).encode()
        other = files | {name: files[name][:at] + mark + files[name][at + 1 :]}
        verdict = both.verdict(zipped(kept.folder / "changed.zip", other), [kept.witness])
        seen["unreadable" if verdict is None else "whole" if verdict["whole"] else "found"] += 1
    assert seen["found"] > 50
    assert seen["unreadable"] > 50


def test_of_one_byte_changed_anywhere_in_the_zip_file(kept: Kept, both: TwoVerifiers) -> None:
    whole, cut = kept.export().read_bytes(), kept.folder / "flipped.zip"
    spared = packed_nothing(kept.folder / "whole.zip", whole) | packed_sizes(whole)
    chance = random.Random(12)
    places = {chance.randrange(len(whole)) for _ in range(BYTES_OF_THE_ZIP)}
    for at in sorted(places - spared):
        cut.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        both.verdict(cut, [kept.witness])


def packed_nothing(path: Path, whole: bytes) -> set[int]:
    """Where the two bytes lie that each empty file is packed into: only one of the two unpacks it."""
    path.write_bytes(whole)
    with zipfile.ZipFile(path) as opened:
        empty = [one for one in opened.infolist() if not one.file_size]
    found: set[int] = set()
    for one in empty:
        name, extra = (int.from_bytes(whole[one.header_offset + at :][:2], "little") for at in (26, 28))
        first = one.header_offset + 30 + name + extra
        found |= set(range(first, first + one.compress_size))
    return found


def packed_sizes(whole: bytes) -> set[int]:
    """Where the directory says how long each file is packed. What lies behind an end is read over by one of
    the two, and the other stops there."""
    found: set[int] = set()
    at = whole.index(b"PK\x01\x02")
    while whole[at : at + 4] == b"PK\x01\x02":
        found |= set(range(at + 20, at + 24))
        at += 46 + sum(int.from_bytes(whole[at + n :][:2], "little") for n in (28, 30, 32))
    return found


def zipped(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path

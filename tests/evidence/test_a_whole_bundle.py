"""What an export holds, and that anybody can check it without us."""

import json
import random
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from fieldops.store.directory import deactivate
from fieldops.verify import Unreadable, verify
from tests.evidence.conftest import OTHER_SEED, Kept, checkpoint, said
from tests.support.field import ACCOUNT, OPEN
from tests.support.released import released


def test_what_was_recorded_is_whole_and_a_witness_agrees(kept: Kept) -> None:
    report = said(kept, kept.witness)
    assert report["findings"] == []
    assert report["whole"]
    assert report["counts"] == {
        "entries": 13,
        "erased": 0,
        "aside": 2,
        "files": 0,
        "receipts": 8,
        "logs": 4,
        "keys": 2,
    }


def test_what_a_lead_released_is_whole_in_its_second_arrival_and_the_decision_with_it(kept: Kept) -> None:
    field = kept.field
    police = field.tablet("police")
    with field.database.writing() as session:
        deactivate(session, field.officers["police"], field.now)
    for class_code, words in ((OPEN, "sound"), (OPEN, "sound too"), (ACCOUNT, "in a class of its own")):
        field.record(police, field.visits[1], "PLACE-12", words, class_code=class_code)
    field.record(police, field.visits[1], "SAID-02", "in too weak a class", class_code=OPEN)
    for body in list(police.push_bodies()):
        police.apply_push(field.push(body, police.signer))
    (log,) = (name for name in police.logs if name.startswith(f"{field.visits[1]}.{OPEN}"))
    released(field, log, "officer_inactive")
    checkpoint(field)
    report = said(kept, kept.witness)
    assert report["findings"] == []
    assert (report["counts"]["entries"], report["counts"]["keys"]) == (13 + 2 + 1, 3)


def test_the_same_ledger_gives_the_same_bundle_byte_for_byte(kept: Kept) -> None:
    first = kept.export("first.zip").read_bytes()
    assert checkpoint(kept.field) == checkpoint(kept.field)
    assert kept.export("second.zip").read_bytes() == first


def test_the_verifier_in_the_bundle_needs_nothing_of_ours(kept: Kept) -> None:
    bundle = kept.export()
    with zipfile.ZipFile(bundle) as opened:
        alone = Path(opened.extract("verify.py", kept.folder / "elsewhere"))
    words = [sys.executable, "-I", str(alone), str(bundle), "--witness", str(kept.witness), "--json"]
    done = subprocess.run(words, capture_output=True, check=False, cwd=alone.parent)
    assert (done.returncode, json.loads(done.stdout)["whole"]) == (0, True)
    assert "fieldops." not in alone.read_text(encoding="utf-8").replace("fieldops.verify", "")


def test_a_body_erased_by_law_leaves_the_rest_whole(kept: Kept) -> None:
    with kept.field.database.reading() as session:
        row = session.connection().exec_driver_sql("SELECT key, lines FROM arrivals WHERE count > 1").first()
    assert row is not None
    header, _, *rest = bytes(row.lines).split(b"\n")
    kept.sql(
        "UPDATE arrivals SET lines = :lines WHERE key = :key",
        lines=b"\n".join([header, b"", *rest]),
        key=row.key,
    )
    report = said(kept, kept.witness)
    assert (report["whole"], report["counts"]["erased"]) == (True, 1)


def test_a_checkpoint_by_another_key_is_no_witness(kept: Kept) -> None:
    kept.sql("DELETE FROM checkpoints")
    stranger = kept.folder / "stranger.txt"
    stranger.write_text(checkpoint(kept.field, OTHER_SEED), encoding="utf-8")
    kept.sql("DELETE FROM checkpoints")
    checkpoint(kept.field)
    assert kept.codes(stranger) == {"altered_checkpoint"}


def test_a_bundle_that_was_cut_short_is_called_unreadable(kept: Kept) -> None:
    whole, cut = kept.export().read_bytes(), kept.folder / "cut.zip"
    for part in range(40):
        cut.write_bytes(whole[: len(whole) * part // 40])
        with pytest.raises(Unreadable):
            verify(cut)


def test_a_byte_changed_anywhere_in_what_is_proven_never_passes_as_whole(kept: Kept) -> None:
    with zipfile.ZipFile(kept.export()) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    chance, seen = random.Random(7), set()
    proven = [name for name, data in files.items() if name.endswith(".jsonl") and data]
    proven = [name for name in proven if name != "asides.jsonl"]
    for name in [*proven, "leaves.txt", *(one for one in files if one.startswith("papers/"))] * 25:
        data = bytearray(files[name])
        at = chance.choice([n for n, byte in enumerate(data) if chr(byte).isalnum()])
        data[at] ^= 1
        changed = _zipped(kept.folder / "changed.zip", files | {name: bytes(data)})
        try:
            assert not verify(changed, [kept.witness])["whole"], (name, at)
        except Unreadable as fault:
            seen.add(type(fault))
        else:
            seen.add(bool)
    assert seen == {Unreadable, bool}


@pytest.mark.parametrize("words", [b"", b"PK", b"garbage" * 1000, b"{}", b"\x50\x4b\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_said_in_a_sentence(tmp_path: Path, words: bytes) -> None:
    (tmp_path / "no.zip").write_bytes(words)
    done = subprocess.run(
        [sys.executable, "-m", "fieldops.verify", str(tmp_path / "no.zip")],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 2
    assert done.stdout.startswith("UNREADABLE")
    assert "Traceback" not in done.stderr + done.stdout


SENSELESS = [b"", b"[]\n", b"null\n", b'{"format":1}\n', b"\xff\n", b"[" * 100_000]


@pytest.mark.parametrize("file", ["bundle.json", "leaves.txt", "arrivals.jsonl", "certificates.jsonl"])
def test_a_bundle_with_a_senseless_file_is_never_whole(kept: Kept, file: str) -> None:
    with zipfile.ZipFile(kept.export()) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    for content in SENSELESS:
        changed = _zipped(kept.folder / "senseless.zip", files | {file: content})
        with suppress(Unreadable):
            assert not verify(changed)["whole"]


def _zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path

"""A bundle from a server that was put back to an older copy: a witness from before is told so."""

from pathlib import Path

import pytest

from fieldops.evidence.checkpoints import make_checkpoint
from fieldops.store.engine import open_engine
from fieldops.store.meta import begin_epoch
from tests.evidence.conftest import SEED, Kept, checkpoint, said, vouch, worked
from tests.support.database import Database
from tests.support.running import Running
from tests.torture.test_restore import copied, put_back


@pytest.fixture
def restored(tmp_path: Path) -> Kept:
    """Its witness kept a checkpoint; then the server went, and a copy from before that was put back."""
    file, copy, witness = tmp_path / "fieldops.db", tmp_path / "copy.db", tmp_path / "late.txt"
    url = f"sqlite:///{file}"
    Running(folder=tmp_path).command("migrate")
    field = worked(Database(url=url, engine=open_engine(url)))
    (tmp_path / "early.txt").write_text(checkpoint(field), encoding="utf-8")
    copied(file, copy)
    for n in range(5):
        field.record(field.tablet("safety"), field.visits[0], f"PLACE-{20 + n}", "later")
        field.sync("safety")
    witness.write_text(checkpoint(field), encoding="utf-8")
    put_back(field, copy, file)
    with field.database.writing() as session:
        begin_epoch(session, field.chance.randbytes)
    for name in ("safety", "police"):
        field.sync(name)
    vouch(field)
    with field.database.writing() as session:
        make_checkpoint(session, field.operation, SEED, field.now)
    return Kept(field=field, folder=tmp_path, witness=witness)


def test_a_witness_from_before_the_restore_hears_of_it_and_not_of_missing_history(restored: Kept) -> None:
    report = said(restored, restored.witness)
    assert [(one["sort"], one["code"], one["where"]) for one in report["findings"]] == [
        ("restored", "restored_history", "witness")
    ]
    size = restored.witness.read_text(encoding="utf-8").splitlines()[1]
    early = (restored.folder / "early.txt").read_text(encoding="utf-8").splitlines()[1]
    assert report["findings"][0]["words"] == f"Of {size} receipts then, the copy put back held {early}."
    assert not report["whole"]


def test_a_witness_of_what_the_copy_still_held_has_nothing_to_say(restored: Kept) -> None:
    assert restored.codes(restored.folder / "early.txt") == set()


def test_a_restore_is_no_cover_for_another_past(restored: Kept) -> None:
    """Even where everything was made anew with the server's secret, the restore still being told."""
    restored.sql("UPDATE arrivals SET received_ms = received_ms + 3600000 WHERE key = 1")
    restored.sealed_anew()
    assert restored.codes(restored.folder / "early.txt") == {"altered_history"}
    assert restored.codes() == {"altered_history"}

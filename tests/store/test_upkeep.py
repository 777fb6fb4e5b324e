"""A backup is taken while officers work, and put back: on both databases, and what came later comes again."""

import json
import sqlite3
import stat
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import inspect, text

from fieldops.cli import commands
from fieldops.store.devices import device, revoke_device, signers
from fieldops.store.directory import deactivate
from fieldops.store.meta import epoch
from fieldops.store.soundness import entries_held, faults
from tests.support.database import Database, installation
from tests.support.field import Field, open_field

# What keeps the sixth migration from running.
IN_THE_WAY = {
    "sqlite": "CREATE TABLE _alembic_tmp_enrolments (id integer)",
    "postgresql": "ALTER TABLE enrolments ADD COLUMN device varchar(16)",
}
OUT_OF_THE_WAY = {
    "sqlite": "DROP TABLE _alembic_tmp_enrolments",
    "postgresql": "ALTER TABLE enrolments DROP COLUMN device",
}
PEOPLE = {"lead": "PO", "police": "PO", "safety": "HS"}


@pytest.fixture
def operation(database: Database) -> Field:
    return open_field(database, PEOPLE)


def run(operation: Field, folder: Path, *words: str) -> Result:
    return CliRunner().invoke(commands, words, env=installation(folder, operation.database))


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output


def record(operation: Field, name: str, first: int, last: int) -> None:
    """Answers in an open and in a secret class, of which some lie in quarantine once they are pushed."""
    tablet = operation.tablet(name)
    for n in range(first, last + 1):
        operation.record(tablet, operation.visits[0], f"PLACE-{n:02}", n)
        operation.record(tablet, operation.visits[1], f"STATUS-{n:02}", n)
    operation.record(tablet, operation.visits[0], f"STATUS-{last:02}", "too open", class_code="C1")


def held(operation: Field) -> tuple[int, int]:
    with operation.database.reading() as session:
        assert list(faults(session)) == []
        return entries_held(session)


def now_in(operation: Field) -> str:
    with operation.database.reading() as session:
        return epoch(session)


def test_what_came_after_the_backup_is_not_lost_by_a_restore(operation: Field, tmp_path: Path) -> None:
    record(operation, "police", 1, 5)
    operation.sync("police")
    before, file = held(operation), tmp_path / "evening.fieldops"
    assert "10 entries, 1 more in quarantine" in done(run(operation, tmp_path, "backup", str(file)))
    record(operation, "police", 6, 9)
    record(operation, "safety", 1, 3)
    operation.sync("police")
    operation.sync("safety")
    after, began = held(operation), now_in(operation)
    done(run(operation, tmp_path, "restore", str(file), "--overwrite"))
    assert held(operation) == before
    assert now_in(operation) != began
    for name in ("police", "safety"):
        assert operation.sync(name).unsent() == 0
    assert after == (24, 3)
    assert held(operation) == after


def test_whoever_was_shut_out_since_the_backup_stays_shut_out(operation: Field, tmp_path: Path) -> None:
    record(operation, "police", 1, 2)
    operation.sync("police")
    safety = operation.tablet("safety")
    done(run(operation, tmp_path, "backup", str(tmp_path / "b")))
    lead = operation.officers["lead"]
    with operation.database.writing() as session:
        known = signers(session, (operation.tablet("police").signer, safety.signer))
        lost = known[safety.signer].device
        revoke_device(session, lost, operation.now, lead, "Lost")
        deactivate(session, operation.officers["police"], operation.now)
    told = done(run(operation, tmp_path, "restore", str(tmp_path / "b")))
    assert "0 keys enrolled since, 1 tablets revoked, 1 accounts ended" in told
    with operation.database.reading() as session:
        tablet = device(session, lost)
        assert tablet is not None
        assert tablet.revoked_at == operation.now
        assert not signers(session, known)[operation.tablet("police").signer].officer_active


def test_a_tablet_goes_on_recording_behind_a_restore(operation: Field, tmp_path: Path) -> None:
    record(operation, "police", 1, 3)
    operation.sync("police")
    done(run(operation, tmp_path, "backup", str(tmp_path / "b")))
    done(run(operation, tmp_path, "restore", str(tmp_path / "b")))
    record(operation, "safety", 1, 2)
    record(operation, "police", 4, 5)
    operation.sync("safety")
    operation.sync("police")
    assert held(operation) == (14, 3)
    assert sum(map(len, operation.sync("police").replica.entries.values())) >= 7


def test_a_backup_does_not_push_out_what_is_newer(operation: Field, tmp_path: Path) -> None:
    record(operation, "police", 1, 2)
    operation.sync("police")
    done(run(operation, tmp_path, "backup", str(tmp_path / "b")))
    record(operation, "police", 3, 4)
    operation.sync("police")
    stands, began = held(operation), now_in(operation)
    refused = run(operation, tmp_path, "restore", str(tmp_path / "b"))
    assert refused.exit_code == 1
    assert "holds 5 entries that the backup lacks" in refused.output
    assert (held(operation), now_in(operation)) == (stands, began)
    done(run(operation, tmp_path, "restore", str(tmp_path / "b"), "--overwrite"))
    kept = next((tmp_path / "backups").glob("before-restore-*"))
    done(run(operation, tmp_path, "restore", str(kept)))
    assert held(operation) == stands


def test_a_backup_of_one_kind_of_database_is_put_back_into_the_other(
    sqlite: Database, postgresql: Database, tmp_path: Path
) -> None:
    small = open_field(sqlite, PEOPLE)
    record(small, "police", 1, 3)
    small.sync("police")
    done(run(small, tmp_path, "backup", str(tmp_path / "from-a-laptop")))
    small.database = postgresql
    done(run(small, tmp_path, "restore", str(tmp_path / "from-a-laptop")))
    record(small, "police", 4, 5)
    assert small.sync("police").unsent() == 0
    done(run(small, tmp_path, "backup", str(tmp_path / "from-the-server")))
    small.database = sqlite
    done(run(small, tmp_path, "restore", str(tmp_path / "from-the-server")))
    assert held(small) == (10, 2)


def test_a_backup_taken_while_tablets_push_is_whole(operation: Field, tmp_path: Path) -> None:
    record(operation, "police", 1, 40)
    operation.sync("police")
    over = threading.Event()

    def work() -> None:
        for n in range(1, 50):
            if not over.is_set():
                operation.record(operation.tablet("safety"), operation.visits[0], f"PLACE-{n:02}", "x" * 2000)
                operation.sync("safety")

    operation.tablet("safety")
    worker = threading.Thread(target=work)
    worker.start()
    for n in range(3):
        done(run(operation, tmp_path, "backup", str(tmp_path / f"{n}")))
    over.set()
    worker.join()
    done(run(operation, tmp_path, "restore", str(tmp_path / "2"), "--overwrite"))
    assert operation.sync("safety").unsent() == 0
    held(operation)


def test_the_secrets_come_back_with_the_database(operation: Field, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    file = tmp_path / "b"
    done(run(operation, old, "backup", str(file)))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    new.mkdir()
    (new / "other.secret").write_bytes(b"stays")
    done(run(operation, new, "restore", str(file)))
    for name in ("token.secret", "server-key.secret"):
        assert (new / name).read_bytes() == (old / name).read_bytes()
        assert stat.S_IMODE((new / name).stat().st_mode) == 0o600


def test_a_backup_that_was_altered_or_cut_short_is_not_put_back(operation: Field, tmp_path: Path) -> None:
    record(operation, "police", 1, 3)
    operation.sync("police")
    good, before = tmp_path / "good", held(operation)
    done(run(operation, tmp_path, "backup", str(good)))
    cut = tmp_path / "cut"
    cut.write_bytes(good.read_bytes()[:-2000])
    for bad in (cut, altered(good, tmp_path / "altered"), emptied(good, tmp_path / "emptied")):
        refused = run(operation, tmp_path, "restore", str(bad))
        assert refused.exit_code == 1, bad
        assert refused.output.count("Traceback") == 0
    assert held(operation) == before
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".fieldops")] == []


def altered(good: Path, bad: Path) -> Path:
    """A backup with one byte of an entry changed, packed again, so that the zip's own sum fits."""
    return repacked(
        good, bad, lambda data: data.replace(b'"field":"PLACE-02"', b'"field":"PLACE-03"'), seal=False
    )


def emptied(good: Path, bad: Path) -> Path:
    """A backup out of which somebody took an arrival, with every sum written anew."""

    def without(data: bytes) -> bytes:
        file = bad.with_suffix(".db")
        file.write_bytes(data)
        with closing(sqlite3.connect(file)) as database, database:
            database.execute("DELETE FROM quarantine")
            database.execute("DELETE FROM arrivals WHERE key = (SELECT min(key) FROM arrivals)")
        return file.read_bytes()

    return repacked(good, bad, without, seal=True)


def test_a_backup_is_not_written_over_another(operation: Field, tmp_path: Path) -> None:
    file = tmp_path / "b"
    done(run(operation, tmp_path, "backup", str(file)))
    first = file.read_bytes()
    assert run(operation, tmp_path, "backup", str(file)).exit_code == 1
    assert file.read_bytes() == first


def test_a_damaged_database_is_told_and_not_backed_up_as_if_it_were_whole(
    operation: Field, tmp_path: Path
) -> None:
    record(operation, "police", 1, 3)
    operation.sync("police")
    with operation.database.writing() as session:
        session.execute(text("UPDATE logs SET have = have + 1"))
    refused = run(operation, tmp_path, "backup", str(tmp_path / "b"))
    assert refused.exit_code == 1
    assert "not whole" in refused.output
    assert not (tmp_path / "b").exists()


def test_a_migration_is_rolled_back_and_run_again_with_nothing_lost(operation: Field, tmp_path: Path) -> None:
    record(operation, "police", 1, 3)
    operation.sync("police")
    before = held(operation)
    assert "set aside in" in done(run(operation, tmp_path, "migrate", "--down", "0005_sent"))
    with operation.database.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "0005_sent"
    done(run(operation, tmp_path, "upgrade"))
    assert held(operation) == before
    record(operation, "police", 4, 5)
    assert operation.sync("police").unsent() == 0
    assert run(operation, tmp_path, "migrate", "--down", "nowhere").exit_code == 1


def test_a_backup_from_before_an_upgrade_is_put_back_at_the_newest_migration(
    operation: Field, tmp_path: Path
) -> None:
    record(operation, "police", 1, 3)
    operation.sync("police")
    before = held(operation)
    done(run(operation, tmp_path, "migrate", "--down", "0005_sent"))
    done(run(operation, tmp_path, "backup", str(tmp_path / "old")))
    done(run(operation, tmp_path, "restore", str(tmp_path / "old")))
    assert held(operation) == before
    assert operation.sync("police").unsent() == 0


def test_an_upgrade_that_fails_half_way_leaves_the_old_database(operation: Field, tmp_path: Path) -> None:
    record(operation, "police", 1, 3)
    operation.sync("police")
    before = held(operation)
    done(run(operation, tmp_path, "migrate", "--down", "0004_agency_names"))
    with operation.database.writing() as session:
        session.execute(text(IN_THE_WAY[session.get_bind().dialect.name]))
    refused = run(operation, tmp_path, "upgrade")
    assert refused.exit_code == 1
    assert "as it was" in refused.output
    assert held(operation) == before
    with operation.database.writing() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "0004_agency_names"
        assert not inspect(session.connection()).has_table("sent")
        session.execute(text(OUT_OF_THE_WAY[session.get_bind().dialect.name]))
    done(run(operation, tmp_path, "upgrade"))
    record(operation, "police", 4, 5)
    assert operation.sync("police").unsent() == 0


def repacked(good: Path, bad: Path, change: Callable[[bytes], bytes], seal: bool) -> Path:
    """A backup with another database in it; `seal` writes its sum anew."""
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        data = change(source.read("fieldops.db"))
        assert data != source.read("fieldops.db")
        about = json.loads(source.read("backup.json"))
        if seal:
            about["sha256"] = sha256(data).hexdigest()
        target.writestr("backup.json", json.dumps(about))
        target.writestr("fieldops.db", data)
    return bad

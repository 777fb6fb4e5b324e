"""An older backup is put back: tablets bring again what it lacks, and all that was acknowledged is there."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from fieldops.store.engine import open_engine
from tests.support.database import Database
from tests.support.field import Field, open_field
from tests.support.running import Running
from tests.torture.oracles import at_rest

PEOPLE = {"police": "PO", "colleague": "PO", "lead": "PO"}


def a_round(operation: Field, answers: int) -> None:
    for name in ("police", "colleague"):
        for n in range(answers):
            operation.record(operation.tablet(name), operation.visits[n % 2], f"PLACE-{n % 40 + 1:02}", n)
    for name in PEOPLE:
        operation.sync(name)


def copied(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as held, closing(sqlite3.connect(target)) as copy:
        held.backup(copy)


def put_back(operation: Field, backup: Path, file: Path) -> None:
    """The server is down; its files are replaced by the copy."""
    operation.database.engine.dispose()
    for name in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        name.unlink(missing_ok=True)
    copied(backup, file)


@pytest.fixture
def server(tmp_path: Path) -> Running:
    running = Running(folder=tmp_path)
    running.command("migrate")
    return running


def a_shift(server: Running) -> tuple[Field, Path, Path]:
    """A shift with a backup in its middle; everything is acknowledged. The operation, its file, the copy."""
    file, backup = server.folder / "fieldops.db", server.folder / "copy.db"
    url = f"sqlite:///{file}"
    operation = open_field(Database(url=url, engine=open_engine(url)), PEOPLE)
    for name in PEOPLE:
        operation.tablet(name)
    a_round(operation, 30)
    copied(file, backup)
    a_round(operation, 50)
    assert not any(tablet.unsent() for tablet in operation.tablets.values())
    return operation, file, backup


def test_what_an_older_backup_does_not_hold_is_brought_again_by_the_tablets(server: Running) -> None:
    operation, file, backup = a_shift(server)
    before = at_rest(operation.database).held
    put_back(operation, backup, file)
    server.command("new-epoch")
    assert len(at_rest(operation.database).held) == 60
    for _ in range(2):
        for name in PEOPLE:
            operation.sync(name)
    rest = at_rest(operation.database)
    assert rest.held == before
    assert len(before) == 160
    lead = operation.tablet("lead").replica
    assert {
        stream: [sha256(header).digest() for header, _ in held] for stream, held in lead.entries.items()
    } == dict(rest.streams)
    assert lead.holes == []


def test_a_restore_that_nobody_told_of_shows_as_a_hole(server: Running) -> None:
    operation, file, backup = a_shift(server)
    put_back(operation, backup, file)
    operation.sync("lead")
    assert operation.tablet("lead").replica.holes

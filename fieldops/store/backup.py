"""Backups: one file that holds the whole database and the secrets of the installation, and putting it back.

A backup is checked before it takes its name, and again before it takes the database's place. Whoever holds
one holds everything: it is made for the owner's eyes alone.
"""

import json
import os
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.store.copying import Tell, copy_in, copy_out
from fieldops.store.engine import WRITES, open_engine
from fieldops.store.ledger import logs
from fieldops.store.meta import begin_epoch
from fieldops.store.revision import newest_revision, revision_of
from fieldops.store.schema import upgrade
from fieldops.store.soundness import demand_whole, entries_held

FORMAT = "fieldops/backup/1"
DATABASE, ABOUT, SECRETS = "fieldops.db", "backup.json", "secrets/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup says of itself. Counts are of entries; `secrets` are by the name of their file."""

    made_at: str
    revision: str | None
    entries: int
    quarantined: int
    sha256: str
    secrets: Mapping[str, bytes]


def back_up(engine: Engine, secrets: Mapping[str, bytes], file: Path, now: datetime, tell: Tell) -> Backup:
    """Write a backup of what the database holds at this moment. Others may write to it meanwhile."""
    if file.exists():
        raise Refusal("backup_exists", f"There is a file at {file} already. It is left as it is.")
    with _workshop(file.parent) as folder:
        copy = folder / DATABASE
        copy_out(engine, copy, tell)
        tell("Checking the copy")
        entries, quarantined = _checked(copy)
        made = Backup(
            made_at=now.isoformat(timespec="seconds"),
            revision=_revision(copy),
            entries=entries,
            quarantined=quarantined,
            sha256=_sha256(copy),
            secrets=secrets,
        )
        tell("Packing")
        _pack(made, copy, folder / "packed")
        os.replace(folder / "packed", file)
    _settle(file.parent)
    return made


@contextmanager
def opened(file: Path, workshop: Path) -> Iterator[tuple[Backup, Path]]:
    """A backup, checked, with its database as a file that may be changed. Refusal `backup_unreadable`."""
    with _workshop(workshop) as folder:
        try:
            with zipfile.ZipFile(file) as packed:
                about = _read_about(packed)
                packed.extract(DATABASE, folder)
        except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as fault:
            raise Refusal("backup_unreadable", f"{file} is no whole backup of Fieldops.") from fault
        if _sha256(folder / DATABASE) != about.sha256:
            raise Refusal("backup_unreadable", f"{file} is not as it was when it was made.")
        yield about, folder / DATABASE


def make_current(copy: Path, random_bytes: Callable[[int], bytes]) -> None:
    """Bring a copy to the newest migration and into an epoch of its own, and check it."""
    engine = open_engine(f"sqlite:///{copy}")
    upgrade(engine)
    with Session(engine) as session, session.begin():
        session.connection(execution_options=WRITES)
        begin_epoch(session, random_bytes)
    engine.dispose()
    with closing(sqlite3.connect(copy)) as plain:
        plain.execute("PRAGMA journal_mode=DELETE")
    _checked(copy)


def lacking(engine: Engine, copy: Path) -> int:
    """How many entries the database holds that the copy does not."""
    older = open_engine(f"sqlite:///{copy}")
    try:
        present, kept = _reach(engine), _reach(older)
    finally:
        older.dispose()
    return sum(max(0, have - kept.get(name, 0)) for name, have in present.items())


def put_back(copy: Path, engine: Engine, tell: Tell) -> None:
    """Let the copy take the place of all that the database holds, and check what is there then."""
    copy_in(copy, engine, tell)
    tell("Checking the database")
    with Session(engine) as session:
        demand_whole(session)


def stands_at_newest(engine: Engine) -> bool:
    """Whether the database has had every migration of this program."""
    with engine.connect() as connection:
        return revision_of(connection) == newest_revision()


def is_empty(engine: Engine) -> bool:
    """Whether there is no database yet, or one never set up; raises Refusal `database_unreadable`."""
    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).exists():
        return True
    try:
        with engine.connect() as connection:
            return revision_of(connection) is None
    except DatabaseError as fault:
        raise Refusal("database_unreadable", f"The database cannot be read: {fault.orig}.") from fault


def _reach(engine: Engine) -> dict[str, int]:
    """How far each log is held."""
    with engine.connect() as connection:
        return {name: have for name, have in connection.execute(select(logs.c.id, logs.c.have))}


def _checked(copy: Path) -> tuple[int, int]:
    """The entries in streams and in quarantine of a copy in which nothing is wrong."""
    with closing(sqlite3.connect(copy)) as plain:
        said = [row[0] for row in plain.execute("PRAGMA integrity_check(5)")]
        loose = plain.execute("PRAGMA foreign_key_check").fetchone()
    if said != ["ok"] or loose is not None:
        raise Refusal("database_unsound", "The database is damaged. " + "; ".join(said))
    engine = open_engine(f"sqlite:///{copy}")
    try:
        with Session(engine) as session:
            demand_whole(session)
            return entries_held(session)
    finally:
        engine.dispose()
        with closing(sqlite3.connect(copy)) as plain:
            plain.execute("PRAGMA journal_mode=DELETE")


def _revision(copy: Path) -> str | None:
    with closing(sqlite3.connect(copy)) as plain:
        row = plain.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def _pack(made: Backup, copy: Path, target: Path) -> None:
    """One zip file, readable by the owner alone, and on the disk before it is given its name."""
    about = {
        "format": FORMAT,
        "made_at": made.made_at,
        "revision": made.revision,
        "entries": made.entries,
        "quarantined": made.quarantined,
        "sha256": made.sha256,
    }
    handle = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            packed.writestr(ABOUT, json.dumps(about, indent=1))
            for name, secret in made.secrets.items():
                packed.writestr(SECRETS + name, secret)
            packed.write(copy, DATABASE)
        file.flush()
        os.fsync(file.fileno())


def _read_about(packed: zipfile.ZipFile) -> Backup:
    about = json.loads(packed.read(ABOUT))
    if about["format"] != FORMAT:
        raise ValueError("a form of backup that this program does not know")
    names = [one for one in packed.namelist() if one.startswith(SECRETS)]
    return Backup(
        made_at=str(about["made_at"]),
        revision=about["revision"],
        entries=int(about["entries"]),
        quarantined=int(about["quarantined"]),
        sha256=str(about["sha256"]),
        secrets={Path(name).name: packed.read(name) for name in names},
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as read:
        return file_digest(read, "sha256").hexdigest()


@contextmanager
def _workshop(beside: Path) -> Iterator[Path]:
    """A folder for the owner alone, gone afterwards; on the same disk, so that a file is only renamed."""
    try:
        beside.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".fieldops-", dir=beside) as folder:
            yield Path(folder)
    except OSError as fault:
        raise Refusal("backup_not_written", f"{beside}: {fault.strerror or fault}.") from fault


def _settle(folder: Path) -> None:
    """The folder's own entry for the new name reaches the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

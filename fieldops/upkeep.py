"""Commands that keep an installation running: migrate, backup, restore, upgrade and orphans.

Each tells what it does as it goes, ends with 1 and a sentence where it stops, and until its last step leaves
what was there as it was.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from alembic.util import CommandError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.settings import SERVER_KEY_FILE, TOKEN_SECRET_FILE, Settings, keep_secret
from fieldops.store.at_rest import keys_kept
from fieldops.store.backup import (
    Backup,
    back_up,
    is_empty,
    lacking,
    make_current,
    opened,
    put_back,
    stands_at_newest,
)
from fieldops.store.blobs import Blobs, FolderBlobs, copy_blobs
from fieldops.store.carrying import carry_over
from fieldops.store.engine import WRITES, open_engine
from fieldops.store.erased_files import erased_chunks
from fieldops.store.files_place import blobs_for
from fieldops.store.keys_backup import NAME as KEYS_FILE
from fieldops.store.keys_backup import keep_beside, take_from_beside
from fieldops.store.opening import keys_for, open_store
from fieldops.store.orphans import clear_away, orphans_of
from fieldops.store.schema import demand_known, roll_back
from fieldops.store.schema import upgrade as run_migrations
from fieldops.store.soundness import demand_whole
from fieldops.sync.erase import Means, carry_out_all
from fieldops.sync.resting import open_what_is_sealed, seal_what_lies_open

SEALED_SINCE = "0017"  # the migration before which no program can open what is sealed
CHUNKS = "chunks"  # the folder beside a backup with the chunks of files
BACKUPS = "backups"  # the folder, in the data folder, of what is set aside before a change
DAMAGED = frozenset({"database_unreadable", "database_unsound"})
WAY_OUT = "Move it away (PostgreSQL: make an empty database), keep it, and restore again."
FILE = click.Path(dir_okay=False, path_type=Path)


@contextmanager
def _database(settings: Settings) -> Iterator[Engine]:
    """The installation's database. Whatever stops a command is told in one sentence."""
    engine = open_store(settings)
    try:
        yield engine
    except Refusal as refusal:
        raise click.ClickException(f"{refusal.sentence} ({refusal.code})") from refusal
    except CommandError as fault:
        raise click.ClickException(f"{fault}. The database is as it was.") from fault
    except (DatabaseError, sqlite3.Error) as fault:
        said = fault.orig if isinstance(fault, DatabaseError) else fault
        raise click.ClickException(f"The database refused: {said}. It is as it was.") from fault
    finally:
        engine.dispose()


@click.command()
@click.option("--down", metavar="REVISION", help="Undo the migrations behind REVISION, after a backup.")
def migrate(down: str | None) -> None:
    """Bring the database to the newest migration, or back to an older one."""
    settings = Settings.from_env()
    with _database(settings) as engine:
        if down is None:
            run_migrations(engine)
            _seal(engine)
            click.echo("The database is up to date.")
            return
        demand_known(down)
        _set_aside(settings, engine, "before-rollback")
        _roll_back(engine, down)
    click.echo(f"The database is back at {down}. Start a program that knows no later one.")


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write the database and the secrets to FILE, the files of exhibits beside it, while the server runs."""
    settings = Settings.from_env()
    with _database(settings) as engine:
        made = back_up(engine, _secrets(settings), file.resolve(), datetime.now(UTC), click.echo)
        beside = file.resolve().parent / CHUNKS
        _copy_chunks(blobs_for(settings), FolderBlobs(beside))
        _leave_out_erased(engine, FolderBlobs(beside))
        keep_beside(keys_for(settings), file.resolve().parent)
    click.echo(f"{file}: {_contents(made)}. It holds the secrets too: keep it as safe as the server.")
    click.echo(f"The files of exhibits are in {beside}: keep that folder with it.")
    click.echo(
        f"The keys of persons are in {KEYS_FILE}, always of today: keep no older edition of that file."
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Also where the database holds entries that FILE lacks.")
def restore(file: Path, overwrite: bool) -> None:
    """Put the database and the secrets back as they are in FILE. Stop the server before, start it after."""
    settings = Settings.from_env()
    with _database(settings) as engine, opened(file.resolve(), settings.data_folder) as (kept, copy):
        click.echo(f"{file}: {_contents(kept)}, made {kept.made_at}")
        make_current(copy, os.urandom)
        _copy_chunks(FolderBlobs(file.resolve().parent / CHUNKS), blobs_for(settings))
        _make_way(settings, engine, copy, overwrite)
        _take_keys(settings, file.resolve().parent)
        put_back(copy, engine, click.echo)
        _keep_secrets(settings, kept)
    with _database(Settings.from_env()) as engine:  # whose secrets are the backup's by now
        _seal(engine)
        _erase_again(settings, engine)
    click.echo("Restored, in a new epoch: tablets offer again what this copy does not hold.")
    click.echo("Accounts, roles and plans are as they were when it was made: look through them.")


@click.command()
def upgrade() -> None:
    """Set a backup aside, migrate, and check. If any of it fails the database stays as it was."""
    settings = Settings.from_env()
    with _database(settings) as engine:
        if not is_empty(engine):
            if stands_at_newest(engine):
                click.echo("Nothing to migrate; checking what is there.")
            _set_aside(settings, engine, "before-upgrade")
        run_migrations(engine, _whole)
        _seal(engine)
    click.echo("The database is up to date, and its ledger is whole.")


@click.command()
@click.option("--remove", is_flag=True, help="Remove them too.")
@click.option("--days", default=30, show_default=True, type=click.IntRange(min=1), help="Older than this.")
def orphans(remove: bool, days: int) -> None:
    """Find parts of files that nothing calls: what a power cut left between a part and its row."""
    settings = Settings.from_env()
    before = datetime.now(UTC) - timedelta(days=days)
    with _database(settings) as engine:
        found = list(orphans_of(engine, blobs_for(settings), before))
        click.echo(f"Parts that nothing calls, older than {days} days: {len(found):,}.")
        if remove:
            click.echo(f"Removed: {clear_away(engine, blobs_for(settings), found):,}.")


COMMANDS = (migrate, backup, restore, upgrade, orphans)


def _seal(engine: Engine) -> None:
    """Words about people that lie open, as those of before there were keys, are sealed."""
    if changed := seal_what_lies_open(engine):
        click.echo(f"Words about people that lay open and are sealed now: {changed:,} rows.")


def _roll_back(engine: Engine, down: str) -> None:
    """A program of before there were keys can open nothing. Should it fail, all is sealed again."""
    if down >= SEALED_SINCE:
        roll_back(engine, down)
        return
    open_what_is_sealed(engine)
    undone = False
    try:
        roll_back(engine, down)
        undone = True
    finally:
        if not undone:
            seal_what_lies_open(engine)


def _take_keys(settings: Settings, folder: Path) -> None:
    new = take_from_beside(keys_for(settings), folder)
    if new is None:
        click.echo(f"There is no {KEYS_FILE} beside the backup: the keys of persons that are here must do.")
    else:
        click.echo(f"Keys of persons: {new:,} taken over.")


def _erase_again(settings: Settings, engine: Engine) -> None:
    """Whoever was erased is not brought back: neither words, whose keys are gone, nor files."""
    keys = keys_kept(engine)
    assert keys is not None

    @contextmanager
    def writing() -> Iterator[Session]:
        with Session(engine) as session, session.begin():
            session.connection(execution_options=WRITES)
            yield session

    means = Means(
        writing=writing,
        keys=keys,
        blobs=blobs_for(settings),
        views=settings.views_folder,
        now=datetime.now(UTC),
    )
    if again := carry_out_all(means):
        click.echo(f"Erasures carried out again: {again:,}.")


def _copy_chunks(source: Blobs, target: Blobs) -> None:
    """Chunks never change, so one folder serves every backup beside it, and only new ones are copied."""
    copied = copy_blobs(source, target)
    click.echo(f"Chunks of files: {copied.new:,} copied, {copied.there:,} there already.")
    if copied.damaged:
        click.echo(f"Left out, because they are no longer what they were: {copied.damaged:,}.", err=True)


def _leave_out_erased(engine: Engine, beside: Blobs) -> None:
    """No backup keeps the files of whoever was erased, nor did any before there were erasures."""
    if stands_at_newest(engine):
        with Session(engine) as session:
            for name in erased_chunks(session):
                beside.remove(name)


def _whole(connection: Connection) -> None:
    click.echo("Checking the ledger")
    demand_whole(Session(connection))


def _make_way(settings: Settings, engine: Engine, copy: Path, overwrite: bool) -> None:
    """Set aside what is there, unless it holds more than the copy. What is damaged is for people to move."""
    try:
        if not is_empty(engine):
            _refuse_newer(lacking(engine, copy), overwrite)
            _set_aside(settings, engine, "before-restore")
            _carry_over(engine, copy)
    except Refusal as refusal:
        if refusal.code not in DAMAGED:
            raise
        raise Refusal(refusal.code, f"{refusal.sentence} {WAY_OUT}") from refusal


def _carry_over(engine: Engine, copy: Path) -> None:
    """Keep shut out who was shut out since the copy was made, and known the keys that were enrolled since."""
    if not stands_at_newest(engine):
        click.echo("What is there is at another migration: revocations since the copy are not carried over.")
        return
    older = open_engine(f"sqlite:///{copy}")
    carried = carry_over(engine, older)
    older.dispose()
    click.echo(
        f"Carried over: {carried.keys} keys enrolled since, {carried.revoked} tablets revoked, "
        f"{carried.ended} accounts ended."
    )


def _refuse_newer(newer: int, overwrite: bool) -> None:
    if newer and not overwrite:
        sentence = f"The database holds {newer:,} entries that the backup lacks. Nothing was changed."
        raise Refusal("newer_entries", f"{sentence} To put the backup in its place say --overwrite.")
    if newer:
        click.echo(
            f"{newer:,} entries that the backup lacks go; the tablets that recorded them offer them again."
        )


def _set_aside(settings: Settings, engine: Engine, why: str) -> None:
    now = datetime.now(UTC)
    file = settings.data_folder / BACKUPS / f"{why}-{now:%Y%m%dT%H%M%S%fZ}.fieldops"
    back_up(engine, _secrets(settings), file, now, click.echo)
    click.echo(f"What was there is set aside in {file}")


def _secrets(settings: Settings) -> dict[str, bytes]:
    """The secrets in use, wherever they come from, and any other that is kept in the data folder."""
    kept = {file.name: file.read_bytes() for file in settings.data_folder.glob("*.secret")}
    return kept | {TOKEN_SECRET_FILE: settings.token_secret, SERVER_KEY_FILE: settings.server_key_seed}


def _keep_secrets(settings: Settings, kept: Backup) -> None:
    """The backup's secrets in the data folder; one that the environment gives is not touched, but told."""
    for name, secret in kept.secrets.items():
        keep_secret(settings.data_folder / name, secret)
    again = Settings.from_env()
    in_use = {TOKEN_SECRET_FILE: again.token_secret, SERVER_KEY_FILE: again.server_key_seed}
    for name, secret in in_use.items():
        if kept.secrets.get(name, secret) != secret:
            click.echo(
                f"The environment gives another secret than the backup's {name}. Tablets know the backup's."
            )


def _contents(made: Backup) -> str:
    return f"{made.entries:,} entries, {made.quarantined:,} more in quarantine, migration {made.revision}"

"""Copies a whole database into a SQLite file and back, whichever kind it is.

One view is copied, however much is written meanwhile; what is put back is put back as one transaction.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import JSON, Column, Connection, Engine, Integer, MetaData, Table, func, insert, select, text

from fieldops.domain.errors import Refusal
from fieldops.store.engine import BUSY_TIMEOUT_S, open_engine, reads
from fieldops.store.person_keys import TABLE as KEYS_TABLE
from fieldops.store.revision import revision_of
from fieldops.store.schema import all_or_nothing, migrate_to

Tell = Callable[[str], None]
PAGES = 4096  # of a SQLite file, copied at a step
ROWS = 1000
APART = frozenset({"alembic_version", KEYS_TABLE})  # what numbers the tables, and what no copy may hold


def copy_out(engine: Engine, target: Path, tell: Tell) -> None:
    """Write one view of the database to a new SQLite file, at the migration where the database stands."""
    if engine.dialect.name == "sqlite":
        _copy_file(_file_of(engine), target, tell)
    else:
        _dump(engine, target, tell)
    with closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, and nothing beside it


def copy_in(source: Path, engine: Engine, tell: Tell) -> None:
    """Put a copy at the newest migration in the place of all that the database holds."""
    if engine.dialect.name == "sqlite":
        with engine.connect():
            pass  # made ready for other readers and writers, should it be new
        engine.dispose()
        _copy_file(source, _file_of(engine, new=True), tell)
    else:
        _load(source, engine, tell)


def _file_of(engine: Engine, new: bool = False) -> Path:
    file = Path(str(engine.url.database))
    if not new and not file.exists():
        raise Refusal("not_migrated", f"There is no database at {file}.")
    return file


def _copy_file(source: Path, target: Path, tell: Tell) -> None:
    """By SQLite's online backup. The read view that is held keeps writers from making it begin again."""
    last = [0]

    def progress(_: int, remaining: int, total: int) -> None:
        done = 100 * (total - remaining) // max(total, 1)
        if done >= last[0] + 10 or remaining == 0:
            last[0] = done
            tell(f"Copying the database: {done} %")

    wait = {"timeout": BUSY_TIMEOUT_S, "isolation_level": None}
    with closing(sqlite3.connect(source, **wait)) as old, closing(sqlite3.connect(target, **wait)) as new:  # type: ignore[call-overload]
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        old.backup(new, pages=PAGES, progress=progress)
        old.execute("ROLLBACK")


def _dump(engine: Engine, target: Path, tell: Tell) -> None:
    copy = open_engine(f"sqlite:///{target}")
    with engine.connect().execution_options(**reads(engine)) as source:
        revision = revision_of(source)
        if revision is None:
            raise Refusal("not_migrated", "The database has not been set up yet.")
        with all_or_nothing(copy) as connection:
            migrate_to(connection, revision)
            _copy_rows(source, connection, tell)
    copy.dispose()


def _load(source: Path, engine: Engine, tell: Tell) -> None:
    copy = open_engine(f"sqlite:///{source}")
    with copy.connect() as held, all_or_nothing(engine) as connection:
        migrate_to(connection, "head")
        _copy_rows(held, connection, tell)
    copy.dispose()


def _copy_rows(source: Connection, target: Connection, tell: Tell) -> None:
    """Every row of every table, in the place of what the target's tables hold."""
    given, taken = _tables(source), _tables(target)
    _empty(target, taken)
    for table in taken.sorted_tables:
        copied = _copy_table(source, given.tables[table.name], target, table)
        _count_on(target, table)
        tell(f"{table.name}: {copied:,} rows")


def _empty(connection: Connection, tables: MetaData) -> None:
    if connection.dialect.name == "postgresql":
        names = ", ".join(f'"{name}"' for name in tables.tables)
        connection.execute(text(f"TRUNCATE {names} CASCADE"))
        return
    for table in reversed(tables.sorted_tables):
        connection.execute(table.delete())


def _tables(connection: Connection) -> MetaData:
    """The tables as they are, whatever the program's own are by now; all but the one that numbers them."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name not in APART)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)
    return found


def _copy_table(source: Connection, given: Table, target: Connection, taken: Table) -> int:
    columns = [given.c[column.name] for column in taken.columns]
    zoned = target.dialect.name == "postgresql"
    copied = 0
    for rows in source.execute(select(*columns).execution_options(yield_per=ROWS)).partitions():
        written = [{name: _moment(value, zoned) for name, value in row._mapping.items()} for row in rows]
        target.execute(insert(taken), written)
        copied += len(written)
    return copied


def _moment(value: object, zoned: bool) -> object:
    """A moment with its zone for PostgreSQL, and without for SQLite, which keeps UTC; all else as it is."""
    if not isinstance(value, datetime):
        return value
    in_utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return in_utc if zoned else in_utc.replace(tzinfo=None)


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL's own counters go on behind the highest key that was put in; SQLite's do by themselves."""
    keys: list[Column[int]] = [one for one in table.primary_key if isinstance(one.type, Integer)]
    if connection.dialect.name != "postgresql" or len(keys) != 1:
        return
    named = {"table": table.name, "column": keys[0].name}
    counter = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), named)
    highest = connection.scalar(select(func.max(keys[0])))
    if counter is not None and highest is not None:
        connection.execute(
            text("SELECT setval(:counter, :highest)"), {"counter": counter, "highest": highest}
        )

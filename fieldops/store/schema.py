"""Brings a database to a numbered migration, all of the way or not at all."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from fieldops.domain.errors import Refusal
from fieldops.store.engine import WRITES
from fieldops.store.revision import MIGRATIONS


def upgrade(engine: Engine, then: Callable[[Connection], None] | None = None) -> None:
    """Runs every migration that is still to come; doing it again changes nothing.

    `then` looks at the outcome before it is kept: whatever it raises leaves the database as it was.
    """
    with all_or_nothing(engine) as connection:
        migrate_to(connection, "head")
        if then is not None:
            then(connection)


def migrate_to(connection: Connection, revision: str) -> None:
    """Runs the migrations up to `revision` in the transaction of this connection."""
    command.upgrade(_config(connection), revision)


def demand_known(revision: str) -> None:
    """Raises Refusal `migration_unknown` for a name that no migration has."""
    if revision not in {script.revision for script in _scripts().walk_revisions()}:
        raise Refusal("migration_unknown", f"There is no migration {revision}.")


def roll_back(engine: Engine, revision: str) -> None:
    """Undoes the migrations behind `revision`, the newest first."""
    demand_known(revision)
    with all_or_nothing(engine) as connection:
        command.downgrade(_config(connection), revision)


@contextmanager
def all_or_nothing(engine: Engine) -> Iterator[Connection]:
    """One transaction in which tables may be remade. SQLite looks at its references at the end of it:
    a table that is remade is dropped in between, and would take what refers to it along."""
    with engine.connect().execution_options(**WRITES) as connection:
        raw = connection.connection.driver_connection
        if not isinstance(raw, sqlite3.Connection):
            with connection.begin():
                yield connection
            return
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise Refusal("database_unsound", "A row refers to another that is not there.")
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())

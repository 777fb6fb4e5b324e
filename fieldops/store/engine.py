"""How the two databases are opened: what makes a commit durable, and what keeps two writers apart.

SQLite: write-ahead log with synchronous=FULL (NORMAL loses acknowledged commits at a power cut), foreign keys
on, and a writing transaction takes the write lock at its beginning, so that it never fails half way.
"""

import sqlite3

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

WRITES = {"fieldops_writes": True}  # execution option of a transaction that means to write
BUSY_TIMEOUT_S = 15


def reads(engine: Engine) -> dict[str, str]:
    """Execution options of a transaction that only reads: one view of the database, as at its first question.

    SQLite gives that by itself; PostgreSQL would show each question what was committed until then.
    """
    return {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}


def engine_options(url: str) -> dict[str, object]:
    """What create_engine is given for this address. What is bound to a query never stands in a log line."""
    if url.startswith("sqlite"):
        file = {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
        return {"hide_parameters": True, "connect_args": file}
    pool = {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8, "pool_timeout": 5}
    return {"hide_parameters": True, **pool}


def open_engine(url: str) -> Engine:
    """An engine outside of Flask: for migrations, commands and the store's own tests."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    return engine


def prepare(engine: Engine) -> None:
    """Makes a SQLite engine durable and its writers exclusive; PostgreSQL is so by itself."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)


def _on_connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # BEGIN is ours to say, see _on_begin
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("fieldops_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

"""Which migration this program works with, and which a database stands at.

Told without what runs the migrations: a server asks this at every start, and never runs one.
"""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


@cache
def newest_revision() -> str:
    """The revision that this program works with: a migration's file has its name, and they are numbered."""
    return max(file.stem for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def revision_of(connection: Connection) -> str | None:
    """The revision that a database stands at; None before its first migration."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found

"""What every table stands on: the declarative base, and instants that come back with their zone."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, LargeBinary, MetaData
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The one registry of tables. Names of constraints are fixed so that migrations can find them."""

    metadata = MetaData(naming_convention=NAMES)


class Bytes(LargeBinary):
    """Bytes that both drivers take and give as they are: nothing is wrapped on the way."""

    __visit_name__ = "large_binary"

    def bind_processor(self, dialect: Dialect) -> None:
        """No conversion on the way in."""
        return

    def result_processor(self, dialect: Dialect, _: object) -> None:
        """None on the way out."""
        return


class Instant(TypeDecorator[datetime]):
    """A moment, kept in UTC. SQLite forgets zones: a naive value is refused rather than guessed at."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC for the database; raises ValueError for a moment without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """An aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

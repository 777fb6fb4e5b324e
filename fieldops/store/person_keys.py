"""The keys under which words about people lie at rest, in a database of their own.

A key is made before the first words are kept under it, and destroyed for ever when they are erased by law:
its row then says when, and nothing kept under it opens again, wherever a copy of the ledger lies. Backups of
the ledger hold none of this.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateTable

from fieldops.domain.errors import Refusal
from fieldops.store.base import Instant
from fieldops.store.engine import engine_options, prepare

TABLE = "person_keys"
KEY_BYTES = 32
_PURPOSE = b"fieldops/person-keys/1"

_own = MetaData()  # not the ledger's: no migration, backup or restore of that one touches these
person_keys = Table(
    TABLE,
    _own,
    Column("ref", String(32), primary_key=True),
    Column("key", LargeBinary(40)),  # wrapped (RFC 3394); NULL once it is destroyed
    Column("made_at", Instant, nullable=False),
    Column("erased_at", Instant),
    Column("came_after", Integer, nullable=False, default=0),  # entries that came when it was gone
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """A key that is gone: since when, and of how many entries the words were dropped that came afterwards."""

    at: datetime
    came_after: int


class PersonKeys:
    """The keys of one installation, wrapped by what follows from its secret: the table alone opens none."""

    def __init__(self, url: str, secret: bytes, random_bytes: Callable[[int], bytes]) -> None:
        """The database at `url` is opened, and its table made, when it is first asked."""
        self.url = url
        self._wrapping = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=_PURPOSE).derive(secret)
        self._random_bytes = random_bytes

    @cached_property
    def engine(self) -> Engine:
        """The database of the keys."""
        engine = create_engine(self.url, **engine_options(self.url))
        prepare(engine)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _overwrite_what_goes)
        with engine.begin() as connection:
            connection.execute(CreateTable(person_keys, if_not_exists=True))
        return engine

    def known(self, refs: Iterable[str]) -> dict[str, bytes | None]:
        """The keys of these, None for one that was destroyed. Refusal `person_key_missing` for one that never
        was: words that cannot be read for want of it are not called erased."""
        wanted = set(refs)
        with self.engine.connect() as connection:
            found = self._read(connection, wanted)
        if missing := wanted - found.keys():
            raise Refusal("person_key_missing", f"{len(missing)} keys of persons are not in the key store.")
        return found

    def made(self, refs: Iterable[str]) -> dict[str, bytes | None]:
        """As `known`; one that never was is made first, and is on the disk before this comes back."""
        wanted = set(refs)
        with self.engine.connect() as connection:
            found = self._read(connection, wanted)
        if missing := sorted(wanted - found.keys()):
            self._make(missing)
            found |= self.known(missing)
        return found

    def erased(self, refs: Iterable[str]) -> dict[str, Erased]:
        """Those of these whose keys are gone."""
        gone = select(person_keys).where(person_keys.c.erased_at.is_not(None))
        with self.engine.connect() as connection:
            rows = connection.execute(gone.where(person_keys.c.ref.in_(set(refs)))).all()
        return {row.ref: Erased(at=row.erased_at, came_after=row.came_after) for row in rows}

    def destroy(self, ref: str, at: datetime) -> None:
        """The key is gone for ever, or never comes to be. To destroy it again changes nothing."""
        row = {"ref": ref, "key": None, "made_at": at, "erased_at": at, "came_after": 0}
        with self.engine.begin() as connection:
            insert = self._insert().values(row)
            gone = {"key": None, "erased_at": at}
            still = person_keys.c.erased_at.is_(None)
            connection.execute(insert.on_conflict_do_update(index_elements=["ref"], set_=gone, where=still))
        if self.engine.dialect.name == "sqlite":
            self._clear_the_log()

    def note_late(self, counts: Mapping[str, int]) -> None:
        """So many entries came for keys that are gone; their words were not kept."""
        late = update(person_keys).where(person_keys.c.ref == bindparam("of"))
        late = late.values(came_after=person_keys.c.came_after + bindparam("more"))
        with self.engine.begin() as connection:
            connection.execute(late, [{"of": ref, "more": more} for ref, more in counts.items()])

    def rows(self) -> list[dict[str, Any]]:
        """All of the table, for its own backup."""
        with self.engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(select(person_keys))]

    def take_over(self, rows: Iterable[Mapping[str, Any]]) -> int:
        """Rows of a backup of the keys. What is known here stays: above all, what is destroyed."""
        given = [dict(row) for row in rows]
        if not given:
            return 0
        with self.engine.begin() as connection:
            before = len(self._read(connection, {row["ref"] for row in given}))
            connection.execute(self._insert().on_conflict_do_nothing(), given)
        for row in given:
            if row["erased_at"] is not None:
                self.destroy(row["ref"], row["erased_at"])
        return len(given) - before

    def close(self) -> None:
        """Gives its connections back, if it was ever asked."""
        if "engine" in self.__dict__:
            self.engine.dispose()

    def _clear_the_log(self) -> None:
        """SQLite's log beside the file would hold the key until it is written over."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")

    def _make(self, refs: Iterable[str]) -> None:
        now = datetime.now(UTC)
        rows = [
            {
                "ref": ref,
                "key": aes_key_wrap(self._wrapping, self._random_bytes(KEY_BYTES)),
                "made_at": now,
                "came_after": 0,
            }
            for ref in refs
        ]
        with self.engine.begin() as connection:
            connection.execute(self._insert().on_conflict_do_nothing(), rows)

    def _read(self, connection: Connection, refs: Iterable[str]) -> dict[str, bytes | None]:
        rows = connection.execute(_KEYS, {"refs": list(refs)}).all()
        try:
            return {ref: None if key is None else aes_key_unwrap(self._wrapping, key) for ref, key in rows}
        except InvalidUnwrap as fault:
            raise Refusal("person_keys_foreign", "The keys of persons are of another secret.") from fault

    def _insert(self) -> Any:
        dialect = postgresql if self.engine.dialect.name == "postgresql" else sqlite
        return dialect.insert(person_keys)


_KEYS = select(person_keys.c.ref, person_keys.c.key).where(
    person_keys.c.ref.in_(bindparam("refs", expanding=True))
)


def _overwrite_what_goes(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()

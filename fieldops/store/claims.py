"""What tablets say they hold: numbers for each log, and facts of the tablet; not a word of what was recorded.

A claim is only ever replaced by a younger one of the same key; the most that was ever said stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Insert,
    Integer,
    String,
    Table,
    Update,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.completeness import Claim, Said, Storage
from fieldops.domain.ids import DeviceId, LogId, OperationId, SignerId, signer_of_log
from fieldops.domain.people import Signer
from fieldops.store.base import Base, Instant
from fieldops.store.devices import DeviceRow, SignerRow, keys_of
from fieldops.store.ledger import LOG_CHARS

MOST_CLAIMED = 4000  # logs of one key: a tablet that names more is not believed further
BUILD_CHARS = 64

claims = Table(
    "claims",
    Base.metadata,
    Column("log", String(LOG_CHARS), primary_key=True),
    Column("signer", ForeignKey("signers.id"), nullable=False, index=True),
    Column("held", Integer, nullable=False),
    Column("most", Integer, nullable=False),
    Column("files", Integer, nullable=False),
    Column("file_bytes", BigInteger, nullable=False),
    Column("said_at", Instant, nullable=False),
)
stores = Table(
    "stores",
    Base.metadata,
    Column("signer", ForeignKey("signers.id"), primary_key=True),
    Column("present", Boolean, nullable=False),
    Column("said_at", Instant, nullable=False),
)
_CHANGED = (
    update(claims)
    .where(claims.c.log == bindparam("of"))
    .values({name: bindparam(name) for name in ("held", "most", "files", "file_bytes", "said_at")})
)
_STORE_CHANGED = (
    update(stores)
    .where(stores.c.signer == bindparam("of"))
    .values(present=bindparam("present"), said_at=bindparam("said_at"))
)


class StorageRow(Base):
    """What a tablet last said of itself."""

    __tablename__ = "storages"
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    persisted: Mapped[bool | None]
    quota_mib: Mapped[int | None]
    usage_mib: Mapped[int | None]
    build: Mapped[str] = mapped_column(String(BUILD_CHARS))
    said_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A claim as it was kept: the most that was ever said of its log, and when the last word came."""

    claim: Claim
    most: int
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A tablet's last word of itself, and when it came."""

    storage: Storage
    said_at: datetime


def keep_said(session: Session, signer: Signer, said: Said, now: datetime) -> None:
    """Keeps a tablet's word: of the logs of the key that signed in, and of which stores are on the tablet."""
    session.execute(select(DeviceRow.id).where(DeviceRow.id == signer.device).with_for_update(key_share=True))
    _keep_claims(session, signer.id, said.claims, now, whole=said.whole)
    _keep_stores(session, signer.device, said.tablet.stores, now)
    told = said.tablet
    session.merge(
        StorageRow(
            device=signer.device,
            persisted=told.persisted,
            quota_mib=told.quota_mib,
            usage_mib=told.usage_mib,
            build=told.build[:BUILD_CHARS],
            said_at=now,
        )
    )
    session.flush()


def claimed(session: Session, operation: OperationId) -> dict[LogId, Claimed]:
    """What the operation's tablets last said of each log."""
    query = select(claims).where(claims.c.signer.in_(keys_of(operation)))
    found = {}
    for row in session.execute(query):
        log = LogId(row.log)
        claim = Claim(log=log, held=row.held, files=row.files, file_bytes=row.file_bytes)
        found[log] = Claimed(claim=claim, most=row.most, said_at=row.said_at)
    return found


def believed(session: Session, signer: SignerId) -> tuple[int, int]:
    """How many entries, and how many files that are not here, a key's tablet is believed to hold in all."""
    query = select(func.coalesce(func.sum(claims.c.held), 0), func.coalesce(func.sum(claims.c.files), 0))
    held, files = session.execute(query.where(claims.c.signer == signer)).one()
    return int(held), int(files)


def stores_told(session: Session, operation: OperationId) -> dict[SignerId, tuple[bool, datetime]]:
    """By key, whether its store lies on its tablet, as that tablet last said, and when."""
    query = select(stores).where(stores.c.signer.in_(keys_of(operation)))
    return {SignerId(row.signer): (row.present, row.said_at) for row in session.execute(query)}


def storages(session: Session, operation: OperationId) -> dict[DeviceId, Told]:
    """What the operation's tablets last said of themselves; those that never did are left out."""
    query = select(StorageRow).join(DeviceRow, DeviceRow.id == StorageRow.device)
    present: dict[DeviceId, set[SignerId]] = {}
    keys = select(SignerRow.device, SignerRow.id).join(stores, stores.c.signer == SignerRow.id)
    for device, signer in session.execute(keys.where(stores.c.present.is_(True))):
        present.setdefault(DeviceId(device), set()).add(SignerId(signer))
    return {
        DeviceId(row.device): Told(
            storage=Storage(
                stores=frozenset(present.get(DeviceId(row.device), ())),
                persisted=row.persisted,
                quota_mib=row.quota_mib,
                usage_mib=row.usage_mib,
                build=row.build,
            ),
            said_at=row.said_at,
        )
        for row in session.scalars(query.where(DeviceRow.operation == operation))
    }


def keep_gone(session: Session, signer: Signer, lost: Sequence[Claim], now: datetime) -> None:
    """Keeps that the signer's store is gone. `lost`: how far it went in each log of which something was lost,
    and how many files."""
    session.execute(select(DeviceRow.id).where(DeviceRow.id == signer.device).with_for_update(key_share=True))
    _keep_claims(session, signer.id, lost, now, whole=False)
    _keep_claims(session, signer.id, [replace(one, held=0) for one in lost], now, whole=True)
    known = session.scalar(select(stores.c.signer).where(stores.c.signer == signer.id))
    gone: dict[str, object] = {"present": False, "said_at": now}
    if known is None:
        _write(session, insert(stores), [{**gone, "signer": signer.id}])
    else:
        _write(session, _STORE_CHANGED, [{**gone, "of": signer.id}])


def _keep_claims(
    session: Session, signer: SignerId, said: Iterable[Claim], now: datetime, *, whole: bool
) -> None:
    kept = session.execute(select(claims.c.log, claims.c.most).where(claims.c.signer == signer))
    known = {LogId(log): most for log, most in kept}
    told = _told(said, signer, known if whole else ())
    rows = {log: _row(one, known.get(log, 0), now) for log, one in told.items()}
    fresh = [{**row, "log": log, "signer": signer} for log, row in rows.items() if log not in known]
    changed = [{**row, "of": log} for log, row in rows.items() if log in known]
    _write(session, insert(claims), fresh[: MOST_CLAIMED - len(known)])
    _write(session, _CHANGED, changed)


def _write(session: Session, statement: Insert | Update, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        session.connection().execute(statement, rows)


def _told(said: Iterable[Claim], signer: SignerId, known: Iterable[LogId]) -> dict[LogId, Claim]:
    """What is said of the signer's own logs; that nothing is held of those known and not named."""
    nothing = {log: Claim(log=log, held=0) for log in known}
    return nothing | {one.log: one for one in said if signer_of_log(one.log) == signer}


def _row(one: Claim, most: int, now: datetime) -> dict[str, object]:
    return {
        "held": one.held,
        "most": max(most, one.held),
        "files": one.files,
        "file_bytes": one.file_bytes,
        "said_at": now,
    }


def _keep_stores(session: Session, device: DeviceId, present: Iterable[SignerId], now: datetime) -> None:
    """Notes which of the tablet's keys have a store on it, and which have none any more."""
    on = set(session.scalars(select(SignerRow.id).where(SignerRow.device == device)))
    known = set(session.scalars(select(stores.c.signer).where(stores.c.signer.in_(on))))
    there = set(present)
    fresh = [{"signer": one, "present": one in there, "said_at": now} for one in sorted(on - known)]
    changed = [{"of": one, "present": one in there, "said_at": now} for one in sorted(on & known)]
    _write(session, insert(stores), fresh)
    _write(session, _STORE_CHANGED, changed)

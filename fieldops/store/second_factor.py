"""What somebody shows beside their password: an app's secret, sealed; security keys; recovery codes by their
hash. And sign-ins of which the password is shown and the second factor not yet.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.ids import OfficerId
from fieldops.store.base import Base, Bytes, Instant


class AuthenticatorRow(Base):
    """An app that makes codes. `last_step` is the newest code that was used, and good no more."""

    __tablename__ = "authenticators"
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(Bytes)
    confirmed: Mapped[bool]
    last_step: Mapped[int] = mapped_column(BigInteger)


class RecoveryCodeRow(Base):
    """A recovery code that is still good, by its hash."""

    __tablename__ = "recovery_codes"
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)


class SecurityKeyRow(Base):
    """A key in hardware, or one that a device keeps. `uses` is what it has counted itself."""

    __tablename__ = "security_keys"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    public_key: Mapped[bytes] = mapped_column(Bytes)
    uses: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class HalfRow(Base):
    """Somebody who has shown their password, or who adds a key; `challenge` is what a key signs."""

    __tablename__ = "half_signed_in"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    challenge: Mapped[bytes] = mapped_column(Bytes)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticator:
    """The app of one officer; not `confirmed` before it has shown its first code."""

    sealed: bytes
    confirmed: bool
    last_step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityKey:
    """One security key."""

    id: str
    name: str
    public_key: bytes
    uses: int
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """A sign-in half done, or a key half added."""

    officer: OfficerId
    challenge: bytes


def put_authenticator(session: Session, officer: OfficerId, new: Authenticator) -> None:
    """Keeps an app's secret instead of any other of this officer."""
    session.merge(
        AuthenticatorRow(officer=officer, sealed=new.sealed, confirmed=new.confirmed, last_step=new.last_step)
    )
    session.flush()


def authenticator(session: Session, officer: OfficerId, *, lock: bool = False) -> Authenticator | None:
    """The officer's app, confirmed or not; locked, so that of two uses of one code one sees the other."""
    row = session.get(AuthenticatorRow, officer, with_for_update=lock)
    if row is None:
        return None
    return Authenticator(sealed=row.sealed, confirmed=row.confirmed, last_step=row.last_step)


def drop_authenticator(session: Session, officer: OfficerId) -> None:
    """The app makes no code that is good any more."""
    session.execute(delete(AuthenticatorRow).where(AuthenticatorRow.officer == officer))


def put_recovery_codes(session: Session, officer: OfficerId, codes: Iterable[str]) -> None:
    """Keeps new codes, as their hashes; the former are no good any more."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.officer == officer))
    session.add_all(RecoveryCodeRow(officer=officer, code_hash=_hash(code)) for code in codes)
    session.flush()


def spend_recovery_code(session: Session, officer: OfficerId, code: str) -> bool:
    """Whether this code was good. It is so once."""
    wanted = (RecoveryCodeRow.officer == officer, RecoveryCodeRow.code_hash == _hash(code))
    spent = session.execute(delete(RecoveryCodeRow).where(*wanted).returning(RecoveryCodeRow.officer))
    return spent.one_or_none() is not None


def recovery_codes_left(session: Session, officer: OfficerId) -> int:
    """How many recovery codes are still good."""
    query = select(func.count()).select_from(RecoveryCodeRow).where(RecoveryCodeRow.officer == officer)
    return session.scalar(query) or 0


def add_security_key(session: Session, officer: OfficerId, key: SecurityKey) -> bool:
    """Adds a key; False where it is known already, whoever's it is."""
    if session.get(SecurityKeyRow, key.id) is not None:
        return False
    session.add(
        SecurityKeyRow(
            id=key.id,
            officer=officer,
            name=key.name,
            public_key=key.public_key,
            uses=key.uses,
            added_at=key.added_at,
        )
    )
    session.flush()
    return True


def security_keys(session: Session, officer: OfficerId) -> list[SecurityKey]:
    """The officer's keys, the oldest first."""
    query = select(SecurityKeyRow).where(SecurityKeyRow.officer == officer)
    return [
        SecurityKey(
            id=row.id,
            name=row.name,
            public_key=row.public_key,
            uses=row.uses,
            added_at=row.added_at,
            used_at=row.used_at,
        )
        for row in session.scalars(query.order_by(SecurityKeyRow.added_at, SecurityKeyRow.id))
    ]


def use_security_key(session: Session, name: str, uses: int, now: datetime) -> None:
    """The key has signed, and counts so many uses now."""
    session.execute(update(SecurityKeyRow).where(SecurityKeyRow.id == name).values(uses=uses, used_at=now))


def drop_security_key(session: Session, officer: OfficerId, name: str) -> None:
    """This key of the officer opens nothing any more."""
    session.execute(
        delete(SecurityKeyRow).where(SecurityKeyRow.id == name, SecurityKeyRow.officer == officer)
    )


def drop_second_factor(session: Session, officer: OfficerId) -> None:
    """Everything that the officer showed beside the password is no good any more."""
    for table in (AuthenticatorRow, RecoveryCodeRow, SecurityKeyRow):
        session.execute(delete(table).where(table.officer == officer))


def with_second_factor(session: Session, officers: Iterable[OfficerId]) -> frozenset[OfficerId]:
    """Which of these show something beside their password."""
    wanted = set(officers)
    app = select(AuthenticatorRow.officer).where(
        AuthenticatorRow.confirmed, AuthenticatorRow.officer.in_(wanted)
    )
    keys = select(SecurityKeyRow.officer).where(SecurityKeyRow.officer.in_(wanted))
    return frozenset(OfficerId(found) for query in (app, keys) for found in session.scalars(query))


def keep_half(session: Session, token: str, half: Half, now: datetime, until: datetime) -> None:
    """Keeps a sign-in half done; clears away the old ones."""
    session.execute(delete(HalfRow).where(HalfRow.expires_at < now))
    session.merge(
        HalfRow(token_hash=_hash(token), officer=half.officer, challenge=half.challenge, expires_at=until)
    )
    session.flush()


def half(session: Session, token: str, now: datetime) -> Half | None:
    """The sign-in that this token began, while it is still good."""
    row = session.get(HalfRow, _hash(token))
    if row is None or row.expires_at <= now:
        return None
    return Half(officer=OfficerId(row.officer), challenge=row.challenge)


def end_half(session: Session, token: str) -> bool:
    """Whether it was still open; it no longer is."""
    query = delete(HalfRow).where(HalfRow.token_hash == _hash(token)).returning(HalfRow.officer)
    return session.execute(query).one_or_none() is not None


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8")).hexdigest()

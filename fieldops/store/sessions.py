"""Desk sessions, tablets' nonces and the counting of attempts: what must hold over several workers.

A desk session is a family of refresh tokens of which the newest alone is good. If an older one comes back
after the grace that two tabs need, somebody has copied it, and the whole family ends.
"""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.ids import OfficerId, SignerId
from fieldops.settings import RateLimit
from fieldops.store.base import Base, Instant


class DeskSessionRow(Base):
    """One sign-in at the desk, with the ids of the newest refresh token and of the one before."""

    __tablename__ = "desk_sessions"
    id: Mapped[str] = mapped_column(String(43), primary_key=True)
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"), index=True)
    newest: Mapped[str] = mapped_column(String(43))
    former: Mapped[str | None] = mapped_column(String(43))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    renewed_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_for: Mapped[str | None] = mapped_column(String(32))
    browser: Mapped[str] = mapped_column(String(64), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    factor: Mapped[bool] = mapped_column(default=False)


class NonceRow(Base):
    """A challenge handed to a tablet, good once; kept as its hash."""

    __tablename__ = "nonces"
    nonce_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    signer: Mapped[str] = mapped_column(String(26))
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class AttemptRow(Base):
    """How often something was tried in the window that began at `since`."""

    __tablename__ = "attempts"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(Instant, index=True)
    count: Mapped[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSession:
    """One sign-in at the desk."""

    id: str
    officer: OfficerId
    newest: str
    former: str | None
    renewed_at: datetime
    expires_at: datetime
    ended: bool
    browser: str = ""  # in words
    address: str = ""  # without its end, which would tell which machine it was
    opened_at: datetime | None = None
    factor: bool = False  # whether a second factor was shown in it


def open_desk_session(session: Session, new: DeskSession) -> None:
    """Begins a family; clears away those long over."""
    now = new.renewed_at
    session.execute(delete(DeskSessionRow).where(DeskSessionRow.expires_at < now - timedelta(days=1)))
    session.add(
        DeskSessionRow(
            id=new.id,
            officer=new.officer,
            newest=new.newest,
            former=None,
            opened_at=now,
            renewed_at=now,
            expires_at=new.expires_at,
            browser=new.browser,
            address=new.address,
            factor=new.factor,
        )
    )
    session.flush()


def desk_session(session: Session, family: str, *, lock: bool = False) -> DeskSession | None:
    """The family of this id, ended or not; locked, so that of two renewals one sees what the other did."""
    row = session.get(DeskSessionRow, family, with_for_update=lock)
    return None if row is None else _desk_session(row)


def desk_sessions_of(session: Session, officer: OfficerId, now: datetime) -> list[DeskSession]:
    """The sign-ins of an officer that are still good, the newest first."""
    query = select(DeskSessionRow).where(
        DeskSessionRow.officer == officer, DeskSessionRow.ended_at.is_(None), DeskSessionRow.expires_at > now
    )
    return [_desk_session(row) for row in session.scalars(query.order_by(DeskSessionRow.opened_at.desc()))]


def rotate(session: Session, family: str, newest: str, now: datetime) -> None:
    """The newest refresh token becomes the former one."""
    row = session.get_one(DeskSessionRow, family)
    row.former, row.newest, row.renewed_at = row.newest, newest, now
    session.flush()


def factor_shown(session: Session, family: str) -> None:
    """In this sign-in a second factor was shown, or has just been added."""
    session.execute(update(DeskSessionRow).where(DeskSessionRow.id == family).values(factor=True))


def end_desk_session(session: Session, family: str, now: datetime, reason: str) -> None:
    """Nothing of this family is good any more, access tokens included."""
    query = update(DeskSessionRow).where(DeskSessionRow.id == family, DeskSessionRow.ended_at.is_(None))
    session.execute(query.values(ended_at=now, ended_for=reason))


def end_desk_sessions(
    session: Session, officer: OfficerId, now: datetime, reason: str, *, but: str | None = None
) -> int:
    """Every sign-in of an officer ends, apart from the family `but`; answers how many."""
    query = update(DeskSessionRow).where(
        DeskSessionRow.officer == officer, DeskSessionRow.ended_at.is_(None), DeskSessionRow.id != (but or "")
    )
    ended = session.execute(query.values(ended_at=now, ended_for=reason).returning(DeskSessionRow.id))
    return len(ended.all())


def keep_nonce(session: Session, nonce: str, signer: SignerId, now: datetime, good_for: timedelta) -> None:
    """Keeps a challenge until it is answered or too old; clears away the old ones."""
    session.execute(delete(NonceRow).where(NonceRow.expires_at < now))
    session.add(NonceRow(nonce_hash=_hash(nonce), signer=signer, expires_at=now + good_for))
    session.flush()


def spend_nonce(session: Session, nonce: str, signer: SignerId, now: datetime) -> bool:
    """Whether this challenge was open for this signer. Asking spends it, whatever the answer."""
    query = delete(NonceRow).where(NonceRow.nonce_hash == _hash(nonce))
    spent = session.execute(query.returning(NonceRow.signer, NonceRow.expires_at)).one_or_none()
    return spent is not None and spent.signer == signer and spent.expires_at >= now


def count_attempt(session: Session, what: str, who: str, limit: RateLimit, now: datetime) -> int:
    """Counts one attempt. Answers 0 if it may go on, or else the seconds until the window ends.

    Windows are fixed, so at a border twice the limit may pass; that is still far too few to guess a password.
    """
    began = _began(limit, now)
    since = datetime.fromtimestamp(began, tz=now.tzinfo)
    session.execute(delete(AttemptRow).where(AttemptRow.since < now - timedelta(days=1)))
    count = _counted(session, _window(what, who, began), since)
    return 0 if count <= limit.attempts else max(1, math.ceil(began + limit.window_s - now.timestamp()))


def locked_out(
    session: Session, what: str, names: Iterable[str], limit: RateLimit, now: datetime
) -> dict[str, datetime]:
    """Of these names the ones that may try no more for now, and until when."""
    began = _began(limit, now)
    keys = {_window(what, who, began): who for who in names}
    query = select(AttemptRow.key).where(AttemptRow.key.in_(keys), AttemptRow.count >= limit.attempts)
    ends = datetime.fromtimestamp(began + limit.window_s, tz=now.tzinfo)
    return {keys[key]: ends for key in session.scalars(query)}


def forget_attempts(session: Session, what: str, who: str, limit: RateLimit, now: datetime) -> None:
    """A success clears the count, so that many officers behind one door are not locked out together."""
    session.execute(delete(AttemptRow).where(AttemptRow.key == _window(what, who, _began(limit, now))))


def _began(limit: RateLimit, now: datetime) -> int:
    return math.floor(now.timestamp() / limit.window_s) * limit.window_s


def _window(what: str, who: str, began: int) -> str:
    return _hash(f"{what}\x1f{who}\x1f{began}")


def _desk_session(row: DeskSessionRow) -> DeskSession:
    return DeskSession(
        id=row.id,
        officer=OfficerId(row.officer),
        newest=row.newest,
        former=row.former,
        renewed_at=row.renewed_at,
        expires_at=row.expires_at,
        ended=row.ended_at is not None,
        browser=row.browser,
        address=row.address,
        opened_at=row.opened_at,
        factor=row.factor,
    )


def _counted(session: Session, key: str, since: datetime) -> int:
    """One statement that inserts or adds, so that two workers never count the same number."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    query = dialect.insert(AttemptRow).values(key=key, since=since, count=1)
    query = query.on_conflict_do_update(index_elements=["key"], set_={"count": AttemptRow.count + 1})
    counted = session.scalar(query.returning(AttemptRow.count))
    return 1 if counted is None else counted


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()

"""Accounts as they are kept: who has one, one-time links to set a password, and what was done to whom.

A link's code is kept as its hash only. History is only ever added to.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.accounts import Account, Deed, Done, SetLink
from fieldops.domain.ids import AgencyCode, OfficerId
from fieldops.store.base import Base, Instant
from fieldops.store.directory import OfficerRow, officer_of_row, officers
from fieldops.store.sessions import DeskSessionRow


class SetLinkRow(Base):
    """A one-time code by which somebody sets their password, by its hash."""

    __tablename__ = "set_links"
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"), index=True)
    made_by: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class DoneRow(Base):
    """One thing that was done to an account; `told` once its owner has been shown it."""

    __tablename__ = "account_history"
    id: Mapped[int] = mapped_column(primary_key=True)
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    deed: Mapped[str] = mapped_column(String(32))
    by: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
    about: Mapped[str] = mapped_column(String(200))
    told: Mapped[bool]


def accounts(session: Session, agency: AgencyCode | None) -> list[Account]:
    """Every account of this agency, or of all where none is named, by agency and name."""
    last = select(DeskSessionRow.officer, func.max(DeskSessionRow.opened_at).label("at"))
    seen = last.group_by(DeskSessionRow.officer).subquery()
    query = select(OfficerRow, seen.c.at).outerjoin(seen, seen.c.officer == OfficerRow.id)
    if agency is not None:
        query = query.where(OfficerRow.agency.in_((agency,)))
    return [
        Account(officer=officer_of_row(row), has_password=row.password_hash is not None, last_signed_in=at)
        for row, at in session.execute(query.order_by(OfficerRow.agency, OfficerRow.name))
    ]


def password_hash_of(session: Session, officer: OfficerId) -> str | None:
    """The kept form of an officer's password."""
    return session.scalar(select(OfficerRow.password_hash).where(OfficerRow.id == officer))


def set_password(session: Session, officer: OfficerId, password_hash: str) -> None:
    """Gives an account this password, whatever it had before."""
    session.get_one(OfficerRow, officer).password_hash = password_hash
    session.flush()


def reactivate(session: Session, officer: OfficerId) -> None:
    """The officer is back: their account, their roles and their keys are good again."""
    session.get_one(OfficerRow, officer).deactivated_at = None
    session.flush()


def appoint(session: Session, officer: OfficerId, *, keeps: bool) -> None:
    """Whether this officer keeps the accounts of their agency from now on."""
    session.get_one(OfficerRow, officer).agency_administrator = keeps
    session.flush()


def keep_set_link(session: Session, code: str, link: SetLink, now: datetime) -> None:
    """Keeps a new link, as its hash; of earlier links of the same officer none is good any more."""
    session.execute(
        delete(SetLinkRow).where(SetLinkRow.officer == link.officer, SetLinkRow.used_at.is_(None))
    )
    session.add(
        SetLinkRow(
            code_hash=_hash(code),
            officer=link.officer,
            made_by=link.made_by,
            made_at=now,
            expires_at=link.expires_at,
        )
    )
    session.flush()


def set_link(session: Session, code: str, *, lock: bool = False) -> SetLink | None:
    """What this code stands for, used or not, over or not; locked, for it sets one password alone."""
    row = session.get(SetLinkRow, _hash(code), with_for_update=lock)
    if row is None:
        return None
    return SetLink(
        officer=OfficerId(row.officer),
        made_by=None if row.made_by is None else OfficerId(row.made_by),
        expires_at=row.expires_at,
        used=row.used_at is not None,
    )


def use_set_link(session: Session, code: str, now: datetime) -> None:
    """The link has been used."""
    session.get_one(SetLinkRow, _hash(code)).used_at = now
    session.flush()


def write_down(
    session: Session, officer: OfficerId, deed: Deed, by: OfficerId | None, now: datetime, about: str = ""
) -> None:
    """Adds to an account's history. Its owner needs not be told of what they did themselves."""
    own = by == officer
    session.add(DoneRow(officer=officer, at=now, deed=deed.value, by=by, about=about, told=own))
    session.flush()


def history(session: Session, officer: OfficerId, *, untold: bool = False) -> list[Done]:
    """What was done to an account, the newest first; or only what its owner has not been told yet."""
    query = select(DoneRow).where(DoneRow.officer == officer)
    if untold:
        query = query.where(DoneRow.told.is_(False))
    rows = session.scalars(query.order_by(DoneRow.id.desc())).all()
    known = officers(session, _hands(rows))
    return [
        Done(
            at=row.at,
            deed=Deed(row.deed),
            by=None if row.by is None else known[OfficerId(row.by)],
            about=row.about,
        )
        for row in rows
    ]


def told(session: Session, officer: OfficerId) -> None:
    """The owner of the account has read what was done to it."""
    session.execute(update(DoneRow).where(DoneRow.officer == officer).values(told=True))


def _hands(rows: Sequence[DoneRow]) -> set[OfficerId]:
    return {OfficerId(row.by) for row in rows if row.by is not None}


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8")).hexdigest()

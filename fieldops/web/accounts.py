"""Keeping accounts: opening one, a one-time link to set its password, and ending it; the same at every door.

Each function takes part in its caller's transaction and writes down what it did. Nobody ever learns another's
password: a link is shown once to whoever made it, and its owner sets the password by it.
"""

import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from fieldops.domain.access import may_appoint, may_keep_account, may_read_account
from fieldops.domain.accounts import Deed, SetLink
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import AgencyCode, OfficerId, new_id
from fieldops.domain.people import Officer
from fieldops.domain.who import Principal
from fieldops.settings import Settings
from fieldops.store.accounts import appoint, keep_set_link, reactivate, write_down
from fieldops.store.directory import add_officer, deactivate, officer
from fieldops.store.second_factor import drop_second_factor
from fieldops.store.sessions import end_desk_sessions, forget_attempts, locked_out
from fieldops.web.guard import nothing_here
from fieldops.web.installation import now, settings

CODE_BYTES = 20  # 160 bits, far beyond trying out within its hours
SIGN_IN, FACTOR = "sign-in/account", "second-factor/officer"


class Change(StrEnum):
    """What an account's keeper does to it, besides making a link."""

    UNLOCK = "unlock"
    SIGN_OUT = "sign_out"
    END = "end"
    REOPEN = "reopen"
    APPOINT = "appoint"
    DISMISS = "dismiss"
    RESET_FACTOR = "reset_factor"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """Whom an account is opened for."""

    username: str
    name: str
    agency: AgencyCode
    administrator: bool = False
    agency_administrator: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A one-time link: whose, its code, which is shown this once, and until when it is good."""

    officer: Officer
    code: str
    expires: datetime


def read_account(session: Session, keeper: Principal, officer_id: str) -> Officer:
    """The officer of an account that this keeper may read; one that is hidden and none at all are alike."""
    found = officer(session, OfficerId(officer_id))
    if found is None or not may_read_account(keeper, found):
        raise nothing_here()
    return found


def kept_account(session: Session, keeper: Principal, officer_id: str) -> Officer:
    """As `read_account`; raises Refusal `account_not_kept` for one's own and for an administrator's."""
    found = read_account(session, keeper, officer_id)
    if not may_keep_account(keeper, found):
        raise Refusal("account_not_kept", "Another administrator has to do that.")
    return found


def open_account(session: Session, keeper: Principal, new: NewAccount) -> Link:
    """A new account without a password, and the link by which its owner sets one."""
    at = now()
    added = new_officer(session, new)
    if not may_read_account(keeper, added):
        raise nothing_here()
    write_down(session, added.id, Deed.OPENED, keeper.officer, at)
    return make_link(session, added, keeper.officer, at, settings())


def new_officer(session: Session, new: NewAccount) -> Officer:
    """An account nobody can sign in to yet; raises Refusal `agency_unknown` or `username_taken`."""
    opened = Officer(
        id=OfficerId(new_id(os.urandom)),
        username=new.username,
        name=new.name,
        agency=new.agency,
        active=True,
        administrator=new.administrator,
        agency_administrator=new.agency_administrator,
    )
    return add_officer(session, opened, None)


def make_link(session: Session, owner: Officer, by: OfficerId | None, at: datetime, given: Settings) -> Link:
    """A new one-time link; an earlier one of the same officer is no good any more."""
    code = secrets.token_urlsafe(CODE_BYTES)
    expires = at + timedelta(seconds=given.set_link_s)
    keep_set_link(session, code, SetLink(officer=owner.id, made_by=by, expires_at=expires, used=False), at)
    write_down(session, owner.id, Deed.LINK_MADE, by, at)
    return Link(officer=owner, code=code, expires=expires)


def link_for(session: Session, keeper: Principal, officer_id: str) -> Link:
    """A link for somebody who signs in for the first time, or who forgot their password."""
    owner = kept_account(session, keeper, officer_id)
    if not owner.active:
        raise Refusal("account_ended", "This account has ended. Open it again first.")
    return make_link(session, owner, keeper.officer, now(), settings())


def change_account(session: Session, keeper: Principal, officer_id: str, change: Change) -> Officer:
    """Does it and writes it down; answers the officer as they are now."""
    owner = kept_account(session, keeper, officer_id)
    if change in _APPOINTING and not may_appoint(keeper):
        raise Refusal("not_permitted", "Only an administrator says who keeps an agency's accounts.")
    at = now()
    deed, do = _CHANGES[change]
    do(session, owner, at)
    write_down(session, owner.id, deed, keeper.officer, at)
    return officer(session, owner.id) or replace(owner, active=False)


def locks(session: Session, owners: Iterable[Officer]) -> dict[str, datetime]:
    """The user names of those that take no more tries for now, and until when: of either factor."""
    names = {one.id: one.username for one in owners}
    factor = locked_out(session, FACTOR, names, settings().factor_by_officer, now())
    by_factor = {name: factor[one] for one, name in names.items() if one in factor}
    return by_factor | locked_out(session, SIGN_IN, names.values(), settings().sign_in_by_account, now())


def _unlock(session: Session, owner: Officer, at: datetime) -> None:
    forget_attempts(session, SIGN_IN, owner.username, settings().sign_in_by_account, at)
    forget_attempts(session, FACTOR, owner.id, settings().factor_by_officer, at)


def _sign_out(session: Session, owner: Officer, at: datetime) -> None:
    end_desk_sessions(session, owner.id, at, "by_keeper")


def _end(session: Session, owner: Officer, at: datetime) -> None:
    deactivate(session, owner.id, at)
    end_desk_sessions(session, owner.id, at, "account_ended")


def _reopen(session: Session, owner: Officer, at: datetime) -> None:
    reactivate(session, owner.id)


def _appoint(session: Session, owner: Officer, at: datetime) -> None:
    appoint(session, owner.id, keeps=True)


def _dismiss(session: Session, owner: Officer, at: datetime) -> None:
    appoint(session, owner.id, keeps=False)


def _reset_factor(session: Session, owner: Officer, at: datetime) -> None:
    drop_second_factor(session, owner.id)
    end_desk_sessions(session, owner.id, at, "factor_reset")
    forget_attempts(session, FACTOR, owner.id, settings().factor_by_officer, at)


_APPOINTING = frozenset({Change.APPOINT, Change.DISMISS})
_CHANGES: Mapping[Change, tuple[Deed, Callable[[Session, Officer, datetime], None]]] = {
    Change.UNLOCK: (Deed.LOCK_LIFTED, _unlock),
    Change.SIGN_OUT: (Deed.SIGNED_OUT, _sign_out),
    Change.END: (Deed.ENDED, _end),
    Change.REOPEN: (Deed.REOPENED, _reopen),
    Change.APPOINT: (Deed.APPOINTED, _appoint),
    Change.DISMISS: (Deed.DISMISSED, _dismiss),
    Change.RESET_FACTOR: (Deed.FACTOR_RESET, _reset_factor),
}

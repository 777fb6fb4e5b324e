"""What the pages of accounts say: who has one, how it stands with it, and what was done to it by whom."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fieldops.desk.forms import Fault
from fieldops.desk.words import Moment, State, count, listed, moment
from fieldops.domain.accounts import Account, Deed, Done
from fieldops.domain.ids import AgencyCode, OfficerId
from fieldops.domain.people import Officer
from fieldops.store.sessions import DeskSession
from fieldops.web.second_factor import Standing

DEEDS: Mapping[Deed, str] = {
    Deed.OPENED: "The account was opened",
    Deed.LINK_MADE: "A one-time link to set the password was made",
    Deed.PASSWORD_SET: "The password was set by a one-time link",
    Deed.PASSWORD_CHANGED: "The password was changed",
    Deed.LOCK_LIFTED: "The lock after too many wrong tries was lifted",
    Deed.SIGNED_OUT: "The account was signed out everywhere",
    Deed.ENDED: "The account was ended",
    Deed.REOPENED: "The account was opened again",
    Deed.APPOINTED: "The account was made one that keeps its agency's accounts",
    Deed.DISMISSED: "The account no longer keeps its agency's accounts",
    Deed.ROLE_GIVEN: "A role was given",
    Deed.ROLE_TAKEN: "A role was taken away",
    Deed.FACTOR_ADDED: "A second factor was added",
    Deed.FACTOR_REMOVED: "A second factor was turned off",
    Deed.FACTOR_RESET: "The second factor was reset: the password alone signs in until another is added",
    Deed.CODES_MADE: "New recovery codes were made",
    Deed.CODE_USED: "A recovery code was used to sign in",
}
BY_COMMAND = "a command on the server"
USERNAME_LONGEST, NAME_LONGEST = 64, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One account in the list."""

    id: OfficerId
    name: str
    username: str
    agency: str
    keeps: str
    state: State
    last: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneLine:
    """One line of a history."""

    at: Moment
    what: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One sign-in; `mark` names it in a form, and is nothing that could be signed in with."""

    mark: str
    began: Moment
    last: Moment
    browser: str
    address: str
    this: bool


def account_lines(
    accounts: Iterable[Account],
    locked: Mapping[str, datetime],
    agencies: Mapping[AgencyCode, str],
    wanted: str,
    now: datetime,
) -> tuple[AccountLine, ...]:
    """Those whose name or user name holds the words that are looked for."""
    folded = wanted.strip().casefold()
    return tuple(
        AccountLine(
            id=one.officer.id,
            name=one.officer.name,
            username=one.officer.username,
            agency=agencies.get(one.officer.agency, one.officer.agency),
            keeps=keeps_words(one.officer),
            state=state_words(one, locked.get(one.officer.username), now),
            last=None if one.last_signed_in is None else moment(one.last_signed_in, beside=now),
        )
        for one in accounts
        if folded in f"{one.officer.name} {one.officer.username}".casefold()
    )


def state_words(one: Account, locked_until: datetime | None, now: datetime) -> State:
    """How it stands with an account, in words."""
    if not one.officer.active:
        return State(text="Ended", colour="grey")
    if locked_until is not None:
        return State(text=f"Locked until {moment(locked_until, beside=now).text}", colour="red")
    if not one.has_password:
        return State(text="No password yet", colour="yellow")
    return State(text="Open", colour="green")


def keeps_words(officer: Officer) -> str:
    """What an account may do to others."""
    if officer.administrator:
        return "Administrator of all agencies"
    return "Keeps the agency's accounts" if officer.agency_administrator else ""


def done_lines(done: Sequence[Done], now: datetime) -> tuple[DoneLine, ...]:
    """A history, the newest first."""
    return tuple(
        DoneLine(at=moment(one.at, beside=now), what=done_words(one), by=by_words(one.by)) for one in done
    )


def done_words(one: Done) -> str:
    """`A role was given: THIMBLE: lead`."""
    return f"{DEEDS[one.deed]}: {one.about}" if one.about else DEEDS[one.deed]


def by_words(by: Officer | None) -> str:
    """Who did it."""
    return BY_COMMAND if by is None else f"{by.name}, {by.agency}"


def session_lines(sessions: Iterable[DeskSession], family: str, now: datetime) -> tuple[SessionLine, ...]:
    """The sign-ins that are good, with the one that asks marked as this."""
    return tuple(
        SessionLine(
            mark=mark_of(one.id),
            began=moment(one.opened_at or one.renewed_at, beside=now),
            last=moment(one.renewed_at, beside=now),
            browser=one.browser or "not known",
            address=one.address or "not known",
            this=one.id == family,
        )
        for one in sessions
    )


def mark_of(family: str) -> str:
    """A name for a sign-in that gives nothing away of it."""
    return hashlib.sha256(family.encode("utf-8")).hexdigest()[:16]


def new_account_faults(username: str, name: str, agency: str) -> tuple[Fault, ...]:
    """What must be filled in, or filled in otherwise, before an account is opened."""
    faults = []
    if not name.strip() or len(name.strip()) > NAME_LONGEST:
        faults.append(Fault(field="name", text="Enter the officer's name"))
    if not is_username(username):
        told = "Enter a user name of letters, figures, dots and hyphens, such as r.tanwell"
        faults.append(Fault(field="username", text=told))
    if not agency:
        faults.append(Fault(field="agency", text="Choose the officer's agency"))
    return tuple(faults)


def is_username(text: str) -> bool:
    """Whether somebody can sign in by this name."""
    plain = text.strip()
    marks = plain.replace(".", "").replace("-", "").replace("_", "")
    return 0 < len(plain) <= USERNAME_LONGEST and marks.isascii() and marks.isalnum()


def factor_words(standing: Standing) -> str:
    """What somebody shows beside the password."""
    app = ["authenticator app"] if standing.app else []
    keys = [count(len(standing.keys), "security key")] if standing.keys else []
    return listed([*app, *keys]).capitalize() or "None"

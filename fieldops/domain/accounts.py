"""What is done to an account, by whom and when: its short history, which its owner reads too."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fieldops.domain.ids import OfficerId
from fieldops.domain.people import Officer


class Deed(StrEnum):
    """One thing that is done to an account."""

    OPENED = "opened"
    LINK_MADE = "link_made"
    PASSWORD_SET = "password_set"
    PASSWORD_CHANGED = "password_changed"
    LOCK_LIFTED = "lock_lifted"
    SIGNED_OUT = "signed_out"
    ENDED = "ended"
    REOPENED = "reopened"
    APPOINTED = "appointed"
    DISMISSED = "dismissed"
    ROLE_GIVEN = "role_given"
    ROLE_TAKEN = "role_taken"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTOR_RESET = "factor_reset"
    CODES_MADE = "codes_made"
    CODE_USED = "code_used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One line of an account's history. `by` is None where a command on the server did it."""

    at: datetime
    deed: Deed
    by: Officer | None
    about: str  # the operation and the role, or the name of a key; else empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An officer's account as whoever keeps it sees it."""

    officer: Officer
    has_password: bool
    last_signed_in: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLink:
    """What a one-time link stands for: who may set their password by it, and until when."""

    officer: OfficerId
    made_by: OfficerId | None
    expires_at: datetime
    used: bool

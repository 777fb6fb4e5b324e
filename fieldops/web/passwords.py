"""Passwords by argon2id. Checking an unknown name costs as much as checking a known one."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB = 19 * 1024
PASSES = 2
LONGEST = 1024  # characters: argon2 would take more, and an attacker would send it

_hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)


def hash_password(password: str) -> str:
    """The text to keep instead of the password."""
    return _hasher.hash(password)


def verify_password(kept: str | None, password: str) -> bool:
    """Whether the password is the one that was kept; never for an account without one."""
    if len(password) > LONGEST:
        return False
    try:
        _hasher.verify(kept or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """A hash to compare with where there is no account, so that the answer takes as long."""
    return _hasher.hash("nobody has this password")

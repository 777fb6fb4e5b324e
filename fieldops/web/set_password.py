"""Setting one's own password: by a one-time link, or by the password that one has.

As at sign-in, what must be remembered of a try is kept although the try is then refused: these open their own
transactions.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from fieldops.domain.accounts import Deed, SetLink
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OfficerId
from fieldops.domain.passwords import password_fault
from fieldops.domain.people import Officer
from fieldops.settings import Settings
from fieldops.store.accounts import password_hash_of, set_link, set_password, use_set_link, write_down
from fieldops.store.directory import agencies, officer
from fieldops.store.operations import operations_of
from fieldops.store.sessions import end_desk_sessions, forget_attempts
from fieldops.web.accounts import SIGN_IN
from fieldops.web.attempts import count
from fieldops.web.installation import now, settings
from fieldops.web.passwords import hash_password, verify_password
from fieldops.web.transaction import reading, transaction


def look_at_link(code: str, address: str) -> Officer:
    """Whose link this is; it is not used by looking. Raises Refusal `link_unknown` or `too_many_attempts`."""
    count("set-link/address", address, settings().set_link_by_address)
    with reading() as session:
        link = set_link(session, code)
        owner = None if link is None else officer(session, link.officer)
    return _good(link, owner)


def set_by_link(code: str, password: str, address: str) -> Officer:
    """Sets the password of whoever's link this is, once, and ends what was signed in before.

    Raises Refusal `link_unknown`, `password_weak` or `too_many_attempts`; the link stays good if the password
    was refused.
    """
    owner = look_at_link(code, address)
    with reading() as session:
        check_password(session, owner, password, settings())
    kept = hash_password(password)
    with transaction() as session:
        link = set_link(session, code, lock=True)
        _good(link, owner)
        use_set_link(session, code, now())
        _put(session, owner, kept, Deed.PASSWORD_SET)
        end_desk_sessions(session, owner.id, now(), "password_set")
    return owner


def change_password(owner: OfficerId, present: str, password: str, family: str) -> None:
    """Another password for whoever is signed in, who shows the present one. The other sign-ins end.

    Raises Refusal `wrong_password`, `password_weak` or `too_many_attempts`.
    """
    with reading() as session:
        known = officer(session, owner)
        kept = password_hash_of(session, owner)
    assert known is not None
    count(SIGN_IN, known.username, settings().sign_in_by_account)
    if not verify_password(kept, present):
        raise Refusal("wrong_password", "That is not your present password.")
    with reading() as session:
        check_password(session, known, password, settings())
    fresh = hash_password(password)
    with transaction() as session:
        _put(session, known, fresh, Deed.PASSWORD_CHANGED)
        end_desk_sessions(session, owner, now(), "password_changed", but=family)


def check_password(session: Session, owner: Officer, password: str, given: Settings) -> None:
    """Raises Refusal `password_weak` with a sentence that says how to mend it."""
    fault = password_fault(password, common_passwords(given.common_passwords), _names_around(session, owner))
    if fault is not None:
        raise Refusal("password_weak", fault)


def _put(session: Session, owner: Officer, kept: str, deed: Deed) -> None:
    set_password(session, owner.id, kept)
    forget_attempts(session, SIGN_IN, owner.username, settings().sign_in_by_account, now())
    write_down(session, owner.id, deed, owner.id, now())


def _good(link: SetLink | None, owner: Officer | None) -> Officer:
    """A link that is used, over, or of somebody who has left is told like one that never was."""
    if link is None or link.used or link.expires_at <= now() or owner is None or not owner.active:
        raise Refusal("link_unknown", "This link has been used or is over. Ask for a new one.")
    return owner


def _names_around(session: Session, owner: Officer) -> Iterator[str]:
    yield from (owner.username, owner.name, owner.agency)
    named = {one.code: one.name for one in agencies(session)}
    yield named.get(owner.agency, "")
    for one in operations_of(session, owner.id):
        yield from (one.code, one.name)


@lru_cache(maxsize=2)
def common_passwords(file: Path) -> frozenset[str]:
    """The list of passwords that many people have chosen, read once in the life of the process."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("# "))

"""The second factor at the desk: an app's codes and recovery codes, beside the password and never instead.

As at sign-in, what must be remembered of a try is kept although the try is then refused: these open their own
transactions.
"""

import base64
import secrets
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from fieldops.domain.accounts import Deed
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OfficerId
from fieldops.domain.totp import SECRET_BYTES, matching_step
from fieldops.store.accounts import password_hash_of, write_down
from fieldops.store.directory import officer
from fieldops.store.second_factor import (
    Authenticator,
    SecurityKey,
    authenticator,
    drop_authenticator,
    drop_security_key,
    put_authenticator,
    put_recovery_codes,
    recovery_codes_left,
    security_keys,
    spend_recovery_code,
    with_second_factor,
)
from fieldops.store.sessions import factor_shown, forget_attempts
from fieldops.sync.keys import derived_bytes
from fieldops.web.accounts import FACTOR, SIGN_IN
from fieldops.web.attempts import count
from fieldops.web.installation import now, settings
from fieldops.web.passwords import verify_password
from fieldops.web.transaction import reading, transaction

PURPOSE = "fieldops/second-factor/1"
CODES, CODE_BYTES, NONCE_BYTES = 10, 10, 12
APP = "authenticator app"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an officer has beside their password."""

    app: bool
    keys: tuple[SecurityKey, ...]
    codes_left: int

    @property
    def has(self) -> bool:
        return self.app or bool(self.keys)


def standing(session: Session, owner: OfficerId) -> Standing:
    """How it stands with the second factor of an officer."""
    known = authenticator(session, owner)
    return Standing(
        app=known is not None and known.confirmed,
        keys=tuple(security_keys(session, owner)),
        codes_left=recovery_codes_left(session, owner),
    )


def shows_second_factor(owner: OfficerId) -> bool:
    """Whether this officer's password alone signs nobody in."""
    with reading() as session:
        return bool(with_second_factor(session, [owner]))


def begin_app(owner: OfficerId) -> bytes:
    """A new secret for an authenticator app. It counts for nothing before the app has shown a code of it."""
    secret = secrets.token_bytes(SECRET_BYTES)
    with transaction() as session:
        known = authenticator(session, owner, lock=True)
        if known is not None and known.confirmed:
            raise Refusal("factor_known", "There is an authenticator app already. Turn it off first.")
        put_authenticator(
            session, owner, Authenticator(sealed=_seal(owner, secret), confirmed=False, last_step=0)
        )
    return secret


def secret_of_app(owner: OfficerId) -> bytes:
    """The secret of an app that is not confirmed yet, to be shown again; raises Refusal `factor_wrong`."""
    with reading() as session:
        known = authenticator(session, owner)
    if known is None or known.confirmed:
        raise Refusal("factor_wrong", "Begin with the authenticator app anew.")
    secret = _open(owner, known.sealed)
    if secret is None:
        raise Refusal("factor_wrong", "Begin with the authenticator app anew.")
    return secret


def confirm_app(owner: OfficerId, code: str, family: str) -> tuple[str, ...]:
    """The app has shown a code: from now on it is asked for. Answers ten recovery codes, shown this once."""
    count(FACTOR, owner, settings().factor_by_officer)
    codes = fresh_codes()
    with transaction() as session:
        known = authenticator(session, owner, lock=True)
        step = None if known is None else _step(owner, known, code)
        if known is not None and step is not None:
            put_authenticator(session, owner, replace(known, confirmed=True, last_step=step))
            factor_added(session, owner, APP, family)
            put_recovery_codes(session, owner, codes)
    if step is None:
        raise Refusal("factor_wrong", "That is not the code that the app shows now.")
    return tuple(codes)


def factor_added(session: Session, owner: OfficerId, name: str, family: str) -> None:
    """Writes it down; whoever added a second factor has shown it in this sign-in."""
    write_down(session, owner, Deed.FACTOR_ADDED, owner, now(), name)
    factor_shown(session, family)
    forget_attempts(session, FACTOR, owner, settings().factor_by_officer, now())


def check_code(owner: OfficerId, code: str) -> None:
    """The code that the app shows now, or a recovery code; each is good once.

    Raises Refusal `factor_wrong` or `too_many_attempts`.
    """
    limit = settings().factor_by_officer
    count(FACTOR, owner, limit)
    with transaction() as session:
        right = _app_code(session, owner, code) or _recovery_code(session, owner, code)
        if right:
            forget_attempts(session, FACTOR, owner, limit, now())
    if not right:
        raise Refusal("factor_wrong", "That code is not right, or has been used.")


def check_if_due(owner: OfficerId, code: str | None) -> bool:
    """Whether this officer has a second factor and shows it; raises Refusal `factor_needed` without."""
    if not shows_second_factor(owner):
        return False
    if code is None:
        raise Refusal("factor_needed", "Send the code of your authenticator app, or a recovery code, too.")
    check_code(owner, code)
    return True


def turn_off(owner: OfficerId, password: str, key: str | None) -> None:
    """Takes away the app, or the key of this id, from whoever shows the password. With the last of them the
    recovery codes go too."""
    check_present(owner, password)
    with transaction() as session:
        named = {one.id: one.name for one in security_keys(session, owner)}
        if key is None:
            drop_authenticator(session, owner)
        else:
            drop_security_key(session, owner, key)
        if not with_second_factor(session, [owner]):
            put_recovery_codes(session, owner, ())
        gone = APP if key is None else named.get(key, "")
        write_down(session, owner, Deed.FACTOR_REMOVED, owner, now(), gone)


def renew_codes(owner: OfficerId, password: str) -> tuple[str, ...]:
    """Ten new recovery codes instead of the former, for whoever shows the password."""
    check_present(owner, password)
    codes = fresh_codes()
    with transaction() as session:
        put_recovery_codes(session, owner, codes)
        write_down(session, owner, Deed.CODES_MADE, owner, now())
    return tuple(codes)


def check_present(owner: OfficerId, password: str) -> None:
    """Raises Refusal `wrong_password` or `too_many_attempts`: an open desk alone changes no second factor."""
    with reading() as session:
        known, kept = officer(session, owner), password_hash_of(session, owner)
    assert known is not None
    count(SIGN_IN, known.username, settings().sign_in_by_account)
    if not verify_password(kept, password):
        raise Refusal("wrong_password", "That is not your present password.")
    with transaction() as session:
        forget_attempts(session, SIGN_IN, known.username, settings().sign_in_by_account, now())


def fresh_codes() -> list[str]:
    """New recovery codes of 80 bits, in fours: `abcd-efgh-ijkl-mnop`."""
    return [_fours(base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower()) for _ in range(CODES)]


def _app_code(session: Session, owner: OfficerId, code: str) -> bool:
    known = authenticator(session, owner, lock=True)
    if known is None or not known.confirmed:
        return False
    step = _step(owner, known, code)
    if step is not None:
        put_authenticator(session, owner, replace(known, last_step=step))
    return step is not None


def _recovery_code(session: Session, owner: OfficerId, code: str) -> bool:
    plain = "".join(one for one in code.lower() if one.isalnum())
    spent = spend_recovery_code(session, owner, _fours(plain))
    if spent:
        write_down(session, owner, Deed.CODE_USED, owner, now())
    return spent


def _step(owner: OfficerId, known: Authenticator, code: str) -> int | None:
    secret = _open(owner, known.sealed)
    return None if secret is None else matching_step(secret, code, now(), known.last_step)


def _fours(text: str) -> str:
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _seal(owner: OfficerId, secret: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, secret, owner.encode())


def _open(owner: OfficerId, sealed: bytes) -> bytes | None:
    """None where the server has another secret by now: recovery codes and keys still serve."""
    try:
        return _cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], owner.encode())
    except InvalidTag:
        return None


def _cipher() -> AESGCM:
    """The secrets of apps lie sealed, to a key that follows from the server's and stands in no database."""
    return AESGCM(derived_bytes(settings().server_key_seed, PURPOSE, 32))

"""A sign-in of which the password is shown and the second factor not: a cookie that opens nothing else."""

import secrets
from datetime import timedelta

from flask import Response, request

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OfficerId
from fieldops.store.second_factor import Half, end_half, half, keep_half
from fieldops.web.installation import now, settings
from fieldops.web.transaction import reading, transaction

COOKIE, PATH = "fieldops_half", "/desk/sign-in"
TOKEN_BYTES, CHALLENGE_BYTES = 24, 32


def begin_half(response: Response, owner: OfficerId) -> None:
    """Remembers that this browser has shown this officer's password, for some minutes."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    keep_challenge(token, owner)
    secure = settings().secure_cookies
    response.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=secure, path=PATH)


def keep_challenge(token: str, owner: OfficerId) -> bytes:
    """A fresh challenge for a security key to sign, kept under this token for some minutes."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    until = now() + timedelta(seconds=settings().half_signed_in_s)
    with transaction() as session:
        keep_half(session, token, Half(officer=owner, challenge=challenge), now(), until)
    return challenge


def half_of_request() -> Half:
    """Whose password this browser has shown; raises Refusal `signed_out`."""
    with reading() as session:
        found = half(session, request.cookies.get(COOKIE, ""), now())
    if found is None:
        raise Refusal("signed_out", "Sign in again.")
    return found


def end_half_of_request(response: Response) -> None:
    """It has become a sign-in. Of two at one moment with one cookie one wins; raises Refusal `signed_out`."""
    with transaction() as session:
        ended = end_half(session, request.cookies.get(COOKIE, ""))
    if not ended:
        raise Refusal("signed_out", "Sign in again.")
    response.delete_cookie(COOKIE, path=PATH)

"""Signing in at the desk, renewing that, and signing out.

Each of these opens its own transactions, because what it must remember (an attempt, a stolen token) has to be
kept although the request is then refused. So they are called outside of any other transaction.
"""

import secrets
from dataclasses import replace
from datetime import timedelta
from enum import Enum

from flask import Response, g, has_request_context
from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.domain.people import Officer
from fieldops.store.directory import officer as officer_row
from fieldops.store.directory import officer_named
from fieldops.store.sessions import (
    DeskSession,
    desk_session,
    end_desk_session,
    forget_attempts,
    open_desk_session,
    rotate,
)
from fieldops.web.accounts import SIGN_IN
from fieldops.web.attempts import count
from fieldops.web.browsers import whence
from fieldops.web.installation import now, settings
from fieldops.web.passwords import verify_password
from fieldops.web.tokens import DeskToken, hand_out, read_desk_token, take_back
from fieldops.web.transaction import reading, transaction


class Renewal(Enum):
    """What a refresh token turned out to be."""

    ROTATED = "the newest of its sign-in"
    SECOND_TAB = "the one before, within the grace"
    REUSED = "a copy"
    OVER = "of a sign-in that has ended"


def open_session(response: Response, officer: Officer, *, factor: bool) -> None:
    """Signs an officer in, who has shown who they are, and sets the cookies on `response`."""
    token = DeskToken(
        officer=officer.id,
        family=secrets.token_urlsafe(24),
        id=secrets.token_urlsafe(24),
        csrf=secrets.token_urlsafe(24),
    )
    began, place = now(), whence()
    opened = DeskSession(
        id=token.family,
        officer=officer.id,
        newest=token.id,
        former=None,
        renewed_at=began,
        expires_at=began + timedelta(seconds=settings().refresh_token_s),
        ended=False,
        browser=place.browser,
        address=place.address,
        factor=factor,
    )
    with transaction() as session:
        open_desk_session(session, opened)
    hand_out(response, token, refresh=True)


def prove(username: str, password: str, address: str) -> Officer:
    """The officer whose name and password these are. Every attempt is counted, by account and by address.

    Raises Refusal `wrong_password` or `too_many_attempts` (with `retry_after_s`).
    """
    limits = settings()
    name = username.strip().lower()
    count("sign-in/address", address, limits.sign_in_by_address)
    count(SIGN_IN, name, limits.sign_in_by_account)
    with reading() as session:
        found = officer_named(session, name)
    right = verify_password(found[1] if found else None, password)
    if found is None or not right or not found[0].active:
        raise Refusal("wrong_password", "The username or the password is not right.")
    with transaction() as session:
        forget_attempts(session, SIGN_IN, name, limits.sign_in_by_account, now())
    return found[0]


def renew_session(response: Response) -> Officer:
    """Turns a live refresh cookie into new cookies; raises Refusal `signed_out` or `session_reused`.

    A refresh token that was renewed before is a copy, and ends the whole sign-in; except for a moment after
    its renewal, when it is the second of two tabs and gets an access token alone.
    """
    token = read_desk_token(refresh=True)
    newest = secrets.token_urlsafe(24)
    with transaction(writes=True) as session:
        officer = officer_row(session, token.officer)
        verdict = _renewal(session, token, newest)
    if verdict is Renewal.REUSED:
        raise Refusal("session_reused", "This session was used from two places and has been ended.")
    if verdict is Renewal.OVER or officer is None or not officer.active:
        raise Refusal("signed_out", "The session is over. Sign in again.")
    hand_out(response, replace(token, id=newest), refresh=verdict is Renewal.ROTATED)
    return officer


def _renewal(session: Session, token: DeskToken, newest: str) -> Renewal:
    """Judges a refresh token against its family, and writes down what follows."""
    moment = now()
    kept = desk_session(session, token.family, lock=True)
    if kept is None or kept.ended or kept.expires_at <= moment:
        return Renewal.OVER
    if kept.newest == token.id:
        rotate(session, token.family, newest, moment)
        return Renewal.ROTATED
    grace = timedelta(seconds=settings().refresh_grace_s)
    if kept.former == token.id and moment - kept.renewed_at <= grace:
        return Renewal.SECOND_TAB
    end_desk_session(session, token.family, moment, "reused")
    return Renewal.REUSED


def close_session(response: Response) -> None:
    """Ends the sign-in of this request, on the server too, and clears the cookies. Needs a signed-in desk."""
    token = read_desk_token()
    with transaction() as session:
        end_desk_session(session, token.family, now(), "signed_out")
    take_back(response)


def family() -> str:
    """Which sign-in this request belongs to; only behind the guard, and at the desk."""
    token: DeskToken = g.desk_token
    return token.family


def csrf_token() -> str:
    """What the forms of this sign-in must carry; empty for somebody who is not signed in."""
    if not has_request_context():
        return ""
    token = g.get("desk_token")
    return token.csrf if isinstance(token, DeskToken) else ""

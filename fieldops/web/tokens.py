"""The short tokens: what is in them, how they are made, and how a request's token is read.

A token names somebody; what they may do is looked up at each request and never stands in the token.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from time import time

from flask import Flask, Response, request
from flask_jwt_extended import (
    JWTManager,
    create_access_token,
    create_refresh_token,
    decode_token,
    set_access_cookies,
    set_refresh_cookies,
    unset_jwt_cookies,
    verify_jwt_in_request,
)
from flask_jwt_extended.config import config
from flask_jwt_extended.exceptions import CSRFError, JWTExtendedException
from jwt import ExpiredSignatureError, InvalidTokenError, PyJWTError

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OfficerId, SignerId
from fieldops.settings import Settings

BEARER = "Bearer"


class Use(StrEnum):
    """What a token is for; one made for a tablet opens nothing at the desk, and the other way round."""

    DESK = "desk"
    TABLET = "tablet"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskToken:
    """What a desk token says: who, in which sign-in, which token it is, and what its forms must carry."""

    officer: OfficerId
    family: str
    id: str
    csrf: str


def init_tokens(app: Flask, settings: Settings) -> None:
    """Sets the extension up. Secure cookies carry the prefix that binds them to this host alone."""
    prefix = "__Host-" if settings.secure_cookies else ""
    app.config.update(
        JWT_SECRET_KEY=settings.token_secret,
        JWT_ALGORITHM="HS256",
        JWT_TOKEN_LOCATION=["cookies", "headers"],
        JWT_ACCESS_TOKEN_EXPIRES=timedelta(seconds=settings.access_token_s),
        JWT_REFRESH_TOKEN_EXPIRES=timedelta(seconds=settings.refresh_token_s),
        JWT_COOKIE_SECURE=settings.secure_cookies,
        JWT_COOKIE_SAMESITE="Strict",
        JWT_COOKIE_CSRF_PROTECT=True,
        JWT_CSRF_CHECK_FORM=True,
        JWT_ACCESS_COOKIE_NAME=f"{prefix}fieldops_access",
        JWT_REFRESH_COOKIE_NAME=f"{prefix}fieldops_refresh",
        JWT_ACCESS_CSRF_COOKIE_NAME=f"{prefix}fieldops_csrf",
        JWT_REFRESH_CSRF_COOKIE_NAME=f"{prefix}fieldops_refresh_csrf",
    )
    JWTManager(app)


def hand_out(response: Response, token: DeskToken, *, refresh: bool) -> None:
    """Sets the access cookie, and the refresh cookie too where a new one is due."""
    claims = {"use": Use.DESK, "family": token.family, "jti": token.id, "csrf": token.csrf}
    set_access_cookies(response, create_access_token(token.officer, additional_claims=claims))
    if refresh:
        set_refresh_cookies(response, create_refresh_token(token.officer, additional_claims=claims))


def take_back(response: Response) -> None:
    """Clears the desk's cookies."""
    unset_jwt_cookies(response)


def tablet_token(signer: SignerId, lifetime: timedelta) -> str:
    """A bearer token for one signer."""
    made: str = create_access_token(signer, expires_delta=lifetime, additional_claims={"use": Use.TABLET})
    return made


def by_bearer() -> bool:
    """Whether the request comes with a bearer token, and so from a tablet."""
    return "Authorization" in request.headers


def read_tablet_token() -> SignerId:
    """The signer of this request's bearer token; raises Refusal `token_invalid` or `token_expired`."""
    kind, _, sent = request.headers["Authorization"].partition(" ")
    if kind != BEARER:
        raise Refusal("token_invalid", "Send the token as a bearer token.")
    try:
        signer, ends = _tablet_claims(sent, config.decode_key)
    except ExpiredSignatureError as fault:
        raise Refusal("token_expired", "The token has expired.") from fault
    except (JWTExtendedException, PyJWTError, UnicodeError, ValueError) as fault:
        raise Refusal("token_invalid", "The token is not one of ours.") from fault
    if ends <= time():
        raise Refusal("token_expired", "The token has expired.")
    return signer


@lru_cache(maxsize=4096)
def _tablet_claims(sent: str, key: str) -> tuple[SignerId, int]:
    """Whose token it is, and when it ends. A token says the same for ever under one key, so it is proven once
    in the life of the process; what its holder may do is looked up at each request.
    """
    claims = decode_token(sent)
    if claims.get("use") != Use.TABLET or claims.get("type") != "access":
        raise InvalidTokenError
    return SignerId(str(claims["sub"])), int(claims["exp"])


def read_desk_token(*, refresh: bool = False) -> DeskToken:
    """The desk token of this request; raises Refusal `signed_out`, `session_expired` or `csrf_failed`."""
    if not refresh and config.access_cookie_name not in request.cookies and _has_refresh_cookie():
        raise Refusal("session_expired", "The session needs to be renewed.")
    claims = _read_cookie(refresh=refresh)
    if claims.get("use") != Use.DESK:
        raise Refusal("signed_out", "Sign in first.")
    return DeskToken(
        officer=OfficerId(str(claims["sub"])),
        family=str(claims["family"]),
        id=str(claims["jti"]),
        csrf=str(claims["csrf"]),
    )


def _has_refresh_cookie() -> bool:
    return config.refresh_cookie_name in request.cookies


def _read_cookie(*, refresh: bool) -> dict[str, object]:
    try:
        found = verify_jwt_in_request(locations=["cookies"], refresh=refresh)
    except ExpiredSignatureError as fault:
        raise Refusal("session_expired", "The token has expired.") from fault
    except (CSRFError, TypeError) as fault:  # what is not ASCII cannot be compared with a token
        raise Refusal("csrf_failed", "The request does not prove that our own page made it.") from fault
    except (JWTExtendedException, PyJWTError, UnicodeError, ValueError) as fault:
        raise Refusal("signed_out", "Sign in first.") from fault
    if found is None:
        raise Refusal("signed_out", "Sign in first.")
    claims: dict[str, object] = found[1]
    return claims

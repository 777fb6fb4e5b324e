"""What the desk's forms have in common: faults beside their fields, and proof that our own page sent them."""

import hmac
import secrets
from dataclasses import dataclass

from flask import Request, Response, current_app

FORM_COOKIE = "fieldops_form"
FORM_FIELD = "form_token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with one field, in a sentence that says how to mend it."""

    field: str
    text: str


def form_token(request: Request) -> str:
    """The token of the sign-in form, before there is a session to bind it to: one for this browser."""
    return request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)


def keep_form_token(response: Response, token: str) -> Response:
    """Leave the token with the browser; another site can neither read it nor have it sent along."""
    secure = bool(current_app.config["JWT_COOKIE_SECURE"])
    response.set_cookie(FORM_COOKIE, token, httponly=True, samesite="Strict", secure=secure, path="/desk")
    return response


def from_our_page(request: Request) -> bool:
    """Whether the form was drawn by us in this same browser (a double-submitted token)."""
    kept = request.cookies.get(FORM_COOKIE, "")
    sent = request.form.get(FORM_FIELD, "")
    return bool(kept) and hmac.compare_digest(kept.encode(), sent.encode())


def back_to(path: str) -> str:
    """A page of the desk to go back to, or its first page; never an address elsewhere."""
    inside = path.startswith("/desk/") and "//" not in path and "\\" not in path
    return path if inside and path.isprintable() else "/desk/operations"


def faults_summary(faults: tuple[Fault, ...]) -> list[dict[str, str]]:
    """The faults as GOV.UK's error summary wants them: each leads to its field."""
    return [{"text": fault.text, "href": f"#{fault.field}"} for fault in faults]


def fault_of(faults: tuple[Fault, ...], field: str) -> dict[str, str] | None:
    """The fault of one field, as its component wants it."""
    return next(({"text": fault.text} for fault in faults if fault.field == field), None)

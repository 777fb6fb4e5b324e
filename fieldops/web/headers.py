"""Security headers of every answer, and the check that a writing request comes from our own pages."""

from urllib.parse import urlsplit

from flask import Flask, Response, request

from fieldops.domain.errors import Refusal
from fieldops.web.installation import settings
from fieldops.web.transaction import SAFE_METHODS

TABLET_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; media-src 'self' blob:; require-trusted-types-for 'script'; "
    "trusted-types fieldops-worker"
)
NO_TYPES = "require-trusted-types-for 'script'; trusted-types 'none'"  # no text becomes script or markup
NOTHING_POLICY = (
    f"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; {NO_TYPES}"
)
SAVED_POLICY = NOTHING_POLICY + "; sandbox"
PAGE_POLICY = NOTHING_POLICY + "; style-src 'self'"
TABLET_PERMISSIONS = (
    "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=(), browsing-topics=()"
)
PERMISSIONS = TABLET_PERMISSIONS.replace("(self)", "()")
FROM_ELSEWHERE = frozenset({"cross-site", "same-site"})
YEAR_S = 31536000


def init_headers(app: Flask) -> None:
    """Puts both on the app. A page that has set a header itself keeps it."""
    app.before_request(refuse_other_sites)
    app.after_request(_protect)


def refuse_other_sites() -> None:
    """Refuses a writing request that another site's page made, before anything is read from it."""
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    elsewhere = request.headers.get("Sec-Fetch-Site") in FROM_ELSEWHERE
    if elsewhere or (origin is not None and _host_of(origin) != request.host):
        raise Refusal("cross_site", "The request comes from another site.")


def _host_of(origin: str) -> str:
    """The host and port that an origin names; empty where it is no address."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _protect(response: Response) -> Response:
    at_tablet = request.path == "/app" or request.path.startswith("/app/")
    policy = TABLET_POLICY if at_tablet else NOTHING_POLICY
    given = response.headers
    given.setdefault("Content-Security-Policy", policy)
    given.setdefault("X-Content-Type-Options", "nosniff")
    given.setdefault("Referrer-Policy", "same-origin")
    given.setdefault("Permissions-Policy", TABLET_PERMISSIONS if at_tablet else PERMISSIONS)
    given.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    given.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    given.setdefault("X-Frame-Options", "DENY")
    given.setdefault("Cache-Control", "no-store")
    if settings().secure_cookies:
        given.setdefault("Strict-Transport-Security", f"max-age={YEAR_S}; includeSubDomains")
    return response

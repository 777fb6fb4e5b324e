"""The desk's security headers: nothing from elsewhere, nothing inline, nothing kept by the browser."""

import base64
import hashlib

from flask import Response

from fieldops.web.headers import NO_TYPES

# GOV.UK Frontend's page template holds one line of inline script; the policy admits it by its hash alone.
TEMPLATE_SCRIPT = (
    "document.body.className += ' js-enabled' + "
    "('noModule' in HTMLScriptElement.prototype ? ' govuk-frontend-supported' : '');"
)
SCRIPT_HASH = base64.b64encode(hashlib.sha256(TEMPLATE_SCRIPT.encode()).digest()).decode()

POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' 'sha256-{SCRIPT_HASH}'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        NO_TYPES,
    )
)


def guard_page(response: Response) -> Response:
    """Put the headers on one answer. Only files that are the same for everybody may be kept."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if response.mimetype in {"text/html", "application/json", "application/pdf"}:
        response.headers["Cache-Control"] = "no-store"
    return response

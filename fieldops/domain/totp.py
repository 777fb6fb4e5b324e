"""Six figures that change each half minute, from a secret that an authenticator app shares (RFC 6238)."""

import base64
import hashlib
import hmac
from datetime import datetime

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20  # as RFC 4226 advises
DRIFT = 1  # steps by which the telephone's clock may be off


def code_at(secret: bytes, step: int) -> str:
    """The code of one step."""
    mac = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = mac[-1] & 0xF
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(at: datetime) -> int:
    """Which step this moment lies in."""
    return int(at.timestamp()) // STEP_S


def matching_step(secret: bytes, code: str, at: datetime, last: int) -> int | None:
    """The step whose code this is, where it is about now and newer than the `last` that was used."""
    given = "".join(code.split())
    steps = range(step_of(at) - DRIFT, step_of(at) + DRIFT + 1)
    found = [
        step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), given.encode("utf-8"))
    ]
    return next((step for step in found if step > last), None)


def secret_words(secret: bytes) -> str:
    """The secret as it is typed into an app, in fours."""
    text = base64.b32encode(secret).decode("ascii")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))

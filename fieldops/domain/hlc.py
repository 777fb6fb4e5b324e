"""The hybrid logical clock that orders what screens show. It is never a cursor and never a judge.

A clock set far ahead must not drag others with it, so a remote reading is adopted only up to a bound.
"""

from dataclasses import dataclass
from typing import Final

ADOPT_AHEAD_MS = 60_000  # how far beyond the server-corrected now a remote clock is believed
MAX_COUNTER = 2**31 - 1


@dataclass(frozen=True, slots=True, order=True)
class Hlc:
    """Milliseconds since 1970 and a counter that tells apart what happened within one of them."""

    ms: int
    counter: int


START: Final = Hlc(0, 0)


def tick(last: Hlc, now_ms: int) -> Hlc:
    """The reading for a new entry: later than the last one, whatever the device's clock does."""
    return Hlc(now_ms, 0) if now_ms > last.ms else Hlc(last.ms, last.counter + 1)


def adopt(last: Hlc, remote: Hlc, now_ms: int) -> Hlc:
    """The last reading after an entry of another tablet was seen; `now_ms` is server-corrected."""
    return remote if remote > last and remote.ms <= now_ms + ADOPT_AHEAD_MS else last

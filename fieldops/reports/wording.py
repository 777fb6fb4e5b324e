"""How times, days and numbers are said in a report, always in the operation's own time zone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from fieldops.domain.agreement import Posture


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A day and a minute, as `9 Feb 2027, 09:30`."""
    local = _local(at, zone)
    return f"{day(local.date())}, {local:%H:%M}"


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    """The moment in the zone; one so far off that no calendar holds it there stays as its tablet wrote it."""
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at


def clock(at: datetime, zone: ZoneInfo) -> str:
    """The minute alone."""
    return f"{_local(at, zone):%H:%M}"


def day(on: date) -> str:
    """A day, as `9 Feb 2027`."""
    return f"{on.day} {on:%b %Y}"


def sign_off(posture: Posture) -> str:
    """Who answers for a posture that needs it, since when and why; empty where nobody has to."""
    signed = posture.sign_off
    return "" if signed is None else f"signed off by {signed.by} on {day(signed.on)}: {signed.reason}"


def days(all_days: Sequence[date]) -> str:
    """The days of an operation, from the first to the last."""
    first, last = min(all_days), max(all_days)
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def length(span: timedelta) -> str:
    """A short length of time, as `4 min 30 s`."""
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    if not minutes:
        return f"{seconds} s"
    return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"


def many(count: int, one: str, more: str) -> str:
    """A number with its noun, as `1 visit` or `33 visits`."""
    return f"{count:,} {one if count == 1 else more}"


def grouped(figures: str) -> str:
    """A hash in groups of four, so that two people can compare it by reading aloud."""
    return " ".join(figures[at : at + 4] for at in range(0, len(figures), 4))


def listed(words: Sequence[str], most: int = 12) -> str:
    """Words in a row; a long row is cut and says by how much."""
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most} more"
    return ", ".join(words)

"""How the desk says times, numbers and states in words; pure, so that every page says them alike.

A time is shown in the offset it was written with: the tablet's own, never the reader's browser's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from fieldops.domain.kinds import KEEP, RELEASE

DECIDED: Mapping[str, str] = {RELEASE: "Released into the record", KEEP: "Kept aside"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One time for a page: `iso` for machines, `text` for people."""

    iso: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state in words; the colour only repeats what the word says."""

    text: str
    colour: str


def offset_of(at: datetime) -> timezone:
    """The fixed offset a time carries."""
    return timezone(at.utcoffset() or timedelta())


def clock(at: datetime) -> str:
    """24-hour time; the offset is printed only where it is not UTC's, which every page names as its zone."""
    offset = at.utcoffset() or timedelta()
    return f"{at:%H:%M:%S}" + (f" (UTC{at:%z})" if offset else "")


def day(at: date) -> str:
    return f"{at:%A} {at.day} {at:%B %Y}"


def moment(at: datetime, beside: date | None = None) -> Moment:
    """A time; its date is left out where it is the day `beside`, or that of the time `beside`."""
    same_day = at.date() == (beside.date() if isinstance(beside, datetime) else beside)
    text = clock(at) if same_day else f"{clock(at)} on {at.day} {at:%B %Y}"
    return Moment(iso=at.isoformat(timespec="milliseconds"), text=text)


def planned(at: datetime) -> Moment:
    """A planned time, which is good to the minute."""
    return Moment(iso=at.isoformat(timespec="minutes"), text=f"{at:%H:%M}")


def span(length: timedelta) -> str:
    """A length of time in at most two units next to each other, rounded down; below a minute in seconds."""
    seconds = int(abs(length.total_seconds()))
    if seconds < 60:
        return count(seconds, "second")
    minutes, hours, days = seconds // 60 % 60, seconds // 3600 % 24, seconds // 86400
    pair = [(days, "day"), (hours, "hour")] if days else [(hours, "hour"), (minutes, "minute")]
    return " ".join(count(number, noun) for number, noun in pair if number)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 answer`, `2 answers`, `1,204 entries`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def pounds(decimal: str) -> str:
    """An amount that travels as a decimal text, as `£7,770.00`; anything else as it was written."""
    whole, _, pence = decimal.partition(".")
    if not whole.isdecimal():
        return decimal
    return f"£{int(whole):,}" + (f".{pence}" if pence else "")


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " and " + parts[-1]


def entries_and_files(entries: int, files: int) -> str:
    """`3 entries and 1 file`; empty where there is neither."""
    parts = [(entries, count(entries, "entry", "entries")), (files, count(files, "file"))]
    return listed([words for number, words in parts if number])


def ago(then: datetime | None, now: datetime) -> str:
    """How long ago something was heard; a time ahead of the server's is said as such."""
    if then is None:
        return "never heard"
    return f"{span(now - then)} ago" if then <= now else f"{span(then - now)} ahead of the server"

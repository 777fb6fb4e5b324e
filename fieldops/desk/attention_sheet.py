"""What the lead is warned of: a full disk, a wrong clock, entries that wait, tablets that fell silent.

Pure: numbers and times come in, sentences go out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from fieldops.desk.words import count, entries_and_files, moment, span
from fieldops.domain.completeness import TabletStanding
from fieldops.domain.people import Device

GIB = 1024**3
FEWEST_CLOCKS = 3  # with fewer tablets nobody can tell whose clock is wrong
NOTABLE = timedelta(minutes=1)
MOST_NAMED = 2
ALIKE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """One sentence, and the endpoint of the page where something can be done; empty where there is none."""

    text: str
    endpoint: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Bytes left on the server's disk, and below which it is called nearly full."""

    free: int
    low: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A tablet, when it was last heard of, and by how much its clock differs from the server's."""

    device: Device
    heard: datetime | None
    offset: timedelta | None


def disk_warning(room: Room) -> Iterator[Warned]:
    """The server's disk is nearly full."""
    if room.free < room.low:
        left = f"{room.free / GIB:.1f} GB"
        yield Warned(
            text=f"The server's disk has only {left} left. Tell whoever runs the server. "
            "Should it fill up, tablets keep what they record until there is room."
        )


def clock_warning(contacts: Sequence[Contact]) -> Iterator[Warned]:
    """Most tablets differ from the server by the same amount: then it is the server that is wrong."""
    offsets = [one.offset for one in contacts if one.offset is not None]
    if len(offsets) < FEWEST_CLOCKS:
        return
    middle = timedelta(seconds=median(one.total_seconds() for one in offsets))
    alike = sum(abs(one - middle) <= ALIKE for one in offsets)
    if _points_at_server(middle, alike, len(offsets)):
        way = "behind" if middle > timedelta() else "ahead of"
        yield Warned(
            text=f"The server's clock may be wrong: it is {span(middle)} {way} {alike} of "
            f"{count(len(offsets), 'tablet')}. The times of receipt are the server's."
        )


def _points_at_server(middle: timedelta, alike: int, clocks: int) -> bool:
    """Two thirds of the clocks agree with each other, and not with the server."""
    return abs(middle) >= NOTABLE and 3 * alike >= 2 * clocks


def quarantine_warning(waiting: int) -> Iterator[Warned]:
    """Entries wait for somebody to look at them."""
    if waiting:
        verb = "waits" if waiting == 1 else "wait"
        yield Warned(
            text=f"{count(waiting, 'entry', 'entries')} {verb} in quarantine for a decision.",
            endpoint="desk.quarantine.page",
            link="Decide",
        )


def lost_warning(tablets: Sequence[TabletStanding]) -> Iterator[Warned]:
    """Tablets whose store was cleared with entries in it that are nowhere else."""
    losers = [one for one in tablets if one.lost + one.lost_files]
    if losers:
        entries, files = sum(one.lost for one in losers), sum(one.lost_files for one in losers)
        lost = entries_and_files(entries, files)
        verb = "is" if entries + files == 1 else "are"
        named = ", ".join(f"{one.device.number}, {one.device.name}" for one in losers[:MOST_NAMED])
        yield Warned(
            text=f"{count(len(losers), 'tablet')} lost what was stored: {lost} {verb} nowhere now ({named}). "
            "Ask the officers to write it down again.",
            endpoint="desk.devices.page",
            link="See the tablets",
        )


def silent_warning(contacts: Sequence[Contact], now: datetime, after: timedelta) -> Iterator[Warned]:
    """Tablets in use that were not heard of for so long, or never since they were enrolled."""
    silent = [one for one in contacts if _silence(one, now) > after]
    if silent:
        more = f" and {len(silent) - MOST_NAMED} more" if len(silent) > MOST_NAMED else ""
        named = "; ".join(_silent_words(one, now) for one in silent[:MOST_NAMED])
        yield Warned(
            text=f"{count(len(silent), 'tablet')} not heard of for {span(after)}: {named}{more}. "
            "What was recorded there since is not here.",
            endpoint="desk.devices.page",
            link="See the tablets",
        )


def _silence(one: Contact, now: datetime) -> timedelta:
    """For how long it was not heard of; none for a tablet that nobody waits for."""
    if one.device.revoked_at is not None:
        return timedelta()
    return now - (one.heard or one.device.enrolled_at)


def _silent_words(one: Contact, now: datetime) -> str:
    heard = f"last heard {moment(one.heard, beside=now).text}" if one.heard else "never heard"
    return f"{one.device.number}, {one.device.name} ({heard})"


def offset_words(offset: timedelta | None) -> str:
    """How a tablet's clock stands to the server's; a few seconds are the network's."""
    if offset is None:
        return "not known"
    if abs(offset) < timedelta(seconds=5):
        return "the same"
    return f"{span(offset)} {'ahead' if offset > timedelta() else 'behind'}"

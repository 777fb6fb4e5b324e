"""Gives the lines of a visit their times: who talks with one worker is not with another at that moment.

Each section or card fills a stretch of the officer who opens it; the first and the last sections stand at
the two ends of the visit.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from random import Random

from fieldops.seeding.rules import Habits
from fieldops.seeding.script import Event, Line, Script

OPENING = timedelta(minutes=4)
CLOSING = timedelta(minutes=5)
FIRST_STEP = timedelta(seconds=20)


def timetable(script: Script, habits: Habits, arrival_field: str, rng: Random) -> list[Event]:
    """Every line with its times, by the time it was recorded."""
    arrived, left = script.scene.arrived, script.scene.left
    loose = [line for line in script.lines if line.after is None]
    times = [(line, arrived + line.after) for line in script.lines if line.after is not None]
    times += _first(_of(loose, habits.first), arrived, arrival_field)
    times += _spread(_of(loose, habits.last), left - CLOSING, CLOSING * 0.9, rng)
    ends = {*habits.first, *habits.last}
    middle = [line for line in loose if line.block not in ends]
    times += _middle(middle, arrived + OPENING, left - CLOSING, rng)
    events = [_event(line, _whole(happened), habits, rng) for line, happened in times]
    return sorted(events, key=lambda event: event.recorded)


def _of(lines: Sequence[Line], blocks: Sequence[str]) -> list[Line]:
    return [line for line in lines if line.block in blocks]


def _first(lines: Sequence[Line], arrived: datetime, arrival_field: str) -> Iterator[tuple[Line, datetime]]:
    """What is said at the door, around the moment of arrival itself."""
    at = next((n for n, line in enumerate(lines) if line.field == arrival_field), 0)
    for number, line in enumerate(lines):
        yield line, arrived + (number - at) * FIRST_STEP


def _middle(
    lines: Sequence[Line], start: datetime, end: datetime, rng: Random
) -> Iterator[tuple[Line, datetime]]:
    blocks = [(block, list(part)) for block, part in groupby(lines, key=lambda line: line.block)]
    by_officer: dict[str, list[list[Line]]] = defaultdict(list)
    for _, part in blocks:
        by_officer[part[0].by].append(part)
    for parts in by_officer.values():
        weight = sum(len(part) + 2 for part in parts)
        since = start
        for part in parts:
            length = (end - start) * ((len(part) + 2) / weight)
            yield from _spread(part, since, length, rng)
            since += length


def _spread(
    lines: Sequence[Line], start: datetime, length: timedelta, rng: Random
) -> Iterator[tuple[Line, datetime]]:
    """Evenly, and a little off, but never out of order."""
    for number, line in enumerate(lines):
        yield line, start + length * ((number + 0.5 + rng.uniform(-0.3, 0.3)) / len(lines))


def _event(line: Line, happened: datetime, habits: Habits, rng: Random) -> Event:
    recorded = happened + timedelta(milliseconds=rng.randint(800, 9000))
    if line.after is None and rng.randrange(100) < habits.late_percent:
        late = timedelta(seconds=rng.randint(habits.late_minutes[0] * 60, habits.late_minutes[1] * 60))
        reason = rng.choice(habits.late_reasons)
        return Event(line=line, happened=happened, recorded=recorded + late, late_reason=reason)
    return Event(line=line, happened=happened, recorded=recorded)


def _whole(at: datetime) -> datetime:
    """Whole milliseconds: entries carry no finer time."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)

"""Lets the truth of an operation happen: visits take place, officers record them, tablets send.

Everything goes through the tablets and the push path in the order of time, up to the moment that is wanted.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from fieldops.domain.checklist.paper import Checklist
from fieldops.domain.ids import OfficerId, VisitId
from fieldops.domain.operation import Member
from fieldops.seeding.book import Book, Words
from fieldops.seeding.cast import Cast
from fieldops.seeding.exhibits import Taken
from fieldops.seeding.fill import Asked, fill
from fieldops.seeding.moments import Moments, play
from fieldops.seeding.operation_file import OperationFile
from fieldops.seeding.plan import Outing
from fieldops.seeding.rules import Enactment, count
from fieldops.seeding.scribe import write
from fieldops.seeding.script import Event, Line, Scene
from fieldops.seeding.settle import Place, agencies_needed, settle, went_in
from fieldops.seeding.tablets import Tablets
from fieldops.seeding.timetable import timetable
from fieldops.seeding.writers import Writers

AT_THE_DOOR = timedelta(minutes=14)
"""How long a team stays where nobody lets it in."""
LATEST_S = 240
"""Seconds by which a team that is not part of a strike may be late."""
STRIKE_SHARE = 0.7
"""Part of a strike's tolerance within which its teams arrive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything that the enactment reads."""

    file: OperationFile
    enactment: Enactment
    book: Book
    moments: Moments
    exhibits: tuple[Taken, ...]
    checklist: Checklist
    lead_mark: str
    hidden: frozenset[str]
    spoken: Mapping[str, frozenset[str]]  # team -> languages

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.file.time_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A tablet has a network and sends."""

    officer: OfficerId
    at: datetime


@dataclass(slots=True, kw_only=True)
class Played:
    """A visit that took place: what was recorded, and when each tablet sent."""

    visit: VisitId
    premises: str
    events: list[Event] = field(default_factory=list)
    sends: list[Send] = field(default_factory=list)

    @property
    def unruled(self) -> bool:
        """Whether two officers answered one question and nobody has ruled."""
        return bool(unruled_places([event.line for event in self.events]))


def unruled_places(lines: Sequence[Line]) -> set[tuple[str, str]]:
    """The fields that two officers answered, where nobody has replaced an answer."""
    writers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in lines:
        if line.kind == "answer":
            writers[line.subject, line.field].add(line.by)
    replaced = {(line.subject, line.field) for line in lines if line.supersedes}
    return {place for place, who in writers.items() if len(who) > 1} - replaced


def stage(story: Story, cast: Cast, outing: Outing) -> Scene:
    """Who is at the visit and when; whoever the team lacks for its acts is called in."""
    rng = _chance(story, outing, "arrival")
    span = outing.tolerance * STRIKE_SHARE if outing.tolerance else timedelta(seconds=LATEST_S)
    arrived = outing.visit.planned_start + timedelta(seconds=rng.randrange(int(span.total_seconds()) + 1))
    inside = went_in(story.enactment, outing.line.truth)
    left = arrived + (timedelta(minutes=outing.visit.minutes) if inside else AT_THE_DOOR)
    team = cast.teams[outing.team]
    there = {str(member.agency) for member in team}
    supporting = tuple(
        cast.send_support(outing.visit.id, agency, arrived, left)
        for agency in agencies_needed(story.enactment, outing.line.truth)
        if agency not in there
    )
    return Scene(
        visit=outing.visit.id,
        premises=outing.line.code,
        team=outing.team,
        arrived=arrived,
        left=left,
        present=(*team, *supporting),
        supporting=supporting,
        words=_words(story, outing, arrived, left, rng),
    )


def perform(story: Story, outing: Outing, scene: Scene) -> Played:
    """What is recorded at a visit and when it is sent."""
    rng = _chance(story, outing, "record")
    line, habits = outing.line, story.enactment.habits
    place = Place(
        visit=outing.visit.id,
        premises=line.code,
        languages=line.languages,
        spoken=story.spoken[outing.team],
    )
    settled = settle(story.enactment, line.truth, place, rng)
    asked = Asked(
        checklist=story.checklist,
        book=story.book,
        habits=habits,
        writers=Writers(checklist=story.checklist, lead_mark=story.lead_mark, scene=scene),
        words=scene.words,
        hidden=story.hidden,
    )
    script = write(asked, settled, fill(asked, settled, rng), rng)
    events = timetable(script, habits, story.enactment.arrival_question, rng)
    events = play(story.moments, script, events, lambda clock: _local(story, scene.arrived, clock, days=1))
    return Played(
        visit=scene.visit,
        premises=scene.premises,
        events=events,
        sends=list(_sends(story, scene, events, rng)),
    )


def run(played: Iterable[Played], tablets: Tablets, until: datetime | None) -> int:
    """Records and sends in the order of time; what comes at `until` or later has not happened yet."""
    steps: list[tuple[datetime, int, Played, Event | Send]] = []
    for one in played:
        steps += [(event.recorded, 0, one, event) for event in one.events]
        steps += [(send.at, 1, one, send) for send in one.sends]
    sent = 0
    for at, _, one, step in sorted(steps, key=lambda each: (each[0], each[1])):
        if until is not None and at >= until:
            break
        if isinstance(step, Event):
            tablets.record(one.visit, step)
        else:
            sent += tablets.send(step.officer, step.at)
    return sent


def _sends(story: Story, scene: Scene, events: list[Event], rng: Random) -> Iterator[Send]:
    """When each tablet sends; one without a network does so once it is back."""
    for member in scene.present:
        recorded = [event.recorded for event in events if event.line.by == member.officer]
        back = _back(story, scene, rng) or scene.arrived
        if recorded:
            times = sorted({max(at, back) for at in _wanted(scene, member, recorded)})
            yield from (Send(officer=member.officer, at=at) for at in times)


def _wanted(scene: Scene, member: Member, recorded: list[datetime]) -> Iterator[datetime]:
    """The lead's in the middle too, all at the end and after whatever comes later."""
    if member.lead:
        yield scene.arrived + (scene.left - scene.arrived) / 2
    yield scene.left + timedelta(minutes=2)
    yield from (at + timedelta(minutes=2) for at in recorded if at > scene.left)


def _back(story: Story, scene: Scene, rng: Random) -> datetime | None:
    """When a tablet that has no signal at this visit finds a network again."""
    told = story.moments.offline_until(scene.team, scene.premises)
    if told is not None:
        return _local(story, scene.arrived, told, days=0)
    if rng.randrange(100) >= story.enactment.habits.offline_percent:
        return None
    since, until = story.enactment.habits.back_between
    start = _local(story, scene.arrived, since, days=0)
    return start + (_local(story, scene.arrived, until, days=0) - start) * rng.random()


def _local(story: Story, about: datetime, clock: str, *, days: int) -> datetime:
    """A time of day on the visit's day, or days later."""
    hour, minute = clock.split(":")
    day = about.astimezone(story.zone) + timedelta(days=days)
    return day.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0).astimezone(about.tzinfo)


def _words(story: Story, outing: Outing, arrived: datetime, left: datetime, rng: Random) -> Words:
    """What placeholders in answers stand for."""
    line = outing.line
    return {
        "present": count(line.truth, story.enactment.present_truth),
        "expected": line.workers_expected,
        "company": line.company,
        "company_no": line.company_no,
        "language": line.languages[0] if line.languages else "en",
        "languages": line.languages,
        "phone": f"07700 900{rng.randrange(1000):03d}",
        "reference": f"{line.code}-{rng.randrange(100, 1000)}",
        "time": (arrived + timedelta(minutes=21)).astimezone(story.zone).strftime("%H:%M"),
        "left": left.astimezone(story.zone).isoformat(timespec="milliseconds"),
    }


def _chance(story: Story, outing: Outing, what: str) -> Random:
    """The same visit of the same operation always goes the same way."""
    return Random(f"{story.file.code}/{outing.line.code}/{what}")

"""Moments of a demo operation that show how the record behaves: rivals, corrections, withdrawals, clocks.

They are data beside the operation's file. A moment whose visit, question or officer is not there does not
happen, and none of them changes a figure of the truth.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fieldops.domain.ids import AgencyCode, SubjectId
from fieldops.domain.reading import Part, expect_schema
from fieldops.seeding.script import Event, Line, Scene, Script

SCHEMA = "fieldops/demo-moments"
READING = timedelta(seconds=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """The sheet: each moment is a part that says what it is."""

    parts: tuple[Part, ...] = ()

    def at(self, premises: str) -> Iterable[Part]:
        return (one for one in self.parts if one.text("premises", "") == premises)

    def fast_minutes(self, team: str, capabilities: Sequence[str]) -> int:
        """How far ahead the clock of this team member's tablet runs."""
        for one in self.parts:
            if one.text("what") == "wrong_clock" and one.text("team") == team:
                return one.whole("fast_minutes") if one.text("capability") in capabilities else 0
        return 0

    def offline_until(self, team: str, premises: str) -> str | None:
        """When this team's tablets find a network again after the visit, as a local time."""
        for one in self.at(premises):
            if one.text("what") == "offline" and one.text("team") == team:
                return one.text("until")
        return None


def read_moments(paper: Part) -> Moments:
    """The sheet from its file."""
    expect_schema(paper, SCHEMA)
    return Moments(parts=paper.parts("moments"))


def play(
    moments: Moments, script: Script, events: list[Event], local: Callable[[str], datetime]
) -> list[Event]:
    """The events of a visit with its moments in them. `local` turns a time of the next morning into one."""
    for moment in moments.at(script.scene.premises):
        playing = _PLAYS.get(moment.text("what"))
        if playing is not None:
            events = playing(moment, script, events, local)
    return sorted(events, key=lambda event: event.recorded)


def _conflict(moment: Part, script: Script, events: list[Event], _: Callable[[str], datetime]) -> list[Event]:
    """Two officers of two agencies answer without having seen each other's answer; the lead may rule."""
    field = moment.text("question")
    old, rest = _parted(events, field)
    rivals = [
        rival
        for rival in (_rival(moment.part(which), script.scene, old) for which in ("first", "second"))
        if rival is not None
    ]
    if len(rivals) < 2:
        return events
    if moment.has("ruling"):
        rivals.append(_ruled(moment.part("ruling"), script.scene, rivals))
    return rest + rivals


def _rival(part: Part, scene: Scene, old: list[Event]) -> Event | None:
    """What the officer of one agency says to a question that was answered."""
    member = {each.agency: each for each in reversed(scene.present)}.get(AgencyCode(part.text("agency")))
    if member is None or not old:
        return None
    line = replace(
        old[0].line,
        name=f"{old[0].line.field} by {member.agency}",
        by=member.officer,
        kind="answer",
        value=part.text("value"),
    )
    return _event(scene.arrived + timedelta(minutes=part.whole("minute")), line)


def _ruled(part: Part, scene: Scene, rivals: list[Event]) -> Event:
    """The lead decides between the rivals, with a reason."""
    line = replace(
        rivals[0].line,
        name=f"{rivals[0].line.field} ruled",
        by=scene.lead.officer,
        kind="ruling",
        value={"value": part.text("value"), "reason": part.text("reason")},
        supersedes=tuple(event.line.name for event in rivals),
    )
    return _event(scene.arrived + timedelta(minutes=part.whole("minute")), line)


def _parted(events: list[Event], field: str) -> tuple[list[Event], list[Event]]:
    """The events of a field, and the others."""
    of_field = [event for event in events if event.line.field == field]
    return of_field, [event for event in events if event.line.field != field]


def _answer(moment: Part, script: Script, events: list[Event], _: Callable[[str], datetime]) -> list[Event]:
    """What was answered here in particular, by whoever answered."""
    old, rest = _parted(events, moment.text("question"))
    told = [replace(event, line=replace(event.line, value=moment.text("value"))) for event in old]
    return [*rest, *told]


def _correction(
    moment: Part, script: Script, events: list[Event], _: Callable[[str], datetime]
) -> list[Event]:
    """A slip of the finger, put right by who made it; the truth stands in the end."""
    field = moment.text("question")
    old, rest = _parted(events, field)
    wrong = moment.whole("wrong")
    if not old or old[0].line.value == wrong:
        return events
    slip = replace(old[0], line=replace(old[0].line, name=f"{field} slip", value=wrong))
    later = slip.recorded + timedelta(minutes=moment.whole("after_minutes"))
    return [*rest, slip, _event(later, replace(old[0].line, supersedes=(slip.line.name,))), *old[1:]]


def _withdrawal(
    moment: Part, script: Script, events: list[Event], _: Callable[[str], datetime]
) -> list[Event]:
    """A worker asks for an answer to be taken out: every option of it goes, and stays for disclosure."""
    question = moment.text("question")
    answered = [event for event in events if event.line.kind == "answer"]
    asked = [event for event in answered if event.line.field.split(":")[0] == question]
    gone = [event for event in asked if event.line.subject == asked[0].line.subject]
    after = timedelta(minutes=moment.whole("after_minutes"))
    return events + [_taken_out(event, moment.text("reason"), after) for event in gone]


def _taken_out(event: Event, reason: str, after: timedelta) -> Event:
    line = replace(
        event.line,
        name=f"{event.line.name} withdrawn",
        kind="withdrawal",
        value={"reason": reason},
        supersedes=(event.line.name,),
    )
    return _event(event.recorded + after, line)


def _later_choice(
    moment: Part, script: Script, events: list[Event], local: Callable[[str], datetime]
) -> list[Event]:
    """An adult wants time and chooses the next morning; what was sent for them is sent after that."""
    group, field = moment.text("group"), moment.text("question")
    subject = {its: one for one, its in script.groups.items()}.get(group)
    old, _ = _parted([event for event in events if event.line.subject == subject], field)
    if subject is None or not old:
        return events
    first, morning = old[0], local(moment.text("at"))
    waited = replace(first, line=replace(first.line, name=f"{field} first", value=moment.text("first")))
    chosen = replace(first.line, value=moment.text("then"), supersedes=(waited.line.name,))
    moved = [_after_choice(event, subject, first, morning) for event in events if event is not first]
    return [*moved, waited, _event(morning, chosen)]


def _after_choice(event: Event, subject: SubjectId, first: Event, morning: datetime) -> Event:
    """An act for this person takes place as long after the choice as it would have."""
    if event.line.subject != subject or event.line.after is None:
        return event
    waited = max(event.happened - first.happened, timedelta(minutes=5))
    return _event(morning + waited, event.line)


def _event(at: datetime, line: Line) -> Event:
    return Event(line=line, happened=at, recorded=at + READING)


_PLAYS = {
    "answer": _answer,
    "conflict": _conflict,
    "correction": _correction,
    "withdrawal": _withdrawal,
    "later_choice": _later_choice,
}

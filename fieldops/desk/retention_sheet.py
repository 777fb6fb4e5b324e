"""What the desk says of how long words about people are kept: a line for each, and what may be done now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fieldops.desk.forms import Fault
from fieldops.desk.words import Moment, State, count, day, listed, moment
from fieldops.domain.access import may_second
from fieldops.domain.classes import Classes
from fieldops.domain.ids import OfficerId, StreamId, SubjectId, class_of_stream, is_stream
from fieldops.domain.operation import Operation
from fieldops.domain.retention import (
    Described,
    Erasure,
    ErasureState,
    Retention,
    ReviewGroup,
    Rules,
    proposed_review,
    years_after,
)
from fieldops.domain.who import Reader

MOST_WORDS = 1000
EVERYBODY = "Everybody of this operation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the lines are made from. `labels` name the workers whose cards the reader may see."""

    operation: Operation
    rules: Rules
    classes: Classes
    kept: Mapping[str, Retention]
    erasures: Sequence[Erasure]
    visits: Mapping[str, str]
    labels: Mapping[SubjectId, str | None]
    officers: Mapping[OfficerId, str]
    now: datetime

    def erasure_of(self, ref: str) -> Erasure | None:
        """The last that was asked for, refused or not."""
        return next((one for one in reversed(self.erasures) if one.ref == ref), None)

    def review_of(self, ref: str) -> tuple[ReviewGroup, date, bool]:
        """Group and date, and whether somebody decided them."""
        found = self.kept.get(ref)
        if found is None:
            return self.rules.first, proposed_review(self.rules, self.operation.days[-1]), False
        return self.rules.group(found.group) or self.rules.first, found.review_on, True

    def is_held(self, ref: str) -> bool:
        """Whether a legal hold stands on them, or on everybody."""
        return any(self.kept[one].held for one in (ref, self.operation.id) if one in self.kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One line of the list."""

    ref: str
    visit: str
    name: str
    holds: str
    review: str
    due: bool
    held: bool
    state: State | None


def person_lines(ground: Ground, people: Sequence[Described]) -> list[PersonLine]:
    """Everybody: first of whom something has to be decided, then those who have a card."""
    lines = [_line(ground, one) for one in people]
    return sorted(lines, key=lambda one: (one.state is None, not one.due, is_stream(one.ref)))


def _line(ground: Ground, one: Described) -> PersonLine:
    group, review_on, decided = ground.review_of(one.ref)
    asked = ground.erasure_of(one.ref)
    words = f"{group.name}, {day(review_on)}" + ("" if decided else " (proposed)")
    return PersonLine(
        ref=one.ref,
        visit=ground.visits.get(one.scope, ground.operation.name),
        name=name_of(ground, one.ref),
        holds=holds_words(ground.classes, one),
        review=words,
        due=review_on <= ground.now.date() and (asked is None or asked.state is not ErasureState.DONE),
        held=ground.is_held(one.ref),
        state=None if asked is None else STATES[asked.state],
    )


STATES: Mapping[ErasureState, State] = {
    ErasureState.ASKED: State(text="Erasure waits for a second person", colour="yellow"),
    ErasureState.REFUSED: State(text="Erasure refused", colour="grey"),
    ErasureState.CONFIRMED: State(text="Erasure agreed, not carried out yet", colour="red"),
    ErasureState.DONE: State(text="Erased", colour="blue"),
}


def name_of(ground: Ground, ref: str) -> str:
    """What somebody is called here: by their label where the reader may see it, never by a name."""
    if ref == ground.operation.id:
        return EVERYBODY
    if is_stream(ref):
        return f"People without a card: {ground.classes.name(class_of_stream(StreamId(ref)))}"
    label = ground.labels.get(SubjectId(ref))
    return f"Worker {label}" if label else f"Worker card …{ref[-5:]}"


def holds_words(classes: Classes, one: Described) -> str:
    """How many entries of which classes; nothing of what they say."""
    return listed([f"{count(n, 'entry', 'entries')} of {classes.name(code)}" for code, n in one.entries])


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureWords:
    """An erasure as its page tells it, and whether the reader may be the one who decides."""

    id: str
    state: State
    ground: str
    reason: str
    asked: str
    asked_at: Moment
    decided: str
    refused: str
    waits: bool
    may_decide: bool
    broken_off: bool
    tablets: str


def erasure_words(
    ground: Ground, reader: Reader, one: Erasure, done_on: Sequence[int], due_on: Sequence[int]
) -> ErasureWords:
    """`done_on` are the numbers of the tablets that erased it, `due_on` of those that may still hold it."""
    named = ground.rules.ground(one.ground)
    decider = None if one.decided_by is None else ground.officers.get(one.decided_by, "an officer")
    return ErasureWords(
        id=one.id,
        state=STATES[one.state],
        ground=one.ground if named is None else named.name,
        reason=one.reason,
        asked=ground.officers.get(one.asked_by, "an officer"),
        asked_at=moment(one.asked_at, beside=ground.now),
        decided=f"{decider}, {moment(one.decided_at, beside=ground.now).text}" if one.decided_at else "",
        refused=one.refused,
        waits=one.state is ErasureState.ASKED,
        may_decide=may_second(reader.officer, one.asked_by),
        broken_off=one.state is ErasureState.CONFIRMED,
        tablets=_tablet_words(done_on, due_on) if one.state is ErasureState.DONE else "",
    )


def _tablet_words(done_on: Sequence[int], due_on: Sequence[int]) -> str:
    told = f"Erased on {_numbered(done_on)}. " if done_on else ""
    rest = f"{_numbered(due_on).capitalize()} will erase it at the next contact." if due_on else ""
    return f"{told}{rest}" or "No tablet holds any of it."


def _numbered(numbers: Sequence[int]) -> str:
    noun = "tablet" if len(numbers) == 1 else "tablets"
    return f"{noun} {listed([str(one) for one in numbers])}"


def keep_faults(rules: Rules, form: Mapping[str, str]) -> tuple[Fault, ...]:
    """What is missing before a review is set."""
    faults = []
    if rules.group(form.get("group", "")) is None:
        faults.append(Fault(field="group", text="Choose a review group"))
    if review_day(form) is None:
        faults.append(Fault(field="review_on", text="Enter the day of the review, such as 2028-02-09"))
    return (*faults, *_why_faults("why", form.get("why", "")))


def erase_faults(rules: Rules, form: Mapping[str, str]) -> tuple[Fault, ...]:
    """What is missing before an erasure is asked for."""
    faults = []
    if rules.ground(form.get("ground", "")) is None:
        faults.append(Fault(field="ground", text="Choose on which ground"))
    return (*faults, *_why_faults("reason", form.get("reason", "")))


def refuse_faults(form: Mapping[str, str]) -> tuple[Fault, ...]:
    """What is missing before an erasure is refused."""
    return _why_faults("refused", form.get("refused", ""))


def _why_faults(field: str, why: str) -> tuple[Fault, ...]:
    if not why.strip():
        return (Fault(field=field, text="Say why: it is kept with the decision"),)
    if len(why) > MOST_WORDS:
        return (Fault(field=field, text=f"Say it in {MOST_WORDS:,} characters or fewer"),)
    return ()


def review_day(form: Mapping[str, str]) -> date | None:
    """The day that the form names."""
    try:
        return date.fromisoformat(form.get("review_on", "").strip())
    except ValueError:
        return None


def proposals(rules: Rules, operation: Operation) -> list[dict[str, str]]:
    """The groups as choices, each with its rule and the day that it proposes."""
    last = operation.days[-1]
    return [
        {
            "value": one.code,
            "text": one.name,
            "hint": f"{one.rule} From this operation on: {years_after(last, one.years).isoformat()}.",
        }
        for one in rules.groups
    ]

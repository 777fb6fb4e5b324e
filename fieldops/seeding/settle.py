"""What the truth of one visit settles: answers of the visit, workers' cards, and acts.

Figures come from here alone; whatever else officers write about the visit never changes them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from random import Random

from fieldops.domain.ids import SubjectId, derived_id
from fieldops.seeding.rules import (
    ActRule,
    Answers,
    Choice,
    Enactment,
    PersonRule,
    Truth,
    VisitRule,
    count,
)

VISIT = SubjectId("visit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something done, by an officer of `agency` (None: by the visit's lead)."""

    kind: str
    subject: SubjectId
    agency: str | None
    value: Mapping[str, str | int]
    accepted_after_minutes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A worker met: what the truth says of the talk, and the tags by which the rest is drawn."""

    subject: SubjectId
    group: str | None
    tags: tuple[str, ...]
    language: str
    answers: Answers


@dataclass(slots=True, kw_only=True)
class Settled:
    """All that the truth says of one visit."""

    mood: str
    arrival: str
    answers: dict[str, Choice] = field(default_factory=dict)
    if_there: dict[str, Choice] = field(default_factory=dict)
    cards: list[Card] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    @property
    def tags(self) -> tuple[str, ...]:
        """By what the rest of the visit is drawn."""
        return (self.arrival, self.mood)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the visit is and which languages are met there; `spoken` is what the team speaks itself."""

    visit: str
    premises: str
    languages: tuple[str, ...]
    spoken: frozenset[str]


def agencies_needed(enactment: Enactment, truth: Truth) -> list[str]:
    """Who must be at the visit for the truth to be recorded by those whose act it is."""
    wanted = [rule.agency for rule in _holding(enactment, truth)]
    wanted += [rule.agency for rule in enactment.people if count(truth, rule.truth)]
    return sorted({agency for agency in wanted if agency is not None})


def went_in(enactment: Enactment, truth: Truth) -> bool:
    """Whether the truth lets the team inside."""
    return truth.get(enactment.arrival_truth) in enactment.went_in


def settle(enactment: Enactment, truth: Truth, place: Place, rng: Random) -> Settled:
    """What this truth settles at this place."""
    arrival = str(truth.get(enactment.arrival_truth))
    settled = Settled(mood=enactment.moods.of(truth), arrival=arrival)
    for rule in _holding(enactment, truth):
        drawn = rng.choice(rule.choices) if rule.choices else {}
        merge(settled.answers, _said(rule.answers, truth[rule.when.truth]))
        merge(settled.answers, drawn)
        merge(settled.if_there, _said(rule.if_there, truth[rule.when.truth]))
        for act in rule.acts:
            settled.acts += _acts(act, rule, truth, place, rng)
    _cards(enactment, truth, place, rng, settled)
    return settled


def merge(into: dict[str, Choice], more: Answers) -> None:
    """Adds answers; options of one question come together, any other answer is replaced."""
    for question, answer in more.items():
        held = into.get(question)
        if isinstance(held, tuple) and isinstance(answer, tuple):
            into[question] = (*held, *(option for option in answer if option not in held))
        else:
            into[question] = answer


def _holding(enactment: Enactment, truth: Truth) -> Iterator[VisitRule]:
    return (rule for rule in enactment.visit if rule.when.holds(truth))


def _said(answers: Answers, value: str | int) -> dict[str, Choice]:
    return {question: _filled(answer, value) for question, answer in answers.items()}


def _filled(answer: Choice, value: str | int) -> Choice:
    """`{value}` as the truth has it: a number stays one."""
    if answer == "{value}":
        return value
    if isinstance(answer, tuple):
        return tuple(option.replace("{value}", str(value)) for option in answer)
    return answer


def _acts(rule: ActRule, of: VisitRule, truth: Truth, place: Place, rng: Random) -> Iterator[Act]:
    value = truth[of.when.truth]
    times = count(truth, of.when.truth) if rule.times_value else 1
    parts = {name: _split(count(truth, key), times) for name, key in rule.shares.items()}
    for number in range(times):
        shares = {
            name: str(part[number]) if name in rule.amounts else part[number] for name, part in parts.items()
        }
        yield _act(rule, VISIT, value, shares, place, rng)


def _act(
    rule: ActRule,
    subject: SubjectId,
    value: str | int,
    shares: Mapping[str, str | int],
    place: Place,
    rng: Random,
) -> Act:
    words = {"value": value, "reference": f"{place.premises}-{rng.randrange(1000, 10000)}"}
    after = rule.accepted_after_minutes
    return Act(
        kind=rule.kind,
        subject=subject,
        agency=rule.agency,
        value={**{name: text.format(**words) for name, text in rule.value.items()}, **shares},
        accepted_after_minutes=None if after is None else rng.randint(*after),
    )


def _split(total: int, parts: int) -> list[int]:
    """Whole shares that add up to the total."""
    return [total // parts + (1 if number < total % parts else 0) for number in range(parts)]


def _cards(enactment: Enactment, truth: Truth, place: Place, rng: Random, settled: Settled) -> None:
    """One card for each talk offered; more only if more people were met than were offered a talk."""
    met = [rule for rule in enactment.people for _ in range(count(truth, rule.truth))]
    offered = count(truth, enactment.cards.offered)
    for number, (_, person) in enumerate(zip_longest(range(offered), met)):
        card = _card(enactment, truth, place, rng, (number, person, settled.mood))
        settled.cards.append(card)
        for rule in person.acts if person else ():
            settled.acts.append(_act(rule, card.subject, 1, {}, place, rng))
    rng.shuffle(settled.cards)


def _card(
    enactment: Enactment,
    truth: Truth,
    place: Place,
    rng: Random,
    who: tuple[int, PersonRule | None, str],
) -> Card:
    number, person, mood = who
    language = rng.choice(place.languages) if place.languages else "en"
    tags = [enactment.moods.card[mood] if person is None else person.mood]
    if number >= count(truth, enactment.cards.held):
        tags.insert(0, "declined")
    tags.append("own_tongue" if language in place.spoken else "other_tongue")
    answers: dict[str, Choice] = {}
    for more in _talk(enactment, truth, number, rng):
        merge(answers, more)
    for more in _person(enactment, person, rng):
        merge(answers, more)
    return Card(
        subject=SubjectId(f"worker:{derived_id(place.visit, 'card', str(number))}"),
        group=person.truth if person else None,
        tags=tuple(tags),
        language=language,
        answers=answers,
    )


def _talk(enactment: Enactment, truth: Truth, number: int, rng: Random) -> Iterable[Answers]:
    """Whether this talk was offered, held, and held in private."""
    cards = enactment.cards
    if number >= count(truth, cards.offered):
        return
    if number >= count(truth, cards.held):
        yield rng.choice(cards.declined)
        return
    yield cards.held_answers
    yield cards.private_answers if number < count(truth, cards.private) else cards.overheard_answers


def _person(enactment: Enactment, person: PersonRule | None, rng: Random) -> Sequence[Answers]:
    if person is None:
        return (enactment.cards.others_answers,)
    return (person.answers, rng.choice(person.choices) if person.choices else {})

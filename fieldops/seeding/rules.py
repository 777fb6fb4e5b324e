"""How the truth of an operation file becomes answers and acts, as read from the enactment's data.

No question, agency or kind of act is known here: the rules name them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fieldops.domain.errors import Refusal
from fieldops.domain.reading import Part, expect_schema

SCHEMA = "fieldops/enactment"

Truth = Mapping[str, str | int]
Choice = str | int | tuple[str, ...] | Mapping[str, str | int] | None
Answers = Mapping[str, Choice]


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Which truth a rule waits for."""

    truth: str
    among: tuple[str | int, ...] | None
    not_among: tuple[str | int, ...]
    at_least: int | None

    def holds(self, truth: Truth) -> bool:
        if self.truth not in truth:
            return False
        value = truth[self.truth]
        if self.at_least is not None and (not isinstance(value, int) or value < self.at_least):
            return False
        return (self.among is None or value in self.among) and value not in self.not_among


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRule:
    """An act: `shares` splits sums of the truth over all of its kind, `amounts` names those told as money."""

    kind: str
    agency: str | None
    times_value: bool
    shares: Mapping[str, str]
    amounts: tuple[str, ...]
    value: Mapping[str, str]
    accepted_after_minutes: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRule:
    """What a truth of the visit means. `agency` must be there; `if_there` holds only where it can be said."""

    when: When
    agency: str | None
    answers: Answers
    if_there: Answers
    choices: tuple[Answers, ...]
    acts: tuple[ActRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRule:
    """A number of people in the truth, each of whom is a worker's card with these answers and acts."""

    truth: str
    mood: str
    agency: str | None
    answers: Answers
    choices: tuple[Answers, ...]
    acts: tuple[ActRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRules:
    """How talks offered, held and held in private become workers' cards."""

    offered: str
    held: str
    private: str
    held_answers: Answers
    declined: tuple[Answers, ...]
    private_answers: Answers
    overheard_answers: Answers
    others_answers: Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Moods:
    """How grave a visit and its talks read where the truth is silent."""

    truth: str
    visit: Mapping[str, str]
    card: Mapping[str, str]
    otherwise: str

    def of(self, truth: Truth) -> str:
        return self.visit.get(str(truth.get(self.truth)), self.otherwise)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How officers work: what they leave out, what they write late, when their tablets send."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    nobody_there: str
    otherwise: str
    answered_percent: Mapping[str, int]
    late_percent: int
    late_minutes: tuple[int, int]
    late_reasons: tuple[str, ...]
    offline_percent: int
    back_between: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enactment:
    """All of it."""

    arrival_truth: str
    present_truth: str
    went_in: tuple[str, ...]
    arrival_question: str
    visit: tuple[VisitRule, ...]
    needs: Mapping[str, str]
    cards: CardRules
    people: tuple[PersonRule, ...]
    moods: Moods
    habits: Habits


def read_enactment(paper: Part) -> Enactment:
    """The rules from their file."""
    expect_schema(paper, SCHEMA)
    arrival = paper.part("arrival")
    return Enactment(
        arrival_truth=arrival.text("truth"),
        present_truth=paper.text("present"),
        went_in=arrival.texts("went_in"),
        arrival_question=arrival.text("question"),
        visit=tuple(_visit_rule(one) for one in paper.parts("visit")),
        needs=paper.part("needs").words(),
        cards=_cards(paper.part("cards")),
        people=tuple(_person(one) for one in paper.parts("people")),
        moods=_moods(paper.part("moods")),
        habits=_habits(paper),
    )


def check_truth(enactment: Enactment, premises: str, truth: Truth) -> None:
    """Refuses a truth that no honest record could add up to, before anything is loaded."""
    cards = enactment.cards
    talks = [count(truth, key) for key in (cards.offered, cards.held, cards.private)]
    if talks != sorted(talks, reverse=True):
        raise _impossible(premises, "more talks are held than offered, or more in private than held")
    for inner, outer in enactment.needs.items():
        if count(truth, inner) and not count(truth, outer):
            raise _impossible(premises, f"{inner} without {outer}")


def count(truth: Truth, key: str) -> int:
    """A number of the truth; what it does not say is nothing."""
    value = truth.get(key, 0)
    return value if isinstance(value, int) else 0


def choice(value: object, part: Part, key: str) -> Choice:
    """A value as written: a word, a number, a list of options, one flat object, or nothing."""
    if value is None or (isinstance(value, str | int) and not isinstance(value, bool)):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if isinstance(value, dict):
        return dict(value)
    raise part.fault(key, "a word, a number, a list of options or one object")


def answers(part: Part) -> Answers:
    """Questions and what is answered to them."""
    return {key: choice(value, part, key) for key, value in part.value.items()}


def _impossible(premises: str, why: str) -> Refusal:
    return Refusal("truth_impossible", f"The truth of {premises} cannot be: {why}.", {"premises": premises})


def _among(part: Part, key: str) -> tuple[str | int, ...] | None:
    found = part.value.get(key)
    if found is None:
        return None
    if not isinstance(found, list) or not all(isinstance(one, str | int) for one in found):
        raise part.fault(key, "a list of words or numbers")
    return tuple(found)


def _visit_rule(part: Part) -> VisitRule:
    when = When(
        truth=part.text("truth"),
        among=_among(part, "is"),
        not_among=_among(part, "is_not") or (),
        at_least=part.whole("at_least") if part.has("at_least") else None,
    )
    return VisitRule(
        when=when,
        agency=_agency(part),
        answers=answers(part.part("answers")),
        if_there=answers(part.part("answers_if_there")),
        choices=tuple(answers(one) for one in part.parts("choices")),
        acts=tuple(_act(one) for one in part.parts("acts")),
    )


def _act(part: Part) -> ActRule:
    after = part.value.get("accepted_after_minutes")
    return ActRule(
        kind=part.text("kind"),
        agency=_agency(part),
        times_value=part.has("times"),
        shares=part.part("shares").words(),
        amounts=part.texts("amounts"),
        value=part.part("value").words(),
        accepted_after_minutes=_span(part, "accepted_after_minutes") if after is not None else None,
    )


def _person(part: Part) -> PersonRule:
    return PersonRule(
        truth=part.text("truth"),
        mood=part.text("mood"),
        agency=_agency(part),
        answers=answers(part.part("answers")),
        choices=tuple(answers(one) for one in part.parts("choices")),
        acts=tuple(_act(one) for one in part.parts("acts")),
    )


def _cards(part: Part) -> CardRules:
    return CardRules(
        offered=part.text("offered"),
        held=part.text("held"),
        private=part.text("private"),
        held_answers=answers(part.part("held_answers")),
        declined=tuple(answers(one) for one in part.part("declined_answers").parts("choices")),
        private_answers=answers(part.part("private_answers")),
        overheard_answers=answers(part.part("overheard_answers")),
        others_answers=answers(part.part("others_answers")),
    )


def _moods(part: Part) -> Moods:
    return Moods(
        truth=part.text("truth"),
        visit=part.part("visit").words(),
        card=part.part("card").words(),
        otherwise=part.text("otherwise"),
    )


def _habits(paper: Part) -> Habits:
    stages, late, signal = paper.part("stages"), paper.part("late"), paper.part("signal")
    percent = paper.part("answered_percent")
    back = signal.texts("back_between")
    return Habits(
        first=stages.texts("first"),
        last=stages.texts("last"),
        nobody_there=paper.part("not_asked").text("nobody_there"),
        otherwise=paper.part("not_asked").text("otherwise"),
        answered_percent={need: percent.whole(need) for need in percent.value},
        late_percent=late.whole("percent"),
        late_minutes=_span(late, "minutes"),
        late_reasons=late.texts("reasons"),
        offline_percent=signal.whole("offline_percent"),
        back_between=(back[0], back[1]),
    )


def _agency(part: Part) -> str | None:
    return part.text("agency") if part.has("agency") else None


def _span(part: Part, key: str) -> tuple[int, int]:
    found = part.value.get(key)
    if not isinstance(found, list) or len(found) != 2:
        raise part.fault(key, "two numbers, from and to")
    return int(found[0]), int(found[1])

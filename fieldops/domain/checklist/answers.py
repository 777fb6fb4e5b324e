"""How a visit's registers answer the questions of a checklist.

Rivals count together: what any of them says is said, and the question is marked as disputed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fieldops.domain.checklist.conditions import (
    AllOf,
    Condition,
    Test,
    Truth,
    all_of,
    any_of,
    fits,
)
from fieldops.domain.checklist.disputes import Dispute, Given, Whole, in_registers, on_the_whole
from fieldops.domain.checklist.meaning import Choice
from fieldops.domain.checklist.paper import OPTION_TYPES, Checklist, Question
from fieldops.domain.ids import SubjectId
from fieldops.domain.strict_json import Json
from fieldops.domain.visit import Known, Register, Standing, State, question_of, said

VISIT = SubjectId("visit")
CHOSEN = "Y"  # what the register of an option holds when the option is chosen


class Answered(StrEnum):
    """Where a question stands. One that was taken back is not asked for again.

    Unseen: nothing is shown here, and this reader would not be shown an answer if there were one.
    """

    BLANK = "blank"
    ANSWERED = "answered"
    NOT_ASKED = "not_asked"
    WITHDRAWN = "withdrawn"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What stands on one question for one subject.

    `left_open`: one of the rivals says that there is no answer, so what none of them says is not denied.
    """

    state: Answered
    given: tuple[Given, ...] = ()
    values: frozenset[str] = frozenset()  # the text values given: options chosen, or what was written
    reasons: tuple[Json, ...] = ()  # why it was not asked
    disputes: tuple[Dispute, ...] = ()
    left_open: bool = False

    @property
    def disputed(self) -> bool:
        return bool(self.disputes)

    def meets(self, whens: Iterable[str]) -> tuple[Given, ...]:
        """The values that one of the `whens` means."""
        wanted = tuple(whens)
        return tuple(one for one in self.given if any(fits(one.value, when) for when in wanted))


BLANK = Answer(state=Answered.BLANK)
UNSEEN = Answer(state=Answered.UNSEEN)


@dataclass(frozen=True, slots=True)
class Answers:
    """A fold read through a checklist. Built once; every look-up after that is by question and subject."""

    checklist: Checklist
    known: Known
    unseen: frozenset[str]  # questions whose answers the reader is not given, other than their own
    _found: Mapping[tuple[SubjectId, str], Answer] = field(default_factory=dict)

    @property
    def workers(self) -> tuple[SubjectId, ...]:
        return tuple(one.subject for one in self.known.workers)

    @property
    def disputes(self) -> tuple[Dispute, ...]:
        """Everything that nobody has ruled on, also of questions that this checklist does not ask."""
        questions = self.checklist.questions
        others = [one for one in self.known.registers.values() if question_of(one.field) not in questions]
        found = list(in_registers(others))
        found.extend(one for answer in self._found.values() for one in answer.disputes)
        return tuple(sorted(found, key=lambda one: (one.subject, one.field)))

    def of(self, question: str, subject: SubjectId) -> Answer:
        """The answer to a question; for one that is not repeated, the visit's own."""
        where = subject if self.checklist.repeated(question) else VISIT
        found = self._found.get((where, question), BLANK)
        return UNSEEN if found.state is Answered.BLANK and question in self.unseen else found

    def chose(self, choice: Choice, subject: SubjectId = VISIT) -> bool:
        """Whether an answer is among a choice's values; for a worker's question at the visit, anyone's."""
        return bool(self.of(choice.question, subject).values & choice.values)

    def number(self, question: str, subject: SubjectId = VISIT) -> int | None:
        """The number given; of rivals the smallest, so that a dispute never adds to a figure."""
        numbers = [
            one.value
            for one in self.of(question, subject).given
            if isinstance(one.value, int) and not isinstance(one.value, bool)
        ]
        return min(numbers, default=None)

    def shown(self, question: Question, subject: SubjectId) -> Truth:
        """Whether a question is to be asked: yes, no, or open until another is answered."""
        return Truth.YES if question.show_if is None else self.holds(question.show_if, subject)

    def holds(self, condition: Condition, subject: SubjectId) -> Truth:
        """Whether a condition holds for a subject."""
        if isinstance(condition, Test):
            return self._tested(condition, subject)
        found = [self.holds(one, subject) for one in condition.parts]
        return all_of(found) if isinstance(condition, AllOf) else any_of(found)

    def _tested(self, test: Test, subject: SubjectId) -> Truth:
        if self.checklist.repeated(test.question) and subject == VISIT:
            return any_of([self._one_tested(test, worker) for worker in self.workers] or [Truth.OPEN])
        return self._one_tested(test, subject)

    def _one_tested(self, test: Test, subject: SubjectId) -> Truth:
        meaning = self.checklist.meaning
        shown = self.shown(self.checklist.questions[test.question], subject)
        if shown is not Truth.YES:
            return shown
        answer = self.of(test.question, subject)
        values = answer.values
        if values & test.values:
            return Truth.YES
        if not values or values & meaning.not_known or test.question in meaning.gates:
            return Truth.OPEN
        return Truth.OPEN if answer.left_open else Truth.NO


def read_answers(checklist: Checklist, known: Known, unseen: frozenset[str] = frozenset()) -> Answers:
    """Every question's answer, from the registers and lists of a fold."""
    grouped: dict[tuple[SubjectId, str], list[Register]] = {}
    for (subject, name), register in known.registers.items():
        grouped.setdefault((subject, question_of(name)), []).append(register)
    items: dict[tuple[SubjectId, str], list[Standing]] = {}
    for one in known.items:
        items.setdefault((one.entry.subject, question_of(one.entry.field)), []).append(one)
    return Answers(
        checklist,
        known,
        unseen,
        {
            place: _answer(checklist.questions[place[1]], grouped.get(place, []), items.get(place, []))
            for place in dict.fromkeys((*grouped, *items))
            if place[1] in checklist.questions
        },
    )


def _answer(question: Question, registers: list[Register], items: list[Standing]) -> Answer:
    whole = _of_the_whole(question, registers)
    given = _options(registers) if question.type in OPTION_TYPES else _values(whole)
    given.extend(Given(one.entry.value, one) for one in items)
    states = [one.state for one, _ in whole]
    disputes = (*in_registers(registers), *on_the_whole(question, given, whole))
    return Answer(
        state=_state(bool(given), states, registers),
        given=tuple(given),
        values=_texts(given),
        reasons=_reasons(whole),
        disputes=disputes,
        left_open=any(one is not State.ANSWERED for one in states)
        and any(one.field == question.id for one in disputes),
    )


def _reasons(whole: Whole) -> tuple[Json, ...]:
    return tuple(one.value for one, _ in whole if one.state is State.NOT_ASKED)


def _texts(given: list[Given]) -> frozenset[str]:
    return frozenset(one.value for one in given if isinstance(one.value, str))


def _of_the_whole(question: Question, registers: list[Register]) -> Whole:
    """What is said of the question itself, not of one of its options."""
    own = [register for register in registers if register.field == question.id]
    return [(said(one.entry), one) for register in own for one in register.current]


def _values(whole: Whole) -> list[Given]:
    return [Given(one.value, standing) for one, standing in whole if one.state is State.ANSWERED]


def _options(registers: list[Register]) -> list[Given]:
    """The options chosen, in the order of their names."""
    found = []
    for register in sorted(registers, key=lambda one: one.field):
        _, _, option = register.field.partition(":")
        found += [
            Given(option, standing)
            for standing in register.current
            if option and said(standing.entry).value == CHOSEN
        ]
    return found


def _state(given: bool, states: list[State], registers: list[Register]) -> Answered:
    if given or State.ERASED in states:
        return Answered.ANSWERED
    if State.NOT_ASKED in states:
        return Answered.NOT_ASKED
    if not states and any(register.withdrawn for register in registers):
        return Answered.WITHDRAWN
    return Answered.BLANK

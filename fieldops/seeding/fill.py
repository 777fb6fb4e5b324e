"""Answers a visit's checklist to the end: the truth first, then whatever it makes the checklist show."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from fieldops.domain.checklist.conditions import AnyOf, Condition, Test
from fieldops.domain.checklist.paper import Checklist, Question
from fieldops.domain.ids import SubjectId
from fieldops.seeding.book import Book, Words
from fieldops.seeding.rules import Answers, Choice, Habits
from fieldops.seeding.settle import VISIT, Card, Settled
from fieldops.seeding.writers import Writers

Place = tuple[SubjectId, str]
Said = Mapping[SubjectId, Answers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What can be asked at this visit, of whom, and how officers answer."""

    checklist: Checklist
    book: Book
    habits: Habits
    writers: Writers
    words: Words
    hidden: frozenset[str]  # sections that the sharing agreement leaves switched off


@dataclass(slots=True, kw_only=True)
class Sheet:
    """Every answer of the visit, and the questions that must be answered but were not."""

    answers: dict[Place, Choice] = field(default_factory=dict)
    skipped: set[Place] = field(default_factory=set)
    left_out: dict[Place, str] = field(default_factory=dict)


def fill(asked: Asked, settled: Settled, rng: Random) -> Sheet:
    """The whole sheet; an answer of the truth is never drawn over."""
    sheet = Sheet()
    given = {VISIT: _said_here(asked, settled)} | {card.subject: card.answers for card in settled.cards}
    for subject, answers in given.items():
        sheet.answers.update({(subject, question): answer for question, answer in answers.items()})
    cards = {card.subject: card for card in settled.cards}
    while fresh := list(_shown(asked, settled, sheet)):
        for subject, name in fresh:
            question = asked.checklist.questions[name]
            _put(sheet, (subject, name), _answer(asked, question, settled, cards.get(subject), rng))
    sheet.left_out = dict(_left_out(asked, sheet.skipped))
    return sheet


def _put(sheet: Sheet, place: Place, answer: Choice) -> None:
    if answer is None:
        sheet.skipped.add(place)
    else:
        sheet.answers[place] = answer


def _said_here(asked: Asked, settled: Settled) -> dict[str, Choice]:
    """What the truth settles, with what it settles only where somebody of the agency is there."""
    there = {
        question: answer
        for question, answer in settled.if_there.items()
        if asked.writers.of(asked.checklist.questions[question], None)
    }
    return {**there, **settled.answers}


def _shown(asked: Asked, settled: Settled, sheet: Sheet) -> Iterator[Place]:
    """Every question that is shown and not yet dealt with, in the order of asking."""
    said = _by_subject(sheet)
    workers = [card.subject for card in settled.cards]
    done = sheet.answers.keys() | sheet.skipped
    for question in asked.checklist.questions.values():
        if question.section in asked.hidden:
            continue
        for subject in workers if asked.checklist.repeated(question.id) else [VISIT]:
            shown = _shows(asked.checklist, question.show_if, subject, said)
            if shown and (subject, question.id) not in done:
                yield subject, question.id


def _by_subject(sheet: Sheet) -> Said:
    said: dict[SubjectId, dict[str, Choice]] = {}
    for (subject, question), answer in sheet.answers.items():
        said.setdefault(subject, {})[question] = answer
    return said


def _answer(asked: Asked, question: Question, settled: Settled, card: Card | None, rng: Random) -> Choice:
    """What is answered; None where nobody there may, or the question is left for lack of time."""
    percent = asked.habits.answered_percent.get(question.need, 100)
    if asked.writers.of(question, None) is None or rng.randrange(100) >= percent:
        return None
    tags = settled.tags if card is None else card.tags
    words = asked.words if card is None else {**asked.words, "language": card.language}
    return asked.book.draw(question.id, tags, words, rng)


def _left_out(asked: Asked, skipped: set[Place]) -> Iterator[tuple[Place, str]]:
    """Why each question that must be answered was not."""
    for subject, name in sorted(skipped):
        question = asked.checklist.questions[name]
        if question.need == "must":
            nobody = asked.writers.of(question, None) is None
            yield (subject, name), asked.habits.nobody_there if nobody else asked.habits.otherwise


def _shows(checklist: Checklist, condition: Condition | None, subject: SubjectId, said: Said) -> bool:
    """Whether a question is shown: questions on a worker are matched within that worker."""
    if condition is None:
        return True
    if isinstance(condition, Test):
        asked_of = subject if checklist.repeated(condition.question) else VISIT
        answer = said.get(asked_of, {}).get(condition.question)
        return not condition.values.isdisjoint(answer if isinstance(answer, tuple) else (str(answer),))
    together = any if isinstance(condition, AnyOf) else all
    return together(_shows(checklist, part, subject, said) for part in condition.parts)

"""What a visit's answers amount to: what is asked now, what is still missing, which flags are up.

A pure function of checklist, fold and tables; the tablet computes the same, held by shared vectors.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from fieldops.domain.checklist.age import Path, path_of
from fieldops.domain.checklist.answers import VISIT, Answer, Answered, Answers, read_answers
from fieldops.domain.checklist.conditions import BELOW_RATE, Truth
from fieldops.domain.checklist.paper import Checklist, Question, Section
from fieldops.domain.ids import SubjectId
from fieldops.domain.rates import Comparison, Rates, compare, hourly, stated
from fieldops.domain.visit import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What is needed beside the answers: the rates, the day of the visit, and the sections switched on.

    `unseen` are the questions whose answers the reader is not given: they are not called missing.
    """

    rates: Rates
    day: date
    sections_on: frozenset[str]
    unseen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that is asked now. `closed` options may not be chosen for this person."""

    question: str
    subject: SubjectId
    answer: Answer
    closed: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A question without an answer. A firm one is not settled by "not asked" either."""

    question: str
    subject: SubjectId
    need: str
    firm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A flag that an answer put up."""

    flag: str
    question: str
    subject: SubjectId
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A section for one subject."""

    section: str
    subject: SubjectId
    asked: tuple[Asked, ...]
    must_left: int

    def count(self, state: Answered) -> int:
        return sum(one.answer.state is state for one in self.asked)

    @property
    def status(self) -> str:
        """`not_started`, `in_progress`, `complete` once nothing is left that must be, or `unseen`."""
        if self.count(Answered.UNSEEN) == len(self.asked):
            return "unseen"
        if self.count(Answered.BLANK) + self.count(Answered.UNSEEN) == len(self.asked):
            return "not_started"
        return "in_progress" if self.must_left else "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A visit as its checklist sees it."""

    answers: Answers
    sections: tuple[SectionView, ...]
    missing: tuple[Missing, ...]
    alerts: tuple[Alert, ...]
    pay: Mapping[tuple[str, SubjectId], Comparison]  # where pay was stated, against the rates
    paths: Mapping[SubjectId, Path]
    indicator_view: frozenset[SubjectId]  # workers on whom the officer's own judgement is complete
    signable: bool
    signed: bool


def evaluate(checklist: Checklist, known: Known, tables: Tables) -> Evaluation:
    """Everything the answers amount to."""
    answers = read_answers(checklist, known, tables.unseen)
    paths = {worker: path_of(answers, worker) for worker in answers.workers}
    sections = tuple(_sections(answers, paths, tables))
    missing = _missing(answers, sections)
    signoff = checklist.meaning.signoff
    return Evaluation(
        answers=answers,
        sections=sections,
        missing=missing,
        alerts=_alerts(answers),
        pay=_pay(answers, tables, paths),
        paths=paths,
        indicator_view=frozenset(filter(partial(_judged, answers), answers.workers)),
        signable=not any(one.need == "must" and one.question != signoff for one in missing),
        signed=answers.of(signoff, VISIT).state is Answered.ANSWERED,
    )


def _sections(answers: Answers, paths: Mapping[SubjectId, Path], tables: Tables) -> Iterator[SectionView]:
    """Sections with something to ask, in order; repeated ones once for each worker."""
    checklist = answers.checklist
    for section in checklist.sections.values():
        if section.id in checklist.meaning.switched_sections - tables.sections_on:
            continue
        for subject in _subjects(answers, repeated=section.repeated):
            view = _section(section, subject, answers, paths)
            if view.asked:
                yield view


def _subjects(answers: Answers, *, repeated: bool) -> tuple[SubjectId, ...]:
    return answers.workers if repeated else (VISIT,)


def _section(
    section: Section, subject: SubjectId, answers: Answers, paths: Mapping[SubjectId, Path]
) -> SectionView:
    asked = tuple(
        Asked(
            question=question.id,
            subject=subject,
            answer=answers.of(question.id, subject),
            closed=_closed(answers.checklist, question, paths.get(subject, Path.UNKNOWN)),
        )
        for question in answers.checklist.asked_in(section.id)
        if answers.shown(question, subject) is Truth.YES
    )
    left = sum(
        one.answer.state is Answered.BLANK and answers.checklist.questions[one.question].need == "must"
        for one in asked
    )
    return SectionView(section=section.id, subject=subject, asked=asked, must_left=left)


def _closed(checklist: Checklist, question: Question, path: Path) -> frozenset[str]:
    """A child is referred without consent, so the choices of an adult are closed, and the other way round."""
    decision = checklist.meaning.decision
    if question.id != decision.question or path is Path.UNKNOWN:
        return frozenset()
    if path is Path.CHILD:
        return frozenset(option.value for option in question.options) - decision.child.values
    return decision.child.values


def _age_demanded(answers: Answers) -> frozenset[SubjectId]:
    """Workers whose age has to be answered, because somebody saw that a child may be here."""
    meaning = answers.checklist.meaning
    if not answers.chose(meaning.child_seen):
        return frozenset()
    asked = {worker: answers.of(meaning.age.question, worker).state for worker in answers.workers}
    settled = (Answered.ANSWERED, Answered.UNSEEN)
    return frozenset(worker for worker, state in asked.items() if state not in settled)


def _missing(answers: Answers, sections: tuple[SectionView, ...]) -> tuple[Missing, ...]:
    age, demanded = answers.checklist.meaning.age.question, _age_demanded(answers)
    found = []
    for asked in (one for view in sections for one in view.asked):
        firm = asked.question == age and asked.subject in demanded
        if firm or asked.answer.state is Answered.BLANK:
            need = answers.checklist.questions[asked.question].need
            found.append(Missing(question=asked.question, subject=asked.subject, need=need, firm=firm))
    return tuple(found)


def _alerts(answers: Answers) -> tuple[Alert, ...]:
    """Flags by the answers that stand, also of questions that another answer has hidden since."""
    found = []
    for question in answers.checklist.questions.values():
        if question.raises is None:
            continue
        flag = answers.checklist.flags[question.raises.flag]
        for subject in _subjects(answers, repeated=answers.checklist.repeated(question.id)):
            if answers.of(question.id, subject).meets(question.raises.when):
                found.append(Alert(flag=flag.code, question=question.id, subject=subject, urgent=flag.urgent))
    return tuple(found)


def _judged(answers: Answers, worker: SubjectId) -> bool:
    needed = answers.checklist.meaning.indicator_view
    return all(answers.of(question, worker).state is Answered.ANSWERED for question in needed)


def _pay(
    answers: Answers, tables: Tables, paths: Mapping[SubjectId, Path]
) -> dict[tuple[str, SubjectId], Comparison]:
    """Stated pay against the rates in force on the day: prompts for an officer, never findings."""
    role = answers.checklist.meaning.pay
    found: dict[tuple[str, SubjectId], Comparison] = {}
    for question, subjects, read in (
        (role.paper, (VISIT,), hourly),
        (role.stated, answers.workers, stated),
    ):
        for subject in subjects:
            values = sorted(answers.of(question, subject).values)
            if values:
                bands = tables.rates.bands_on(tables.day, adult=paths.get(subject) is Path.ADULT)
                pay = read(values[0]) if len(values) == 1 else None
                found[(question, subject)] = compare(pay, bands)
    return found


def computed(evaluation: Evaluation, when: str, question: str, subject: SubjectId) -> Truth:
    """The truth of a computed rule for an answer; open for any rule that is not computed."""
    if when != BELOW_RATE:
        return Truth.OPEN
    comparison = evaluation.pay.get((question, subject))
    return Truth.OPEN if comparison is None else comparison.result

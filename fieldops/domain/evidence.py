"""What the answers say of one indicator: present, absent or not known, and which of them say so.

For a worker only that worker's own direct answers count. What was seen of the premises stands beside them
as context, for it may not be true of this person; so does what was said within hearing of those in charge.
The premises as such (subject `visit`) are judged by the visit's own questions.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, filterfalse

from fieldops.domain.author import Author
from fieldops.domain.checklist.answers import VISIT, Answers
from fieldops.domain.checklist.conditions import Condition, Test, Truth
from fieldops.domain.checklist.disputes import Given
from fieldops.domain.checklist.evaluation import Evaluation, computed
from fieldops.domain.checklist.paper import Evidence, Question
from fieldops.domain.ids import EntryId, SubjectId
from fieldops.domain.indicators import Indicator

OVERHEARD = "overheard"
OF_THE_PREMISES = "premises"


class Presence(StrEnum):
    """What is known of one indicator."""

    PRESENT = "present"
    ABSENT = "absent"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An answer that speaks for an indicator. A withheld one says no more than that it exists."""

    entry: EntryId | None
    question: str | None
    author: Author | None
    direct: bool
    lowered: str | None  # why a direct answer counts as support only
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One indicator for one subject. `settle` are the questions that would show whether it is present."""

    indicator: Indicator
    presence: Presence
    direct: tuple[Source, ...]
    support: tuple[Source, ...]
    settle: tuple[str, ...]


@dataclass(slots=True)
class Hearing:
    """One subject's answers; what follows for a question is worked out once for all indicators."""

    evaluation: Evaluation
    subject: SubjectId
    _shown: dict[Condition, Truth] = field(default_factory=dict)
    _unsettled: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def answers(self) -> Answers:
        return self.evaluation.answers

    def shown(self, question: Question) -> Truth:
        if question.show_if is None:
            return Truth.YES
        if question.show_if not in self._shown:
            self._shown[question.show_if] = self.answers.holds(question.show_if, self.subject)
        return self._shown[question.show_if]

    def unsettled(self, question: Question) -> tuple[str, ...]:
        """What has to be answered before this question says yes or no; nothing if it already does."""
        if question.id not in self._unsettled:
            self._unsettled[question.id] = _left_to_ask(question, self)
        return self._unsettled[question.id]


def find(indicator: Indicator, hearing: Hearing) -> Finding:
    """What is known of an indicator. Absent: every question that could show it was answered otherwise."""
    rules = _rules(indicator, hearing.answers, hearing.subject)
    sources = list(chain.from_iterable(_sources(question, rule, hearing) for question, rule in rules))
    direct, support = tuple(filter(_counts, sources)), tuple(filterfalse(_counts, sources))
    if direct:
        return Finding(
            indicator=indicator, presence=Presence.PRESENT, direct=direct, support=support, settle=()
        )
    deciding = _deciding(rules, hearing.answers, hearing.subject)
    settle = first_of(map(hearing.unsettled, deciding))
    presence = _presence(deciding, settle, sources)
    return Finding(
        indicator=indicator,
        presence=presence,
        direct=(),
        support=support,
        settle=settle if presence is Presence.NOT_KNOWN else (),
    )


def _rules(
    indicator: Indicator, answers: Answers, subject: SubjectId
) -> tuple[tuple[Question, Evidence], ...]:
    """The checklist's rules on an indicator, in the order of its questions."""
    rules = answers.checklist.speaking_for.get(indicator.code, ())
    if subject != VISIT:
        return rules
    return tuple((question, rule) for question, rule in rules if not answers.checklist.repeated(question.id))


def first_of(several: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Every name once, in the order of its first mention."""
    return tuple(dict.fromkeys(chain.from_iterable(several)))


def _sources(question: Question, rule: Evidence, hearing: Hearing) -> list[Source]:
    meant = _meant(question, rule, hearing)
    if not meant:
        return []
    lowered = _lowered(question, hearing.answers, hearing.subject) if rule.direct else None
    return [
        Source(
            entry=one.standing.entry.id,
            question=question.id,
            author=one.standing.author,
            direct=rule.direct,
            lowered=lowered,
        )
        for one in meant
    ]


def _meant(question: Question, rule: Evidence, hearing: Hearing) -> tuple[Given, ...]:
    answer = hearing.answers.of(question.id, hearing.subject)
    if not answer.given:
        return ()
    where = hearing.subject if hearing.answers.checklist.repeated(question.id) else VISIT
    if any(computed(hearing.evaluation, when, question.id, where) is Truth.YES for when in rule.when):
        return answer.given
    return answer.meets(rule.when)


def _lowered(question: Question, answers: Answers, subject: SubjectId) -> str | None:
    if subject == VISIT:
        return None
    if not answers.checklist.repeated(question.id):
        return OF_THE_PREMISES
    return OVERHEARD if _overheard(question, answers, subject) else None


def _overheard(question: Question, answers: Answers, subject: SubjectId) -> bool:
    talk = answers.checklist.meaning.talk
    return question.to == talk.asked_of and answers.chose(talk.overheard, subject)


def _counts(source: Source) -> bool:
    """Whether an answer makes the indicator present; otherwise it is a prompt to ask more."""
    return source.direct and source.lowered is None


def _deciding(
    rules: tuple[tuple[Question, Evidence], ...], answers: Answers, subject: SubjectId
) -> tuple[Question, ...]:
    """The questions whose direct answers decide: the worker's own, and the visit's where there are none."""
    direct = {question.id: question for question, rule in rules if rule.direct}
    own = tuple(one for one in direct.values() if answers.checklist.repeated(one.id))
    return own if own and subject != VISIT else tuple(direct.values())


def _presence(deciding: tuple[Question, ...], settle: tuple[str, ...], sources: list[Source]) -> Presence:
    """Of an indicator that no answer shows."""
    asked = {question.id for question in deciding}
    said = {one.question for one in sources if one.direct}
    return Presence.NOT_KNOWN if settle or asked & said or not asked else Presence.ABSENT


def _left_to_ask(question: Question, hearing: Hearing) -> tuple[str, ...]:
    shown = hearing.shown(question)
    if shown is Truth.OPEN and question.show_if is not None:
        questions = hearing.answers.checklist.questions
        leaves = _open_leaves(question.show_if, hearing.answers, hearing.subject)
        return first_of(hearing.unsettled(questions[one]) or (one,) for one in leaves)
    settled = shown is Truth.NO or _settled(question, hearing.answers, hearing.subject)
    return () if settled else (question.id,)


def _settled(question: Question, answers: Answers, subject: SubjectId) -> bool:
    """Whether the question has an answer that is neither "not known" nor given within hearing, and no rival
    says that there is none."""
    answer = answers.of(question.id, subject)
    unclear = answer.left_open or answer.values & answers.checklist.meaning.not_known
    return bool(answer.given) and not unclear and not _overheard(question, answers, subject)


def _open_leaves(condition: Condition, answers: Answers, subject: SubjectId) -> tuple[str, ...]:
    if not isinstance(condition, Test):
        return first_of(_open_leaves(part, answers, subject) for part in condition.parts)
    return (condition.question,) if answers.holds(condition, subject) is Truth.OPEN else ()

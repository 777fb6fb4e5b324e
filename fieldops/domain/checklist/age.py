"""Whether a person is treated as a child. Until age is settled, somebody who might be under 18 is.

Once a person has been put down as a child or as unsure, only a council's recorded decision lifts it.
What its own author withdrew, as a slip of the finger, does not count; what a colleague withdrew does.
"""

from collections.abc import Iterable
from enum import StrEnum

from fieldops.domain.access import may_decide, same_hand
from fieldops.domain.checklist.answers import Answers
from fieldops.domain.checklist.meaning import Age
from fieldops.domain.ids import SubjectId
from fieldops.domain.kinds import RULING, WITHDRAWAL
from fieldops.domain.visit import Standing, said


class Path(StrEnum):
    """The path a person's referral takes."""

    ADULT = "adult"
    CHILD = "child"
    UNKNOWN = "unknown"  # age has not been asked yet


def path_of(answers: Answers, worker: SubjectId) -> Path:
    """The path of one worker, from the age answers, their history, and any council's decision."""
    age = answers.checklist.meaning.age
    decided = _decided(answers, worker)
    if decided is not None:
        return decided
    now = answers.of(age.question, worker).values
    ever = _ever_said(answers, worker)
    if ever & (age.child | age.unsure) or now & age.undisclosed:
        return Path.CHILD
    if not now & age.adult:
        return Path.UNKNOWN
    return Path.CHILD if ever & age.undisclosed and not _reasoned(answers, worker) else Path.ADULT


def _ever_said(answers: Answers, worker: SubjectId) -> frozenset[str]:
    """Every age answer ever given, corrected since or not, unless its own author took it back as a slip."""
    register = answers.known.registers.get((worker, answers.checklist.meaning.age.question))
    history = register.history if register is not None else ()
    kept = [said(one.entry).value for one in history if not _was_a_slip(one, history)]
    return frozenset(value for value in kept if isinstance(value, str))


def _was_a_slip(standing: Standing, history: Iterable[Standing]) -> bool:
    """Whether the author of an answer took it back themselves."""
    back = [one.entry for one in history if same_hand(one.author, standing.author) and _takes_back(one)]
    return any(standing.entry.id in entry.supersedes for entry in back)


def _takes_back(standing: Standing) -> bool:
    return standing.entry.kind == WITHDRAWAL


def _reasoned(answers: Answers, worker: SubjectId) -> bool:
    """Whether an officer who puts down an adult wrote down why: by a ruling, or in a note beside it."""
    age = answers.checklist.meaning.age
    given = answers.of(age.question, worker).given
    adults = [one.standing.entry for one in given if one.value in age.adult]
    return any(one.kind == RULING or one.note is not None for one in adults)


def _decided(answers: Answers, worker: SubjectId) -> Path | None:
    """The decision of those who may make it; where two differ, the careful one. Anybody may be careful."""
    age = answers.checklist.meaning.age
    made = _decisions(answers, worker)
    by_right = [one for one in made if may_decide(one.author, age.deciders)]
    if not all(_says_adult(age, one) for one in by_right or made):
        return Path.CHILD
    return Path.ADULT if by_right else None


def _decisions(answers: Answers, worker: SubjectId) -> list[Standing]:
    """The decisions about this person that can still be read."""
    kind = answers.checklist.meaning.age.decision_kind
    acts = [one for one in answers.known.acts if one.entry.kind == kind and one.entry.subject == worker]
    return [one for one in acts if isinstance(one.entry.value, dict)]


def _says_adult(age: Age, decision: Standing) -> bool:
    value = decision.entry.value
    return isinstance(value, dict) and value.get("decision") in age.decision_adult

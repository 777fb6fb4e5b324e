"""Whether a person is treated as a child. Until age is settled, somebody who might be under 18 is.

Once a person has been put down as a child or as unsure, only a council's recorded decision lifts it;
an entry that was withdrawn, as a slip of the finger, does not count.
"""

from enum import StrEnum

from fieldops.domain.checklist.answers import Answers
from fieldops.domain.ids import SubjectId
from fieldops.domain.visit import said


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
    if _ever_said(answers, worker) & (age.child | age.unsure) or now & age.undisclosed:
        return Path.CHILD
    return Path.ADULT if now & age.adult else Path.UNKNOWN


def _ever_said(answers: Answers, worker: SubjectId) -> frozenset[str]:
    """Every age answer ever given and not taken back, whether or not it was corrected since."""
    register = answers.known.registers.get((worker, answers.checklist.meaning.age.question))
    if register is None:
        return frozenset()
    kept = [said(one.entry).value for one in register.history if one.entry.id not in register.withdrawn]
    return frozenset(value for value in kept if isinstance(value, str))


def _decided(answers: Answers, worker: SubjectId) -> Path | None:
    """The council's decision; where two differ, the careful one."""
    age = answers.checklist.meaning.age
    decisions = [
        one.entry.value.get("decision")
        for one in answers.known.acts
        if one.entry.kind == age.decision_kind
        and one.entry.subject == worker
        and isinstance(one.entry.value, dict)
    ]
    if not decisions:
        return None
    return Path.ADULT if all(one in age.decision_adult for one in decisions) else Path.CHILD

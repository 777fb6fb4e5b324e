"""Which figures rest on answers that officers differ about and nobody has ruled on, visit by visit.

The one rule: it is worked out from what the reader may open, so that no other dispute shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from fieldops.domain.checklist.answers import Answers, read_answers
from fieldops.domain.checklist.disputes import Dispute
from fieldops.domain.checklist.paper import Checklist
from fieldops.domain.counting_rules import Condition, Counting, Rule, Split
from fieldops.domain.ids import VisitId
from fieldops.domain.visit import Known, Standing, State, said

Rivals = Mapping[str, set[str]]  # by question in dispute, the values that stand against each other
NOT_CHOSEN = ""
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Disputes:
    """By figure, the visits at which what it is counted from is in dispute, and by part of a figure."""

    figures: Mapping[str, frozenset[VisitId]]
    parts: Mapping[tuple[str, str], frozenset[VisitId]]

    def of(self, figure: str) -> frozenset[VisitId]:
        return self.figures.get(figure, frozenset())

    def of_part(self, figure: str, part: str) -> frozenset[VisitId]:
        return self.parts.get((figure, part), frozenset())


def open_disputes(
    asked_by: Mapping[VisitId, Checklist], known: Mapping[VisitId, Known], read: Mapping[VisitId, Answers]
) -> dict[VisitId, tuple[Dispute, ...]]:
    """What nobody has ruled on, by visit; `read` are answers at hand, used where they are of the same."""
    return {
        visit: (read[visit] if read[visit].known is one else read_answers(asked_by[visit], one)).disputes
        for visit, one in known.items()
    }


def disputes(counting: Counting, found: Mapping[VisitId, Sequence[Dispute]]) -> Disputes:
    """A part of a split figure is disputed where one rival would bring the visit to it, and another not."""
    figures: dict[str, set[VisitId]] = {}
    parts: dict[tuple[str, str], set[VisitId]] = {}
    differing = {visit: rivals for visit, one in found.items() if (rivals := _rivals(one))}
    for visit, rivals in differing.items():
        for rule in counting.rules:
            touched = _parts(rule, rivals)
            for part in touched:
                parts.setdefault((rule.id, part), set()).add(visit)
            if touched or _decided_by(rule, rivals):
                figures.setdefault(rule.id, set()).add(visit)
    return Disputes(_fixed(figures), _fixed(parts))


def _fixed(found: Mapping[Key, set[VisitId]]) -> dict[Key, frozenset[VisitId]]:
    return {key: frozenset(visits) for key, visits in found.items()}


def _rivals(found: Sequence[Dispute]) -> dict[str, set[str]]:
    rivals: dict[str, set[str]] = {}
    for dispute in found:
        rivals.setdefault(dispute.question, set()).update(_values(dispute))
    return rivals


def _values(dispute: Dispute) -> set[str]:
    """What the rivals say; an option that one chose and another did not stands against no option."""
    _, _, option = dispute.field.partition(":")
    return {option, NOT_CHOSEN} if option else {_value(standing) for standing in dispute.rivals}


def _value(standing: Standing) -> str:
    """The option that an entry chose, or the value it gave; nothing where it says that there is no answer."""
    _, _, option = standing.entry.field.partition(":")
    told = said(standing.entry)
    return option or (str(told.value) if told.state is State.ANSWERED else NOT_CHOSEN)


def _parts(rule: Rule, rivals: Rivals) -> set[str]:
    """The parts of a split that some of the rivals would bring a visit to."""
    by = rule.by or Split()
    values = rivals.get(by.question or "", set()) - {NOT_CHOSEN}
    led = {value if not by.order or value in by.order else by.otherwise for value in values}
    return {part for part in led if part is not None}


def _decided_by(rule: Rule, rivals: Rivals) -> bool:
    """Whether the rivals decide if anything is counted, or how much."""
    return rule.sum_question in rivals or any(_undecided(one, rivals) for one in (*rule.when, *rule.unless))


def _undecided(condition: Condition, rivals: Rivals) -> bool:
    values = rivals.get(condition.question or "")
    if not values or condition.values is None:
        return False
    return bool(values & condition.values) and bool(values - condition.values)

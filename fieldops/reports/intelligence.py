"""The graded intelligence that a copy of the report may carry: each item as its handling lets it leave.

What was written by somebody who is not trained to submit it is a note with a grade, and no item.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fieldops.domain.access import words_given
from fieldops.domain.ids import AgencyCode, OfficerId, VisitId
from fieldops.domain.intelligence import grade_words, handling_words, read_graded
from fieldops.domain.kinds import INTELLIGENCE
from fieldops.domain.visit import Known, Standing
from fieldops.domain.who import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of intelligence in this copy."""

    visit: VisitId
    grade: str
    words: str
    handling: str
    agency: AgencyCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Intelligence:
    """The items of a copy, and how many the reader may look at here but not take away."""

    items: tuple[Item, ...] = ()
    kept: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What somebody must bring to submit an item, and what each officer brings."""

    wanted: frozenset[str]
    brings: Mapping[OfficerId, frozenset[str]]

    def has(self, officer: OfficerId) -> bool:
        return bool(self.brings.get(officer, frozenset()) & self.wanted)


def intelligence(reader: Reader, known: Mapping[VisitId, Known], training: Training) -> Intelligence:
    """Everything submitted, as far as it may leave with this reader."""
    items, kept = [], 0
    for visit, held in known.items():
        for act in held.acts:
            if act.entry.kind != INTELLIGENCE or not training.has(act.author.officer):
                continue
            item = _item(reader, visit, act)
            items += [item] if item is not None else []
            kept += item is None
    return Intelligence(items=tuple(items), kept=kept)


def _item(reader: Reader, visit: VisitId, act: Standing) -> Item | None:
    graded = read_graded(act.entry.value)
    words = None if graded is None else words_given(reader, act.author, graded)
    if graded is None or words is None:
        return None
    return Item(
        visit=visit,
        grade=grade_words(graded),
        words=words,
        handling=handling_words(graded),
        agency=act.author.agency,
    )

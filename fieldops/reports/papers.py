"""The published papers an operation is reported by, and their words for the parts of a figure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from fieldops.domain.checklist.paper import Checklist, Question, parse_checklist
from fieldops.domain.classes import Classes, parse_classes
from fieldops.domain.counting_rules import Counting, Rule, Split, parse_counting
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import PaperHash
from fieldops.domain.indicators import IndicatorSet, parse_indicators
from fieldops.domain.operation import Operation, PlannedVisit
from fieldops.domain.rates import Rates, parse_rates
from fieldops.domain.reading import Part, as_part
from fieldops.store import published
from fieldops.store.directory import agencies_of
from fieldops.store.plans import visits

COUNTING = "counting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What the figures are counted by and named after."""

    checklist: Checklist
    earlier: Mapping[PaperHash, Checklist]  # editions with which visits stay that began with them
    classes: Classes
    indicators: IndicatorSet
    rates: Rates
    counting: Counting
    counting_hash: PaperHash
    agencies: Mapping[str, str]
    parts: Mapping[tuple[str, str], Mapping[str, str]]  # (kind of act, part) -> the words of its values
    trained: Mapping[
        str, frozenset[str]
    ]  # kind of act -> what somebody must bring to submit one; none: anything

    def checklist_at(self, visit: PlannedVisit) -> Checklist:
        """The edition by which a visit is run."""
        return self.checklist if visit.checklist is None else self.earlier[visit.checklist]

    def question(self, name: str) -> Question | None:
        """A question, in the newest edition that asks it."""
        asking = (one.questions.get(name) for one in (self.checklist, *self.earlier.values()))
        return next((one for one in asking if one is not None), None)

    def split_words(self, rule: Rule, value: str) -> str:
        """The words of one part of a figure; the value itself where no paper has words for it."""
        by = rule.by or Split()
        if by.words:
            return dict(by.words).get(value, value)
        if by.question is not None:
            return self._option(by.question, value)
        if by.part is not None:
            return self._part(str(rule.kind), by.part, value)
        arms = {arm.code: arm.words for arm in self.counting.arms} if by.arm else {}
        return arms.get(value) or self.agencies.get(value, value)

    def _option(self, question: str, value: str) -> str:
        asked = self.question(question)
        if asked is None or not asked.options:  # a language, named once for all questions
            return self.checklist.label(self.checklist.meaning.languages_heard, value)
        return next((one.label for one in asked.options if one.value == value), value)

    def _part(self, kind: str, part: str, value: str) -> str:
        found = self.parts.get((kind, part), {}).get(value)
        return found or self.agencies.get(value, value or "Not said")


def read_papers(session: Session, operation: Operation) -> Papers:
    """The papers of an operation; the counting rules are the newest published."""
    checklist = _paper(session, operation.papers.checklist)
    stays = {one.checklist for one in visits(session, operation.id) if one.checklist is not None}
    counting = next(
        (one for one in published.papers_of_kind(session, COUNTING) if one.name == COUNTING), None
    )
    if counting is None:
        raise Refusal("paper_missing", "The counting rules have not been published.")
    return Papers(
        checklist=parse_checklist(checklist),
        earlier={name: parse_checklist(_paper(session, name)) for name in sorted(stays)},
        classes=parse_classes(_paper(session, operation.papers.classes)),
        indicators=parse_indicators(_paper(session, operation.papers.indicators)),
        rates=parse_rates(_paper(session, operation.papers.rates)),
        counting=parse_counting(_paper(session, counting.hash)),
        counting_hash=counting.hash,
        agencies={str(code): name for code, name in agencies_of(session, operation.id).items()},
        parts=_parts(as_part(checklist, "checklist")),
        trained=_trained(as_part(checklist, "checklist")),
    )


def _paper(session: Session, name: PaperHash) -> object:
    data = published.paper(session, name)
    if data is None:
        raise Refusal("paper_missing", "A paper this operation is run by is not here.", paper=name)
    found: object = json.loads(data)
    return found


def _trained(checklist: Part) -> dict[str, frozenset[str]]:
    return {one.text("kind"): frozenset(one.texts("capabilities")) for one in checklist.parts("acts")}


def _parts(checklist: Part) -> dict[tuple[str, str], dict[str, str]]:
    """The words of every choice in the acts a checklist offers; some choices point to the list of routes."""
    routes = {route.text("code"): route.text("words") for route in checklist.parts("routes")}
    found = {}
    for act in checklist.parts("acts"):
        for field in act.parts("fields"):
            options = {one.text("value"): one.text("label") for one in field.parts("options")}
            found[act.text("kind"), field.text("name")] = options or (
                routes if field.has("options_from") else {}
            )
    return found

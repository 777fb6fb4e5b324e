"""Indicator patterns over an operation: how many people and premises show which, from direct answers alone.

The one rule: a person is scored only after an officer's own judgement of them was complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldops.domain.checklist.age import Path
from fieldops.domain.checklist.evaluation import Evaluation
from fieldops.domain.classes import class_of
from fieldops.domain.counting import VISIT
from fieldops.domain.evidence import Presence
from fieldops.domain.ids import ClassCode, SubjectId, VisitId
from fieldops.domain.scoring import score
from fieldops.reports.papers import Papers

PerVisit = dict[VisitId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """Numbers of people by category and by dimension, and of visits by indicator seen at the premises."""

    categories: dict[str, PerVisit] = field(default_factory=dict)
    dimensions: dict[str, dict[str, PerVisit]] = field(default_factory=dict)
    premises: dict[str, PerVisit] = field(default_factory=dict)
    accounts: frozenset[ClassCode] = frozenset()  # the classes that people's patterns rest on
    places: frozenset[ClassCode] = frozenset()  # the classes that the premises' patterns rest on


def patterns(papers: Papers, evaluations: Mapping[VisitId, Evaluation]) -> Patterns:
    """The patterns as far as the entries at hand can show them."""
    found = Patterns(
        categories={one.words: {} for one in papers.indicators.adult_categories},
        dimensions={one.name: {} for one in papers.indicators.dimensions},
        accounts=_classes(papers, repeated=True),
        places=_classes(papers, repeated=False),
    )
    for visit, evaluation in evaluations.items():
        for worker in evaluation.indicator_view:
            _score_person(found, papers, visit, evaluation, worker)
        _score_place(found, papers, visit, evaluation)
    return found


def _score_person(
    found: Patterns, papers: Papers, visit: VisitId, evaluation: Evaluation, worker: SubjectId
) -> None:
    names = {one.code: one.name for one in papers.indicators.dimensions}
    child = evaluation.paths.get(worker) is Path.CHILD
    scoring = score(papers.indicators, evaluation, worker, child=child)
    _add(found.categories.setdefault(scoring.category.words, {}), visit)
    for one in scoring.dimensions:
        _add(found.dimensions[names[one.dimension]].setdefault(one.result.value, {}), visit)


def _score_place(found: Patterns, papers: Papers, visit: VisitId, evaluation: Evaluation) -> None:
    for finding in score(papers.indicators, evaluation, VISIT, child=False).findings:
        if finding.presence is Presence.PRESENT and finding.direct:
            _add(found.premises.setdefault(finding.indicator.label, {}), visit)


def _add(counts: PerVisit, visit: VisitId) -> None:
    counts[visit] = counts.get(visit, 0) + 1


def _classes(papers: Papers, *, repeated: bool) -> frozenset[ClassCode]:
    """The classes of what is judged on: for people the judgement itself, for places every direct answer."""
    checklist = papers.checklist
    if repeated:
        judged = checklist.meaning.judgement.question
        return frozenset({class_of(papers.classes, field=judged, kind="answer", subject="worker:")})
    return frozenset(
        class_of(papers.classes, field=question.id, kind="answer", subject=VISIT)
        for question in checklist.questions.values()
        if not checklist.repeated(question.id) and any(one.direct for one in question.evidences)
    )

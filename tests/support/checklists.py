"""The published papers as the seeds hold them, and evaluations and scores as the vectors write them."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from fieldops.domain.checklist.answers import Answered
from fieldops.domain.checklist.conditions import parse_condition
from fieldops.domain.checklist.evaluation import Evaluation, SectionView, Tables, evaluate
from fieldops.domain.checklist.paper import Checklist
from fieldops.domain.evidence import Presence, Source
from fieldops.domain.ids import EntryId
from fieldops.domain.rates import Rates
from fieldops.domain.reading import as_part
from fieldops.domain.scoring import Scoring
from tests.support.entries import known

REFERENCE = Path(__file__).resolve().parents[2] / "seeds" / "reference"


def paper(name: str) -> Any:
    """A paper of the reference data, as it is published."""
    return yaml.safe_load((REFERENCE / name).read_text(encoding="utf-8"))


def evaluated(
    case: Mapping[str, Any], checklist: Checklist, rates: Rates, authors: Mapping[str, Any]
) -> Evaluation:
    """A vector's case, folded and evaluated."""
    tables = Tables(
        rates=rates,
        day=date.fromisoformat(case.get("day", "2027-02-09")),
        sections_on=frozenset(case.get("sections_on", ())),
        unseen=frozenset(case.get("unseen", ())),
    )
    return evaluate(checklist, known(case["entries"], authors, checklist.right), tables)


def held(case: Mapping[str, Any], evaluation: Evaluation) -> list[str]:
    """Whether each of a case's own conditions holds, as yes, no or not_known."""
    return [
        evaluation.answers.holds(
            parse_condition(as_part(one["condition"], "condition")), one["subject"]
        ).value
        for one in case.get("conditions", ())
    ]


def plain(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation in the form in which checklist.json expects it."""
    asked: dict[str, list[str]] = {}
    for view in evaluation.sections:
        asked.setdefault(view.subject, []).extend(one.question for one in view.asked)
    return {
        "asked": asked,
        "answers": [_answer(one) for view in evaluation.sections for one in view.asked if _said(one)],
        "disputes": [
            [one.subject, one.field, [rival.entry.id for rival in one.rivals], sorted(one.outweighed)]
            for one in evaluation.answers.disputes
        ],
        "closed": [
            {"subject": one.subject, "question": one.question, "options": sorted(one.closed)}
            for view in evaluation.sections
            for one in view.asked
            if one.closed
        ],
        "missing": {
            need: [[one.subject, one.question] for one in evaluation.missing if one.need == need]
            for need in ("must", "should", "could")
        },
        "firm": [[one.subject, one.question] for one in evaluation.missing if one.firm],
        "alerts": [
            {"flag": one.flag, "question": one.question, "subject": one.subject, "urgent": one.urgent}
            for one in evaluation.alerts
        ],
        "pay": [
            {"question": question, "subject": subject, "result": one.result.value, "below": list(one.below)}
            for (question, subject), one in evaluation.pay.items()
        ],
        "paths": {worker: path.value for worker, path in evaluation.paths.items()},
        "indicator_view": sorted(evaluation.indicator_view),
        "sections": [_section(view) for view in evaluation.sections],
        "signable": evaluation.signable,
        "signed": evaluation.signed,
    }


def _said(one: Any) -> bool:
    return one.answer.state not in (Answered.BLANK, Answered.UNSEEN) or one.answer.disputed


def _answer(one: Any) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "question": one.question,
        "state": one.answer.state.value,
        "given": [[given.value, given.standing.entry.id] for given in one.answer.given],
        "reasons": list(one.answer.reasons),
        "disputed": one.answer.disputed,
    }


def _section(view: SectionView) -> list[Any]:
    counts = [
        view.count(state)
        for state in (Answered.ANSWERED, Answered.NOT_ASKED, Answered.BLANK, Answered.UNSEEN)
    ]
    return [view.section, view.subject, *counts, view.must_left, view.status]


def scored(result: Scoring) -> dict[str, Any]:
    """A score in the form in which scoring.json expects it."""
    return {
        "present": {one.indicator.code: _entries(one.direct) for one in result.findings if one.direct},
        "support": {
            one.indicator.code: [[source.entry, source.direct, source.lowered] for source in one.support]
            for one in result.findings
            if one.support
        },
        "absent": [one.indicator.code for one in result.findings if one.presence is Presence.ABSENT],
        "settle": {one.indicator.code: list(one.settle) for one in result.findings if one.settle},
        "dimensions": {
            one.dimension: {
                "result": one.result.value,
                "tally": [one.tally.strong, one.tally.medium, one.tally.weak],
                "could_flip": list(one.could_flip),
                "settle": list(one.settle),
            }
            for one in result.dimensions
        },
        "category": result.category.id,
        "might_be": result.might_be.id,
        "second_lens": {
            one.lens.id: [one.holds, list(one.involuntariness), list(one.penalty)]
            for one in result.second_lens
        },
        "ilo": {name: list(codes) for name, codes in result.ilo.items()},
        "inputs": sorted(result.inputs),
    }


def _entries(sources: Iterable[Source]) -> list[EntryId | None]:
    return [one.entry for one in sources]

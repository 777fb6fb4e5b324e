"""Indicators are scored as the published rule says, and a score says what it rests on."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain.checklist.paper import parse_checklist
from fieldops.domain.errors import Refusal
from fieldops.domain.evidence import Presence
from fieldops.domain.ids import SubjectId
from fieldops.domain.indicators import Tally, parse_indicators
from fieldops.domain.rates import parse_rates
from fieldops.domain.scoring import Result, Scoring, masked, score
from tests.support.checklists import evaluated, paper, scored

FOLDER = Path(__file__).resolve().parents[2] / "fieldops/sync/protocol/vectors"
VECTORS = json.loads((FOLDER / "scoring.json").read_text(encoding="utf-8"))
PAPERS = json.loads((FOLDER / "checklist.json").read_text(encoding="utf-8"))
CHECKLIST = parse_checklist(PAPERS["checklist"])
RATES = parse_rates(PAPERS["rates"])
SET = parse_indicators(VECTORS["indicators"])
WORKER = "worker:wwwwwwwwwwwwwwww"


def scoring(entries: list[dict[str, Any]], subject: str = WORKER, *, child: bool = False) -> Scoring:
    evaluation = evaluated({"entries": entries}, CHECKLIST, RATES, VECTORS["authors"])
    return score(SET, evaluation, SubjectId(subject), child=child)


def said(name: str, field: str, value: Any = "Y") -> dict[str, Any]:
    return {"id": name, "field": field, "value": value, "subject": WORKER}


TALK = [{"id": "in", "field": "START-03", "value": "entered"}, said("talk", "WK0-06")]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_score_agrees_with_its_vectors(case: dict[str, Any]) -> None:
    assert scored(scoring(case["entries"], case["subject"], child=case["child"])) == case["expected"]


@pytest.mark.parametrize(("strong", "medium", "weak", "positive"), VECTORS["rule"])
def test_the_dimension_rule_is_the_published_one(strong: int, medium: int, weak: int, positive: bool) -> None:
    assert SET.positive(Tally(strong, medium, weak)) is positive


def test_the_rule_says_the_same_as_its_own_words() -> None:
    for s in range(4):
        for m in range(6):
            for w in range(6):
                words = s >= 2 or (s >= 1 and m + w >= 1) or m >= 3 or (m >= 2 and w >= 1)
                assert SET.positive(Tally(s, m, w)) is words, (s, m, w)


def test_the_first_pattern_that_is_met_counts() -> None:
    for positive, child, category in VECTORS["categories"]:
        assert SET.category(frozenset(positive), child=child).id == category, (positive, child)


def test_the_set_holds_67_indicators_for_adults_and_65_for_children() -> None:
    assert sum(one.adult is not None for one in SET.indicators) == 67
    assert sum(one.child is not None for one in SET.indicators) == 65


def test_every_indicator_can_be_shown_by_a_direct_answer() -> None:
    direct = {code for code, rules in CHECKLIST.speaking_for.items() if any(rule.direct for _, rule in rules)}
    assert direct == {one.code for one in SET.indicators}


def test_the_checklist_names_the_set_that_is_published() -> None:
    assert CHECKLIST.indicator_set == f"{SET.id}@{SET.version}"
    assert VECTORS["indicators"] == paper("indicators/ilo-ec-delphi-2009-labour.yaml")


PAPERS_KEPT, THREATENED = said("papers", "WK3-01", "cannot"), said("threat", "WK4-03")


def test_an_indicator_that_a_withheld_answer_shows_is_present_and_its_source_says_no_more() -> None:
    own, wider = scoring([*TALK, PAPERS_KEPT]), scoring([*TALK, PAPERS_KEPT, THREATENED])
    told = masked(SET, own, wider)
    sources = {one.indicator.code: one.direct for one in told.findings if one.direct}
    assert [(one.entry, one.question, one.author, one.withheld) for one in sources["CD09"]] == [
        (None, None, None, True)
    ]
    assert sources["CD01"][0].entry == "papers"
    assert (told.dimensions, told.category) == (wider.dimensions, wider.category)
    assert told.inputs == {"papers"}


def test_a_withheld_answer_that_denies_an_indicator_tells_nothing() -> None:
    own, wider = (
        scoring(TALK),
        scoring([*TALK, said("threat", "WK4-03", "N"), said("papers", "WK3-01", "self")]),
    )
    assert {one.presence for one in wider.findings} > {one.presence for one in own.findings}
    assert masked(SET, own, wider) == own


def test_a_score_says_which_set_it_was_made_with() -> None:
    result = scoring(TALK)
    assert (result.set_id, result.set_version) == (SET.id, SET.version)


@pytest.mark.parametrize(
    ("change", "value"),
    [
        (("indicators", 0, "adult"), "X"),
        (("indicators", 0, "dim"), "ZZ"),
        (("dimension_rule", "positive_if_any"), [{"huge": 2}]),
        (("dimension_rule", "positive_if_any"), [{}]),
        (("combination_rule", "adult_categories", 0, "needs"), {"all": ["ZZ"]}),
        (("combination_rule", "adult_categories", 0, "needs"), "EX"),
    ],
)
def test_a_set_that_cannot_be_scored_by_is_refused(change: tuple[Any, ...], value: Any) -> None:
    broken = json.loads(json.dumps(VECTORS["indicators"]))
    place = broken
    for step in change[:-1]:
        place = place[step]
    place[change[-1]] = value
    with pytest.raises(Refusal) as refused:
        parse_indicators(broken)
    assert refused.value.code == "paper_malformed"


DIRECT = sorted(
    (question.id, when, question.type)
    for question in CHECKLIST.questions.values()
    if CHECKLIST.repeated(question.id) and question.type in ("single", "multi")
    for rule in question.evidences
    if rule.direct
    for when in rule.when
)


def answers(chosen: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    return [
        said(f"e{n}", f"{question}:{when}", "Y") if kind == "multi" else said(f"e{n}", question, when)
        for n, (question, when, kind) in enumerate(chosen)
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(DIRECT), unique=True, max_size=12), st.booleans())
def test_another_direct_answer_never_takes_a_pattern_away(
    chosen: list[tuple[str, str, str]], child: bool
) -> None:
    before = scoring([*TALK, *answers(chosen[:-1])], child=child)
    after = scoring([*TALK, *answers(chosen)], child=child)
    positive = {one.dimension for one in before.dimensions if one.result is Result.POSITIVE}
    assert positive <= {one.dimension for one in after.dimensions if one.result is Result.POSITIVE}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(DIRECT), unique=True, max_size=12))
def test_everything_shown_points_to_an_answer_that_stands(chosen: list[tuple[str, str, str]]) -> None:
    entries = [*TALK, *answers(chosen)]
    result = scoring(entries)
    assert result.inputs <= {one["id"] for one in entries}
    for finding in result.findings:
        assert (finding.presence is Presence.PRESENT) is bool(finding.direct)

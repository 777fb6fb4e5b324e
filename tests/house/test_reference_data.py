"""The reference data hold together: nothing without a class, no name that leads nowhere, nothing undated."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from fieldops.domain.agreement import Level, parse_agreement
from fieldops.domain.checklist.paper import OPTION_TYPES, parse_checklist
from fieldops.domain.classes import class_of, parse_classes
from fieldops.domain.ids import AgencyCode, ClassCode
from fieldops.domain.kinds import KINDS, Sort
from fieldops.domain.look_rules import parse_look_rules
from fieldops.domain.rates import parse_rates
from fieldops.domain.strict_json import read_document, write_line
from tests.support.checklists import REFERENCE, paper

FILES = sorted(REFERENCE.rglob("*.yaml"))
PLAIN = paper("checklists/victim-identification-visit.yaml")
CHECKLIST = parse_checklist(PLAIN)
CLASSES = parse_classes(paper("classes/classes.yaml"))
AGREEMENT = parse_agreement(paper("agreements/thimble.yaml"))
COUNTING = paper("counting/counting.yaml")
CODES = [one.code for one in CLASSES.order]
FAMILIES = ("visit", "worker")


def fields() -> Iterator[str]:
    """Every question, and every option that is a register of its own."""
    for question in CHECKLIST.questions.values():
        yield question.id
        if question.type in OPTION_TYPES:
            yield from (f"{question.id}:{option.value}" for option in question.options)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_paper_can_be_published_as_strict_json(path: Path) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert read_document(write_line(data), max_bytes=1 << 20) == data
    assert data["schema"].startswith("fieldops/")
    assert data["version"]


def test_the_checklist_is_whole() -> None:
    assert len(CHECKLIST.questions) == 133
    assert len(CHECKLIST.sections) == 21
    assert all(question.options for question in CHECKLIST.questions.values() if question.type == "single")


def test_there_are_twelve_classes_with_immigration_and_intelligence_in_two() -> None:
    assert sorted(CODES) == sorted([*(f"C{n}" for n in range(12) if n != 7), "C7b", "C7p", "C8c"])


def test_every_question_is_put_into_one_class_and_nothing_else_is() -> None:
    assert set(CLASSES.questions) == set(CHECKLIST.questions)


def test_an_option_in_a_class_of_its_own_is_an_option_of_a_multiple_choice() -> None:
    for question, options in CLASSES.apart.items():
        assert CHECKLIST.questions[question].type in OPTION_TYPES
        assert set(options) == {option.value for option in CHECKLIST.questions[question].options}


def test_an_option_never_lies_in_a_more_open_class_than_its_question() -> None:
    for field in fields():
        own = class_of(CLASSES, field=field, kind="answer", subject="visit")
        whole = CLASSES.questions[field.split(":")[0]]
        assert CLASSES.strictness(own) >= CLASSES.strictness(whole), field


@pytest.mark.parametrize(
    ("sensitivity", "allowed"),
    [
        ("immigration", {"C7b", "C7p"}),
        ("victim_contact", {"C6"}),
        ("victim", {"C4", "C5"}),
        ("personal", {"C2"}),
    ],
)
def test_what_the_checklist_calls_sensitive_lies_in_a_class_of_its_kind(
    sensitivity: str, allowed: set[str]
) -> None:
    for question in CHECKLIST.questions.values():
        if question.sensitivity == sensitivity:
            assert CLASSES.questions[question.id] in allowed, question.id


def test_a_worker_s_answer_that_touches_status_is_read_by_the_safeguarding_role_alone() -> None:
    for question in CHECKLIST.questions.values():
        raised = {
            f"{question.id}:{one.value}" for one in question.options if one.sensitivity == "immigration"
        }
        placed = [class_of(CLASSES, field=one, kind="answer", subject="worker:") for one in raised]
        assert all(one in AGREEMENT.reserved for one in placed)
        if question.sensitivity == "immigration" and CHECKLIST.repeated(question.id):
            assert CLASSES.questions[question.id] in AGREEMENT.reserved


def test_every_act_card_and_note_has_a_class_wherever_it_may_be_made() -> None:
    free = {name for name, kind in KINDS.items() if kind.sort is not Sort.REGISTER} - {"item"}
    for kind in free:
        for family in FAMILIES:
            assert (kind, family) in CLASSES.kinds, (kind, family)
    assert {kind for kind, _ in CLASSES.kinds} == free


def test_what_nobody_put_into_a_class_falls_into_the_strictest() -> None:
    assert class_of(CLASSES, field="NEW-01", kind="answer", subject="visit") == CLASSES.strictest
    assert class_of(CLASSES, field="flight", kind="drone_flight", subject="visit") == CLASSES.strictest
    assert CLASSES.strictest in AGREEMENT.reserved


def test_the_agreement_says_what_each_agency_is_given_of_each_class() -> None:
    agencies = {one["code"] for one in paper("agencies/agencies.yaml")["agencies"]}
    assert set(AGREEMENT.terms) == {(agency, code) for agency in agencies for code in CODES}
    assert {one.agency for one in AGREEMENT.gateways} == agencies


def test_no_agency_as_such_is_given_the_reserved_class() -> None:
    for code in AGREEMENT.reserved:
        levels = {terms.level for (_, name), terms in AGREEMENT.terms.items() if name == code}
        assert levels == {Level.NONE}


def test_nothing_said_by_a_worker_goes_to_the_agency_kept_behind_the_firewall() -> None:
    kept_out = {
        AgencyCode(one["code"])
        for one in paper("agencies/agencies.yaml")["agencies"]
        if "offer_another_route" in one
    }
    assert kept_out
    worker = {CLASSES.questions[one] for one in CHECKLIST.questions if CHECKLIST.repeated(one)}
    for agency in kept_out:
        for code in worker:
            assert AGREEMENT.given(agency, code).level is Level.NONE, code


def test_the_agreement_can_be_opened_by() -> None:
    assert AGREEMENT.review_on < AGREEMENT.ends_on
    assert AGREEMENT.dpia
    assert AGREEMENT.breach_contact
    assert AGREEMENT.purposes
    assert AGREEMENT.sections_on <= CHECKLIST.meaning.switched_sections


def test_the_sentence_read_to_workers_promises_no_secrecy() -> None:
    sentence = AGREEMENT.posture.statement
    assert "not with us" in sentence
    assert "may have to tell" in sentence
    assert not re.search(r"never share|stays? secret|confidential", sentence)


def test_tables_of_law_and_agencies_say_that_a_practitioner_must_check_them() -> None:
    for name in (
        "agencies/agencies",
        "powers/powers",
        "rates/minimum_wage",
        "first_responders/first_responders",
    ):
        assert paper(f"{name}.yaml")["needs_practitioner"] is True


def test_the_rates_of_april_2026_are_those_in_force_at_the_demo() -> None:
    bands = parse_rates(paper("rates/minimum_wage.yaml")).bands_on(date(2027, 2, 9), adult=False)
    assert [(one.id, one.gbp) for one in bands] == [
        ("age21", "12.71"),
        ("age18", "10.85"),
        ("under18", "8.00"),
    ]


def test_who_cannot_refer_hands_over() -> None:
    table = paper("first_responders/first_responders.yaml")
    agencies = {one["code"]: one["first_responder"] for one in paper("agencies/agencies.yaml")["agencies"]}
    for row in table["hand_over"]:
        assert agencies[row["code"]] is False
    offered = {row["code"] for row in table["may_refer"] if row["offered"]}
    assert offered == {option.value for option in CHECKLIST.questions[PLAIN["meaning"]["sender"]].options}


def test_every_role_leads_to_a_question_and_its_options() -> None:
    def visit(node: Any) -> None:
        if isinstance(node, list):
            for one in node:
                visit(one)
        if not isinstance(node, dict):
            return
        question = node.get("question")
        options = {one.value for one in CHECKLIST.questions[question].options} if question else set()
        for key, value in node.items():
            if isinstance(value, list) and question and key != "decision":
                assert set(value) <= options, (question, key)
            else:
                visit(value)

    visit(PLAIN["meaning"])
    text = [value for value in PLAIN["meaning"].values() if isinstance(value, str)]
    assert set(text) <= set(CHECKLIST.questions)


def test_every_counting_rule_names_the_classes_that_it_rests_on() -> None:
    for figure in COUNTING["figures"]:
        parts = [
            *figure.get("when", []),
            *figure.get("unless", []),
            figure.get("by", {}),
            figure.get("sum", {}),
        ]
        needed = {CLASSES.questions[one["q"]] for one in parts if "q" in one}
        assert needed <= set(figure["rests_on"]), figure["id"]
        assert set(figure["rests_on"]) <= {ClassCode(code) for code in CODES}


def test_every_counting_rule_reads_options_that_exist() -> None:
    for figure in COUNTING["figures"]:
        parts = [*figure.get("when", []), *figure.get("unless", []), figure.get("by", {})]
        for one in parts:
            if "q" in one:
                options = {option.value for option in CHECKLIST.questions[one["q"]].options}
                assert {*one.get("in", []), *one.get("order", [])} <= options, figure["id"]


def test_the_referral_form_asks_the_checklist_for_what_it_asks() -> None:
    fields_of_form = paper("forms/nrm_fields.yaml")["fields"]
    named = {
        name
        for row in fields_of_form
        for name in re.findall(r"\b[A-Z]+[0-9]?-[0-9]{2}\b", row.get("our_source", ""))
    }
    assert named <= set(CHECKLIST.questions)
    words = {word.strip(",()*") for row in fields_of_form for word in row["field"].split()}
    for question in PLAIN["questions"]:
        for name in question.get("nrm", []):
            assert any(name.startswith(word) for word in words if "-" in word), name


def test_the_acts_that_screens_offer_have_the_shape_of_their_kind() -> None:
    for act in PLAIN["acts"]:
        assert KINDS[act["kind"]].sort is Sort.ACT
        for field in act["fields"]:
            assert field["type"] in ("text", "count", "money", "choice", "agency", "entry")


def test_the_rules_of_the_access_log_name_classes_that_there_are() -> None:
    rules = parse_look_rules(paper("looks/looks.yaml"))
    assert rules.reasons is not None
    assert set(rules.reasons) <= set(CODES)
    assert all(rule.most > 0 and rule.within.total_seconds() > 0 for rule in rules.rules)


def test_what_a_worker_says_who_they_are_and_immigration_ask_for_a_reason() -> None:
    rules = parse_look_rules(paper("looks/looks.yaml"))
    assert rules.reasons is not None
    sensitive = {
        CLASSES.questions[question.id]
        for question in CHECKLIST.questions.values()
        if question.sensitivity in {"immigration", "victim_contact", "victim"}
    }
    assert sensitive <= set(rules.reasons)
    assert set(AGREEMENT.reserved) <= set(rules.reasons)

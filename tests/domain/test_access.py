"""What each partner of Operation THIMBLE may see, by its sharing agreement."""

import json
from dataclasses import replace
from typing import Any

import pytest

from fieldops.domain.access import (
    WriteRight,
    may_count,
    may_count_masked,
    may_do,
    may_read_plan,
    may_read_premises,
    may_rule,
    may_see,
    may_see_log,
    may_write,
    names_officer,
    unseen,
    withheld,
)
from fieldops.domain.agreement import Withheld, parse_agreement
from fieldops.domain.author import Author
from fieldops.domain.classes import parse_classes
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import AgencyCode, ClassCode, OfficerId, OperationId, SignerId, VisitId, stream_id
from fieldops.domain.who import Action, Principal, Reader, Role, Through
from tests.support.checklists import paper
from tests.support.write_vectors import VECTORS

PLAIN = paper("agreements/thimble.yaml")
AGREEMENT = parse_agreement(PLAIN)
HELD = json.loads((VECTORS / "access.json").read_text(encoding="utf-8"))
CLASSES = parse_classes(HELD["classes"])
OPERATION = OperationId("oooooooooooooooo")
HERE, ELSEWHERE = VisitId("vvvvvvvvvvvvvvvv"), VisitId("uuuuuuuuuuuuuuuu")
MINE, THEIRS = SignerId("m" * 26), SignerId("t" * 26)
CODES = sorted({code for _, code in AGREEMENT.terms})


def reader(agency: str, *roles: Role, through: Through = Through.DESK) -> Reader:
    return Reader(
        officer=OfficerId("ffffffffffffffff"),
        name="Somebody",
        agency=AgencyCode(agency),
        operation=OPERATION,
        roles=frozenset(roles or (Role.PARTNER,)),
        assigned=frozenset({HERE}),
        signers=frozenset({MINE}),
        through=through,
        agreement=AGREEMENT,
    )


def opened(who: Reader, scope: str = HERE) -> set[str]:
    return {code for code in CODES if may_see(who, stream_id(scope, ClassCode(code)))}


def announced(who: Reader) -> set[str]:
    return {code for code in CODES if withheld(who, stream_id(HERE, ClassCode(code))) is Withheld.ANNOUNCED}


@pytest.mark.parametrize(
    ("agency", "classes"),
    [
        ("POL", {"C0", "C1", "C2", "C3", "C4", "C5", "C6", "C8", "C8c", "C9", "C10", "C11"}),
        ("FWA", {"C0", "C1", "C2", "C3", "C4", "C8"}),
        ("HSE", {"C0", "C1", "C3"}),
        ("FRS", {"C0", "C1", "C3"}),
        ("COU", {"C0", "C1", "C2", "C3"}),
        ("DWP", {"C0", "C1", "C2", "C3"}),
        ("HMRC", {"C0", "C1", "C2", "C3", "C11"}),
        ("NGO", {"C0", "C3"}),
        ("HOIE", {"C0", "C1", "C2", "C7b"}),
        ("NOBODY", set()),
    ],
)
def test_each_agency_opens_the_classes_that_the_agreement_gives_it(agency: str, classes: set[str]) -> None:
    assert opened(reader(agency)) == classes


def test_where_a_worker_can_be_reached_is_for_those_sent_to_the_visit() -> None:
    assert "C6" in opened(reader("POL"), HERE)
    assert "C6" not in opened(reader("POL"), ELSEWHERE)


def test_immigration_officers_off_site_see_only_business_rows_of_other_visits() -> None:
    assert opened(reader("HOIE"), ELSEWHERE) == {"C1", "C2", "C7b"}


def test_a_person_s_status_is_read_by_the_safeguarding_role_alone() -> None:
    for agency in ("POL", "COU", "HOIE"):
        assert "C7p" not in opened(reader(agency, Role.LEAD))
        assert "C7p" in opened(reader(agency, Role.SAFEGUARDING))


def test_what_is_withheld_is_announced_to_some_and_hidden_from_others() -> None:
    assert announced(reader("HSE")) == {"C2", "C4", "C9", "C10"}
    assert announced(reader("HOIE")) == set()
    assert announced(reader("POL")) == {"C7b", "C7p"}
    assert withheld(reader("HSE"), stream_id(HERE, ClassCode("C1"))) is None


def test_an_administrator_reads_no_record() -> None:
    administrator = reader("POL", Role.ADMINISTRATOR)
    assert opened(administrator) == set()
    assert announced(administrator) == set()
    assert not any(may_count(administrator, ClassCode(code)) for code in CODES)
    assert not may_do(administrator, Action.RECORD_READ)


def test_a_tablet_opens_the_visits_of_its_officer_only() -> None:
    tablet = reader("POL", Role.OFFICER, through=Through.TABLET)
    assert opened(tablet, HERE) == opened(reader("POL", Role.OFFICER), HERE)
    assert opened(tablet, ELSEWHERE) == set()
    assert withheld(tablet, stream_id(ELSEWHERE, ClassCode("C7p"))) is Withheld.HIDDEN
    assert "C0" in opened(tablet, OPERATION)


def test_an_author_always_reads_their_own_entries() -> None:
    stream = stream_id(HERE, ClassCode("C4"))
    health_and_safety = reader("HSE", Role.OFFICER)
    assert may_see_log(health_and_safety, stream, MINE)
    assert not may_see_log(health_and_safety, stream, THEIRS)


def test_figures_rest_on_classes_that_the_reader_is_given_at_least_in_numbers() -> None:
    assert may_count(reader("POL"), ClassCode("C7b"))
    assert may_count(reader("HSE"), ClassCode("C3"))
    assert not may_count(reader("HSE"), ClassCode("C4"))
    assert not may_count(reader("HOIE"), ClassCode("C3"))
    assert may_count_masked(reader("HOIE"), ClassCode("C3"))
    assert not may_count(reader("HOIE"), ClassCode("C0"))
    assert not may_count_masked(reader("HSE"), ClassCode("C4"))
    assert not may_count(reader("NGO"), ClassCode("C4"))


def test_officers_are_named_to_the_lead_force_and_to_their_own_agency() -> None:
    author = Author(signer=THEIRS, officer=OfficerId("e" * 16), name="A. Officer", agency=AgencyCode("HSE"))
    assert names_officer(reader("POL"), author.agency)
    assert names_officer(reader("HSE"), author.agency)
    assert not names_officer(reader("DWP"), author.agency)
    assert names_officer(reader("DWP", Role.OFFICER, through=Through.TABLET), author.agency)


def test_a_charity_is_given_the_name_of_the_premises_only() -> None:
    assert not may_read_premises(reader("NGO"))
    assert may_read_premises(reader("HSE"))
    assert may_read_premises(reader("NGO", Role.OFFICER, through=Through.TABLET))


def test_a_field_is_written_by_its_agencies_and_by_the_visit_s_lead() -> None:
    right = WriteRight(agencies=frozenset({"FWA"}), anybody=False)
    officer = Author(signer=THEIRS, officer=OfficerId("e" * 16), name="A", agency=AgencyCode("POL"))
    assert not may_write(officer, right)
    assert may_write(replace(officer, agency=AgencyCode("FWA")), right)
    assert may_write(replace(officer, visit_lead=True), right)
    assert may_write(officer, replace(right, anybody=True))
    assert may_rule(replace(officer, operation_lead=True), right)
    assert not may_write(replace(officer, operation_lead=True), right)


def test_entries_are_pushed_from_tablets_and_tablets_open_no_desk() -> None:
    tablet = reader("POL", Role.OFFICER, through=Through.TABLET)
    desk = reader("POL", Role.LEAD)
    assert may_do(tablet, Action.ENTRY_PUSH)
    assert not may_do(desk, Action.ENTRY_PUSH)
    assert may_do(desk, Action.REPORT_READ)
    assert not may_do(replace(desk, through=Through.TABLET), Action.REPORT_READ)


def test_every_action_opens_for_somebody_and_none_for_everybody() -> None:
    for action in Action:
        answers = {
            may_do(reader("POL", role, through=through), action) for role in Role for through in Through
        }
        assert True in answers, action
    assert not may_do(reader("POL", Role.OFFICER), Action.OPERATION_OPEN)


def test_somebody_signed_in_may_ask_which_operations_are_theirs() -> None:
    somebody = Principal(
        officer=OfficerId("f" * 16),
        name="S",
        agency=AgencyCode("POL"),
        administrator=False,
        through=Through.DESK,
    )
    assert may_do(somebody, Action.OPERATION_LIST)
    assert not may_do(somebody, Action.OPERATION_OPEN)
    assert may_do(replace(somebody, administrator=True), Action.OPERATION_OPEN)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "fieldops/checklist"},
        {"review_on": "soon"},
        {"terms": {"POL": {"C0": {"level": "most", "withheld": "hidden", "scope": "operation"}}}},
        {"terms": {"POL": "everything"}},
        {"controller": 7},
    ],
)
def test_an_agreement_that_cannot_be_read_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        parse_agreement({**PLAIN, **change})
    assert refused.value.code == "paper_malformed"


@pytest.mark.parametrize("agency", ["POL", "FWA", "HSE", "FRS", "COU", "DWP", "HMRC", "NGO"])
def test_whoever_the_agreement_gives_the_plan_reads_all_of_it(agency: str) -> None:
    who = reader(agency)
    assert (may_read_plan(who), may_read_plan(who, HERE), may_read_plan(who, ELSEWHERE)) == (True, True, True)


def test_off_site_immigration_officers_are_told_of_visits_they_are_sent_to_and_of_no_other() -> None:
    who = reader("HOIE")
    assert (may_read_plan(who), may_read_plan(who, HERE), may_read_plan(who, ELSEWHERE)) == (
        False,
        True,
        False,
    )
    assert not may_read_plan(reader("NOBODY"), HERE)


def test_whoever_makes_the_plan_reads_it_without_serving() -> None:
    assert may_read_plan(reader("NOBODY", Role.ADMINISTRATOR))


def test_a_tablet_of_the_command_holds_visits_and_is_not_thereby_sent_to_them() -> None:
    who = replace(reader("POL", Role.LEAD, through=Through.TABLET), commanded=frozenset({ELSEWHERE}))
    assert may_see(who, stream_id(ELSEWHERE, ClassCode("C1")))
    assert not may_see(who, stream_id(ELSEWHERE, ClassCode("C6")))
    assert not may_see(replace(who, commanded=frozenset()), stream_id(ELSEWHERE, ClassCode("C1")))


@pytest.mark.parametrize("case", HELD["cases"], ids=lambda case: case["name"])
def test_the_tablet_s_copy_of_the_rule_says_the_same(case: dict[str, Any]) -> None:
    roles = [Role(one) for one in case["roles"]]
    who = reader(case["agency"], *roles, through=Through.TABLET)
    if not case["sent"]:
        who = replace(who, assigned=frozenset(), commanded=frozenset({HERE}))
    assert [one.code for one in CLASSES.order if may_see(who, stream_id(HERE, one.code))] == case["open"]
    assert sorted(unseen(who, HERE, CLASSES)) == case["unseen"]
    assert set(case["granted"]) <= set(case["open"])


def test_the_vectors_carry_the_papers_that_are_published() -> None:
    assert (HELD["agreement"], HELD["classes"]) == (PLAIN, paper("classes/classes.yaml"))

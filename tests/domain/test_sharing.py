"""What an agreement comes to, and what a change gives: asked of the rules, for every cell there can be."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from fieldops.domain.access import (
    may_count,
    may_count_masked,
    may_read_plan,
    may_read_premises,
    may_see,
    names_officer,
    withheld,
)
from fieldops.domain.agreement import Agreement, Level, Posture, Scope, Terms, Withheld, parse_agreement
from fieldops.domain.classes import parse_classes
from fieldops.domain.ids import AgencyCode, ClassCode, OfficerId, OperationId, VisitId, stream_id
from fieldops.domain.postures import parse_postures
from fieldops.domain.sharing import Sight, difference, seer, sights, within
from fieldops.domain.who import Reader, Role, Through
from tests.support.checklists import paper

AGREEMENT = parse_agreement(paper("agreements/thimble.yaml"))
CLASSES = parse_classes(paper("classes/classes.yaml"))
POSTURES = parse_postures(paper("postures/postures.yaml"))
CODES = [one.code for one in CLASSES.order]
OPERATION = OperationId("oooooooooooooooo")
SENT, FOLLOWED, OTHER = (VisitId(letter * 16) for letter in "svu")
HSE = AgencyCode("HSE")
CELLS = [
    Terms(level=level, withheld=shows, scope=scope) for level, shows, scope in product(Level, Withheld, Scope)
]
# an account, what is counted in any case, a reserved class, and those that carry names, places and times
TRIED = [ClassCode(code) for code in ("C4", "C3", "C7p", "C10", "C1", "C0")]


def under(agreement: Agreement, through: Through, *roles: Role, agency: str = HSE) -> Reader:
    return Reader(
        officer=OfficerId("ffffffffffffffff"),
        name="Somebody",
        agency=AgencyCode(agency),
        operation=OPERATION,
        roles=frozenset(roles or (Role.OFFICER,)),
        assigned=frozenset({SENT}),
        signers=frozenset(),
        through=through,
        agreement=agreement,
        commanded=frozenset({FOLLOWED}),
    )


def with_cell(code: ClassCode, terms: Terms) -> Agreement:
    return replace(AGREEMENT, terms={**AGREEMENT.terms, (HSE, code): terms})


def everything_asked(agreement: Agreement, code: ClassCode) -> dict[str, bool]:
    """Each question that the product asks of the rules about this class, for every way of asking."""
    found: dict[str, bool] = {}
    for through in Through:
        reader = under(agreement, through)
        for scope in (SENT, OTHER, OPERATION):
            stream = stream_id(scope, code)
            found[f"see {through} {scope}"] = may_see(reader, stream)
            found[f"told {through} {scope}"] = withheld(reader, stream) is not Withheld.HIDDEN
        found[f"count {through}"] = may_count(reader, code)
        found[f"masked {through}"] = may_count_masked(reader, code)
        found[f"names {through}"] = names_officer(reader, AgencyCode("POL"))
        found[f"places {through}"] = may_read_premises(reader)
        found[f"plan {through}"] = may_read_plan(reader) or may_read_plan(reader, OTHER)
        found[f"plan where sent {through}"] = may_read_plan(reader, SENT)
    return found


@pytest.mark.parametrize("code", TRIED)
def test_what_is_not_called_more_answers_no_question_that_was_closed(code: ClassCode) -> None:
    asked = [everything_asked(with_cell(code, cell), code) for cell in CELLS]
    found = [sights(with_cell(code, cell), HSE, code) for cell in CELLS]
    for (before, old), (after, new) in product(zip(asked, found, strict=True), repeat=2):
        opened = {question for question in after if after[question] and not before[question]}
        assert bool(new - old) >= bool(opened), (opened, old, new)


def test_the_same_agreement_gives_and_takes_nothing() -> None:
    same = difference(AGREEMENT, AGREEMENT, CODES, POSTURES)
    assert (same.gained, same.lost, same.opens, same.widens) == ({}, {}, (), False)


def test_a_reserved_class_is_opened_to_no_agency_by_any_cell() -> None:
    reserved = ClassCode("C7p")
    for cell in CELLS:
        assert not {Sight.EVERYWHERE, Sight.WHERE_SENT} & sights(with_cell(reserved, cell), HSE, reserved)


@pytest.mark.parametrize(
    "more",
    [
        {"ends_on": AGREEMENT.ends_on + timedelta(days=1)},
        {"purposes": (*AGREEMENT.purposes, "Something else")},
        {"tablet_lease_hours": 96},
        {"visit_hours_after": 1000},
        {"posture": Posture(code="C", meaning="", statement="")},
        {"posture": Posture(code="Z", meaning="", statement="")},
    ],
)
def test_longer_nearer_or_for_another_purpose_is_more(more: dict[str, object]) -> None:
    changed = replace(AGREEMENT, **more)  # type: ignore[arg-type]
    assert difference(AGREEMENT, changed, CODES, POSTURES).widens
    assert not difference(changed, AGREEMENT, CODES, POSTURES).widens


def test_a_posture_further_away_is_not_more() -> None:
    away = replace(AGREEMENT, posture=Posture(code="A", meaning="", statement=""))
    assert difference(AGREEMENT, away, CODES, POSTURES).opens == ()


def test_immigration_officers_are_given_no_more_than_their_posture_allows() -> None:
    (immigration,) = POSTURES.immigration
    rule = POSTURES.by_code["B"]
    for code in CODES:
        assert within(AGREEMENT, (immigration, code), rule.at_most.get(code))
    full = Terms(level=Level.FULL, withheld=Withheld.ANNOUNCED, scope=Scope.OPERATION)
    for code in ("C0", "C3", "C4", "C5"):
        cell = immigration, ClassCode(code)
        more = replace(AGREEMENT, terms={**AGREEMENT.terms, cell: full})
        assert not within(more, cell, rule.at_most.get(cell[1]))


@pytest.mark.parametrize("through", Through)
@pytest.mark.parametrize("role", [Role.LEAD, Role.OFFICER, Role.SAFEGUARDING, Role.ADMINISTRATOR])
def test_many_streams_are_judged_as_each_of_them_is(through: Through, role: Role) -> None:
    for agency in sorted(AGREEMENT.agencies):
        reader = under(AGREEMENT, through, role, agency=agency)
        sees = seer(reader)
        streams = [stream_id(scope, code) for scope in (SENT, FOLLOWED, OTHER, OPERATION) for code in CODES]
        assert [sees(one) for one in streams] == [may_see(reader, one) for one in streams]


def test_a_step_nearer_is_told_by_the_order_of_the_paper() -> None:
    assert list(POSTURES.by_code) == ["A", "B", "C"]
    assert [code for code in "ABC" if POSTURES.by_code[code].needs_sign_off] == ["C"]
    assert AGREEMENT.ends_on > date(2027, 2, 11)

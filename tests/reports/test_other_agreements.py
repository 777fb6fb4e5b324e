"""Whatever an agreement gives or keeps back of a class, the copy made under it keeps to that."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.agreement import Level, Scope, Terms, Withheld
from fieldops.domain.ids import ClassCode, VisitId
from fieldops.domain.who import Reader
from fieldops.reports.as_json import as_json
from fieldops.reports.figures import Figure, Given, OutcomeFacts, Table, Unit
from fieldops.reports.outcome import as_pdf, outcome_facts
from fieldops.reports.suppression import FLOOR, SHARES_FROM
from fieldops.store.plans import visits
from tests.reports.copies import NOW, pages_of, reader_of
from tests.support.demo_world import DemoWorld

PLAN, GROUP, ACCOUNT = ClassCode("C0"), ClassCode("C3"), ClassCode("C4")
SOME = (PLAN, ClassCode("C1"), ClassCode("C2"), GROUP, ACCOUNT)


@pytest.fixture(scope="module")
def session(thimble: DemoWorld) -> Iterator[Session]:
    with thimble.session() as session:
        yield session


def given(
    session: Session,
    *classes: ClassCode,
    level: Level,
    withheld: Withheld = Withheld.HIDDEN,
    scope: Scope = Scope.OPERATION,
    assigned: frozenset[VisitId] = frozenset(),
) -> Reader:
    """The safety inspectors' reviewer, under an agreement that gives them these classes in another way."""
    reader = reader_of(session, "THIMBLE", "HSE")
    terms = dict(reader.agreement.terms)
    for code in classes:
        terms[reader.agency, code] = Terms(level=level, withheld=withheld, scope=scope)
    counts_open = replace(reader.agreement, terms=terms, open_at_counts=frozenset())
    return replace(reader, agreement=counts_open, assigned=assigned)


def copy(session: Session, reader: Reader) -> OutcomeFacts:
    return outcome_facts(session, reader, reader.operation, NOW)


def everything(facts: OutcomeFacts) -> str:
    return " ".join([json.dumps(as_json(facts), ensure_ascii=False), *pages_of(as_pdf(facts))])


def resting_on(facts: OutcomeFacts, code: ClassCode) -> list[Figure]:
    return [figure for figure in facts.figures().values() if code in figure.classes]


@pytest.mark.parametrize("code", SOME)
def test_a_class_that_is_hidden_is_not_named_counted_or_hinted_at(session: Session, code: ClassCode) -> None:
    facts = copy(session, given(session, code, level=Level.NONE))
    assert resting_on(facts, code) == []
    assert not re.search(rf"\b{code}\b", everything(facts))


@pytest.mark.parametrize("code", SOME)
def test_a_class_that_is_announced_says_so_and_by_which_rule_and_no_more(
    session: Session, code: ClassCode
) -> None:
    reader = given(session, code, level=Level.NONE, withheld=Withheld.ANNOUNCED)
    facts = copy(session, reader)
    told = resting_on(facts, code)
    assert told
    for figure in told:
        assert (figure.given, figure.value, figure.visits, figure.disputed) == (Given.WITHHELD, None, (), ())
        assert code in figure.shown
        assert reader.agreement.id in figure.rule


@pytest.mark.parametrize("level", [Level.COUNTS, Level.SUPPRESSED])
def test_where_people_are_only_counted_no_few_of_them_and_no_visit_are_told(
    session: Session, level: Level
) -> None:
    facts = copy(session, given(session, GROUP, ACCOUNT, level=level))
    told = resting_on(facts, ACCOUNT)
    assert {figure.key for figure in told} >= {"potential_victims", "nrm_adult", "dtn_adult", "nrm_child"}
    for figure in told:
        assert figure.visits == ()
        people = figure.unit is Unit.PERSON or level is Level.SUPPRESSED
        assert not people or figure.value is None or figure.value == 0 or figure.value >= FLOOR, figure.key
    parts = {figure.key: figure.shown for figure in told}
    assert parts["potential_victims"] == "7"
    assert [parts[key] for key in ("nrm_adult", "dtn_adult", "nrm_child", "need_time")] == ["under 5"] * 4


def test_no_share_of_fewer_than_ten_people_is_told(session: Session) -> None:
    planned = visits(session, reader_of(session, "THIMBLE").operation)
    told = {}
    for size in (1, len(planned)):
        own = frozenset(one.id for one in planned[:size])
        reader = given(session, ACCOUNT, level=Level.FULL, scope=Scope.ASSIGNED, assigned=own)
        facts = copy(session, reader)
        [people] = [section for section in facts.sections if section.key == "people"]
        told[int(facts.figures()["talks_offered"].value or 0)] = people.sentences
    few, many = sorted(told)
    assert 0 < few < SHARES_FROM < many
    assert told[few] == ()
    assert told[many][0].startswith("Of those offered a talk 73 % talked")


def test_who_reads_the_plan_of_some_visits_is_told_of_those_alone(session: Session) -> None:
    planned = visits(session, reader_of(session, "THIMBLE").operation)
    own = frozenset(one.id for one in planned[:3])
    facts = copy(session, given(session, PLAN, level=Level.FULL, scope=Scope.ASSIGNED, assigned=own))
    figures = facts.figures()
    assert set(figures["attempts"].visits) <= own
    assert int(figures["visits"].value or 0) <= 3
    [agencies] = [section for section in facts.sections if section.key == "agencies"]
    assert agencies.sentences[0].endswith(f"at {figures['visits'].shown} visits.")
    [sites] = [section for section in facts.sections if section.key == "sites"]
    assert [len(piece.rows) for piece in sites.pieces if isinstance(piece, Table)] == [3]
    assert facts.head.outstanding.startswith("not told in this copy")


@pytest.mark.parametrize("level", [Level.COUNTS, Level.NONE])
def test_who_does_not_read_the_plan_is_told_of_no_site_time_team_or_tablet(
    session: Session, level: Level
) -> None:
    facts = copy(session, given(session, PLAN, level=level))
    assert {"sites", "plan"}.isdisjoint(section.key for section in facts.sections)
    words = everything(facts)
    assert "Tablet of" not in words
    assert not re.search(r"\bT[1-6]\b", words)
    assert not re.search(r"tablets? outstanding", words)


def test_who_is_not_given_the_plan_is_told_of_no_day_or_site_though_they_read_what_was_found(
    session: Session,
) -> None:
    reader = given(session, PLAN, level=Level.FULL)
    assert copy(session, reader).head.days == "9 Feb 2027 to 11 Feb 2027"
    elsewhere = replace(reader, agreement=replace(reader.agreement, plan_details=ClassCode("C6")))
    facts = copy(session, elsewhere)
    assert facts.figures()["attempts"].value == 40
    assert facts.head.days == ""
    assert {"sites", "plan"}.isdisjoint(section.key for section in facts.sections)
    assert not re.search(r"\bT[1-6]\b|11 Feb 2027", everything(facts))


def test_a_word_is_defined_only_where_its_figure_stands(session: Session) -> None:
    lead = dict(copy(session, reader_of(session, "THIMBLE")).definitions)
    without = dict(copy(session, given(session, ACCOUNT, level=Level.NONE)).definitions)
    words = {"Talks held", "Potential victims"}
    assert words <= lead.keys()
    assert not words & without.keys()
    assert "Under 5" in without


def test_the_order_of_what_was_seen_tells_nothing_of_a_masked_number(session: Session) -> None:
    classes = [ClassCode(code) for code in ("C1", "C2", "C3")]
    facts = copy(session, given(session, *classes, level=Level.SUPPRESSED))
    seen = [one for key, one in facts.figures().items() if key.startswith("premises_indicator.")]
    masked = [figure.label for figure in seen if figure.value is None]
    assert masked
    assert masked == sorted(masked)
    assert [figure.number or 0 for figure in seen] == sorted((one.number or 0 for one in seen), reverse=True)

"""Operations, teams and visits come back from either database as they went in; papers follow the plan."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import TeamId, derived_id
from fieldops.domain.operation import Strike, Team
from fieldops.domain.who import Reader, Role, Through
from fieldops.store import operations, plans
from fieldops.store.directory import give_role, holders, officers_of, operation_leads, roles, take_role
from fieldops.store.published import paper
from fieldops.store.readable import may_have, papers_for_tablet
from fieldops.store.readers import reader_for
from fieldops.store.sent import SentRow, visit_leads
from fieldops.store.visit_papers import publish_visit_papers
from tests.support.database import Database
from tests.support.field import open_field
from tests.support.station import MORNING, OPERATION, OTHER_OPERATION, SITE, TEAM, VISIT, officer_id, settle

OTHER_TEAM = TeamId(derived_id("team", "T2"))


@pytest.fixture
def settled(database: Database) -> Database:
    with database.writing() as session:
        settle(session)
    return database


def test_a_plan_comes_back_as_it_was_made(settled: Database) -> None:
    with settled.reading() as session:
        (site,) = operations.premises_of(session, OPERATION)
        (team,) = plans.teams(session, OPERATION)
        visit = plans.visit(session, VISIT)
        assert visit is not None
        assert (visit.premises, visit.team, visit.planned_start) == (SITE, TEAM, MORNING + timedelta(hours=2))
        assert (site.languages, site.needs, site.lat) == (("gu", "pa"), ("PO", "LA"), 53.99982)
        assert [one.lead for one in plans.members(session, team.id)] == [True, False]
        assert visit_leads(session, OPERATION) == {VISIT: {officer_id("police")}}


def test_codes_are_taken_once(settled: Database) -> None:
    with settled.writing() as session:
        operation = operations.operation(session, OPERATION)
        (site,) = operations.premises_of(session, OPERATION)
        (team,) = plans.teams(session, OPERATION)
        assert operation is not None
        for add, what, code in (
            (operations.add_operation, operation, "operation_exists"),
            (operations.add_premises, site, "premises_exist"),
            (plans.add_team, team, "team_exists"),
        ):
            with pytest.raises(Refusal) as refused:
                add(session, what)  # type: ignore[operator]
            assert refused.value.code == code


def test_an_officer_is_sent_with_their_team_or_in_support(settled: Database) -> None:
    with settled.writing() as session:
        assert plans.assigned(session, officer_id("police"), OPERATION) == {VISIT}
        assert plans.assigned(session, officer_id("partner"), OPERATION) == frozenset()
        plans.support(session, VISIT, officer_id("partner"), ["HS"])
        assert plans.assigned(session, officer_id("partner"), OPERATION) == {VISIT}
        visit = plans.visit(session, VISIT)
        assert visit is not None
        assert [one.agency for one in plans.roster(session, visit)] == ["POL", "FWA", "HSE"]


def test_a_changed_plan_is_another_paper_and_the_old_one_stays(settled: Database) -> None:
    with settled.writing() as session:
        before = plans.visit(session, VISIT)
        assert before is not None
        assert before.paper is not None
        assert publish_visit_papers(session, OPERATION) == {VISIT: before.paper}
        plans.move_visit(session, replace(before, minutes=45))
        after = publish_visit_papers(session, OPERATION, {VISIT})[VISIT]
        assert after != before.paper
        assert json.loads(paper(session, after) or b"{}")["minutes"] == 45
        assert paper(session, before.paper) is not None


def test_a_moved_visit_forgets_neither_who_led_it_nor_who_was_sent(settled: Database) -> None:
    with settled.writing() as session:
        before = plans.visit(session, VISIT)
        assert before is not None
        plans.support(session, VISIT, officer_id("borders"), [])
        _second_team(session)
        plans.move_visit(session, replace(before, team=OTHER_TEAM))
        leads = [officer_id("partner"), officer_id("police")]
        assert visit_leads(session, OPERATION) == {VISIT: frozenset(leads)}
        for name in ("police", "wages", "partner", "borders"):
            assert ever_sent(session, name) == {VISIT}, name
        assert ever_sent(session, "stranger") == set()
        assert plans.assigned(session, officer_id("police"), OPERATION) == frozenset()
        published = json.loads(paper(session, publish_visit_papers(session, OPERATION)[VISIT]) or b"{}")
        assert published["visit_leads"] == sorted(leads)
        assert [one["officer"] for one in published["roster"] if one["lead"]] == [officer_id("partner")]


def test_an_officer_who_joins_a_team_or_leads_it_no_more_stays_noted(settled: Database) -> None:
    with settled.writing() as session:
        plans.add_member(session, TEAM, officer_id("partner"), lead=True, capabilities=[])
        plans.add_member(session, TEAM, officer_id("police"), lead=False, capabilities=[])
        assert visit_leads(session, OPERATION) == {VISIT: {officer_id("police"), officer_id("partner")}}
        assert ever_sent(session, "partner") == {VISIT}


def test_whoever_led_an_operation_is_remembered_when_they_have_handed_over(settled: Database) -> None:
    with settled.writing() as session:
        give_role(session, OPERATION, officer_id("wages"), Role.LEAD)
        take_role(session, OPERATION, officer_id("lead"), Role.LEAD)
        assert holders(session, OPERATION, Role.LEAD) == {officer_id("wages")}
        assert operation_leads(session, OPERATION) == {officer_id("wages"), officer_id("lead")}


def test_a_moment_of_strike_is_told_on_the_visits_paper(settled: Database) -> None:
    with settled.writing() as session:
        (site,) = operations.premises_of(session, OPERATION)
        strike = Strike(group="L1", day=MORNING.date(), at=MORNING.time(), tolerance=timedelta(minutes=5))
        operations.add_strike(session, OPERATION, strike)
        assert operations.strikes(session, OPERATION) == {"L1": strike}
        assert site.strike_group is None


def test_roles_make_a_reader_and_without_one_there_is_none(settled: Database) -> None:
    with settled.reading() as session:
        assert operation_leads(session, OPERATION) == {officer_id("lead")}
        assert holders(session, OPERATION, Role.PARTNER) == {officer_id("partner"), officer_id("borders")}
        assert roles(session, OPERATION, officer_id("stranger")) == frozenset()
        people = {one.id: one for one in officers_of(session, OPERATION)}
        operation = operations.operation(session, OPERATION)
        other = operations.operation(session, OTHER_OPERATION)
        assert operation is not None
        assert other is not None
        police = people[officer_id("police")]
        reader = reader_for(session, police, operation, Through.TABLET)
        assert reader is not None
        assert reader.assigned == {VISIT}
        assert reader_for(session, police, other, Through.TABLET) is None
        assert reader_for(session, replace(police, active=False), operation, Through.TABLET) is None


def test_a_visits_paper_is_for_those_who_are_sent(settled: Database) -> None:
    with settled.reading() as session:
        visit = plans.visit(session, VISIT)
        assert visit is not None
        assert visit.paper is not None
        sent, elsewhere = (_reader(session, name) for name in ("wages", "partner"))
        assert visit.paper in {one.hash for one in papers_for_tablet(session, sent)}
        assert may_have(session, sent, visit.paper)
        assert not may_have(session, elsewhere, visit.paper)


def _second_team(session: Session) -> None:
    """Led by the partner."""
    other = Team(id=OTHER_TEAM, operation=OPERATION, code="T2", name="Birch", languages=(), capabilities=())
    plans.add_team(session, other)
    plans.add_member(session, OTHER_TEAM, officer_id("partner"), lead=True, capabilities=[])


def _reader(session: Session, username: str) -> Reader:
    operation = operations.operation(session, OPERATION)
    people = {one.id: one for one in officers_of(session, OPERATION)}
    assert operation is not None
    reader = reader_for(session, people[officer_id(username)], operation, Through.TABLET)
    assert reader is not None
    return reader


def ever_sent(session: Session, name: str) -> set[str]:
    """The visits to which an officer is sent, or was before the plan changed."""
    return set(session.scalars(select(SentRow.visit).where(SentRow.officer == officer_id(name))))


def test_a_tablet_with_many_visits_is_told_its_papers_in_as_few_questions(database: Database) -> None:
    operation = open_field(database, {"lead": "PO", "police": "PO", "safety": "HS"}, visits=40)
    for name in operation.officers:
        operation.tablet(name)
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    with database.reading() as session:
        reader = operation.reader("police")
        assert len(reader.reach) == 40
        asked.clear()
        told = papers_for_tablet(session, reader)
    assert [one.kind for one in told] == ["agreement", "checklist", "classes"]
    assert len(asked) <= 10

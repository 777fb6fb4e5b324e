"""The judge of plans: it passes THIMBLE's assignment and catches every fault planted in it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldops.planning.assign import assign
from fieldops.planning.check import judge
from fieldops.planning.problem import Plan, Problem
from tests.support.thimble import thimble_problem

PROBLEM = thimble_problem()
PLAN = assign(PROBLEM)


def rules(plan: Plan, problem: Problem = PROBLEM) -> set[str]:
    return {violation.rule for violation in judge(problem, plan)}


def moved(number: int, **change: object) -> Plan:
    """The plan with one stop changed."""
    stops = list(PLAN.stops)
    stops[number] = replace(stops[number], **change)
    return replace(PLAN, stops=tuple(stops))


def test_every_premises_of_the_operation_has_a_visit_that_can_be_worked() -> None:
    assert len(PLAN.stops) == len(PROBLEM.sites)
    assert PLAN.unplaced == ()
    assert judge(PROBLEM, PLAN) == ()


def test_every_team_has_visits_on_every_day() -> None:
    worked = {(shift.crew, shift.day) for shift in PLAN.shifts}
    assert worked == {(crew.code, day) for crew in PROBLEM.crews for day in PROBLEM.days}


@pytest.mark.parametrize("entry", PROBLEM.joint, ids=lambda entry: entry.group)
def test_linked_premises_are_entered_at_one_moment_by_teams_of_their_own(entry: object) -> None:
    joint = next(one for one in PROBLEM.joint if one is entry)
    stops = [stop for stop in PLAN.stops if stop.site in joint.sites]
    assert {(stop.day, stop.arrive) for stop in stops} == {(joint.day, joint.at)}
    assert len({stop.crew for stop in stops}) == len(joint.sites)


@given(number=st.integers(0, len(PLAN.stops) - 1))
def test_a_visit_taken_out_of_the_plan_is_missed(number: int) -> None:
    stops = PLAN.stops[:number] + PLAN.stops[number + 1 :]
    assert "once" in rules(replace(PLAN, stops=stops))


@given(number=st.integers(0, len(PLAN.stops) - 1))
def test_a_visit_planned_twice_is_seen(number: int) -> None:
    assert "once" in rules(replace(PLAN, stops=(*PLAN.stops, PLAN.stops[number])))


@given(number=st.integers(0, len(PLAN.stops) - 1), minutes=st.integers(6, 300))
def test_an_arrival_moved_later_breaks_a_window_a_joint_entry_or_the_way_onward(
    number: int, minutes: int
) -> None:
    stop = PLAN.stops[number]
    late = moved(number, arrive=stop.arrive + minutes)
    site = next(site for site in PROBLEM.sites if site.code == stop.site)
    joint = next((entry for entry in PROBLEM.joint if stop.site in entry.sites), None)
    if joint is not None:
        assert "joint" in rules(late)
    elif stop.arrive + minutes > site.closes:
        assert "window" in rules(late)
    else:
        last = all(other.sequence <= stop.sequence for other in PLAN.stops if same_day(other, stop))
        assert not last or "travel" in rules(late) or "break" in rules(late)


def same_day(one: object, other: object) -> bool:
    return (one.crew, one.day) == (other.crew, other.day)  # type: ignore[attr-defined]


@given(number=st.integers(0, len(PLAN.stops) - 1))
def test_a_visit_given_to_a_team_that_cannot_do_it_is_named(number: int) -> None:
    stop = PLAN.stops[number]
    needs = next(site.needs for site in PROBLEM.sites if site.code == stop.site)
    for crew in PROBLEM.crews:
        assert ("needs" in rules(moved(number, crew=crew.code))) == (not needs <= crew.capabilities)


def test_a_joint_entry_on_another_day_or_in_part_is_named() -> None:
    struck = next(n for n, stop in enumerate(PLAN.stops) if stop.site in PROBLEM.joint[0].sites)
    assert "joint" in rules(moved(struck, day=PLAN.stops[struck].day + timedelta(days=1)))
    assert "joint" in rules(replace(PLAN, stops=PLAN.stops[:struck] + PLAN.stops[struck + 1 :]))


def test_a_stop_outside_the_operation_is_named() -> None:
    assert "known" in rules(moved(0, day=date(1999, 1, 1)))
    assert "known" in rules(moved(0, site="elsewhere"))


def test_too_long_a_day_too_short_a_night_and_a_lost_break_are_named() -> None:
    short = replace(PROBLEM, rules=replace(PROBLEM.rules, team_minutes_max=120))
    assert "hours" in rules(PLAN, short)
    assert "rest" in rules(PLAN, replace(PROBLEM, rules=replace(PROBLEM.rules, rest_minutes=23 * 60)))
    assert "day" in rules(PLAN, replace(PROBLEM, rules=replace(PROBLEM.rules, day_from=12 * 60)))
    first = replace(PLAN.shifts[0], break_from=PLAN.shifts[0].end)
    assert "break" in rules(replace(PLAN, shifts=(first, *PLAN.shifts[1:])))


def test_a_day_without_a_shift_is_named() -> None:
    assert "shift" in rules(replace(PLAN, shifts=PLAN.shifts[1:]))


def test_a_slower_road_is_felt() -> None:
    slow = replace(PROBLEM, travel=replace(PROBLEM.travel, speed_kmh=2.0))
    assert "travel" in rules(PLAN, slow)

"""The plain assignment on drawn operations: what it plans can be worked, what it leaves out has a reason."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.planning.assign import assign
from fieldops.planning.check import judge
from fieldops.planning.problem import Crew, JointEntry, Point, Problem, Rules, Site

SKILLS = "ABCDE"
FIRST_DAY = date(2027, 3, 1)
BASE = Point(lat=54.0, lon=2.0)
RULES = Rules(day_from=6 * 60, day_to=23 * 60, team_minutes_max=9 * 60)


@st.composite
def sites(draw: st.DrawFn, number: int) -> Site:
    opens = draw(st.sampled_from([7 * 60, 8 * 60, 12 * 60, 19 * 60]))
    return Site(
        code=f"S{number}",
        at=Point(lat=54 + draw(st.integers(-40, 40)) / 1000, lon=2 + draw(st.integers(-60, 60)) / 1000),
        needs=draw(st.frozensets(st.sampled_from(SKILLS), min_size=1, max_size=3)),
        minutes=draw(st.sampled_from([30, 60, 90, 120])),
        opens=opens,
        closes=opens + draw(st.sampled_from([60, 180, 540])),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    days = tuple(FIRST_DAY + timedelta(days=n) for n in range(draw(st.integers(1, 3))))
    skills = st.frozensets(st.sampled_from(SKILLS), min_size=2)
    crews = tuple(Crew(code=f"T{n}", capabilities=draw(skills)) for n in range(draw(st.integers(1, 4))))
    places = tuple(draw(sites(n)) for n in range(draw(st.integers(1, 14))))
    joint = ()
    if len(places) > 2:
        struck = tuple(site.code for site in places[: draw(st.integers(2, 3))])
        at = draw(st.sampled_from([8 * 60, 10 * 60]))
        joint = (
            JointEntry(
                group="J",
                day=draw(st.sampled_from(days)),
                at=at,
                tolerance_minutes=5,
                sites=struck,
                proposal={},
            ),
        )
    return Problem(days=days, base=BASE, sites=places, crews=crews, joint=joint, rules=RULES)


@settings(max_examples=60, deadline=None)
@given(problem=problems())
def test_whatever_is_planned_can_be_worked_and_the_rest_is_named_with_a_reason(problem: Problem) -> None:
    plan = assign(problem)
    struck = {code for entry in problem.joint for code in entry.sites}
    broken = [one for one in judge(problem, plan) if not (one.rule == "window" and one.where in struck)]
    assert broken == []
    assert all(left.why for left in plan.unplaced)


@settings(max_examples=15, deadline=None)
@given(problem=problems())
def test_the_same_operation_always_gets_the_same_plan(problem: Problem) -> None:
    assert assign(problem) == assign(problem)


@settings(max_examples=60, deadline=None)
@given(problem=problems())
def test_nobody_is_left_out_while_an_able_team_has_a_whole_day_free(problem: Problem) -> None:
    plan = assign(problem)
    free = {(crew.code, day) for crew in problem.crews for day in problem.days}
    free -= {(shift.crew, shift.day) for shift in plan.shifts}
    struck = {code for entry in problem.joint for code in entry.sites}
    resting = {crew for crew, _ in free} - {shift.crew for shift in plan.shifts}
    for left in plan.unplaced:
        needs = next(site.needs for site in problem.sites if site.code == left.site)
        able = {crew.code for crew in problem.crews if needs <= crew.capabilities}
        assert (
            left.site in struck
            or left.why == "its window and the working day do not meet"
            or not able & resting
        )

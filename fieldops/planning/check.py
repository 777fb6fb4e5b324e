"""Judges any plan, whoever made it: every rule is looked at again from the plan's own times.

It shares no code with what makes plans; distances come from geopy, so that a wrong formula there shows here.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from geopy.distance import great_circle

from fieldops.planning.problem import JointEntry, Plan, Point, Problem, Shift, Site, Stop

ROUNDING_MINUTES = 0.05
"""Two formulas for one distance may differ by seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A rule that the plan breaks, where, and in words."""

    rule: str
    where: str
    words: str


def judge(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every violation in the plan; none means that the plan can be worked as it stands."""
    found = [*_once(problem, plan), *_strangers(problem, plan), *_stops(problem, plan)]
    for entry in problem.joint:
        found += _joint(entry, [stop for stop in plan.stops if stop.site in entry.sites])
    for crew in problem.crews:
        found += _team(problem, plan, crew.code)
    return tuple(found)


def _once(problem: Problem, plan: Plan) -> Iterator[Violation]:
    times = Counter(stop.site for stop in plan.stops) + Counter(gone.site for gone in plan.unplaced)
    for code in sorted(site.code for site in problem.sites):
        if times[code] != 1:
            yield Violation(rule="once", where=code, words=f"planned or given up {times[code]} times")


def _strangers(problem: Problem, plan: Plan) -> Iterator[Violation]:
    sites = {site.code for site in problem.sites}
    crews = {crew.code for crew in problem.crews}
    for stop in plan.stops:
        if stop.site not in sites or stop.crew not in crews or stop.day not in problem.days:
            words = f"{stop.crew} on {stop.day}: no such site, team or day in the operation"
            yield Violation(rule="known", where=stop.site, words=words)


def _stops(problem: Problem, plan: Plan) -> Iterator[Violation]:
    sites = {site.code: site for site in problem.sites}
    crews = {crew.code: crew.capabilities for crew in problem.crews}
    for stop in plan.stops:
        if stop.site in sites and stop.crew in crews:
            yield from _stop(sites[stop.site], crews[stop.crew], stop)


def _stop(site: Site, capabilities: frozenset[str], stop: Stop) -> Iterator[Violation]:
    lacking = site.needs - capabilities
    if lacking:
        yield Violation(
            rule="needs", where=site.code, words=f"{stop.crew} cannot do {', '.join(sorted(lacking))}"
        )
    if not site.opens <= stop.arrive <= site.closes:
        yield Violation(rule="window", where=site.code, words=f"arrives at minute {stop.arrive}")


def _joint(entry: JointEntry, stops: list[Stop]) -> Iterator[Violation]:
    if {stop.site for stop in stops} not in (set(), set(entry.sites)):
        yield Violation(rule="joint", where=entry.group, words="only a part of it is planned")
    for stop in stops:
        if _off_time(entry, stop):
            yield Violation(rule="joint", where=entry.group, words=f"{stop.site} not at its time")
    arrivals = sorted(stop.arrive for stop in stops) or [entry.at]
    if arrivals[-1] - arrivals[0] > entry.tolerance_minutes:
        yield Violation(rule="joint", where=entry.group, words="entered too far apart")


def _off_time(entry: JointEntry, stop: Stop) -> bool:
    return stop.day != entry.day or abs(stop.arrive - entry.at) > entry.tolerance_minutes


def _team(problem: Problem, plan: Plan, crew: str) -> Iterator[Violation]:
    sites = {site.code: site for site in problem.sites}
    stops = [stop for stop in plan.stops if stop.crew == crew and stop.site in sites]
    shifts = [shift for shift in plan.shifts if shift.crew == crew]
    shifts.sort(key=attrgetter("day"))
    stops.sort(key=attrgetter("day", "sequence"))
    yield from _shifts(crew, shifts, stops)
    yield from _rests(problem, shifts)
    for shift in shifts:
        yield from _shift(problem, shift)
        yield from _route(problem, sites, shift, list(_todays(shift, stops)))


def _todays(shift: Shift, stops: list[Stop]) -> Iterator[Stop]:
    return (stop for stop in stops if stop.day == shift.day)


def _rests(problem: Problem, shifts: list[Shift]) -> Iterator[Violation]:
    for before, after in pairwise(shifts):
        rest = (after.day - before.day).days * 1440 + after.start - before.end
        if rest < problem.rules.rest_minutes:
            yield Violation(rule="rest", where=after.crew, words=f"{rest} minutes before {after.day}")


def _shifts(crew: str, shifts: list[Shift], stops: list[Stop]) -> Iterator[Violation]:
    days = Counter(shift.day for shift in shifts)
    for day in sorted({*days, *(stop.day for stop in stops)}):
        if days[day] != 1:
            yield Violation(rule="shift", where=crew, words=f"{days[day]} shifts on {day}")


def _shift(problem: Problem, shift: Shift) -> Iterator[Violation]:
    rules = problem.rules
    if shift.end - shift.start > rules.team_minutes_max:
        yield Violation(
            rule="hours", where=shift.crew, words=f"{shift.end - shift.start} minutes on {shift.day}"
        )
    if shift.start < rules.day_from or shift.end > rules.day_to:
        yield Violation(rule="day", where=shift.crew, words=f"from minute {shift.start} to {shift.end}")


def _route(problem: Problem, sites: dict[str, Site], shift: Shift, stops: list[Stop]) -> Iterator[Violation]:
    """Walks the day: from the base through every stop and back, with the break somewhere between stays."""
    free_from, place, rested = shift.start, problem.base, False
    for stop in [*stops, None]:
        reach, there, name = (shift.end, problem.base, "base")
        stay = 0
        if stop is not None:
            reach, there, name = stop.arrive, sites[stop.site].at, stop.site
            stay = sites[stop.site].minutes + problem.rules.paperwork_minutes
        spare = reach - free_from - _leg(problem, place, there)
        if not rested and free_from <= shift.break_from <= reach - problem.rules.break_minutes:
            rested, spare = True, spare - problem.rules.break_minutes
        if spare < -ROUNDING_MINUTES:
            yield Violation(rule="travel", where=name, words=f"{-spare:.0f} minutes short on {shift.day}")
        free_from, place = reach + stay, there
    if not rested:
        yield Violation(rule="break", where=shift.crew, words=f"no room for the break on {shift.day}")


def _leg(problem: Problem, here: Point, there: Point) -> float:
    travel = problem.travel
    distance = float(great_circle((here.lat, here.lon), (there.lat, there.lon)).km)
    return travel.handover_minutes + distance * travel.circuity / travel.speed_kmh * 60

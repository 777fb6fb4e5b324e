"""Plan against done: sites, times, linked groups entered at one moment, and what happened at each door."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from fieldops.domain.operation import Strike
from fieldops.reports.figures import ArrivalPlot, ArrivalRow, DotMap, Piece, Place, Section
from fieldops.reports.ground import Ground, Site
from fieldops.reports.parts.saying import bars, grid, list_of, section
from fieldops.reports.wording import clock, day, length, listed, many

NOT_YET = "No result yet"
LATE = timedelta(minutes=15)
SPREAD = (
    "Each dot is one team at one door. The band is the tolerance to either side of the moment planned. "
    "The spread is the time from the first arrival of the group to the last."
)


def plan_against_done(g: Ground) -> Section | None:
    sites = g.in_view("attempts")
    if not sites:
        return None
    return section(
        "plan", "Plan against done", _sentences(g, sites), [*_strikes(g, sites), *_by_day(g, sites)]
    )


def _sentences(g: Ground, sites: Sequence[Site]) -> list[str]:
    missing = sorted(site.premises.code for site in sites if site.arrival is None)
    places = len({site.premises.id for site in sites})
    sentences = [
        f"{many(len(sites), 'visit was', 'visits were')} planned at {many(places, 'premises', 'premises')} "
        f"over {many(len(g.operation.days), 'day', 'days')}; {len(sites) - len(missing)} have a result in "
        f"this copy."
    ]
    if missing:
        sentences.append(f"No result yet for {many(len(missing), 'visit', 'visits')}: {listed(missing)}.")
    return sentences


def _by_day(g: Ground, sites: Sequence[Site]) -> tuple[Piece, ...]:
    rows = [_day(on, [site for site in sites if site.plan.day == on]) for on in g.operation.days]
    columns = (("Day", 18), ("Visits planned", 16), ("Arrived", 12), ("Not over 15 min late", 22))
    return grid("days", "Day by day", columns, rows)


def _day(on: date, sites: Sequence[Site]) -> tuple[str, ...]:
    late = [(site.arrived - site.plan.planned_start) for site in sites if site.arrived is not None]
    held = sum(minutes <= LATE for minutes in late)
    return (day(on), str(len(sites)), str(len(late)), str(held))


def _strikes(g: Ground, sites: Sequence[Site]) -> tuple[Piece, ...]:
    groups = [
        (strike, [s for s in sites if _in_strike(s, strike)]) for _, strike in sorted(g.strikes.items())
    ]
    held = tuple(_strike_row(g, strike, group) for strike, group in groups if group)
    if not any(row.arrivals for row in held):
        return ()
    return (
        ArrivalPlot(key="strikes", title="Linked groups: did we arrive together?", rows=held, note=SPREAD),
    )


def together(g: Ground) -> tuple[str, ...]:
    """How many linked groups were entered within their tolerance, in one sentence."""
    sites = g.in_view("attempts")
    groups = [
        (strike, _arrived([s for s in sites if _in_strike(s, strike)])) for strike in g.strikes.values()
    ]
    spreads = [(max(times) - min(times), strike.tolerance) for strike, times in groups if len(times) > 1]
    if not spreads:
        return ()
    held, widest = sum(spread <= tolerance for spread, tolerance in spreads), max(spreads)[0]
    return (
        f"{held} of {many(len(spreads), 'linked group', 'linked groups')} were entered within the tolerance; "
        f"the longest time from the first arrival of a group to its last was {length(widest)}.",
    )


def _arrived(sites: Sequence[Site]) -> list[datetime]:
    return [site.arrived for site in sites if site.arrived is not None]


def _strike_row(g: Ground, strike: Strike, sites: Sequence[Site]) -> ArrivalRow:
    start = min(site.plan.planned_start for site in sites)
    arrived = [(site.premises.code, at) for site in sites if (at := site.arrived) is not None]
    return ArrivalRow(
        group=strike.group,
        planned=f"{day(strike.day)} {clock(start, g.zone)}",
        tolerance_min=round(strike.tolerance.total_seconds() / 60),
        arrivals=tuple((code, _from(start, at)) for code, at in arrived),
        words=_spread([at for _, at in arrived], len(sites)),
    )


def _in_strike(site: Site, strike: Strike) -> bool:
    return site.premises.strike_group == strike.group and site.plan.day == strike.day


def _from(start: datetime, arrived: datetime) -> float:
    return round((arrived - start).total_seconds() / 60, 2)


def _spread(arrived: list[datetime], planned: int) -> str:
    missing = planned - len(arrived)
    said = f"spread {length(max(arrived) - min(arrived))}" if arrived else "no arrival yet"
    return f"{said}, {missing} not in" if missing and arrived else said


def at_the_door(g: Ground) -> Section | None:
    _, results = g.split("arrivals")
    signs = [g.one("premises_attempted"), g.one("premises_visited"), g.one("repeats"), g.one("tip_offs")]
    pieces = [
        *bars("arrivals", "What happened at the door", results),
        *list_of("signs", "Also", signs),
        *_map(g),
    ]
    return section("arrivals", "Arrivals", (), pieces)


def _map(g: Ground) -> tuple[Piece, ...]:
    sites: Sequence[Site] = [one for one in g.in_view("attempts") if one.premises.held_until is None]
    if not sites or not g.may_place:
        return ()
    sites = sorted(sites, key=lambda site: site.premises.code)
    results = [site.arrival or NOT_YET for site in sites]
    marks = tuple(sorted(set(results), key=lambda words: (words == NOT_YET, -results.count(words))))
    places = tuple(
        Place(
            label=site.premises.code, lat=site.premises.lat, lon=site.premises.lon, mark=marks.index(result)
        )
        for site, result in zip(sites, results, strict=True)
    )
    return (DotMap(key="map", title="Where the premises lie to each other", places=places, marks=marks),)


def site_by_site(g: Ground) -> Section | None:
    rows = []
    for site in sorted(g.in_view("attempts"), key=lambda one: (one.plan.planned_start, one.premises.code)):
        arrived = clock(site.arrived, g.zone) if site.arrived is not None else "-"
        planned = f"{day(site.plan.day)} {clock(site.plan.planned_start, g.zone)}"
        rows.append(
            (
                site.premises.code,
                site.premises.name,
                site.team.code,
                planned,
                arrived,
                site.arrival or NOT_YET,
            )
        )
    columns = (
        ("Site", 8),
        ("Business planned", 28),
        ("Team", 8),
        ("Planned", 21),
        ("Arrived", 10),
        ("Result", 25),
    )
    return section("sites", "Sites, one by one", (), grid("sites", "In the order planned", columns, rows))

"""Plan against done: sites, times, linked groups entered at one moment, and what happened at each door."""

from datetime import datetime

from fieldops.domain.operation import Strike
from fieldops.reports.figures import ArrivalPlot, ArrivalRow, DotMap, Piece, Place, Section
from fieldops.reports.ground import Ground, Site
from fieldops.reports.parts.saying import bars, grid, list_of, section
from fieldops.reports.wording import clock, day, length, listed, many

NOT_YET = "No result yet"


def plan_against_done(g: Ground) -> Section | None:
    sites = g.in_view("attempts")
    if not sites:
        return None
    attempted = [site for site in sites if site.arrival is not None]
    open_sites = [site for site in sites if site.arrival is None]
    sentences = [
        f"{many(len(sites), 'visit was', 'visits were')} planned at "
        f"{many(len({site.premises.id for site in sites}), 'premises', 'premises')} over "
        f"{many(len(g.operation.days), 'day', 'days')}; {len(attempted)} have a result in this copy."
    ]
    if open_sites:
        names = sorted(site.premises.code for site in open_sites)
        sentences.append(f"No result yet for {many(len(names), 'visit', 'visits')}: {listed(names)}.")
    pieces = [*_strikes(g), *_by_day(g)]
    return section("plan", "Plan against done", sentences, pieces)


def _by_day(g: Ground) -> tuple[Piece, ...]:
    rows = []
    for on in g.operation.days:
        sites = [site for site in g.in_view("attempts") if site.plan.day == on]
        late = [_minutes_late(site) for site in sites if site.arrived is not None]
        held = sum(1 for minutes in late if minutes <= 15)
        rows.append(
            (day(on), str(len(sites)), str(len(late)), f"{held} of {len(late)}" if late else "none yet")
        )
    columns = (("Day", 28), ("Visits planned", 24), ("Arrived", 20), ("Not more than 15 minutes late", 28))
    return grid("days", "Day by day", columns, rows)


def _minutes_late(site: Site) -> float:
    assert site.arrived is not None
    return (site.arrived - site.plan.planned_start).total_seconds() / 60


def _strikes(g: Ground) -> tuple[Piece, ...]:
    rows = []
    for group, strike in sorted(g.strikes.items()):
        sites = [site for site in g.in_view("attempts") if _in_strike(site, strike)]
        arrived = [site.arrived for site in sites if site.arrived is not None]
        if not sites:
            continue
        start = min(site.plan.planned_start for site in sites)
        rows.append(
            ArrivalRow(
                group=group,
                planned=f"{day(strike.day)} {clock(start, g.zone)}",
                tolerance_min=round(strike.tolerance.total_seconds() / 60),
                arrivals=tuple(
                    (site.premises.code, _from(start, site.arrived))
                    for site in sites
                    if site.arrived is not None
                ),
                words=_spread(arrived, len(sites)),
            )
        )
    if not any(row.arrivals for row in rows):
        return ()
    note = (
        "Each dot is one team at one door. The band is the tolerance to either side of the moment planned. "
        "The spread is the time from the first arrival of the group to the last."
    )
    return (
        ArrivalPlot(
            key="strikes", title="Linked groups: did we arrive together?", rows=tuple(rows), note=note
        ),
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
    signs = [g.one("tip_offs"), g.one("repeats")]
    pieces = [
        *bars("arrivals", "What happened at the door", results),
        *_map(g),
        *list_of("signs", "Also", signs),
    ]
    return section("arrivals", "Arrivals", (), pieces)


def _map(g: Ground) -> tuple[Piece, ...]:
    if not g.may_place:
        return ()
    sites = g.in_view("attempts")
    kinds = [*dict.fromkeys(site.arrival for site in sites if site.arrival is not None)]
    marks = (*kinds, NOT_YET) if any(site.arrival is None for site in sites) else tuple(kinds)
    places = tuple(
        Place(
            label=site.premises.code,
            lat=site.premises.lat,
            lon=site.premises.lon,
            mark=marks.index(site.arrival or NOT_YET),
        )
        for site in sites
    )
    if not places:
        return ()
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
        ("Business planned", 32),
        ("Team", 8),
        ("Planned", 22),
        ("Arrived", 10),
        ("Result", 26),
    )
    return section("sites", "Sites, one by one", (), grid("sites", "In the order planned", columns, rows))

"""Reads an operation file: agencies, teams, strikes, premises, and the truth that is to happen at each visit.

The file is believed nowhere else; its days may be moved to another first day, its code replaced.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from fieldops.domain.operation import Place
from fieldops.domain.reading import Part
from fieldops.planning.problem import Crew, JointEntry, Point, Problem, Rules, Site
from fieldops.seeding.reference import read_yaml

MANDATE = ("hypothesis", "evidence_basis", "evidence_threshold", "exit_test")
_LEAD = re.compile(r"^(?P<name>[^(]+?)\s*(?:\((?P<service>[^)]*)\))?$")
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLine:
    """A team: what it can do, and who leads it (`service` is the word in brackets behind the name)."""

    code: str
    name: str
    capabilities: tuple[str, ...]
    languages: tuple[str, ...]
    lead: str
    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PremisesLine:
    """Premises to visit, and what is to be found there."""

    code: str
    company: str
    company_no: str
    sic: str
    building: str
    address: str
    uprn: str
    lat: float
    lon: float
    group: str | None
    tier: str
    workers_expected: int
    languages: tuple[str, ...]
    needs: tuple[str, ...]
    minutes: int
    opens: int
    closes: int
    truth: Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationFile:
    """The whole file. Minutes of the day count from local midnight."""

    code: str
    name: str
    nation: str
    time_zone: str
    days: tuple[date, ...]
    base: Place
    day_from: int
    day_to: int
    team_hours_max: int
    firewall: str
    sign_off: Mapping[str, str]  # by whom, when and why the posture was signed off, where that is needed
    mandate: Mapping[str, str]  # what the file says of why the operation is held; it may say nothing
    agencies: tuple[tuple[str, str], ...]
    teams: tuple[TeamLine, ...]
    strikes: tuple[JointEntry, ...]
    premises: tuple[PremisesLine, ...]
    moved_by: timedelta = timedelta()  # from the days that the file names to those it is loaded for


def read_operation_file(path: Path) -> OperationFile:
    """The operation in the file, or a refusal that names the line of thought that could not be read."""
    data = read_yaml(path)
    operation = data.part("operation")
    shift = _items(operation, "shift")
    return OperationFile(
        code=operation.text("code"),
        name=operation.text("name"),
        nation=operation.text("nation", "england"),
        time_zone=operation.text("time_zone", "Europe/London"),
        days=tuple(_day(day, operation, "days") for day in _items(operation, "days")),
        base=_place(operation.part("base")),
        day_from=_clock(shift[0], operation, "shift"),
        day_to=_clock(shift[1], operation, "shift"),
        team_hours_max=operation.whole("team_hours_max"),
        firewall=operation.text("firewall"),
        sign_off=_said(operation.part("sign_off")),
        mandate=operation.part("mandate").words(),
        agencies=tuple((one.text("code"), one.text("name")) for one in operation.parts("agencies")),
        teams=tuple(_team(one) for one in data.parts("teams")),
        strikes=tuple(_strike(one) for one in data.parts("strikes")),
        premises=tuple(_premises(one) for one in data.parts("premises")),
    )


def moved(operation: OperationFile, start: date, code: str | None) -> OperationFile:
    """The operation with `start` as its first day, under another code if one is given."""
    shift = start - operation.days[0]
    return replace(
        operation,
        code=code or operation.code,
        name=operation.name.replace(operation.code, code) if code else operation.name,
        days=tuple(day + shift for day in operation.days),
        moved_by=operation.moved_by + shift,
        strikes=tuple(replace(strike, day=strike.day + shift) for strike in operation.strikes),
    )


def planning_problem(operation: OperationFile) -> Problem:
    """The operation as a planner sees it."""
    return Problem(
        days=operation.days,
        base=Point(lat=operation.base.lat, lon=operation.base.lon),
        sites=tuple(
            Site(
                code=line.code,
                at=Point(lat=line.lat, lon=line.lon),
                needs=frozenset(line.needs),
                minutes=line.minutes,
                opens=line.opens,
                closes=line.closes,
            )
            for line in operation.premises
        ),
        crews=tuple(Crew(code=t.code, capabilities=frozenset(t.capabilities)) for t in operation.teams),
        joint=operation.strikes,
        rules=Rules(
            day_from=operation.day_from,
            day_to=operation.day_to,
            team_minutes_max=operation.team_hours_max * 60,
        ),
    )


def _team(part: Part) -> TeamLine:
    lead = _LEAD.match(part.text("lead").strip())
    if lead is None:
        raise part.fault("lead", "a name, with the service in brackets")
    return TeamLine(
        code=part.text("id"),
        name=part.text("name"),
        capabilities=part.texts("caps"),
        languages=part.texts("languages"),
        lead=lead["name"],
        service=lead["service"] or "",
    )


def _strike(part: Part) -> JointEntry:
    return JointEntry(
        group=part.text("group"),
        day=_day(part.value.get("day"), part, "day"),
        at=_clock(part.value.get("at"), part, "at"),
        tolerance_minutes=part.whole("tolerance_min"),
        sites=part.texts("premises"),
        proposal=part.part("one_feasible_assignment").words(),
    )


def _premises(part: Part) -> PremisesLine:
    window = _items(part, "window")
    return PremisesLine(
        code=part.text("id"),
        company=part.text("company"),
        company_no=part.text("company_no"),
        sic=part.text("sic"),
        building=part.text("building") if part.has("building") else "",
        address=part.text("address"),
        uprn=part.text("uprn"),
        lat=_degrees(part, "lat"),
        lon=_degrees(part, "lon"),
        group=part.text("group") if part.has("group") else None,
        tier=str(part.value.get("tier", "")),
        workers_expected=part.whole("workers_expected"),
        languages=part.texts("languages"),
        needs=part.texts("needs"),
        minutes=part.whole("minutes"),
        opens=_clock(window[0], part, "window"),
        closes=_clock(window[1], part, "window"),
        truth=_truth(part.part("truth")),
    )


def _truth(part: Part) -> dict[str, str | int]:
    return {
        key: part.whole(key) if isinstance(part.value[key], int) else part.text(key) for key in part.value
    }


def _said(part: Part) -> dict[str, str]:
    """Words as written; YAML reads a bare day as a date by itself."""
    return {
        key: value.isoformat() if isinstance(value, date) else part.text(key)
        for key, value in part.value.items()
    }


def _place(part: Part) -> Place:
    return Place(name=part.text("name"), lat=_degrees(part, "lat"), lon=_degrees(part, "lon"))


def _items(part: Part, key: str) -> list[object]:
    found = part.value.get(key)
    if not isinstance(found, list) or not found:
        raise part.fault(key, "a list")
    return found


def _degrees(part: Part, key: str) -> float:
    found = part.value.get(key)
    if not isinstance(found, int | float):
        raise part.fault(key, "degrees")
    return float(found)


def _day(value: object, part: Part, key: str) -> date:
    """A day written with or without quotes (YAML reads the bare form as a date by itself)."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise part.fault(key, "a day such as 2027-02-09") from error


def _clock(value: object, part: Part, key: str) -> int:
    """Minutes of the day; YAML reads a bare 17:30 as the number 1050 by itself."""
    if isinstance(value, int) and 0 <= value <= 24 * 60:
        return value
    clock = _CLOCK.match(value) if isinstance(value, str) else None
    if clock is None:
        raise part.fault(key, "a time such as 09:30")
    return int(clock[1]) * 60 + int(clock[2])

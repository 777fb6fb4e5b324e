"""What a plan must satisfy, and a plan: plain data that a planner fills and a checker judges.

Minutes of the day count from local midnight; lengths carry their unit. Nothing here decides anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place on the earth in degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """How a distance becomes minutes: roads are longer than straight lines, and parking takes time."""

    circuity: float = 1.35
    speed_kmh: float = 25.0
    handover_minutes: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The working day of a team."""

    day_from: int
    day_to: int
    team_minutes_max: int
    break_minutes: int = 30
    paperwork_minutes: int = 20
    rest_minutes: int = 11 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Premises to visit once: what the visit needs, how long it takes, when a team may arrive."""

    code: str
    at: Point
    needs: frozenset[str]
    minutes: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """A team and what its members can do."""

    code: str
    capabilities: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class JointEntry:
    """Sites entered at one moment by different teams, so that none can warn another."""

    group: str
    day: date
    at: int
    tolerance_minutes: int
    sites: tuple[str, ...]
    proposal: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An operation as a planner sees it. `proposal` of a joint entry maps crew to site: a hint, no order."""

    days: tuple[date, ...]
    base: Point
    sites: tuple[Site, ...]
    crews: tuple[Crew, ...]
    joint: tuple[JointEntry, ...]
    rules: Rules
    travel: Travel = Travel()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One visit as planned: the team arrives, stays, and writes up before it leaves."""

    site: str
    crew: str
    day: date
    sequence: int
    arrive: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One team's day, from leaving the base to being back there."""

    crew: str
    day: date
    start: int
    end: int
    break_from: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """A site that no team could be given, and why, in words."""

    site: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who goes where and when, and what was left out."""

    stops: tuple[Stop, ...]
    shifts: tuple[Shift, ...]
    unplaced: tuple[Unplaced, ...]

"""What is planned: an operation, its premises and strikes, its teams and the visits they are to make.

These say who, where and when; what was seen and said at a visit is in the ledger alone.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from fieldops.domain.ids import AgencyCode, OfficerId, OperationId, PaperHash, PremisesId, TeamId, VisitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A named point, in degrees of latitude and longitude."""

    name: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSet:
    """The published papers that an operation is run by, each named by the hash of its bytes."""

    checklist: PaperHash
    indicators: PaperHash
    classes: PaperHash
    agreement: PaperHash
    rates: PaperHash


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A joint operation of several agencies over some days."""

    id: OperationId
    code: str
    name: str
    nation: str
    time_zone: str  # IANA name; planned times are told in it
    days: tuple[date, ...]
    firewall: str
    firewall_statement: str  # what officers read to workers about immigration officers; it must be true
    papers: PaperSet
    base: Place | None
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """Premises entered at one moment, so that none can warn another."""

    group: str
    day: date
    at: time
    tolerance: timedelta  # longest gap between the first and the last entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """One address unit and the business expected there."""

    id: PremisesId
    operation: OperationId
    code: str
    name: str
    company_no: str
    sic: str
    building: str
    address: str
    uprn: str
    lat: float
    lon: float
    languages: tuple[str, ...]
    workers_expected: int
    tier: str
    strike_group: str | None
    needs: tuple[str, ...]  # capabilities that the visiting team must have
    minutes: int
    window: tuple[time, time]  # earliest and latest arrival, local time
    held_until: datetime | None = None  # the place is held back from this reader, and left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Officers who go together; its members are read apart."""

    id: TeamId
    operation: OperationId
    code: str
    name: str
    languages: tuple[str, ...]
    capabilities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An officer on a team, or sent in support of one visit (then never its lead)."""

    officer: OfficerId
    name: str
    agency: AgencyCode
    capabilities: tuple[str, ...]
    lead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVisit:
    """A team's task at one premises. `sequence` orders the team's day from 1."""

    id: VisitId
    operation: OperationId
    premises: PremisesId
    team: TeamId
    day: date
    sequence: int
    planned_start: datetime
    minutes: int
    paper: PaperHash | None  # the visit paper that tablets hold, once it is published
    checklist: PaperHash | None = None  # the edition that it began with, where it stays with that one


def checklist_of(operation: Operation, visit: PlannedVisit) -> PaperHash:
    """The edition of the checklist by which a visit is run: a visit stays with the one that it began with."""
    return visit.checklist or operation.papers.checklist

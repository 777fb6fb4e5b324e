"""Writes an operation file into the plan: the operation, its strikes and premises, and a visit for each."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from fieldops.domain.agreement import Posture
from fieldops.domain.ids import OperationId, PremisesId, TeamId, VisitId, derived_id
from fieldops.domain.operation import Operation, PaperSet, PlannedVisit, Premises, Strike
from fieldops.planning.problem import Plan, Stop
from fieldops.seeding.operation_file import OperationFile, PremisesLine
from fieldops.store.operations import add_operation, add_premises, add_strike
from fieldops.store.plans import add_visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Outing:
    """A visit as planned, with the line of the file it comes from."""

    visit: PlannedVisit
    line: PremisesLine
    team: str
    tolerance: timedelta | None  # of its strike, if it is part of one


def moment(file: OperationFile, day: date, minute: int) -> datetime:
    """A minute of a local day as an instant in UTC."""
    local = datetime.combine(day, time(), ZoneInfo(file.time_zone)) + timedelta(minutes=minute)
    return local.astimezone(UTC)


def open_operation(
    session: Session, file: OperationFile, papers: PaperSet, posture: Posture, now: datetime
) -> Operation:
    """The operation with its strikes and premises."""
    operation = Operation(
        id=OperationId(derived_id("operation", file.code)),
        code=file.code,
        name=file.name,
        nation=file.nation,
        time_zone=file.time_zone,
        days=file.days,
        firewall=posture.code,
        firewall_statement=posture.statement,
        papers=papers,
        base=file.base,
        opened_at=min(now, moment(file, file.days[0], file.day_from)),
        closed_at=None,
    )
    add_operation(session, operation)
    for entry in file.strikes:
        strike = Strike(
            group=entry.group,
            day=entry.day,
            at=_clock(entry.at),
            tolerance=timedelta(minutes=entry.tolerance_minutes),
        )
        add_strike(session, operation.id, strike)
    for line in file.premises:
        add_premises(session, _premises(operation.id, line))
    return operation


def plan_visits(session: Session, file: OperationFile, operation: OperationId, plan: Plan) -> list[Outing]:
    """A visit for each stop, by time."""
    lines = {line.code: line for line in file.premises}
    tolerances = {
        code: timedelta(minutes=entry.tolerance_minutes) for entry in file.strikes for code in entry.sites
    }
    outings = [
        Outing(
            visit=_visit(file, operation, lines[stop.site], stop),
            line=lines[stop.site],
            team=stop.crew,
            tolerance=tolerances.get(stop.site),
        )
        for stop in plan.stops
    ]
    for outing in outings:
        add_visit(session, outing.visit)
    return sorted(outings, key=lambda outing: (outing.visit.planned_start, outing.line.code))


def _visit(file: OperationFile, operation: OperationId, line: PremisesLine, stop: Stop) -> PlannedVisit:
    return PlannedVisit(
        id=VisitId(derived_id(operation, "visit", line.code)),
        operation=operation,
        premises=_premises_id(operation, line),
        team=TeamId(derived_id(operation, "team", stop.crew)),
        day=stop.day,
        sequence=stop.sequence,
        planned_start=moment(file, stop.day, stop.arrive),
        minutes=line.minutes,
        paper=None,
    )


def _premises(operation: OperationId, line: PremisesLine) -> Premises:
    return Premises(
        id=_premises_id(operation, line),
        operation=operation,
        code=line.code,
        name=line.company,
        company_no=line.company_no,
        sic=line.sic,
        building=line.building,
        address=line.address,
        uprn=line.uprn,
        lat=line.lat,
        lon=line.lon,
        languages=line.languages,
        workers_expected=line.workers_expected,
        tier=line.tier,
        strike_group=line.group,
        needs=line.needs,
        minutes=line.minutes,
        window=(_clock(line.opens), _clock(line.closes)),
    )


def _premises_id(operation: OperationId, line: PremisesLine) -> PremisesId:
    return PremisesId(derived_id(operation, "premises", line.code))


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)

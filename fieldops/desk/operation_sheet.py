"""What an operation's pages say: how far each visit is, by day and team, and what happened at the door."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from fieldops.desk.operations_sheet import days_words
from fieldops.desk.plan import Plan
from fieldops.desk.words import Moment, State, moment, planned
from fieldops.domain.agreement import Agreement
from fieldops.domain.ids import VisitId
from fieldops.domain.operation import PlannedVisit, Strike


class Stage(StrEnum):
    """How far a visit is, as far as the reader may see."""

    PLANNED = "planned"
    SILENT = "silent"
    BEGUN = "begun"
    CLOSED = "closed"
    KEPT_BACK = "kept back"


STATES = {
    Stage.PLANNED: State(text="Planned", colour="grey"),
    Stage.SILENT: State(text="Nothing received", colour="yellow"),
    Stage.BEGUN: State(text="Under way", colour="blue"),
    Stage.CLOSED: State(text="Closed", colour="green"),
    Stage.KEPT_BACK: State(text="Not shared with your agency", colour="grey"),
}
KEPT_BACK = "Times, teams and what is expected are not shared with your agency."
TOLD_STAGES = (Stage.PLANNED, Stage.SILENT, Stage.BEGUN, Stage.CLOSED)
SILENCE = timedelta(minutes=30)  # how long after its planned start a visit without entries is called silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What this reader's entries of one visit come to. `arrival` is the option, where one stands."""

    entries: int
    last_received: datetime | None
    arrival: str | None
    arrived_at: datetime | None
    closed: bool
    conflicts: int


NOTHING_YET = Progress(
    entries=0, last_received=None, arrival=None, arrived_at=None, closed=False, conflicts=0
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """One visit in a list."""

    id: VisitId
    day: date | None  # None, as the time, where the plan is kept back
    code: str
    name: str
    team: str
    strike: str
    planned: Moment | None
    state: State
    arrival: str
    entries: int
    last_received: Moment | None
    conflicts: int
    quarantined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """One team's day, or all teams' (`team` is then empty): how many visits stand at each stage."""

    day: date
    team: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikeLine:
    """A linked group: when it was to be entered, and how far apart the arrivals were."""

    group: str
    planned: str
    premises: tuple[str, ...]
    arrived: int
    spread: str
    state: State


def stage_shown(plan: Plan, visit: PlannedVisit, progress: Progress, now: datetime) -> Stage:
    """As `stage_of`, for those who are given the plan; what others read does not say how far a visit is."""
    return stage_of(visit, progress, now) if plan.told(visit) else Stage.KEPT_BACK


def stage_of(visit: PlannedVisit, progress: Progress, now: datetime) -> Stage:
    """How far a visit is by what was received."""
    if progress.closed:
        return Stage.CLOSED
    if progress.entries:
        return Stage.BEGUN
    return Stage.SILENT if now > visit.planned_start + SILENCE else Stage.PLANNED


@dataclass(frozen=True, slots=True, kw_only=True)
class Progresses:
    """The progress of every visit, and the words of each result at the door in the checklist's own order."""

    by_visit: Mapping[VisitId, Progress]
    arrival_words: Mapping[str, str]

    def of(self, visit: VisitId) -> Progress:
        return self.by_visit.get(visit, NOTHING_YET)


def headline(plan: Plan, progress: Progresses, now: datetime) -> tuple[tuple[str, str], ...]:
    """The figures that open the page: how much is planned, begun and closed, and what waits for somebody."""
    stages = Counter(stage_shown(plan, one, progress.of(one.id), now) for one in plan.visits)
    conflicts = sum(one.conflicts for one in progress.by_visit.values())
    entries = sum(one.entries for one in progress.by_visit.values())
    known = (
        ("entries you may read", f"{entries:,}"),
        ("conflicts open", f"{conflicts:,}"),
    )
    if not plan.told_visits and plan.visits:
        return known
    return (
        ("visits planned", f"{len(plan.told_visits):,}"),
        ("under way", f"{stages[Stage.BEGUN]:,}"),
        ("closed", f"{stages[Stage.CLOSED]:,}"),
        *known,
    )


def summary_rows(plan: Plan, agreement: Agreement) -> list[dict[str, dict[str, str]]]:
    """What the operation is, for GOV.UK's summary list."""
    head = plan.operation
    rows = [
        ("Code", head.code),
        ("Days", days_words(head.days)),
        ("Base", "none set" if head.base is None else head.base.name),
        ("Immigration firewall", f"{agreement.posture.code}: {agreement.posture.meaning}"),
        ("What workers are told of it", head.firewall_statement),
        ("Sharing agreement", f"{agreement.title}, version {agreement.version}"),
        ("Handling", agreement.handling),
    ]
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in rows]


def visit_lines(
    plan: Plan, progress: Progresses, quarantined: Mapping[VisitId, int], now: datetime
) -> tuple[VisitLine, ...]:
    """Every visit, in the order of the plan."""
    return tuple(_line(plan, one, progress, quarantined.get(one.id, 0), now) for one in plan.visits)


def _line(
    plan: Plan, visit: PlannedVisit, progress: Progresses, quarantined: int, now: datetime
) -> VisitLine:
    seen = progress.of(visit.id)
    premises = plan.premises_of(visit)
    told = plan.told(visit)
    return VisitLine(
        id=visit.id,
        day=visit.day if told else None,
        code=premises.code,
        name=premises.name,
        team=_team_words(plan, visit) if told else "",
        strike=(premises.strike_group or "") if told else "",
        planned=planned(visit.planned_start) if told else None,
        state=STATES[stage_shown(plan, visit, seen, now)],
        arrival=progress.arrival_words.get(seen.arrival or "", ""),
        entries=seen.entries,
        last_received=None if seen.last_received is None else moment(seen.last_received, beside=visit.day),
        conflicts=seen.conflicts,
        quarantined=quarantined,
    )


def day_rows(plan: Plan, progress: Progresses, now: datetime) -> tuple[DayRow, ...]:
    """For each day first all teams together, then each team, counted by stage as `TOLD_STAGES` has them."""
    rows = []
    for day in sorted({visit.day for visit in plan.told_visits}):
        of_day = [visit for visit in plan.told_visits if visit.day == day]
        by_team: dict[str, list[PlannedVisit]] = {}
        for visit in of_day:
            by_team.setdefault(_team_words(plan, visit), []).append(visit)
        stages = {one.id: stage_shown(plan, one, progress.of(one.id), now) for one in of_day}
        rows.append(_day_row(day, "", of_day, stages))
        rows += [_day_row(day, team, by_team[team], stages) for team in sorted(by_team)]
    return tuple(rows)


def _team_words(plan: Plan, visit: PlannedVisit) -> str:
    team = plan.teams[visit.team]
    return f"{team.code} {team.name}"


def _day_row(day: date, team: str, visits: Sequence[PlannedVisit], stages: Mapping[VisitId, Stage]) -> DayRow:
    counted = Counter(stages[one.id] for one in visits)
    return DayRow(
        day=day, team=team, counts=tuple(counted[stage] for stage in TOLD_STAGES), total=len(visits)
    )


def arrival_counts(progress: Progresses) -> tuple[tuple[str, int], ...]:
    """What happened at the door, in the checklist's own order; results that never came are left out."""
    found = Counter(one.arrival for one in progress.by_visit.values() if one.arrival)
    return tuple((words, found[value]) for value, words in progress.arrival_words.items() if found[value])


def strike_lines(plan: Plan, progress: Progresses) -> tuple[StrikeLine, ...]:
    """The linked groups in the order of their time."""
    ordered = sorted(plan.strikes.values(), key=lambda one: (one.day, one.at))
    return tuple(_strike(plan, strike, progress) for strike in ordered)


def _strike(plan: Plan, strike: Strike, progress: Progresses) -> StrikeLine:
    group = plan.group(strike.group)
    arrivals = [at for one in group if (at := progress.of(one.id).arrived_at) is not None]
    spread = max(arrivals) - min(arrivals) if len(arrivals) > 1 else None
    return StrikeLine(
        group=strike.group,
        planned=f"{strike.day.day} {strike.day:%B}, {strike.at:%H:%M}",
        premises=tuple(plan.premises_of(one).code for one in group),
        arrived=len(arrivals),
        spread="not known" if spread is None else _spread_words(spread, strike.tolerance),
        state=_strike_state(spread if len(arrivals) == len(group) else None, strike.tolerance),
    )


def _strike_state(spread: timedelta | None, tolerance: timedelta) -> State:
    """`spread` is None until every arrival is known."""
    if spread is None:
        return State(text="Not all arrivals received", colour="grey")
    if spread <= tolerance:
        return State(text="Together", colour="green")
    return State(text="Too far apart", colour="red")


def _spread_words(spread: timedelta, tolerance: timedelta) -> str:
    minutes, allowed = spread.total_seconds() / 60, tolerance.total_seconds() / 60
    return f"{minutes:.0f} of {allowed:.0f} minutes allowed"

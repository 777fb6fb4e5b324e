"""The plan of an operation as the desk's pages need it: read once a page, put together by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import filterfalse
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from fieldops.domain.access import may_read_plan
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import AgencyCode, PremisesId, TeamId, VisitId
from fieldops.domain.operation import Operation, PlannedVisit, Premises, Strike, Team
from fieldops.domain.who import Reader
from fieldops.store.directory import agencies_of
from fieldops.store.holds import premises_told
from fieldops.store.operations import operation, strikes
from fieldops.store.plans import teams, visits
from fieldops.web.installation import now


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who goes where and when, as far as the reader is given it. Visits stand in the order of their planned
    start, told in local time; those whose plan is kept back come last, by the code of their premises."""

    operation: Operation
    premises: Mapping[PremisesId, Premises]
    teams: Mapping[TeamId, Team]
    visits: tuple[PlannedVisit, ...]
    strikes: Mapping[str, Strike]
    agencies: Mapping[AgencyCode, str]
    kept_back: frozenset[VisitId] = frozenset()  # visits whose time and team the reader is not told

    def told(self, visit: PlannedVisit) -> bool:
        """Whether the reader is given the plan of this visit."""
        return visit.id not in self.kept_back

    @property
    def told_visits(self) -> tuple[PlannedVisit, ...]:
        """The visits whose plan the reader is given."""
        return tuple(one for one in self.visits if self.told(one))

    def premises_of(self, visit: PlannedVisit) -> Premises:
        return self.premises[visit.premises]

    def group(self, strike_group: str) -> tuple[PlannedVisit, ...]:
        """The visits to the premises of a linked group."""
        return tuple(one for one in self.visits if self.premises_of(one).strike_group == strike_group)

    def visit_named(self, name: str) -> PlannedVisit:
        """The visit of this id, or the newest one to the premises of this code."""
        for visit in reversed(self.visits):
            if name in (visit.id, self.premises_of(visit).code):
                return visit
        raise Refusal("not_found", "There is no such visit in this operation.")


def read_operation_head(session: Session, reader: Reader) -> Operation:
    """The operation that the reader reads."""
    found = operation(session, reader.operation)
    if found is None:
        raise Refusal("not_found", "There is no such operation.")
    return found


def read_plan(session: Session, reader: Reader) -> Plan:
    """The plan of the reader's operation. Teams and linked groups that they are not told of are left out."""
    head = read_operation_head(session, reader)
    zone = ZoneInfo(head.time_zone)
    found = visits(session, head.id)
    planned = [replace(one, planned_start=one.planned_start.astimezone(zone)) for one in found]
    sites = {one.id: one for one in premises_told(session, reader, now())}
    told = sorted(filter(lambda one: may_read_plan(reader, one.id), planned), key=_by_time)
    kept_back = filterfalse(told.__contains__, planned)
    rest = sorted(kept_back, key=lambda one: sites[one.premises].code)
    plan = Plan(
        operation=head,
        premises=sites,
        teams={one.id: one for one in teams(session, head.id)},
        visits=(*told, *rest),
        strikes=strikes(session, head.id),
        kept_back=frozenset(one.id for one in rest),
        agencies=agencies_of(session, head.id),
    )
    return plan if may_read_plan(reader) else _as_told(plan, told)


def _as_told(plan: Plan, told: Sequence[PlannedVisit]) -> Plan:
    """The plan with the teams and linked groups of the visits that the reader is told of, and no other."""
    known = {one.team for one in told}
    groups = {plan.premises_of(one).strike_group for one in told}
    return replace(
        plan,
        teams={name: one for name, one in plan.teams.items() if name in known},
        strikes={name: one for name, one in plan.strikes.items() if name in groups},
    )


def _by_time(visit: PlannedVisit) -> tuple[datetime, VisitId]:
    return visit.planned_start, visit.id

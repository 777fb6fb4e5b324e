"""The plan of an operation as the desk's pages need it: read once a page, put together by name."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from fieldops.domain.access import Reader
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import AgencyCode, PremisesId, TeamId
from fieldops.domain.operation import Operation, PlannedVisit, Premises, Strike, Team
from fieldops.store.directory import agencies
from fieldops.store.operations import operation, premises_of, strikes
from fieldops.store.plans import teams, visits


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who goes where and when. Visits stand in the order of their planned start, told in local time."""

    operation: Operation
    premises: Mapping[PremisesId, Premises]
    teams: Mapping[TeamId, Team]
    visits: tuple[PlannedVisit, ...]
    strikes: Mapping[str, Strike]
    agencies: Mapping[AgencyCode, str]

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
    """The whole plan of the reader's operation."""
    head = read_operation_head(session, reader)
    zone = ZoneInfo(head.time_zone)
    found = visits(session, head.id)
    planned = [replace(one, planned_start=one.planned_start.astimezone(zone)) for one in found]
    return Plan(
        operation=head,
        premises={one.id: one for one in premises_of(session, head.id)},
        teams={one.id: one for one in teams(session, head.id)},
        visits=tuple(sorted(planned, key=lambda one: (one.planned_start, one.id))),
        strikes=strikes(session, head.id),
        agencies={one.code: one.name for one in agencies(session)},
    )

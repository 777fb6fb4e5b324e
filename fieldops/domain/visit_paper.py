"""The paper that a tablet holds of one visit: where, when, with whom, and by which other papers.

It is composed from the plan alone and named by the hash of its bytes, so that a changed plan is a new paper.
Whoever led once stays named, so that a tablet makes the same of the entries as the desk, whatever was moved.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from fieldops.domain.hold import WITHHELD_NAME
from fieldops.domain.ids import OfficerId
from fieldops.domain.operation import (
    Member,
    Operation,
    PlannedVisit,
    Premises,
    Strike,
    Team,
    checklist_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPlan:
    """All that the plan knows of one visit."""

    operation: Operation
    visit: PlannedVisit
    premises: Premises
    strike: Strike | None
    team: Team
    roster: Sequence[Member]
    visit_leads: Collection[OfficerId]  # whoever leads the visit or ever led it
    leads: Collection[OfficerId]  # whoever leads the operation or ever led it: they may rule at any visit


def compose(plan: VisitPlan) -> dict[str, object]:
    """The paper as JSON. Degrees travel as decimal strings: a number with a point has no place in a paper."""
    visit, operation = plan.visit, plan.operation
    return {
        "kind": "visit",
        "visit": visit.id,
        "operation": {"id": operation.id, "code": operation.code, "name": operation.name},
        "time_zone": operation.time_zone,
        "day": visit.day.isoformat(),
        "sequence": visit.sequence,
        "planned_start": visit.planned_start.isoformat(timespec="milliseconds"),
        "minutes": visit.minutes,
        "strike": _strike(plan.strike),
        "premises": _premises(plan.premises),
        "needs": list(plan.premises.needs),
        "team": {"id": plan.team.id, "code": plan.team.code, "name": plan.team.name},
        "roster": [_member(member) for member in plan.roster],
        "visit_leads": sorted(plan.visit_leads),
        "leads": sorted(plan.leads),
        "firewall_statement": operation.firewall_statement,
        "checklist": checklist_of(operation, visit),
        "indicators": operation.papers.indicators,
        "classes": operation.papers.classes,
        "agreement": operation.papers.agreement,
        "rates": operation.papers.rates,
    }


def without_place(premises: dict[str, object]) -> dict[str, object]:
    """The premises of a paper of which the place is sealed: what an older app shows of them, too."""
    empty = dict.fromkeys(("company_no", "address", "uprn", "lat", "lon"), "")
    return {
        "code": premises["code"],
        "name": WITHHELD_NAME,
        **empty,
        "languages": [],
        "workers_expected": 0,
    }


def _strike(strike: Strike | None) -> dict[str, object] | None:
    if strike is None:
        return None
    return {
        "group": strike.group,
        "at": strike.at.strftime("%H:%M"),
        "tolerance_min": int(strike.tolerance.total_seconds() // 60),
    }


def _premises(premises: Premises) -> dict[str, object]:
    return {
        "code": premises.code,
        "name": premises.name,
        "company_no": premises.company_no,
        "address": premises.address,
        "uprn": premises.uprn,
        "lat": str(premises.lat),
        "lon": str(premises.lon),
        "languages": list(premises.languages),
        "workers_expected": premises.workers_expected,
    }


def _member(member: Member) -> dict[str, object]:
    return {
        "officer": member.officer,
        "name": member.name,
        "agency": member.agency,
        "capabilities": list(member.capabilities),
        "lead": member.lead,
    }

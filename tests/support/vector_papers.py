"""Vectors of the papers that flow down to tablets: what the paper of a visit says of who leads."""

from datetime import date, datetime, timedelta

from fieldops.domain.ids import (
    AgencyCode,
    OfficerId,
    OperationId,
    PaperHash,
    PremisesId,
    TeamId,
    VisitId,
    derived_id,
)
from fieldops.domain.operation import Member, Operation, PaperSet, PlannedVisit, Premises, Team
from fieldops.domain.visit_paper import VisitPlan, compose

MORNING = datetime.fromisoformat("2026-11-23T09:30:00.000+00:00")
AUTHORS = {
    "leads the visit": (True, False),
    "led it before it was moved": (True, False),
    "goes along": (False, False),
    "leads the operation": (False, True),
    "led the operation before": (False, True),
    "went with the former team": (False, False),
}


def visit_papers() -> object:
    """visit_paper.json."""
    return {
        "about": "'paper' is the paper of a visit that was moved from one team to another. 'authors': what "
        "an officer's entries at this visit count as, whenever they were made: the word of whoever leads the "
        "visit or ever led it, of whoever leads the operation or ever led it, or of neither.",
        "paper": compose(_plan()),
        "authors": [
            {"who": who, "officer": officer(who), "visit_lead": visit, "operation_lead": operation}
            for who, (visit, operation) in AUTHORS.items()
        ],
    }


def officer(who: str) -> OfficerId:
    return OfficerId(derived_id("vectors", who))


def _plan() -> VisitPlan:
    operation, premises, team = (derived_id("vectors", one) for one in ("operation", "premises", "team"))
    return VisitPlan(
        operation=_operation(OperationId(operation)),
        visit=PlannedVisit(
            id=VisitId(derived_id("vectors", "visit")),
            operation=OperationId(operation),
            premises=PremisesId(premises),
            team=TeamId(team),
            day=MORNING.date(),
            sequence=1,
            planned_start=MORNING,
            minutes=60,
            paper=None,
        ),
        premises=_premises(PremisesId(premises), OperationId(operation)),
        strike=None,
        team=Team(
            id=TeamId(team),
            operation=OperationId(operation),
            code="T2",
            name="Birch",
            languages=(),
            capabilities=("PO",),
        ),
        roster=[_member("leads the visit", lead=True), _member("goes along", lead=False)],
        visit_leads=[officer(who) for who, (led, _) in AUTHORS.items() if led],
        leads=[officer(who) for who, (_, led) in AUTHORS.items() if led],
    )


def _operation(name: OperationId) -> Operation:
    paper = PaperHash("0" * 64)
    return Operation(
        id=name,
        code="OPX",
        name="Operation X",
        nation="england",
        time_zone="Europe/London",
        days=(date(2026, 11, 23),),
        firewall="A",
        firewall_statement="No immigration officers are with us.",
        papers=PaperSet(checklist=paper, indicators=paper, classes=paper, agreement=paper, rates=paper),
        base=None,
        opened_at=MORNING - timedelta(days=3),
        closed_at=None,
    )


def _premises(name: PremisesId, operation: OperationId) -> Premises:
    return Premises(
        id=name,
        operation=operation,
        code="P01",
        name="Example Stitching",
        company_no="DM000001",
        sic="14132",
        building="B",
        address="1 Mill Lane",
        uprn="999000000001",
        lat=54.0,
        lon=2.0,
        languages=("gu",),
        workers_expected=12,
        tier="1",
        strike_group=None,
        needs=("PO",),
        minutes=60,
        window=(MORNING.time(), MORNING.time()),
    )


def _member(who: str, *, lead: bool) -> Member:
    return Member(officer=officer(who), name=who, agency=AgencyCode("PO"), capabilities=("PO",), lead=lead)

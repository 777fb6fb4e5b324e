"""A small plan of one day: three linked premises and two teams."""

from datetime import UTC, date, datetime, time, timedelta

from fieldops.desk.plan import Plan
from fieldops.domain.ids import AgencyCode, OperationId, PaperHash, PremisesId, TeamId, VisitId
from fieldops.domain.operation import Operation, PaperSet, PlannedVisit, Premises, Strike, Team

DAY = date(2027, 2, 9)
HALF_NINE = datetime(2027, 2, 9, 9, 30, tzinfo=UTC)
HASH = PaperHash("0" * 64)


def premises(n: int) -> Premises:
    return Premises(
        id=PremisesId(f"premises{n}"),
        operation=OperationId("op"),
        code=f"P{n:02}",
        name=f"Firm {n}",
        company_no="",
        sic="",
        building="",
        address="",
        uprn="",
        lat=54.0,
        lon=2.0,
        languages=(),
        workers_expected=5,
        tier="1",
        strike_group="L1",
        needs=(),
        minutes=60,
        window=(time(8), time(17)),
    )


def visit(n: int, team: str) -> PlannedVisit:
    return PlannedVisit(
        id=VisitId(f"visit{n}"),
        operation=OperationId("op"),
        premises=PremisesId(f"premises{n}"),
        team=TeamId(team),
        day=DAY,
        sequence=1,
        planned_start=HALF_NINE,
        minutes=60,
        paper=None,
    )


def team(code: str) -> Team:
    return Team(
        id=TeamId(code), operation=OperationId("op"), code=code, name="Alder", languages=(), capabilities=()
    )


PLAN = Plan(
    operation=Operation(
        id=OperationId("op"),
        code="DEMO",
        name="Operation DEMO",
        nation="england",
        time_zone="Europe/London",
        days=(DAY,),
        firewall="B",
        firewall_statement="",
        papers=PaperSet(checklist=HASH, indicators=HASH, classes=HASH, agreement=HASH, rates=HASH),
        base=None,
        opened_at=HALF_NINE,
        closed_at=None,
    ),
    premises={one.id: one for one in (premises(1), premises(2), premises(3))},
    teams={one.id: one for one in (team("T1"), team("T2"))},
    visits=(visit(1, "T1"), visit(2, "T2"), visit(3, "T2")),
    strikes={"L1": Strike(group="L1", day=DAY, at=time(9, 30), tolerance=timedelta(minutes=5))},
    agencies={AgencyCode("POL"): "Police"},
)

"""The small operation with a strike: two premises, each for a team of its own, entered at nine."""

from dataclasses import replace
from datetime import date, time, timedelta

from sqlalchemy import update

from fieldops.domain.ids import PremisesId, TeamId, VisitId, derived_id
from fieldops.domain.operation import PlannedVisit, Strike, Team
from fieldops.store.operations import PremisesRow, add_premises, add_strike, premises_of
from fieldops.store.plans import add_member, add_team, add_visit
from fieldops.store.visit_papers import publish_visit_papers
from tests.support.station import MORNING, OPERATION, SITE, Station, officer_id

GROUP = "G1"
STRIKE_AT = MORNING + timedelta(hours=2)
OTHER_SITE = PremisesId(derived_id("premises", "P05"))
OTHER_TEAM = TeamId(derived_id("team", "T2"))
OTHER_VISIT = VisitId(derived_id("visit", "P05"))
ADDRESS, OTHER_ADDRESS = "Unit 3, Osprey Mill, Bobbin Street, Marlowick ZZ1 1AA", "9 Heron Wharf, Marlowick"
NAME, OTHER_NAME = "Pellow Cut & Trim Ltd", "Heron Hems Ltd"


def plan_strike(station: Station) -> None:
    """Team T1 goes to P04, team T2 (led by the partner) to P05, both at nine."""
    with station.store() as session:
        strike = Strike(group=GROUP, day=date(2027, 2, 9), at=time(9), tolerance=timedelta(minutes=5))
        add_strike(session, OPERATION, strike)
        session.execute(update(PremisesRow).where(PremisesRow.id == SITE).values(strike_group=GROUP))
        (site,) = premises_of(session, OPERATION)
        other = replace(
            site, id=OTHER_SITE, code="P05", name=OTHER_NAME, address=OTHER_ADDRESS, uprn="999000000005"
        )
        add_premises(session, replace(other, company_no="DM000005", lat=53.9, lon=2.1))
        add_team(
            session,
            Team(id=OTHER_TEAM, operation=OPERATION, code="T2", name="Birch", languages=(), capabilities=()),
        )
        add_member(session, OTHER_TEAM, officer_id("partner"), lead=True, capabilities=["HS"])
        add_visit(
            session,
            PlannedVisit(
                id=OTHER_VISIT,
                operation=OPERATION,
                premises=OTHER_SITE,
                team=OTHER_TEAM,
                day=date(2027, 2, 9),
                sequence=1,
                planned_start=STRIKE_AT,
                minutes=120,
                paper=None,
            ),
        )
        publish_visit_papers(session, OPERATION)

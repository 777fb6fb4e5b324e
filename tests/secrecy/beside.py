"""What the ledger does not hold and may be hidden all the same: names, particulars, the plan, an operation on
which the reader does not serve. In a second world these are others, or are not there at all."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from fieldops.domain.access import may_do, may_read_plan, may_read_premises, names_officer
from fieldops.domain.ids import AgencyCode, OfficerId, OperationId, PremisesId, TeamId, VisitId, derived_id
from fieldops.domain.operation import Operation
from fieldops.domain.people import Officer
from fieldops.domain.who import Action, Reader, Role
from fieldops.store.directory import OfficerRow, RoleRow, add_officer, give_role
from fieldops.store.engine import open_engine
from fieldops.store.operations import PremisesRow, add_operation, add_premises, premises_of
from fieldops.store.plans import MemberRow, TeamRow, VisitRow, add_team, add_visit, teams, visits

ELSEWHERE = OperationId(derived_id("operation", "ELSEWHERE"))
LATER = timedelta(hours=1)


def mark(kind: str, number: int) -> str:
    """A word that stands nowhere else."""
    return f"zq{kind}x{number:05d}".lower()


def name_all(session: Session, serving: Operation) -> None:
    """Gives every officer and every address a word of its own, and opens an operation elsewhere."""
    for number, who in enumerate(session.scalars(select(OfficerRow).order_by(OfficerRow.id))):
        who.name = mark(f"name{who.agency}", number)
    for number, site in enumerate(session.scalars(select(PremisesRow).order_by(PremisesRow.code))):
        site.address = mark("address", number)
    _open_elsewhere(session, serving)


def change_beside(file: Path, reader: Reader) -> None:
    """Changes whatever of this the reader may not know, and nothing else."""
    engine = open_engine(f"sqlite:///{file}")
    with Session(engine) as session:
        _other_names(session, reader)
        if not may_read_premises(reader):
            _other_particulars(session, reader)
        _other_plan(session, reader)
        for table, column in ((VisitRow, VisitRow.operation), (TeamRow, TeamRow.operation)):
            session.execute(delete(table).where(column == ELSEWHERE))
        session.execute(update(PremisesRow).where(PremisesRow.operation == ELSEWHERE).values(name="Another"))
        session.commit()
    engine.dispose()


def _other_names(session: Session, reader: Reader) -> None:
    """Officers of agencies whose officers the reader is not told are called otherwise, and are one more.
    Whoever plans and opens tablets deals with officers by name."""
    if may_do(reader, Action.DEVICE_READ):
        return
    serving = select(RoleRow.officer).where(RoleRow.operation == reader.operation)
    known = session.scalars(select(OfficerRow).where(OfficerRow.id.in_(serving))).all()
    hidden = [who for who in known if not names_officer(reader, AgencyCode(who.agency))]
    for who in hidden:
        who.name = f"Somebody else {who.id}"
    for agency in sorted({who.agency for who in hidden}):
        _hire(session, reader.operation, AgencyCode(agency))


def _hire(session: Session, serving: OperationId, agency: AgencyCode) -> None:
    new = Officer(
        id=OfficerId(derived_id("officer", f"one more of {agency}")),
        username=f"one.more.{agency}".lower(),
        name="One more",
        agency=agency,
        active=True,
        administrator=False,
    )
    add_officer(session, new, None)
    session.flush()
    give_role(session, serving, new.id, Role.OFFICER)


def _other_particulars(session: Session, reader: Reader) -> None:
    here = PremisesRow.operation == reader.operation
    for number, site in enumerate(session.scalars(select(PremisesRow).where(here))):
        site.address, site.company_no, site.uprn = "Elsewhere", f"DM77000{number}", f"99900000777{number}"
        site.lat, site.lon, site.building, site.sic = 51.0, 1.0, "another", "99999"


def _other_plan(session: Session, reader: Reader) -> None:
    """When visits are whose plan the reader is not given; and the teams, where they are given none."""
    for one in session.scalars(select(VisitRow).where(VisitRow.operation == reader.operation)):
        if not may_read_plan(reader, VisitId(one.id)):
            one.planned_start, one.minutes = one.planned_start + LATER, one.minutes + 5
            one.sequence = 90 - one.sequence
    if any(may_read_plan(reader, one.id) for one in visits(session, reader.operation)):
        return
    for site in session.scalars(select(PremisesRow).where(PremisesRow.operation == reader.operation)):
        site.languages, site.needs, site.tier, site.workers_expected = ["xx"], ["XX"], "3", 99
    for team in session.scalars(select(TeamRow).where(TeamRow.operation == reader.operation)):
        team.name, team.languages = "Another team", ["xx"]
        session.execute(update(MemberRow).where(MemberRow.team == team.id).values(lead=False))


def _open_elsewhere(session: Session, serving: Operation) -> None:
    """An operation with premises, a team and a visit, on which nobody serves who is asked about here."""
    site = premises_of(session, serving.id)[0]
    team, planned = teams(session, serving.id)[0], visits(session, serving.id)[0]
    site = replace(site, id=PremisesId(derived_id("premises", "elsewhere")), operation=ELSEWHERE)
    team = replace(team, id=TeamId(derived_id("team", "elsewhere")), operation=ELSEWHERE)
    named = replace(serving, id=ELSEWHERE, code="ELSEWHERE", name=mark("elsewhere", 1))
    add_operation(session, named)
    add_premises(session, replace(site, name=mark("elsewhere", 2), address=mark("elsewhere", 3)))
    add_team(session, replace(team, name=mark("elsewhere", 4)))
    session.flush()
    visit = replace(planned, id=VisitId(derived_id("visit", "elsewhere")), operation=ELSEWHERE)
    add_visit(session, replace(visit, premises=site.id, team=team.id))

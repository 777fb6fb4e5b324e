"""Teams, their members, and the visits that are planned for them.

Who is sent to a visit follows from here alone: the members of its team, and whoever was sent in support.
Every change here is noted in `sent` too, which forgets nobody.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import (
    JSON,
    BindParameter,
    Date,
    ForeignKey,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    false,
    literal,
    select,
    union,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import AgencyCode, OfficerId, OperationId, PaperHash, PremisesId, TeamId, VisitId
from fieldops.domain.operation import Member, PlannedVisit, Team
from fieldops.store.base import Base, Instant
from fieldops.store.directory import OfficerRow
from fieldops.store.sent import note_sent


class TeamRow(Base):
    """Officers who go together."""

    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("operation", "code"),)
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"))
    code: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(100))
    languages: Mapped[list[str]] = mapped_column(JSON)
    capabilities: Mapped[list[str]] = mapped_column(JSON)


class MemberRow(Base):
    """An officer on a team, and what they bring to it."""

    __tablename__ = "members"
    team: Mapped[str] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"), primary_key=True, index=True)
    capabilities: Mapped[list[str]] = mapped_column(JSON)
    lead: Mapped[bool]


class VisitRow(Base):
    """A team's task at one premises."""

    __tablename__ = "visits"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"), index=True)
    premises: Mapped[str] = mapped_column(ForeignKey("premises.id"), index=True)
    team: Mapped[str] = mapped_column(ForeignKey("teams.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    sequence: Mapped[int]
    planned_start: Mapped[datetime] = mapped_column(Instant)
    minutes: Mapped[int]
    paper: Mapped[str | None] = mapped_column(String(64))
    checklist: Mapped[str | None] = mapped_column(String(64))


class SupportRow(Base):
    """An officer of another team or agency who was sent to one visit."""

    __tablename__ = "supports"
    visit: Mapped[str] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"), primary_key=True, index=True)
    capabilities: Mapped[list[str]] = mapped_column(JSON)


_UNNAMED = OfficerRow.agency, OfficerRow.id


def add_team(session: Session, new: Team) -> None:
    """Adds a team to its operation; a code that is taken there is refused."""
    taken = select(TeamRow.id).where(TeamRow.operation == new.operation, TeamRow.code == new.code)
    if session.scalar(taken) is not None:
        raise Refusal("team_exists", "Another team of this operation has this code.", team=new.code)
    session.add(
        TeamRow(
            id=new.id,
            operation=new.operation,
            code=new.code,
            name=new.name,
            languages=list(new.languages),
            capabilities=list(new.capabilities),
        )
    )
    session.flush()


def add_member(
    session: Session, team: TeamId, officer: OfficerId, *, lead: bool, capabilities: Iterable[str]
) -> None:
    """Puts an officer on a team, or changes what they are there."""
    session.merge(MemberRow(team=team, officer=officer, lead=lead, capabilities=list(capabilities)))
    session.flush()
    note_sent(session, _SENT_WITH_TEAM.where(MemberRow.team == team, MemberRow.officer == officer))


def teams(session: Session, operation: OperationId) -> list[Team]:
    """The operation's teams, by code."""
    query = select(TeamRow).where(TeamRow.operation == operation).order_by(TeamRow.code)
    return [_team(row) for row in session.scalars(query)]


def members(session: Session, team: TeamId) -> list[Member]:
    """A team's members, its lead first, then by agency: an order by name would tell of names not given."""
    query = select(MemberRow, OfficerRow).join(OfficerRow, OfficerRow.id == MemberRow.officer)
    query = query.where(MemberRow.team == team).order_by(MemberRow.lead.desc(), *_UNNAMED)
    return [_member(who, row.capabilities, row.lead) for row, who in session.execute(query)]


def add_visit(session: Session, new: PlannedVisit) -> None:
    """Plans a visit."""
    session.add(
        VisitRow(
            id=new.id,
            operation=new.operation,
            premises=new.premises,
            team=new.team,
            day=new.day,
            sequence=new.sequence,
            planned_start=new.planned_start,
            minutes=new.minutes,
            paper=new.paper,
        )
    )
    session.flush()
    note_sent(session, _SENT_WITH_TEAM.where(VisitRow.id == new.id))


def move_visit(session: Session, moved: PlannedVisit) -> None:
    """Gives a planned visit another team, day, place in the day or time."""
    row = session.get(VisitRow, moved.id)
    if row is None:
        raise Refusal("not_found", "There is no such visit.")
    row.team, row.day, row.sequence = moved.team, moved.day, moved.sequence
    row.planned_start, row.minutes = moved.planned_start, moved.minutes
    session.flush()
    note_sent(session, _SENT_WITH_TEAM.where(VisitRow.id == moved.id))


def set_paper(session: Session, visit_id: VisitId, paper: PaperHash) -> None:
    """Names the paper that tablets are to hold of this visit."""
    session.get_one(VisitRow, visit_id).paper = paper
    session.flush()


def visit(session: Session, visit_id: VisitId) -> PlannedVisit | None:
    """The planned visit of this id."""
    row = session.get(VisitRow, visit_id)
    return None if row is None else _visit(row)


def visits(session: Session, operation: OperationId) -> list[PlannedVisit]:
    """The operation's visits, by day, team and place in the day."""
    query = select(VisitRow).where(VisitRow.operation == operation)
    query = query.order_by(VisitRow.day, VisitRow.team, VisitRow.sequence)
    return [_visit(row) for row in session.scalars(query)]


def visits_of(session: Session, officer: OfficerId, operation: OperationId) -> list[PlannedVisit]:
    """The visits that an officer is sent to, in order of their time."""
    rows = session.scalars(_VISITS_OF, {"officer": officer, "operation": operation})
    return [_visit(row) for row in rows]


def assigned(session: Session, officer: OfficerId, operation: OperationId) -> frozenset[VisitId]:
    """The ids of the visits that an officer is sent to, with their team or in support."""
    rows = session.connection().scalars(_ASSIGNED, {"officer": officer, "operation": operation})
    return frozenset(VisitId(found) for found in rows)


def times_of(session: Session, ids: Collection[VisitId]) -> dict[VisitId, tuple[datetime, int]]:
    """When each of these visits is planned to begin, and for how many minutes."""
    rows = session.connection().execute(_TIMES, {"ids": list(ids)}) if ids else ()
    return {VisitId(found): (starts, minutes) for found, starts, minutes in rows}


def visit_ids(session: Session, operation: OperationId) -> frozenset[VisitId]:
    """The ids of all visits of the operation."""
    found = session.scalars(select(VisitRow.id).where(VisitRow.operation == operation))
    return frozenset(VisitId(one) for one in found)


def support(session: Session, visit_id: VisitId, officer: OfficerId, capabilities: Iterable[str]) -> None:
    """Sends an officer to one visit beside its team."""
    session.merge(SupportRow(visit=visit_id, officer=officer, capabilities=list(capabilities)))
    session.flush()
    in_support = select(VisitRow.id, literal(str(officer)), VisitRow.operation, false())
    note_sent(session, in_support.where(VisitRow.id == visit_id))


def roster(session: Session, planned: PlannedVisit) -> list[Member]:
    """Everybody sent to a visit: the team, its lead first, then those in support."""
    return members(session, planned.team) + supports(session, [planned.id]).get(planned.id, [])


def supports(session: Session, ids: Iterable[VisitId]) -> dict[VisitId, list[Member]]:
    """Who was sent in support of each of these visits."""
    query = select(SupportRow, OfficerRow).join(OfficerRow, OfficerRow.id == SupportRow.officer)
    found: dict[VisitId, list[Member]] = defaultdict(list)
    for row, who in session.execute(query.where(SupportRow.visit.in_(set(ids))).order_by(*_UNNAMED)):
        found[VisitId(row.visit)].append(_member(who, row.capabilities, False))
    return dict(found)


def sent_to(session: Session, planned: Sequence[PlannedVisit]) -> frozenset[OfficerId]:
    """Everybody sent to any of these visits, with a team or in support."""
    places = {"teams": list({one.team for one in planned}), "visits": [one.id for one in planned]}
    return frozenset(OfficerId(found) for found in session.connection().scalars(_SENT_TO, places))


def operation_of_visit(session: Session, visit_id: VisitId) -> OperationId | None:
    """The operation that a visit belongs to."""
    found = session.scalar(select(VisitRow.operation).where(VisitRow.id == visit_id))
    return None if found is None else OperationId(found)


def _assigned() -> Select[tuple[str]]:
    """The ids of the visits to which `officer` is sent on `operation`, both handed in when it is run."""
    officer: BindParameter[str] = bindparam("officer")
    operation: BindParameter[str] = bindparam("operation")
    with_team = select(VisitRow.id).join(MemberRow, MemberRow.team == VisitRow.team)
    with_team = with_team.where(MemberRow.officer == officer, VisitRow.operation == operation)
    in_support = select(VisitRow.id).join(SupportRow, SupportRow.visit == VisitRow.id)
    in_support = in_support.where(SupportRow.officer == officer, VisitRow.operation == operation)
    return select(union(with_team, in_support).subquery().c.id)


_ASSIGNED = _assigned()
_TIMES = select(VisitRow.id, VisitRow.planned_start, VisitRow.minutes).where(
    VisitRow.id.in_(bindparam("ids", expanding=True))
)
_SENT_TO = union(
    select(MemberRow.officer).where(MemberRow.team.in_(bindparam("teams", expanding=True))),
    select(SupportRow.officer).where(SupportRow.visit.in_(bindparam("visits", expanding=True))),
)
_SENT_WITH_TEAM = select(VisitRow.id, MemberRow.officer, VisitRow.operation, MemberRow.lead).join(
    MemberRow, MemberRow.team == VisitRow.team
)
_VISITS_OF = (
    select(VisitRow).where(VisitRow.id.in_(_ASSIGNED.scalar_subquery())).order_by(VisitRow.planned_start)
)


def _team(row: TeamRow) -> Team:
    return Team(
        id=TeamId(row.id),
        operation=OperationId(row.operation),
        code=row.code,
        name=row.name,
        languages=tuple(row.languages),
        capabilities=tuple(row.capabilities),
    )


def _member(who: OfficerRow, capabilities: Iterable[str], lead: bool) -> Member:
    return Member(
        officer=OfficerId(who.id),
        name=who.name,
        agency=AgencyCode(who.agency),
        capabilities=tuple(capabilities),
        lead=lead,
    )


def _visit(row: VisitRow) -> PlannedVisit:
    return PlannedVisit(
        id=VisitId(row.id),
        operation=OperationId(row.operation),
        premises=PremisesId(row.premises),
        team=TeamId(row.team),
        day=row.day,
        sequence=row.sequence,
        planned_start=row.planned_start,
        minutes=row.minutes,
        paper=None if row.paper is None else PaperHash(row.paper),
        checklist=None if row.checklist is None else PaperHash(row.checklist),
    )

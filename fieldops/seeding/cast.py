"""Officers, teams and reviewers of a demo operation, and who is sent where a team lacks an agency."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from fieldops.domain.ids import AgencyCode, OfficerId, OperationId, TeamId, VisitId, derived_id
from fieldops.domain.operation import Member, Team
from fieldops.domain.people import Officer
from fieldops.seeding.operation_file import OperationFile, TeamLine
from fieldops.seeding.people import People, PostLine, Staff
from fieldops.store.directory import agencies, give_role, name_agency, put_agency
from fieldops.store.plans import add_member, add_team, support

MARGIN = timedelta(minutes=40)
"""Between two visits of one supporting officer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A person on the start page."""

    officer: Officer
    line: PostLine
    words: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Cast:
    """Everybody of the operation. `capabilities` says which agency brings which capability."""

    session: Session
    operation: OperationId
    file: OperationFile
    people: People
    staff: Staff
    agencies: Mapping[str, str]
    capabilities: Mapping[str, str]
    words: Mapping[str, str]  # what a capability is called
    teams: dict[str, list[Member]] = field(default_factory=dict)
    command: list[Officer] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    from_team: dict[str, list[str]] = field(default_factory=dict)
    called: dict[str, list[tuple[Officer, list[tuple[datetime, datetime]]]]] = field(default_factory=dict)

    @property
    def approver(self) -> OfficerId:
        """Who gives tablets to officers: the first of the command."""
        return self.command[0].id

    def open_agencies(self) -> None:
        """Every agency that may be needed. The names that the file gives them hold in its operation alone;
        what an agency is called elsewhere stays."""
        known = {one.code for one in agencies(self.session)}
        for code, name in {**dict(self.file.agencies), **self.agencies}.items():
            if code not in known:
                put_agency(self.session, AgencyCode(code), name)
        for code, name in self.file.agencies:
            name_agency(self.session, self.operation, AgencyCode(code), name)

    def open_command(self) -> None:
        """The command, an administrator, and a reviewer for each agency of the operation."""
        for post in self.people.command:
            officer = self.staff.hire(post.line.post, post.agency, post.name)
            self._serve(officer, post.line, {})
            self.command.append(officer)
        for code, name in self.file.agencies:
            officer = self.staff.hire(f"reviewer/{code}", code)
            self._serve(officer, self.people.partner, {"agency": name})
        administrator = self.staff.hire(
            "administrator",
            self.file.agencies[0][0],
            self.people.administrator_name,
            username=self.people.administrator_username,
        )
        self._serve(administrator, self.people.administrator, {})

    def open_teams(self) -> None:
        """One officer for each capability of a team, under the lead whom the file names."""
        for line in self.file.teams:
            team = Team(
                id=TeamId(derived_id(self.operation, "team", line.code)),
                operation=self.operation,
                code=line.code,
                name=line.name,
                languages=line.languages,
                capabilities=line.capabilities,
            )
            add_team(self.session, team)
            leading = self._leading(line)
            order = sorted(line.capabilities, key=lambda capability: capability != leading)
            self.teams[line.code] = [
                self._join(team, capability, line.lead if capability == leading else None)
                for capability in order
            ]

    def send_support(self, visit: VisitId, agency: str, start: datetime, end: datetime) -> Member:
        """An officer of the agency who is free then, called in for this visit alone."""
        pool = self.called.setdefault(agency, [])
        free = [(who, busy) for who, busy in pool if _is_free(busy, start, end)]
        if not free:
            free = [(self.staff.hire(f"support/{agency}/{len(pool) + 1}", agency), [])]
            pool += free
            self._serve(free[0][0], self.people.supporting, {}, show=False)
        officer, booked = free[0]
        booked.append((start, end))
        can = tuple(sorted(self._brought().get(agency, ())))
        support(self.session, visit, officer.id, can)
        return _member(officer, can, lead=False)

    def _leading(self, line: TeamLine) -> str:
        """The capability that the lead brings: the first of their agency, or else the team's first."""
        agency = self.people.agency_of_service(line.service)
        first = {self._agency(one): one for one in reversed(line.capabilities)}
        return first.get(agency or "", line.capabilities[0])

    def _brought(self) -> dict[str, list[str]]:
        """The capabilities of each agency."""
        found: dict[str, list[str]] = {}
        for capability, agency in self.capabilities.items():
            found.setdefault(agency, []).append(capability)
        return found

    def _agency(self, capability: str) -> str:
        """Who brings a capability; one that is not known comes from the operation's first agency."""
        return self.capabilities.get(capability, self.file.agencies[0][0])

    def _join(self, team: Team, capability: str, lead: str | None) -> Member:
        officer = self.staff.hire(f"{team.code}/{capability}", self._agency(capability), lead)
        add_member(self.session, team.id, officer.id, lead=lead is not None, capabilities=[capability])
        words = self.words.get(capability, capability)
        if lead is not None:
            words = self.people.lead_words.format(capability=words)
        self._serve(
            officer,
            self.people.officer,
            {"team": team.name, "capability": words},
            show=self._is_worth_showing(team, officer),
        )
        return _member(officer, (capability,), lead=lead is not None)

    def _is_worth_showing(self, team: Team, officer: Officer) -> bool:
        """Two people of each team, of two agencies: its lead, and the first who is not of theirs."""
        shown = self.from_team.setdefault(team.code, [])
        if len(shown) == 2 or officer.agency in shown:
            return False
        shown.append(officer.agency)
        return True

    def _serve(
        self, officer: Officer, line: PostLine, words: Mapping[str, str], *, show: bool = True
    ) -> None:
        for role in line.roles:
            give_role(self.session, self.operation, officer.id, role)
        if show:
            self.shown.append(Shown(officer=officer, line=line, words=words))


def _is_free(booked: list[tuple[datetime, datetime]], start: datetime, end: datetime) -> bool:
    return all(end + MARGIN <= since or until + MARGIN <= start for since, until in booked)


def _member(officer: Officer, capabilities: tuple[str, ...], *, lead: bool) -> Member:
    return Member(
        officer=officer.id, name=officer.name, agency=officer.agency, capabilities=capabilities, lead=lead
    )

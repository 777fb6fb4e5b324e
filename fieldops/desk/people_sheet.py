"""What the people page says: who serves on an operation for which agency, and who goes in which team.

An officer's name is given only where the agreement gives it; otherwise the agency alone stands there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fieldops.domain.access import names_officer
from fieldops.domain.ids import AgencyCode, OfficerId
from fieldops.domain.operation import Member, Team
from fieldops.domain.people import Officer
from fieldops.domain.who import Reader, Role

NOT_NAMED = "name not given to your agency"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person who serves."""

    name: str
    agency: str
    roles: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """One role of one person; `own` roles are others' to change."""

    name: str
    officer: OfficerId
    agency: str
    role: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamCard:
    """One team with its people."""

    title: str
    languages: str
    members: tuple[str, ...]


def person_lines(
    reader: Reader,
    officers: Sequence[Officer],
    roles: Mapping[OfficerId, frozenset[Role]],
    agencies: Mapping[AgencyCode, str],
) -> tuple[PersonLine, ...]:
    """Everybody who serves, by agency and name; the unnamed are one line for each agency."""
    named = [one for one in officers if names_officer(reader, one.agency)]
    unnamed = sorted({one.agency for one in officers if not names_officer(reader, one.agency)})
    lines = [
        PersonLine(
            name=one.name,
            agency=agencies.get(one.agency, one.agency),
            roles=", ".join(sorted(roles.get(one.id, frozenset()))),
            active=one.active,
        )
        for one in sorted(named, key=lambda one: (one.agency, one.name))
    ]
    lines += [
        PersonLine(name=NOT_NAMED, agency=agencies.get(code, code), roles="", active=True) for code in unnamed
    ]
    return tuple(lines)


def held_lines(
    reader: Reader,
    officers: Sequence[Officer],
    roles: Mapping[OfficerId, frozenset[Role]],
    agencies: Mapping[AgencyCode, str],
) -> tuple[HeldLine, ...]:
    """Each role that somebody holds, by agency and name."""
    return tuple(
        HeldLine(
            name=one.name if names_officer(reader, one.agency) else NOT_NAMED,
            officer=one.id,
            agency=agencies.get(one.agency, one.agency),
            role=role,
            own=one.id == reader.officer,
        )
        for one in sorted(officers, key=lambda one: (one.agency, one.name))
        for role in sorted(roles.get(one.id, frozenset()))
    )


def team_cards(
    reader: Reader, teams: Sequence[tuple[Team, Sequence[Member]]], agencies: Mapping[AgencyCode, str]
) -> tuple[TeamCard, ...]:
    """Each team by its code, its lead first."""
    return tuple(
        TeamCard(
            title=f"{team.code} {team.name}",
            languages=", ".join(team.languages),
            members=tuple(
                member_words(reader, one, agencies) for one in sorted(members, key=lambda one: not one.lead)
            ),
        )
        for team, members in teams
    )


def member_words(reader: Reader, member: Member, agencies: Mapping[AgencyCode, str]) -> str:
    """One member: name where it is given, agency, and whether they lead."""
    agency = agencies.get(member.agency, member.agency)
    words = f"{member.name}, {agency}" if names_officer(reader, member.agency) else f"an officer of {agency}"
    return f"{words} (leads)" if member.lead else words

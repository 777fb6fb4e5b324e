"""Who serves on a demo operation: invented names, roles, and what each person can try.

The same post is given the same name each time, so that officers who served on one demo operation serve on
the next one with the account they have.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import AgencyCode, OfficerId, derived_id
from fieldops.domain.people import Officer
from fieldops.domain.reading import Part, expect_schema
from fieldops.domain.who import Role
from fieldops.store.directory import add_officer, agencies_of, officer_named
from fieldops.store.operations import operations_of

SCHEMA = "fieldops/demo-people"
NAMESAKES = 9
_UNFIT = re.compile(r"[^a-z0-9-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLine:
    """A kind of post: its roles, what it is called and what its holder can try."""

    roles: tuple[Role, ...]
    post: str
    can: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """A post of the command, with the name and agency of who holds it."""

    name: str
    agency: str
    line: PostLine


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The whole sheet."""

    password: str
    services: Mapping[str, str]
    titles: Mapping[str, tuple[str, ...]]
    titles_otherwise: tuple[str, ...]
    surnames: tuple[str, ...]
    initials: str
    command: tuple[CommandLine, ...]
    partner: PostLine
    officer: PostLine
    supporting: PostLine
    administrator: PostLine
    administrator_name: str
    administrator_username: str
    sentences: Mapping[str, str]
    lead_words: str
    unruled: str

    def agency_of_service(self, service: str) -> str | None:
        """The agency that the word behind a team lead's name stands for."""
        said = service.lower()
        return next((agency for word, agency in self.services.items() if word in said), None)


def read_people(paper: Part) -> People:
    """The sheet from its file."""
    expect_schema(paper, SCHEMA)
    titles = paper.part("titles")
    administrator = paper.part("administrator")
    return People(
        password=paper.text("password"),
        services=paper.part("services").words(),
        titles={agency: titles.texts(agency) for agency in titles.value},
        titles_otherwise=paper.texts("titles_otherwise"),
        surnames=paper.texts("surnames"),
        initials=paper.text("initials"),
        command=tuple(
            CommandLine(name=one.text("name"), agency=one.text("agency"), line=_line(one))
            for one in paper.parts("command")
        ),
        partner=_line(paper.part("partner")),
        officer=_line(paper.part("officer")),
        supporting=_line(paper.part("supporting")),
        administrator=_line(administrator),
        administrator_name=administrator.text("name"),
        administrator_username=administrator.text("username"),
        sentences=paper.part("operation_sentences").words(),
        lead_words=paper.text("lead_words"),
        unruled=paper.text("unruled"),
    )


def _line(part: Part) -> PostLine:
    return PostLine(
        roles=tuple(Role(role) for role in part.texts("roles")),
        post=part.text("post", ""),
        can=part.text("can", ""),
    )


class Staff:
    """Hires officers for posts; an officer who is known already, by name and agency, is taken again.

    `agencies` are the names that agencies have in this operation: somebody of the same name in the police of
    another city is another person, and signs in by another name.
    """

    def __init__(
        self, session: Session, people: People, password_hash: str, agencies: Mapping[str, str]
    ) -> None:
        self._session = session
        self._people = people
        self._password_hash = password_hash
        self._agencies = agencies
        self._busy: set[str] = set()

    def hire(
        self, post: str, agency: str, name: str | None = None, *, username: str | None = None
    ) -> Officer:
        """The officer of this post; without a name, one is drawn that nobody else here has."""
        for sign_in, called in self._candidates(post, agency, name, username):
            known = officer_named(self._session, sign_in)
            if known is None:
                return self._open(sign_in, called, agency, administrator=username is not None)
            if self._is(known[0], called, agency) and (name or sign_in not in self._busy):
                self._busy.add(sign_in)
                return known[0]
        raise Refusal("no_names_left", "The sheet of people has no name left for this post.", {"post": post})

    def _is(self, known: Officer, name: str, agency: str) -> bool:
        """Whether the officer is who is meant: of this name, and of this agency by the name it has here."""
        if (known.agency, known.name) != (agency, name):
            return False
        served = operations_of(self._session, known.id)
        called = {agencies_of(self._session, one.id)[known.agency] for one in served}
        return not called or self._agencies.get(agency) in called

    def _candidates(
        self, post: str, agency: str, name: str | None, username: str | None
    ) -> Iterator[tuple[str, str]]:
        if name is None:
            yield from ((username_of(drawn), drawn) for drawn in self._names(post, agency))
            return
        sign_in = username or username_of(name)
        yield sign_in, name
        yield from ((f"{sign_in}{number}", name) for number in range(2, NAMESAKES))

    def _names(self, post: str, agency: str) -> list[str]:
        """Names for this post, always in the same order."""
        rng = Random(f"{agency}/{post}")
        titles = self._people.titles.get(agency, self._people.titles_otherwise)
        surnames = rng.sample(self._people.surnames, len(self._people.surnames))
        return [f"{rng.choice(titles)} {rng.choice(self._people.initials)}. {each}" for each in surnames]

    def _open(self, username: str, name: str, agency: str, *, administrator: bool) -> Officer:
        self._busy.add(username)
        officer = Officer(
            id=OfficerId(derived_id("demo officer", username)),
            username=username,
            name=name,
            agency=AgencyCode(agency),
            active=True,
            administrator=administrator,
        )
        return add_officer(self._session, officer, self._password_hash)


def username_of(name: str) -> str:
    """`DS R. Tanwell` signs in as r.tanwell."""
    words = [_UNFIT.sub("", word.lower()) for word in name.split()]
    return ".".join(word for word in words[-2:] if word)

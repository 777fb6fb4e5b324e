"""The people of a seeded demo, as its start page names them, and codes for their tablets."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from fieldops.domain.ids import OperationId
from fieldops.settings import SERVER_KEY_FILE
from fieldops.store.at_rest import keep_keys
from fieldops.store.directory import officer_named, officers_of
from fieldops.store.engine import open_engine
from fieldops.store.operations import operation_coded
from fieldops.store.person_keys import PersonKeys
from fieldops.store.plans import roster, visits_of
from fieldops.store.published import latest
from tests.support.running import Running


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    username: str
    password: str
    name: str
    agency: str
    role: str


@contextmanager
def store(server: Running) -> Iterator[Session]:
    """What lies behind the doors, read beside the running server."""
    engine = open_engine(f"sqlite:///{server.folder / 'fieldops.db'}")
    secret = (server.folder / SERVER_KEY_FILE).read_bytes()
    keep_keys(engine, PersonKeys(f"sqlite:///{server.folder / 'person-keys.db'}", secret, os.urandom))
    with Session(engine) as session:
        yield session
    engine.dispose()


def people(server: Running) -> list[Person]:
    """Everybody whom the start page shows, in its order."""
    with store(server) as session:
        paper = json.loads(latest(session, "welcome", "start") or b"{}")
    keys = Person.__slots__
    return [Person(**{key: line[key] for key in keys}) for line in paper["people"]]


def officers(server: Running) -> list[Person]:
    """Those who lead a team with a tablet: their post names the team."""
    return [one for one in people(server) if ": " in one.role]


def colleague(server: Running, person: Person, operation: str = "THIMBLE") -> Person:
    """Somebody of another agency who makes this officer's first visit with them."""
    with store(server) as session:
        where = operation_coded(session, operation)
        known = officer_named(session, person.username)
        assert where is not None
        assert known is not None
        team = roster(session, visits_of(session, known[0].id, OperationId(where.id))[0])
        other = min((one for one in team if one.agency != known[0].agency), key=lambda one: one.name)
        found = next(one for one in officers_of(session, where.id) if one.id == other.officer)
    return replace(person, username=found.username, name=found.name, agency=str(found.agency))


def code_for(server: Running, person: Person, operation: str = "THIMBLE", tablet: int | None = None) -> str:
    """A one-time code, approved by somebody else; for the tablet of this number, or a new one."""
    approver = next(one for one in people(server) if one.role == "Tactical lead")
    on = () if tablet is None else ("--tablet", str(tablet))
    return server.command("enrol", operation, person.username, "--by", approver.username, *on).splitlines()[0]

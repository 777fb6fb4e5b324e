"""The people of a seeded demo, as its start page names them, and codes for their tablets."""

import json
from dataclasses import dataclass

from sqlalchemy.orm import Session

from fieldops.store.engine import open_engine
from fieldops.store.published import latest
from tests.support.running import Running


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    username: str
    password: str
    name: str
    agency: str
    role: str


def people(server: Running) -> list[Person]:
    """Everybody whom the start page shows, in its order."""
    engine = open_engine(f"sqlite:///{server.folder / 'fieldops.db'}")
    with Session(engine) as session:
        paper = json.loads(latest(session, "welcome", "start") or b"{}")
    engine.dispose()
    keys = Person.__slots__
    return [Person(**{key: line[key] for key in keys}) for line in paper["people"]]


def officers(server: Running) -> list[Person]:
    """Those who go out with a tablet: their post names their team."""
    return [one for one in people(server) if ": " in one.role]


def code_for(server: Running, person: Person, operation: str = "THIMBLE") -> str:
    """A one-time code, approved by somebody else."""
    approver = next(one for one in people(server) if one.role == "Tactical lead")
    return server.command("enrol", operation, person.username, "--by", approver.username).splitlines()[0]

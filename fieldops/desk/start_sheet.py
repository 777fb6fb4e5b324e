"""What the first page says of the demo data: whom to sign in as, and what each of them can try."""

from dataclasses import dataclass

from fieldops.domain.reading import as_part


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """An invented person that a visitor may sign in as."""

    name: str
    role: str
    agency: str
    username: str
    password: str
    can: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOperation:
    """An invented operation that was loaded."""

    code: str
    name: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """The demo data's own word to a visitor."""

    people: tuple[DemoPerson, ...]
    operations: tuple[DemoOperation, ...]


def read_welcome(data: object) -> Welcome:
    """The published welcome paper."""
    paper = as_part(data, "welcome")
    people = tuple(
        DemoPerson(
            name=one.text("name"),
            role=one.text("role"),
            agency=one.text("agency"),
            username=one.text("username"),
            password=one.text("password"),
            can=one.text("can"),
        )
        for one in paper.parts("people")
    )
    operations = tuple(
        DemoOperation(code=one.text("code"), name=one.text("name"), sentence=one.text("sentence"))
        for one in paper.parts("operations")
    )
    return Welcome(people=people, operations=operations)

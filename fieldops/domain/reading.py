"""Reading a published paper: plain JSON values in, typed values out, and the place named when it is wrong.

A paper was checked when it was published, so a fault here means that the wrong bytes were handed in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fieldops.domain.errors import Refusal


@dataclass(frozen=True, slots=True)
class Part:
    """One object inside a paper, and the way to it (`questions[3].options[0]`)."""

    at: str
    value: Mapping[str, object]

    def has(self, key: str) -> bool:
        return self.value.get(key) is not None

    def text(self, key: str, otherwise: str | None = None) -> str:
        """A string that must be there, unless `otherwise` is given for when it is absent."""
        found = self.value.get(key, otherwise)
        if not isinstance(found, str):
            raise self.fault(key, "a text")
        return found

    def whole(self, key: str, otherwise: int | None = None) -> int:
        found = self.value.get(key, otherwise)
        if not isinstance(found, int) or isinstance(found, bool):
            raise self.fault(key, "a whole number")
        return found

    def flag(self, key: str) -> bool:
        """True or false; absent is false."""
        found = self.value.get(key, False)
        if not isinstance(found, bool):
            raise self.fault(key, "true or false")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; absent is the empty list."""
        found = self.value.get(key, [])
        if not isinstance(found, list | tuple) or not all(isinstance(one, str) for one in found):
            raise self.fault(key, "a list of texts")
        return tuple(found)

    def part(self, key: str) -> "Part":
        """An object; absent is the empty object."""
        return as_part(self.value.get(key, {}), f"{self.at}.{key}")

    def parts(self, key: str) -> tuple["Part", ...]:
        """A list of objects; absent is the empty list."""
        found = self.value.get(key, [])
        if not isinstance(found, list | tuple):
            raise self.fault(key, "a list")
        return tuple(as_part(one, f"{self.at}.{key}[{n}]") for n, one in enumerate(found))

    def named(self) -> Iterable[tuple[str, "Part"]]:
        """Every entry of an object whose keys are names and whose values are objects."""
        return ((key, as_part(one, f"{self.at}.{key}")) for key, one in self.value.items())

    def words(self) -> dict[str, str]:
        """An object whose values are all strings."""
        return {key: self.text(key) for key in self.value}

    def fault(self, key: str, wanted: str) -> Refusal:
        return malformed(f"{self.at}.{key}", f"must be {wanted}")


def as_part(value: object, at: str) -> Part:
    """The value as an object of a paper; refuses anything else."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise malformed(at, "must be an object")
    return Part(at, value)


def malformed(at: str, what: str) -> Refusal:
    return Refusal("paper_malformed", f"The paper cannot be read: {at} {what}.", at=at)


def expect_schema(paper: Part, schema: str) -> None:
    """Refuses a paper of another kind before any of it is believed."""
    if paper.text("schema") != schema:
        raise malformed(f"{paper.at}.schema", f"must be {schema}")

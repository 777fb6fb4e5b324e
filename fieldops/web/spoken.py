"""What each door takes and gives, told beside it in the very schemas that read its body.

The OpenAPI description is made from this, and a test holds it against the addresses that the app answers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from marshmallow import Schema

from fieldops.web.guard import full_name

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One door's words. `gives` is a schema for JSON, or a media type; None for an answer without a body."""

    takes: Schema | None
    gives: Schema | str | None
    status: int
    refuses: tuple[str, ...]
    optional_query: tuple[str, ...]


SPOKEN: dict[str, Spoken] = {}


def speaks(
    *,
    takes: Schema | None = None,
    gives: Schema | str | None = None,
    status: int = 200,
    refuses: tuple[str, ...] = (),
    query: tuple[str, ...] = (),
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Lists a door's body, answer, status, the refusals of its own, and the queries it reads."""

    def tell(view: Callable[P, R]) -> Callable[P, R]:
        SPOKEN[full_name(view)] = Spoken(
            takes=takes, gives=gives, status=status, refuses=refuses, optional_query=query
        )
        return view

    return tell

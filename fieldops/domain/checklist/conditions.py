"""Conditions as the checklist writes them: on an answer's options, on numbers, and on what is computed."""

import re
from dataclasses import dataclass
from enum import StrEnum

from fieldops.domain.reading import Part, malformed
from fieldops.domain.strict_json import Json

ANSWERED = "@answered"
BELOW_RATE = "@below_rate"
COMPUTED = frozenset({ANSWERED, BELOW_RATE})

_AT_LEAST = re.compile(r">=([0-9]{1,6})")
_BETWEEN = re.compile(r"([0-9]{1,6})\.\.([0-9]{1,6})")


class Truth(StrEnum):
    """Three values, because a field record is never complete."""

    YES = "yes"
    NO = "no"
    OPEN = "not_known"


@dataclass(frozen=True, slots=True)
class Test:
    """One question's answer is among these values."""

    __test__ = False  # a condition, not a test case

    question: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple["Condition", ...]


Condition = Test | AnyOf | AllOf


def parse_condition(part: Part) -> Condition:
    """`{q, in}`, `{any: [...]}` or `{all: [...]}`, nested as deep as needed."""
    if part.has("q"):
        return Test(part.text("q"), frozenset(part.texts("in")))
    for word, several in (("any", AnyOf), ("all", AllOf)):
        if part.has(word):
            return several(tuple(parse_condition(one) for one in part.parts(word)))
    raise malformed(part.at, "must be a condition with q, any or all")


def questions_in(condition: Condition) -> frozenset[str]:
    """Every question that a condition looks at."""
    if isinstance(condition, Test):
        return frozenset({condition.question})
    return frozenset().union(*(questions_in(one) for one in condition.parts))


def any_of(found: list[Truth]) -> Truth:
    """Yes if one is; otherwise open if one is."""
    if Truth.YES in found:
        return Truth.YES
    return Truth.OPEN if Truth.OPEN in found else Truth.NO


def all_of(found: list[Truth]) -> Truth:
    """No if one is; otherwise open if one is."""
    if Truth.NO in found:
        return Truth.NO
    return Truth.OPEN if Truth.OPEN in found else Truth.YES


def fits(value: Json, when: str) -> bool:
    """Whether one given value is meant by a `when`: an option, `>=60`, `48..59`, or any answer at all."""
    if when == ANSWERED:
        return True
    if isinstance(value, int) and not isinstance(value, bool):
        return _fits_number(value, when)
    return value == when


def _fits_number(value: int, when: str) -> bool:
    least = _AT_LEAST.fullmatch(when)
    if least is not None:
        return value >= int(least[1])
    span = _BETWEEN.fullmatch(when)
    return span is not None and int(span[1]) <= value <= int(span[2])


def is_threshold(when: str) -> bool:
    """Whether a `when` speaks of numbers."""
    return _AT_LEAST.fullmatch(when) is not None or _BETWEEN.fullmatch(when) is not None

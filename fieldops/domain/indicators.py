"""A published set of indicators and its rules. The set is data; a result is never a legal test.

A score never hides, delays or vetoes a referral, and is shown only after an officer's own judgement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from fieldops.domain.reading import Part, as_part, expect_schema, malformed

SCHEMA = "fieldops/indicator-set"
ANY_PRESENT = "ANY"  # in a category's needs: one indicator of whatever dimension
_NOT_IN_SET = "-"


class Strength(StrEnum):
    """How much an indicator weighs."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


_LETTERS = {"S": Strength.STRONG, "M": Strength.MEDIUM, "W": Strength.WEAK}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many indicators of each strength."""

    strong: int = 0
    medium: int = 0
    weak: int = 0


@dataclass(frozen=True, slots=True)
class Clause:
    """At least so many of each; one clause that holds makes a dimension positive."""

    strong: int
    medium: int
    weak: int
    medium_or_weak: int

    def holds(self, tally: Tally) -> bool:
        return (
            tally.strong >= self.strong
            and tally.medium >= self.medium
            and tally.weak >= self.weak
            and tally.medium + tally.weak >= self.medium_or_weak
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator. A strength of None means that it is not in that set."""

    code: str
    dimension: str
    label: str
    adult: Strength | None
    child: Strength | None
    ilo: tuple[str, ...]

    def strength(self, *, child: bool) -> Strength | None:
        return self.child if child else self.adult


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """Indicators that are scored together."""

    code: str
    name: str
    phase: str
    element: str


@dataclass(frozen=True, slots=True)
class Needs:
    """What a category asks for: dimensions that are positive, all or any of them, nested."""

    every: bool
    parts: tuple["str | Needs", ...]

    def met(self, positive: frozenset[str]) -> bool:
        found = [part in positive if isinstance(part, str) else part.met(positive) for part in self.parts]
        return all(found) if self.every else any(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A pattern of positive dimensions; of several, the first that is met counts."""

    id: str
    words: str
    note: str
    needs: Needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """One dimension of the second lens: codes that show involuntariness or penalty; True means strong."""

    id: str
    words: str
    involuntariness: Mapping[str, bool]
    penalty: Mapping[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorSet:
    """A published set."""

    id: str
    version: str
    indicators: tuple[Indicator, ...]
    dimensions: tuple[Dimension, ...]
    rule: tuple[Clause, ...]
    adult_categories: tuple[Category, ...]
    child_categories: tuple[Category, ...]
    second_lens: tuple[Lens, ...]
    ilo: Mapping[str, str]
    guardrails: tuple[str, ...]

    def positive(self, tally: Tally) -> bool:
        """The dimension rule."""
        return any(clause.holds(tally) for clause in self.rule)

    def category(self, positive: frozenset[str], *, child: bool) -> Category:
        """The first category whose needs are met; the last one asks for nothing."""
        categories = self.child_categories if child else self.adult_categories
        return next((one for one in categories if one.needs.met(positive)), categories[-1])


def parse_indicators(data: object) -> IndicatorSet:
    """The set from its published JSON."""
    paper = as_part(data, "indicators")
    expect_schema(paper, SCHEMA)
    dimensions = tuple(
        Dimension(code=code, name=one.text("name"), phase=one.text("phase"), element=one.text("element"))
        for code, one in paper.part("dimensions").named()
    )
    known = frozenset(one.code for one in dimensions)
    combination = paper.part("combination_rule")
    return IndicatorSet(
        id=paper.text("id"),
        version=paper.text("version"),
        indicators=tuple(_indicator(one, known) for one in paper.parts("indicators")),
        dimensions=dimensions,
        rule=tuple(_clause(one) for one in paper.part("dimension_rule").parts("positive_if_any")),
        adult_categories=tuple(_category(one, known) for one in combination.parts("adult_categories")),
        child_categories=tuple(_category(one, known) for one in combination.parts("child_categories")),
        second_lens=_lenses(combination.part("second_lens_hard_to_see")),
        ilo=paper.part("ilo11").words(),
        guardrails=paper.texts("guardrails"),
    )


def _indicator(part: Part, dimensions: frozenset[str]) -> Indicator:
    if part.text("dim") not in dimensions:
        raise part.fault("dim", "a dimension of this set")
    return Indicator(
        code=part.text("code"),
        dimension=part.text("dim"),
        label=part.text("label"),
        adult=_strength(part, "adult"),
        child=_strength(part, "child"),
        ilo=part.texts("ilo11"),
    )


def _strength(part: Part, key: str) -> Strength | None:
    letter = part.text(key)
    if letter == _NOT_IN_SET:
        return None
    if letter not in _LETTERS:
        raise part.fault(key, "S, M, W or -")
    return _LETTERS[letter]


def _clause(part: Part) -> Clause:
    unknown = set(part.value) - {"strong", "medium", "weak", "medium_or_weak"}
    if unknown or not part.value:
        raise malformed(part.at, "must count strong, medium, weak or medium_or_weak")
    return Clause(
        strong=part.whole("strong", 0),
        medium=part.whole("medium", 0),
        weak=part.whole("weak", 0),
        medium_or_weak=part.whole("medium_or_weak", 0),
    )


def _category(part: Part, dimensions: frozenset[str]) -> Category:
    return Category(
        id=part.text("id"),
        words=part.text("words"),
        note=part.text("note", ""),
        needs=_needs(part.part("needs"), dimensions),
    )


def _needs(part: Part, dimensions: frozenset[str]) -> Needs:
    every = "all" in part.value
    listed = part.value.get("all" if every else "any")
    if not isinstance(listed, list | tuple):
        raise malformed(part.at, "must be all or any of a list")
    return Needs(every, tuple(_need(one, part.at, dimensions) for one in listed))


def _need(value: object, at: str, dimensions: frozenset[str]) -> str | Needs:
    if not isinstance(value, str):
        return _needs(as_part(value, at), dimensions)
    if value != ANY_PRESENT and value not in dimensions:
        raise malformed(at, f"asks for {value}, which is no dimension of this set")
    return value


def _lenses(part: Part) -> tuple[Lens, ...]:
    return tuple(
        Lens(
            id=key,
            words=one.text("words"),
            involuntariness=_strong(one.part("involuntariness")),
            penalty=_strong(one.part("penalty")),
        )
        for key, one in part.part("dimensions").named()
    )


def _strong(part: Part) -> dict[str, bool]:
    return {code: strength == Strength.STRONG for code, strength in part.words().items()}

"""The score of a worker, or of the premises: dimensions, the pattern they form, and what is still open.

A score is software's view. It comes after the officer's own, and never hides, delays or vetoes a referral.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product

from fieldops.domain.checklist.evaluation import Evaluation
from fieldops.domain.evidence import Finding, Hearing, Presence, Source, find, first_of
from fieldops.domain.ids import EntryId, SubjectId
from fieldops.domain.indicators import ANY_PRESENT, Category, IndicatorSet, Lens, Strength, Tally


class Result(StrEnum):
    """What follows for a dimension."""

    POSITIVE = "positive"
    NEGATIVE = "negative"  # it would stay so even if everything not known were present
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionResult:
    """One dimension. `could_flip` are the unknown indicators that could make it positive."""

    dimension: str
    result: Result
    tally: Tally
    could_flip: tuple[str, ...]
    settle: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LensResult:
    """The second lens on one of its dimensions: a comparison, which blocks nothing."""

    lens: Lens
    holds: bool
    involuntariness: tuple[str, ...]
    penalty: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """A subject's score. `might_be` is the category if everything undetermined turned out positive."""

    set_id: str
    set_version: str
    subject: SubjectId
    child: bool
    findings: tuple[Finding, ...]
    dimensions: tuple[DimensionResult, ...]
    category: Category
    might_be: Category
    second_lens: tuple[LensResult, ...]

    @property
    def inputs(self) -> frozenset[EntryId]:
        """Every entry that the score rests on, so that it can be run again."""
        sources = (one for finding in self.findings for one in (*finding.direct, *finding.support))
        return frozenset(one.entry for one in sources if one.entry is not None)

    @property
    def ilo(self) -> dict[str, tuple[str, ...]]:
        """The forced-labour indicators that are shown, each with the codes that show it."""
        present = [one.indicator for one in self.findings if one.presence is Presence.PRESENT]
        shown = sorted({name for one in present for name in one.ilo})
        return {name: tuple(one.code for one in present if name in one.ilo) for name in shown}


def score(indicators: IndicatorSet, evaluation: Evaluation, subject: SubjectId, *, child: bool) -> Scoring:
    """The score by the set for adults or for children; whoever might be under 18 is scored as a child."""
    hearing = Hearing(evaluation, subject)
    findings = tuple(
        find(one, hearing) for one in indicators.indicators if one.strength(child=child) is not None
    )
    return _scored(indicators, subject, findings, child=child)


def _scored(
    indicators: IndicatorSet, subject: SubjectId, findings: tuple[Finding, ...], *, child: bool
) -> Scoring:
    dimensions = tuple(_dimension(one.code, indicators, findings, child) for one in indicators.dimensions)
    return Scoring(
        set_id=indicators.id,
        set_version=indicators.version,
        subject=subject,
        child=child,
        findings=findings,
        dimensions=dimensions,
        category=indicators.category(_shown(dimensions, findings), child=child),
        might_be=indicators.category(_possible(dimensions, findings), child=child),
        second_lens=tuple(_through(one, findings) for one in indicators.second_lens),
    )


def masked(indicators: IndicatorSet, own: Scoring, wider: Scoring) -> Scoring:
    """The score as told to a reader who may know that some entries exist, but not what they say.

    `own` was made of what they read, `wider` of these entries too. What `wider` alone shows is present, its
    source withheld; what is denied or prompted there is not told, for that would say what was answered.
    Entries whose very existence is hidden must be left out of both.
    """
    findings = tuple(
        _told(one, other, own.inputs) for one, other in zip(own.findings, wider.findings, strict=True)
    )
    return _scored(indicators, own.subject, findings, child=own.child)


def _told(own: Finding, wider: Finding, readable: frozenset[EntryId]) -> Finding:
    if wider.presence is not Presence.PRESENT:
        return own
    return replace(wider, direct=_hidden(wider.direct, readable), support=own.support)


def _hidden(sources: tuple[Source, ...], readable: frozenset[EntryId]) -> tuple[Source, ...]:
    return tuple(
        one if one.entry in readable else replace(one, entry=None, question=None, author=None, withheld=True)
        for one in sources
    )


def _shown(dimensions: Iterable[DimensionResult], findings: Iterable[Finding]) -> frozenset[str]:
    positive = {one.dimension for one in dimensions if one.result is Result.POSITIVE}
    return frozenset(positive | _any(findings, Presence.PRESENT))


def _possible(dimensions: Iterable[DimensionResult], findings: Iterable[Finding]) -> frozenset[str]:
    open_or_positive = {one.dimension for one in dimensions if one.result is not Result.NEGATIVE}
    return frozenset(open_or_positive | _any(findings, Presence.PRESENT, Presence.NOT_KNOWN))


def _any(findings: Iterable[Finding], *wanted: Presence) -> set[str]:
    return {ANY_PRESENT} if any(one.presence in wanted for one in findings) else set()


def _dimension(
    code: str, indicators: IndicatorSet, findings: tuple[Finding, ...], child: bool
) -> DimensionResult:
    inside = [one for one in findings if one.indicator.dimension == code]
    present = _tally(inside, Presence.PRESENT, child)
    unknown = _tally(inside, Presence.NOT_KNOWN, child)
    result = _result(indicators, present, unknown)
    tipping = _pivotal(indicators, present, unknown, result)
    flipping = [one for one in inside if _could_be(one) and one.indicator.strength(child=child) in tipping]
    return DimensionResult(
        dimension=code,
        result=result,
        tally=present,
        could_flip=tuple(one.indicator.code for one in flipping),
        settle=first_of(one.settle for one in flipping),
    )


def _could_be(finding: Finding) -> bool:
    return finding.presence is Presence.NOT_KNOWN


def _result(indicators: IndicatorSet, present: Tally, unknown: Tally) -> Result:
    if indicators.positive(present):
        return Result.POSITIVE
    return Result.UNDETERMINED if indicators.positive(_sum(present, unknown)) else Result.NEGATIVE


def _tally(findings: Iterable[Finding], presence: Presence, child: bool) -> Tally:
    found = Counter(one.indicator.strength(child=child) for one in findings if one.presence is presence)
    return Tally(found[Strength.STRONG], found[Strength.MEDIUM], found[Strength.WEAK])


def _sum(one: Tally, other: Tally) -> Tally:
    return Tally(one.strong + other.strong, one.medium + other.medium, one.weak + other.weak)


def _pivotal(indicators: IndicatorSet, present: Tally, unknown: Tally, result: Result) -> frozenset[Strength]:
    """The strengths of which one more could make the dimension positive; none once nothing is open."""
    if result is not Result.UNDETERMINED:
        return frozenset()
    return frozenset(kind for kind in Strength if _could_tip(indicators, present, unknown, kind))


def _could_tip(indicators: IndicatorSet, present: Tally, unknown: Tally, strength: Strength) -> bool:
    one = Tally(*(int(strength is kind) for kind in Strength))
    spare = (unknown.strong - one.strong, unknown.medium - one.medium, unknown.weak - one.weak)
    befores = (_sum(present, Tally(*others)) for others in product(*(range(most + 1) for most in spare)))
    return any(
        indicators.positive(_sum(before, one)) and not indicators.positive(before) for before in befores
    )


def _through(lens: Lens, findings: tuple[Finding, ...]) -> LensResult:
    """Held if something involuntary meets a different sign of penalty, and one of the two is strong."""
    present = [one.indicator.code for one in findings if one.presence is Presence.PRESENT]
    involuntary = tuple(filter(lens.involuntariness.__contains__, present))
    penalty = tuple(filter(lens.penalty.__contains__, present))
    return LensResult(
        lens=lens,
        holds=any(_meet(lens, one, other) for one, other in product(involuntary, penalty)),
        involuntariness=involuntary,
        penalty=penalty,
    )


def _meet(lens: Lens, involuntary: str, penalty: str) -> bool:
    return involuntary != penalty and (lens.involuntariness[involuntary] or lens.penalty[penalty])

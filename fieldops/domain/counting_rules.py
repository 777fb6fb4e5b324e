"""The published counting rules, for each figure what is gone through, what must hold, and how it splits.

They are data, fixed by version, words and all, so that two reports can be laid side by side.
"""

from dataclasses import dataclass

from fieldops.domain.reading import Part, as_part, expect_schema

SCHEMA = "fieldops/counting"
WHOLE = ""  # the one split of a figure that is not split


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that must hold of a subject: an answer, being on the child path, or an act about it."""

    question: str | None = None
    values: frozenset[str] | None = None  # None: any answer at all
    child: bool | None = None
    act: str | None = None
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What a figure is split by; with `highest` a visit counts once, under the first of `order` there."""

    question: str | None = None
    part: str | None = None
    agency: bool = False
    arm: bool = False
    order: tuple[str, ...] = ()
    highest: bool = False
    otherwise: str | None = None
    words: tuple[tuple[str, str], ...] = ()  # of its values, where no other paper has words for them


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How one figure is counted, and on which classes of data it rests."""

    id: str
    title: str
    definition: str
    unit: str
    per: str
    rests_on: tuple[str, ...]
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    kind: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    but_not: tuple[tuple[str, str], ...] = ()  # what is a figure of its own, resting on other classes
    once_for: str | None = None
    sum_question: str | None = None
    sum_part: str | None = None
    by: Split | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word that no rule defines; `figures` are those it defines, none where every copy needs it."""

    word: str
    definition: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """How premises came to be chosen, by their tier; the arm without tiers takes all that no other names."""

    code: str
    words: str
    tiers: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """The published counting rules."""

    version: str
    rules: tuple[Rule, ...]
    arms: tuple[Arm, ...]
    words: tuple[Word, ...]

    def arm(self, tier: str) -> str:
        named = next((arm for arm in self.arms if tier in arm.tiers), None)
        return named.code if named else next((arm.code for arm in self.arms if not arm.tiers), WHOLE)


def parse_counting(data: object) -> Counting:
    """The rules from their published JSON."""
    paper = as_part(data, "counting")
    expect_schema(paper, SCHEMA)
    return Counting(
        version=paper.text("version"),
        rules=tuple(_rule(part) for part in paper.parts("figures")),
        arms=tuple(
            Arm(code=part.text("code"), words=part.text("words"), tiers=frozenset(part.texts("tiers")))
            for part in paper.parts("arms")
        ),
        words=tuple(
            Word(word=part.text("word"), definition=part.text("definition"), figures=part.texts("figures"))
            for part in paper.parts("words")
        ),
    )


def _rule(part: Part) -> Rule:
    added = part.part("sum")
    return Rule(
        id=part.text("id"),
        title=part.text("title"),
        definition=part.text("definition"),
        unit=part.text("unit"),
        per=part.text("per"),
        rests_on=part.texts("rests_on"),
        when=tuple(_condition(one) for one in part.parts("when")),
        unless=tuple(_condition(one) for one in part.parts("unless")),
        kind=_maybe(part, "kind"),
        where=tuple(part.part("where").words().items()),
        but_not=tuple(part.part("but_not").words().items()),
        once_for=_maybe(part, "once_for"),
        sum_question=_maybe(added, "q"),
        sum_part=_maybe(added, "part"),
        by=_split(part.part("by")) if part.has("by") else None,
    )


def _maybe(part: Part, key: str) -> str | None:
    return part.text(key) if part.has(key) else None


def _condition(part: Part) -> Condition:
    return Condition(
        question=_maybe(part, "q"),
        values=None if not part.has("in") else frozenset(part.texts("in")),
        child=part.flag("child") if part.has("child") else None,
        act=_maybe(part, "act"),
        where=tuple(part.part("where").words().items()),
    )


def _split(part: Part) -> Split:
    return Split(
        question=_maybe(part, "q"),
        part=_maybe(part, "part"),
        agency=part.flag("agency"),
        arm=part.flag("arm"),
        order=part.texts("order"),
        highest=part.flag("highest"),
        otherwise=_maybe(part, "otherwise"),
        words=tuple(part.part("words").words().items()),
    )

"""The published rules of the access log: purposes, what asks for a reason, what raises a review.

They are data. Where none are published yet every record asks for a reason, and nothing raises a review.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from fieldops.domain.ids import ClassCode
from fieldops.domain.reading import Part, as_part, expect_schema, malformed
from fieldops.domain.who import Role

SCHEMA = "fieldops/looks"
DEFAULT_REMEMBERED = timedelta(minutes=15)
DEFAULT_REVIEW_DAYS = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """Why somebody looks, derived from what they are. `covers` says that it stands for an assignment."""

    id: str
    words: str
    covers: bool
    assigned: bool = False  # it fits who is sent to every visit that is looked at
    roles: frozenset[Role] = frozenset()


class Counts(StrEnum):
    """What a rule counts."""

    VISITS = "visits"
    PERSONS = "persons"
    LOOKS = "looks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What raises a review: more than `most` within `hours`, by one officer."""

    id: str
    words: str
    counts: Counts
    of: str  # "visit" or "person": looks are counted at each apart; empty: at all together
    most: int
    within: timedelta
    outside: bool  # only looks that no assignment covers
    colleague: bool  # only at visits to which somebody of the looker's own agency was sent


@dataclass(frozen=True, slots=True, kw_only=True)
class LookRules:
    """One published edition. `reasons` None: every class asks for a reason."""

    purposes: tuple[Purpose, ...]
    otherwise: Purpose
    reasons: Mapping[ClassCode, str] | None
    rules: tuple[Rule, ...]
    remembered: timedelta
    review_days: int  # how far back looks are looked through

    def words_of(self, purpose: str) -> str:
        """A purpose in words; its id where this edition does not know it."""
        known = {one.id: one.words for one in (*self.purposes, self.otherwise)}
        return known.get(purpose, purpose)


UNPUBLISHED = LookRules(
    purposes=(),
    otherwise=Purpose(id="none", words="No assignment known", covers=False),
    reasons=None,
    rules=(),
    remembered=DEFAULT_REMEMBERED,
    review_days=DEFAULT_REVIEW_DAYS,
)


def parse_look_rules(data: object) -> LookRules:
    """The rules from their published JSON."""
    paper = as_part(data, "looks")
    expect_schema(paper, SCHEMA)
    return LookRules(
        purposes=tuple(map(_purpose, paper.parts("purposes"))),
        otherwise=_purpose(paper.part("otherwise")),
        reasons={ClassCode(code): words for code, words in paper.part("reasons").words().items()},
        rules=tuple(map(_rule, paper.parts("rules"))),
        remembered=timedelta(minutes=paper.whole("remembered_minutes")),
        review_days=paper.whole("review_days", DEFAULT_REVIEW_DAYS),
    )


def _purpose(part: Part) -> Purpose:
    try:
        roles = frozenset(Role(one) for one in part.texts("roles"))
    except ValueError as error:
        raise malformed(part.at, f"names no role ({error})") from error
    return Purpose(
        id=part.text("id"),
        words=part.text("words"),
        covers=part.flag("covers"),
        assigned=part.flag("assigned"),
        roles=roles,
    )


def _rule(part: Part) -> Rule:
    try:
        counts = Counts(part.text("counts"))
    except ValueError as error:
        raise malformed(part.at, f"counts nothing that is known ({error})") from error
    return Rule(
        id=part.text("id"),
        words=part.text("words"),
        counts=counts,
        of=part.text("of", ""),
        most=part.whole("most"),
        within=timedelta(hours=part.whole("hours")),
        outside=part.flag("outside"),
        colleague=part.flag("colleague"),
    )

"""How long words about a person are kept, who decides, and how they are erased by law.

A date only asks: nothing is erased by itself. Erasing takes two people, and never goes against a legal hold
(CPIA 1996 outlasts every date).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from fieldops.domain.ids import ClassCode, OfficerId, OperationId, StreamId
from fieldops.domain.reading import as_part, expect_schema, malformed

SCHEMA = "fieldops/retention"
_CARD = re.compile(rb'"subject"\s*:\s*"(worker:[a-z2-7]{16})"')


def card_in(header: bytes) -> str | None:
    """The worker's card that an entry is about; None for one about the visit or the operation."""
    found = _CARD.search(header)
    return None if found is None else found.group(1).decode("ascii")


def whose(header: bytes, stream: StreamId) -> str:
    """By which name an entry's words are kept and erased: a worker's card, or else its stream, which stands
    for the people in one class of a visit who have no card."""
    return card_in(header) or stream


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewGroup:
    """A kind of person by how long their words are kept; `years` until they are looked at again."""

    code: str
    name: str
    years: int
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Why the law asks for words to be erased."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The published rules: review groups, which of them is proposed, and grounds of erasure."""

    groups: Sequence[ReviewGroup]
    first: ReviewGroup
    grounds: Sequence[Ground]

    def group(self, code: str) -> ReviewGroup | None:
        return next((one for one in self.groups if one.code == code), None)

    def ground(self, code: str) -> Ground | None:
        return next((one for one in self.grounds if one.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """Somebody of whom words are kept: a worker's card, or the people in one class of a visit. `entries` are
    counted by class; nothing of what they say is in here."""

    ref: str
    scope: str
    entries: tuple[tuple[ClassCode, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What was decided about how long somebody's words are kept."""

    ref: str
    group: str
    review_on: date
    held: bool  # under a legal hold
    why: str
    by: OfficerId
    at: datetime


class ErasureState(StrEnum):
    """How far an erasure has come."""

    ASKED = "asked"
    REFUSED = "refused"
    CONFIRMED = "confirmed"  # the key is to be destroyed at once
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One erasure: who asked for it and why, and who decided."""

    id: str
    operation: OperationId
    scope: str  # the visit, or the operation itself
    ref: str
    ground: str
    reason: str
    asked_by: OfficerId
    asked_at: datetime
    decided_by: OfficerId | None = None
    decided_at: datetime | None = None
    refused: str = ""  # why, where it was
    done_at: datetime | None = None

    @property
    def state(self) -> ErasureState:
        if self.done_at is not None:
            return ErasureState.DONE
        if self.decided_at is None:
            return ErasureState.ASKED
        return ErasureState.REFUSED if self.refused else ErasureState.CONFIRMED


def proposed_review(rules: Rules, last_day: date) -> date:
    """When a person is looked at again if nobody has decided: so many years after the operation."""
    return years_after(last_day, rules.first.years)


def years_after(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def parse_rules(data: object) -> Rules:
    """The rules from their published JSON."""
    paper = as_part(data, "retention")
    expect_schema(paper, SCHEMA)
    groups = tuple(
        ReviewGroup(
            code=one.text("code"), name=one.text("name"), years=one.whole("years"), rule=one.text("rule")
        )
        for one in paper.parts("groups")
    )
    first = next((one for one in groups if one.code == paper.text("first")), None)
    if first is None:
        raise malformed("retention.first", "must name one of the groups")
    grounds = tuple(Ground(code=one.text("code"), name=one.text("name")) for one in paper.parts("grounds"))
    return Rules(groups=groups, first=first, grounds=grounds)

"""Which looks somebody is to look into, by the published rules: many, without an assignment, again and again.

A rule only raises a question. Whether a look was right is for a person to say, with a reason.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime

from fieldops.domain.access import has_colleague
from fieldops.domain.ids import AgencyCode, OfficerId, VisitId
from fieldops.domain.look_rules import Counts, LookRules, Rule
from fieldops.domain.looks import Look, LookKind

JUDGED = frozenset({LookKind.CONSULTATION, LookKind.DISCLOSURE})
KEY_CHARS = 32

Sent = Mapping[VisitId, Set[AgencyCode]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A rule that somebody's looks of one day went beyond; `looks` are those, the oldest first."""

    rule: Rule
    officer: OfficerId
    day: date
    about: str
    looks: tuple[Look, ...]

    @property
    def key(self) -> str:
        """Its name: the same however often it is worked out."""
        words = f"{self.rule.id} {self.officer} {self.day} {self.about}"
        return hashlib.sha256(words.encode()).hexdigest()[:KEY_CHARS]


@dataclass(frozen=True, slots=True)
class _Seen:
    """One visit, or one person there, in one look."""

    look: Look
    visit: VisitId

    @property
    def person(self) -> str:
        return f"{self.visit} {self.look.shown.person}" if self.look.shown.person else ""


def raised(lines: Iterable[Look], rules: LookRules, sent: Sent) -> list[Raised]:
    """What the lines raise, the newest first. `sent`: which agencies were ever sent to each visit."""
    seen = [_Seen(one, visit) for one in lines if _is_judged(one) for visit in sorted(one.shown.visits)]
    found = [one for rule in rules.rules for one in _by_rule(rule, seen, sent)]
    return sorted(found, key=lambda one: one.looks[-1].at_ms, reverse=True)


def _is_judged(look: Look) -> bool:
    """A look at a record by somebody; what a tablet hands in is none."""
    return look.kind in JUDGED and look.officer is not None and bool(look.shown.classes)


def _by_rule(rule: Rule, seen: Sequence[_Seen], sent: Sent) -> Iterator[Raised]:
    groups: dict[tuple[OfficerId, str], list[_Seen]] = defaultdict(list)
    for one in seen:
        about = _about(rule, one)
        if about is not None and one.look.officer is not None and _falls_under(rule, one, sent):
            groups[one.look.officer, about].append(one)
    for (officer, about), group in groups.items():
        yield from _beyond(rule, officer, about, sorted(group, key=lambda one: one.look.at_ms))


def _about(rule: Rule, one: _Seen) -> str | None:
    """What looks are counted at; None for one that this rule does not count."""
    if rule.of == "visit":
        return one.visit
    if rule.of == "person" or rule.counts is Counts.PERSONS:
        return None if not one.person else one.person if rule.of else ""
    return ""


def _falls_under(rule: Rule, one: _Seen, sent: Sent) -> bool:
    if rule.outside and one.look.covered:
        return False
    return not rule.colleague or has_colleague(one.look.agency, sent.get(one.visit, frozenset()))


def _beyond(rule: Rule, officer: OfficerId, about: str, ordered: Sequence[_Seen]) -> Iterator[Raised]:
    """One for each day on which the count within the rule's time went beyond it."""
    within_ms, first, told = rule.within.total_seconds() * 1000, 0, set()
    counted: Counter[str] = Counter()
    for n, one in enumerate(ordered):
        counted[_unit(rule, one)] += 1
        while ordered[first].look.at_ms < one.look.at_ms - within_ms:
            gone = _unit(rule, ordered[first])
            counted[gone] -= 1
            if not counted[gone]:
                del counted[gone]
            first += 1
        day = datetime.fromtimestamp(one.look.at_ms / 1000, UTC).date()
        if len(counted) > rule.most and day not in told:
            told.add(day)
            looks = tuple(dict.fromkeys(each.look for each in ordered[first : n + 1]))
            yield Raised(rule=rule, officer=officer, day=day, about=about, looks=looks)


def _unit(rule: Rule, one: _Seen) -> str:
    if rule.counts is Counts.VISITS:
        return one.visit
    return one.person if rule.counts is Counts.PERSONS else one.look.request

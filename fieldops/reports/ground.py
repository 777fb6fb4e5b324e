"""What a report stands on: the plan, what was counted at each visit, and the eyes of the one who reads.

The one rule: the sections below take every number from here, where it has passed the reader's sight.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from fieldops.domain.classes import Classes
from fieldops.domain.counting import Counted
from fieldops.domain.counting_rules import Counting, Rule
from fieldops.domain.ids import AgencyCode, ClassCode, PaperHash, VisitId
from fieldops.domain.operation import Operation, PlannedVisit, Premises, Strike, Team
from fieldops.reports.disputes import Disputes
from fieldops.reports.figures import Figure, Unit
from fieldops.reports.intelligence import Intelligence
from fieldops.reports.patterns import Patterns
from fieldops.reports.sight import Counts, Eyes, Sight, What
from fieldops.reports.tablets import Tablet
from fieldops.store.sealed import KeptCheckpoint

FROM_PERSON = frozenset({"worker", "worker_act", "worker_exhibit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One planned visit: where, who, and when the team stood at the door, if that is known to the reader."""

    plan: PlannedVisit
    premises: Premises
    team: Team
    arrived: datetime | None
    arrival: str | None  # what happened at the door, in the checklist's words


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the published papers call things."""

    agencies: Mapping[str, str]
    split: Callable[[Rule, str], str]  # a rule and one of its split values -> its words
    counting: Counting
    counting_hash: PaperHash
    actions: tuple[tuple[str, str], ...]  # the rules that count what inspectors did, with their titles


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What the entries themselves look like, for whoever wants to check the record behind the figures."""

    entries: int
    withheld: Mapping[ClassCode, int]
    tables: Mapping[str, tuple[tuple[str, ...], ...]]  # rows of words by the key of their table
    checkpoint: KeptCheckpoint | None  # the newest that was signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """All that the sections read."""

    eyes: Eyes
    operation: Operation
    zone: ZoneInfo
    now: datetime
    sites: tuple[Site, ...]
    strikes: Mapping[str, Strike]
    counted: Mapping[str, Counted]
    disputes: Disputes
    words: Words
    classes: Classes
    patterns: Patterns
    tablets: tuple[Tablet, ...] | None  # none where the reader is not told where the teams were sent
    ledger: Ledger
    planned: frozenset[VisitId]  # the visits of which the reader may know when they are and who goes
    may_place: bool  # whether the reader may know where the premises lie
    intelligence: Intelligence

    def one(self, name: str, label: str = "") -> Figure | None:
        """The figure of a rule over all its splits."""
        counted = self.counted[name]
        what = self._whole(counted.rule, label)
        return self.eyes.one(what, _joined(counted.splits.values()))

    def money(self, name: str, people: str) -> Figure | None:
        """An amount of money, and the rule that says how many people it is owed to."""
        amounts: dict[VisitId, Decimal] = {}
        for by_visit in self.counted[name].splits.values():
            for visit, amount in by_visit.items():
                amounts[visit] = amounts.get(visit, Decimal(0)) + Decimal(amount)
        return self.eyes.pounds(self._whole(self.counted[name].rule), amounts, self.counts(people))

    def split(self, name: str, *, total_known: bool = False) -> tuple[Figure | None, list[Figure]]:
        """A rule's total and its parts, in the order the rule gives."""
        counted = self.counted[name]
        each = [
            (self._part(counted.rule, value), _whole(by_visit)) for value, by_visit in counted.splits.items()
        ]
        return self.eyes.parts(self._whole(counted.rule), each, total_known=total_known)

    def steps(self, *names: str) -> list[Figure]:
        """Rules of which each counts a part of the one before."""
        return self.eyes.steps([(self._whole(self.counted[name].rule), self.counts(name)) for name in names])

    def family(self, name: str, *names: str) -> tuple[Figure | None, list[Figure]]:
        """A whole and the rules that count its parts; what none of them counts is the last part."""
        rest = dict(self.counts(name))
        each = []
        for part in names:
            counts = self.counts(part)
            each.append((self._whole(self.counted[part].rule), counts))
            for visit, count in counts.items():
                rest[visit] = rest.get(visit, 0) - count
        rule = self.counted[name].rule
        each.append((_what(rule, "rest", "None of these yet"), rest))
        return self.eyes.parts(self._whole(rule), each)

    def _whole(self, rule: Rule, label: str = "") -> What:
        return replace(_what(rule, label=label or rule.title), disputed=self.disputes.of(rule.id))

    def _part(self, rule: Rule, value: str) -> What:
        what = _what(rule, value, self.words.split(rule, value))
        return replace(what, disputed=self.disputes.of_part(rule.id, value))

    def in_view(self, name: str) -> tuple[Site, ...]:
        """The sites whose plan and entries for a rule this reader may open, not those merely counted."""
        view = self.eyes.view(_what(self.counted[name].rule).classes)
        if view.sight is not Sight.OPEN:
            return ()
        return tuple(site for site in self.sites if site.plan.id in view.visits & self.planned)

    def merely_counted(self, name: str) -> bool:
        """Whether the reader is given only numbers of what a rule counts, and may open none of it."""
        return self.eyes.view(_what(self.counted[name].rule).classes).sight is Sight.COUNTED

    def counts(self, name: str) -> Counts:
        """What each visit brings to a rule, whatever the split: for masking and joining, never for a page."""
        return _joined(self.counted[name].splits.values())

    def agency(self, code: AgencyCode | str) -> str:
        """An agency's name, or its code where none is published."""
        return self.words.agencies.get(code, code)


def _what(rule: Rule, split: str = "", label: str = "") -> What:
    return What(
        key=f"{rule.id}.{split}" if split else rule.id,
        label=label,
        definition=rule.definition,
        unit=Unit(rule.unit),
        classes=frozenset(ClassCode(code) for code in rule.rests_on),
        people=rule.per in FROM_PERSON or rule.unit == Unit.PERSON,
    )


def _whole(by_visit: Mapping[VisitId, int | Decimal]) -> Counts:
    return {visit: int(count) for visit, count in by_visit.items()}


def _joined(splits: Iterable[Mapping[VisitId, int | Decimal]]) -> Counts:
    joined: dict[VisitId, int] = {}
    for by_visit in splits:
        for visit, count in by_visit.items():
            joined[visit] = joined.get(visit, 0) + int(count)
    return joined

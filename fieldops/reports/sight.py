"""What one reader may be told of each class of data, and figures made accordingly.

The one rule: every figure of the report is made here, from the classes that it rests on; a class hidden from
the reader gives no figure at all, and one that is announced gives words instead of a number.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import IntEnum

from fieldops.domain.access import may_count, may_count_masked, may_see, withheld
from fieldops.domain.agreement import Withheld
from fieldops.domain.ids import ClassCode, VisitId, stream_id
from fieldops.domain.who import Reader
from fieldops.reports import suppression
from fieldops.reports.figures import Figure, Given, Unit
from fieldops.reports.suppression import Masked

Counts = Mapping[VisitId, int]


class Sight(IntEnum):
    """How far a reader sees into a class; the higher, the less."""

    OPEN = 0
    COUNTED = 1
    ANNOUNCED = 2
    HIDDEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How far the reader sees, and at which visits; `strict` masks every small number, not people's alone."""

    sight: Sight
    visits: frozenset[VisitId]
    strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class What:
    """What a figure is called, means and counts, the classes it rests on, and where it is disputed.

    `people`: each one counted is or stands for a person, so that small numbers are masked where only numbers
    are given.
    """

    key: str
    label: str
    definition: str
    unit: Unit
    classes: frozenset[ClassCode]
    people: bool
    disputed: frozenset[VisitId] = frozenset()


@dataclass(slots=True)
class Eyes:
    """One reader before one operation's visits; remembers what it has worked out for each class."""

    reader: Reader
    visits: frozenset[VisitId]
    _views: dict[ClassCode, View] = field(default_factory=dict)

    def view(self, classes: Iterable[ClassCode]) -> View:
        """How far the reader sees into all of these classes together."""
        views = [self._view(class_code) for class_code in classes]
        sight = max((view.sight for view in views), default=Sight.OPEN)
        visits = self.visits.intersection(*(view.visits for view in views))
        return View(sight=sight, visits=visits, strict=any(view.strict for view in views))

    def _view(self, class_code: ClassCode) -> View:
        if class_code not in self._views:
            self._views[class_code] = self._look(class_code)
        return self._views[class_code]

    def _look(self, class_code: ClassCode) -> View:
        scopes: frozenset[str] = self.visits or frozenset({self.reader.operation})
        open_at = frozenset(scope for scope in scopes if may_see(self.reader, stream_id(scope, class_code)))
        if open_at == scopes:
            return View(sight=Sight.OPEN, visits=self.visits)
        if may_count_masked(self.reader, class_code):
            strict = not may_count(self.reader, class_code)
            return View(sight=Sight.COUNTED, visits=self.visits, strict=strict)
        if open_at:
            return View(sight=Sight.OPEN, visits=frozenset(VisitId(scope) for scope in open_at))
        return View(sight=self._shut(scopes, class_code), visits=frozenset())

    def _shut(self, scopes: frozenset[str], class_code: ClassCode) -> Sight:
        shows = {withheld(self.reader, stream_id(scope, class_code)) for scope in scopes}
        return Sight.ANNOUNCED if Withheld.ANNOUNCED in shows else Sight.HIDDEN

    def one(self, what: What, counts: Counts) -> Figure | None:
        """A figure that stands alone: the sum over the visits in view."""
        view = self.view(what.classes)
        told = self._masker(view, what)(_total(view, counts))
        return self._figure(what, view, told, counts)

    def pounds(self, what: What, amounts: Mapping[VisitId, Decimal], people: Counts) -> Figure | None:
        """An amount of money; among fewer than five people it would be somebody's own, and is not told."""
        view = self.view(what.classes)
        few = 0 < _total(view, people) < suppression.FLOOR
        told = suppression.COVER if few and view.sight is Sight.COUNTED else suppression.exact(0)
        found = self._figure(what, view, told, amounts)
        if found is None or found.given is not Given.EXACT:
            return found
        total = sum((amounts[visit] for visit in view.visits if visit in amounts), Decimal(0))
        return replace(found, value=total, shown=f"£{total:,.2f}".removesuffix(".00"))

    def parts(
        self, whole: What, each: Sequence[tuple[What, Counts]], *, total_known: bool = False
    ) -> tuple[Figure | None, list[Figure]]:
        """A total and what it is made of, masked together; `total_known` where it is printed elsewhere.

        Of a class that is withheld there are no parts, for even their names would tell: the total is alone.
        """
        view = self.view(frozenset(whole.classes).union(*(what.classes for what, _ in each)))
        if view.sight is Sight.ANNOUNCED:
            only = self._figure(whole, view, suppression.exact(0), {})
            return only, [only] if only is not None else []
        sums = [_total(view, counts) for _, counts in each]
        total, told = _mask_parts(sums, masked=_masks(view, whole), total_known=total_known)
        joined: Counter[VisitId] = Counter()
        for _, counts in each:
            joined.update(counts)
        return self._figure(whole, view, total, joined), self._figures(view, each, told)

    def steps(self, each: Sequence[tuple[What, Counts]]) -> list[Figure]:
        """Counts of which each is a part of the one before, masked together."""
        view = self.view(frozenset[ClassCode]().union(*(what.classes for what, _ in each)))
        sums = [_total(view, counts) for _, counts in each]
        masking = any(_masks(view, what) for what, _ in each)
        return self._figures(view, each, suppression.steps(sums) if masking else _as_they_are(sums))

    def _figures(
        self, view: View, each: Sequence[tuple[What, Counts]], told: Sequence[Masked]
    ) -> list[Figure]:
        made = (self._figure(what, view, one, counts) for (what, counts), one in zip(each, told, strict=True))
        return [figure for figure in made if figure is not None]

    def _masker(self, view: View, what: What) -> Callable[[int], Masked]:
        return suppression.one if _masks(view, what) else suppression.exact

    def _figure(
        self, what: What, view: View, told: Masked, counts: Mapping[VisitId, int | Decimal]
    ) -> Figure | None:
        if view.sight is Sight.HIDDEN:
            return None
        shut = self._shut_of(what) if view.sight is Sight.ANNOUNCED else ""
        if shut:
            words = f"withheld: {shut}, not shared with {self.reader.agency}"
            told = Masked(given=Given.WITHHELD, value=None, shown=words)
        return Figure(
            key=what.key,
            label=what.label,
            definition=what.definition,
            unit=what.unit,
            given=told.given,
            shown=told.shown,
            value=told.value,
            classes=tuple(sorted(what.classes)),
            visits=_behind(view, counts),
            disputed=_disputed(view, what, told),
            rule=f"{self.reader.agreement.id} does not give class {shut}" if shut else "",
        )

    def _shut_of(self, what: What) -> str:
        return ", ".join(c for c in sorted(what.classes) if self._view(c).sight is Sight.ANNOUNCED)


def _behind(view: View, counts: Mapping[VisitId, int | Decimal]) -> tuple[VisitId, ...]:
    """The visits a figure comes from, for whoever may open what lies there."""
    if view.sight is not Sight.OPEN:
        return ()
    return tuple(sorted(visit for visit, count in counts.items() if count and visit in view.visits))


def _disputed(view: View, what: What, told: Masked) -> tuple[VisitId, ...]:
    """The visits at which officers differ, for whoever may open what they said."""
    if view.sight is not Sight.OPEN or told.given is not Given.EXACT:
        return ()
    return tuple(sorted(what.disputed & view.visits))


def _total(view: View, counts: Counts) -> int:
    return sum(counts.get(visit, 0) for visit in view.visits)


def _as_they_are(sums: Sequence[int]) -> tuple[Masked, ...]:
    return tuple(suppression.exact(count) for count in sums)


def _mask_parts(sums: Sequence[int], *, masked: bool, total_known: bool) -> tuple[Masked, tuple[Masked, ...]]:
    if not masked:
        return suppression.exact(sum(sums)), _as_they_are(sums)
    if total_known:
        return suppression.one(sum(sums)), suppression.parts_of_known(sums)
    return suppression.parts(sums)


def _masks(view: View, what: What) -> bool:
    """Small numbers of people are masked where numbers alone are given, and all small ones where agreed."""
    return view.sight is Sight.COUNTED and (what.people or view.strict)

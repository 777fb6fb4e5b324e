"""What one reader may be told of each class of data, and figures made accordingly.

The one rule: every figure of the report is made here, from the classes that it rests on; a class hidden from
the reader gives no figure at all, and one that is announced gives words instead of a number.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import IntEnum

from fieldops.domain.access import Reader, may_count, may_see, withheld
from fieldops.domain.agreement import Withheld
from fieldops.domain.ids import ClassCode, VisitId, stream_id
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
    """How far the reader sees, and at which visits."""

    sight: Sight
    visits: frozenset[VisitId]


@dataclass(frozen=True, slots=True, kw_only=True)
class What:
    """What a figure is called and counts, and the classes of data that it rests on.

    `people`: each one counted is or stands for a person, so that small numbers are masked where only numbers
    are given.
    """

    key: str
    label: str
    unit: Unit
    classes: frozenset[ClassCode]
    people: bool


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
        return View(sight=sight, visits=self.visits.intersection(*(view.visits for view in views)))

    def _view(self, class_code: ClassCode) -> View:
        if class_code not in self._views:
            self._views[class_code] = self._look(class_code)
        return self._views[class_code]

    def _look(self, class_code: ClassCode) -> View:
        scopes: Iterable[str] = self.visits or (self.reader.operation,)
        open_at = frozenset(s for s in scopes if may_see(self.reader, stream_id(s, class_code)))
        if len(open_at) == len(self.visits) or (not self.visits and open_at):
            return View(sight=Sight.OPEN, visits=self.visits)
        if may_count(self.reader, class_code):
            return View(sight=Sight.COUNTED, visits=self.visits)
        if open_at:
            return View(sight=Sight.OPEN, visits=frozenset(VisitId(scope) for scope in open_at))
        shows = {withheld(self.reader, stream_id(scope, class_code)) for scope in scopes}
        sight = Sight.ANNOUNCED if Withheld.ANNOUNCED in shows else Sight.HIDDEN
        return View(sight=sight, visits=frozenset())

    def one(self, what: What, counts: Counts) -> Figure | None:
        """A figure that stands alone: the sum over the visits in view."""
        view = self.view(what.classes)
        told = self._masker(view, what)(sum(counts.get(visit, 0) for visit in view.visits))
        return self._figure(what, view, told, counts)

    def pounds(self, what: What, amounts: Mapping[VisitId, Decimal], people: Counts) -> Figure | None:
        """An amount of money; among fewer than five people it would be somebody's own, and is not told."""
        view = self.view(what.classes)
        total = sum((amounts.get(visit, Decimal(0)) for visit in view.visits), Decimal(0))
        few = 0 < sum(people.get(visit, 0) for visit in view.visits) < suppression.FLOOR
        told = suppression.COVER if view.sight is Sight.COUNTED and few else None
        found = self._figure(what, view, told or suppression.exact(0), amounts)
        if found is None or found.given is not Given.EXACT:
            return found
        shown = f"£{total:,.0f}" if total == int(total) else f"£{total:,.2f}"
        return replace(found, value=total, shown=shown)

    def parts(
        self, whole: What, each: Sequence[tuple[What, Counts]], *, total_known: bool = False
    ) -> tuple[Figure | None, list[Figure]]:
        """A total and what it is made of, masked together; `total_known` where it is printed elsewhere."""
        view = self.view(frozenset(whole.classes).union(*(what.classes for what, _ in each)))
        sums = [sum(counts.get(visit, 0) for visit in view.visits) for _, counts in each]
        if _masks(view, whole) and total_known:
            total, told = suppression.one(sum(sums)), suppression.parts_of_known(sums)
        elif _masks(view, whole):
            total, told = suppression.parts(sums)
        else:
            total, told = suppression.exact(sum(sums)), tuple(suppression.exact(count) for count in sums)
        joined: dict[VisitId, int] = {}
        for _, counts in each:
            for visit, count in counts.items():
                joined[visit] = joined.get(visit, 0) + count
        made = [
            self._figure(what, view, masked, counts)
            for (what, counts), masked in zip(each, told, strict=True)
        ]
        return self._figure(whole, view, total, joined), [figure for figure in made if figure is not None]

    def steps(self, each: Sequence[tuple[What, Counts]]) -> list[Figure]:
        """Counts of which each is a part of the one before, masked together."""
        view = self.view(frozenset[ClassCode]().union(*(what.classes for what, _ in each)))
        sums = [sum(counts.get(visit, 0) for visit in view.visits) for _, counts in each]
        masking = bool(each) and _masks(view, each[0][0])
        told = suppression.steps(sums) if masking else tuple(suppression.exact(count) for count in sums)
        made = [
            self._figure(what, view, masked, counts)
            for (what, counts), masked in zip(each, told, strict=True)
        ]
        return [figure for figure in made if figure is not None]

    def _masker(self, view: View, what: What) -> Callable[[int], Masked]:
        return suppression.one if _masks(view, what) else suppression.exact

    def _figure(
        self, what: What, view: View, told: Masked, counts: Mapping[VisitId, int | Decimal]
    ) -> Figure | None:
        if view.sight is Sight.HIDDEN:
            return None
        rule = ""
        if view.sight is Sight.ANNOUNCED:
            shut = ", ".join(c for c in sorted(what.classes) if self._view(c).sight is Sight.ANNOUNCED)
            rule = f"class {shut} is not shared with {self.reader.agency} ({self.reader.agreement.id})"
            words = f"withheld: {shut}, not shared with {self.reader.agency}"
            told = Masked(given=Given.WITHHELD, value=None, shown=words)
        behind = sorted(v for v, count in counts.items() if count and v in view.visits)
        return Figure(
            key=what.key,
            label=what.label,
            unit=what.unit,
            given=told.given,
            shown=told.shown,
            value=told.value,
            classes=tuple(sorted(what.classes)),
            visits=tuple(behind) if view.sight is Sight.OPEN else (),
            rule=rule,
        )


def _masks(view: View, what: What) -> bool:
    """Small numbers are masked where a reader is given numbers alone, and only for people."""
    return view.sight is Sight.COUNTED and what.people

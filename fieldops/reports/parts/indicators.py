"""Indicator patterns from direct answers: people by category and dimension, premises by what was seen."""

from collections.abc import Mapping, Sequence

from fieldops.domain.ids import ClassCode, VisitId
from fieldops.domain.scoring import Result
from fieldops.reports.figures import Cell, Figure, Given, Piece, Section, Unit
from fieldops.reports.ground import Ground
from fieldops.reports.parts.definitions import definition
from fieldops.reports.parts.saying import bars, chosen, grid, list_of, section
from fieldops.reports.sight import Counts, Sight, What

MOST = 10
NOT_A_TEST = (
    "A pattern is a working view and no legal test. It never decides whether somebody is referred: the "
    "officer's own judgement came first."
)
NOT_SEEN = (
    "Answers in a class that this copy withholds are not scored here: a dimension that stands as "
    "undetermined may be positive for whoever may read them."
)


def indicators(g: Ground) -> Section | None:
    pieces = [*_categories(g), *_dimensions(g), *_premises(g)]
    notes = (NOT_A_TEST, NOT_SEEN) if any(g.ledger.withheld.values()) else (NOT_A_TEST,)
    return section("indicators", "Indicators", (), pieces, notes if pieces else ())


def _what(g: Ground, name: str, label: str, classes: frozenset[ClassCode], unit: Unit) -> What:
    return What(
        key=name,
        label=label,
        definition=definition(g.words.counting, name),
        unit=unit,
        classes=classes,
        people=unit is Unit.PERSON,
    )


def _people(g: Ground, name: str, split: Mapping[str, Counts]) -> tuple[Figure | None, list[Figure]]:
    classes = g.patterns.accounts
    each = [
        (_what(g, f"{name}.{at}", words, classes, Unit.PERSON), counts)
        for at, (words, counts) in enumerate(split.items(), 1)
    ]
    return g.eyes.parts(_what(g, name, "People scored", classes, Unit.PERSON), each)


def _categories(g: Ground) -> tuple[Piece, ...]:
    total, each = _people(g, "categories", g.patterns.categories)
    shown = [total] if total in each else [total, *each]
    return list_of("categories", "People, by pattern", shown)


def _dimensions(g: Ground) -> tuple[Piece, ...]:
    """One line for each dimension; each line is masked as a family whose total stands in the table above."""
    rows: list[Sequence[Cell | None]] = []
    for name, results in g.patterns.dimensions.items():
        split: dict[str, Mapping[VisitId, int]] = {one.value: results.get(one.value, {}) for one in Result}
        _, each = _people(g, f"dimension.{name.replace(' ', '_')}", split)
        if not each or each[0].given is Given.WITHHELD:
            return ()
        rows.append((name.capitalize(), *each))
    columns = (("Dimension", 44), *((one.value.capitalize(), 16) for one in Result))
    return grid("dimensions", "People, by dimension", columns, rows)


def _premises(g: Ground) -> tuple[Piece, ...]:
    """What was seen most often; where it is withheld, not even the names of it.

    Chosen and ordered by what is printed: a masked number must not show by its place.
    """
    places = sorted(g.patterns.premises.items())
    classes = g.patterns.places
    if g.eyes.view(classes).sight is Sight.ANNOUNCED:
        places = [("Indicators seen", {})]
    found = [
        g.eyes.one(_what(g, f"premises_indicator.{at}", label, classes, Unit.VISIT), counts)
        for at, (label, counts) in enumerate(places, 1)
    ]
    told = chosen([figure for figure in found if figure is not None])[:MOST]
    return bars("premises_indicators", "Seen at the premises, by number of visits", told)

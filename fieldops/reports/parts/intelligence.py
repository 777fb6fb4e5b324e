"""Intelligence that was submitted, each item with its grade and its handling beside it."""

from fieldops.reports.figures import Section
from fieldops.reports.ground import Ground
from fieldops.reports.parts.saying import grid, section
from fieldops.reports.wording import many

NOTE = (
    "Graded 3x5x2: the source 1 to 3, the content A to E, the handling P or C. Whoever receives an item "
    "keeps to its handling. What has no grade, or was written by somebody not trained to submit it, is in "
    "no copy."
)


def intelligence(g: Ground) -> Section | None:
    """Nothing at all for a reader who is given no item and may look at none."""
    held = g.intelligence
    codes = {site.plan.id: site.premises.code for site in g.sites}
    rows = [
        (codes[one.visit], one.grade, one.words, one.handling, str(one.agency))
        for one in sorted(held.items, key=lambda one: (codes[one.visit], one.grade, one.words))
    ]
    columns = (("Site", 8), ("Grade", 20), ("What is known", 36), ("Handling", 26), ("By", 10))
    kept = many(held.kept, "item stays", "items stay")
    sentences = (f"{kept} at the desk: the handling lets no copy carry it.",) if held.kept else ()
    pieces = grid("intelligence", "Items of intelligence", columns, rows, NOTE)
    return section("intelligence", "Intelligence", sentences, pieces)

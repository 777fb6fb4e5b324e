"""Where the figures come from and what is missing: classes of data, tablets, visits without a result."""

from fieldops.reports.figures import Piece, Section
from fieldops.reports.ground import Ground
from fieldops.reports.parts.saying import grid, section
from fieldops.reports.sight import Sight
from fieldops.reports.wording import listed, many, moment

_AT_LEAST = (
    "“11 of 14”: entries here, of those that the tablet said it holds. It may have recorded more since. "
    "Which entries are missing stands in the integrity annex."
)


def sources(g: Ground) -> Section | None:
    return section("sources", "Sources and gaps", _sentences(g), [*_classes(g), *_tablets(g)])


def _sentences(g: Ground) -> list[str]:
    sentences = [
        f"Counted from {many(g.ledger.entries, 'entry', 'entries')} of the ledger, as of "
        f"{moment(g.now, g.zone)}. What a tablet still holds is not in these figures."
    ]
    seen = g.in_view("attempts")
    missing = sorted(site.premises.code for site in seen if site.arrival is None)
    if missing:
        sentences.append(f"Visits without a result in this copy: {listed(missing)}.")
    if seen and len(seen) < len(g.sites):
        sentences.append(f"This copy rests on {many(len(seen), 'visit', 'visits')} and no others.")
    if g.tablets == ():
        sentences.append("No tablet is known to hold anything back.")
    return sentences


def _classes(g: Ground) -> tuple[Piece, ...]:
    rows = []
    for known in g.classes.order:
        sight = g.eyes.view([known.code]).sight
        if sight is Sight.HIDDEN:
            continue
        words = {
            Sight.OPEN: "in full",
            Sight.COUNTED: "numbers only, small ones masked",
            Sight.ANNOUNCED: f"withheld: {many(g.ledger.withheld.get(known.code, 0), 'answer', 'answers')}",
        }[sight]
        rows.append((known.code, f"{known.name}: {known.holds}", words))
    columns = (("Class", 8), ("Data", 64), ("In this copy", 28))
    return grid("classes", "What this copy rests on", columns, rows)


def _tablets(g: Ground) -> tuple[Piece, ...]:
    rows = [(one.name, one.agency, one.last_heard, one.here, one.why) for one in g.tablets or ()]
    columns = (
        ("Tablet", 16),
        ("Agency", 12),
        ("Last heard of", 18),
        ("Entries here", 14),
        ("Why it is listed", 40),
    )
    return grid("tablets", "Tablets outstanding", columns, rows, _AT_LEAST)

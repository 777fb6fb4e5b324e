"""The integrity annex: what the ledger holds behind the figures, so that anybody may check the record."""

from fieldops.domain.ids import VisitId
from fieldops.reports.figures import Piece, Section
from fieldops.reports.ground import Ground
from fieldops.reports.parts.saying import grid, section

LEAD = (
    "Every entry is kept as it was signed on the tablet. Each signer's entries in one stream form a chain "
    "without holes; the head of a chain changes if any entry in it does. Nothing is overwritten: a "
    "correction, a ruling or a withdrawal is an entry of its own. Late: received more than an hour after it "
    "was recorded, as happens without a signal. The hash is the first 24 figures of SHA-256 over the heads, "
    "sorted and put one after another."
)

Columns = tuple[tuple[str, int], ...]
_TABLES: tuple[tuple[str, str, Columns], ...] = (
    (
        "streams",
        "Entries and chains, by class and agency",
        (
            ("Class", 28),
            ("Agency", 9),
            ("Entries", 9),
            ("Late", 7),
            ("Chains", 9),
            ("Hash over their heads", 38),
        ),
    ),
    ("changes", "What was changed, and what was put aside", (("", 56), ("", 12))),
    (
        "conflicts",
        "Rivals that nobody has ruled on",
        (("Visit", 10), ("About", 12), ("Question", 44), ("Said by", 34)),
    ),
    (
        "rulings",
        "Rulings (their reasons stand on the visit's page)",
        (("Visit", 10), ("Question", 56), ("By", 34)),
    ),
    ("clocks", "Tablet clocks more than five minutes off", (("Tablet", 30), ("Agency", 40), ("Off by", 30))),
)


def integrity(g: Ground) -> Section | None:
    pieces = [
        piece
        for key, title, columns in _TABLES
        for piece in grid(key, title, columns, g.ledger.tables.get(key, ()))
    ]
    return section("integrity", "Integrity annex", (LEAD,), [*pieces, *_gaps(g)])


def _gaps(g: Ground) -> tuple[Piece, ...]:
    """Entries that a tablet said it holds and that are not here, by their places in its chains."""
    codes = {site.plan.id: site.premises.code for site in g.sites}
    rows = [
        (
            codes.get(VisitId(gap.scope), "the operation"),
            gap.class_code,
            tablet.name,
            f"{gap.entries.first} to {gap.entries.last}",
            "lost with its store" if gap.lost else "still on it",
        )
        for tablet in g.tablets or ()
        for gap in tablet.gaps
    ]
    columns = (("Visit", 12), ("Class", 10), ("Tablet", 38), ("Entries", 16), ("What is known", 24))
    return grid("gaps", "Entries that are missing, by number", columns, rows)

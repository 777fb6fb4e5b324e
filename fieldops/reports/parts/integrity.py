"""The integrity annex: what the ledger holds behind the figures, so that anybody may check the record."""

from base64 import b64encode

from fieldops.domain.checkpoint import signed_with
from fieldops.domain.ids import VisitId
from fieldops.reports.figures import Piece, Section, Verbatim
from fieldops.reports.ground import Ground
from fieldops.reports.parts.saying import grid, section
from fieldops.reports.wording import moment

LEAD = (
    "Every entry is kept as it was signed on the tablet. Each signer's entries in one stream form a chain "
    "without holes; the head of a chain changes if any entry in it does. Nothing is overwritten: a "
    "correction, a ruling or a withdrawal is an entry of its own. Late: received more than an hour after it "
    "was recorded, as happens without a signal. The hash is the first 24 figures of SHA-256 over the heads, "
    "sorted and put one after another."
)

NO_CHECKPOINT = "No checkpoint has been signed yet, so this copy is no witness of what the ledger holds."
KEEP = (
    "Whoever keeps this text, in a file with exactly these lines, can show later that what was received by "
    "then is still there and unchanged: the verifier of an evidence bundle takes it as a witness. It tells "
    "how much was received, and nothing of what is in it."
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
    lead = (LEAD,) if g.ledger.checkpoint else (LEAD, NO_CHECKPOINT)
    return section("integrity", "Integrity annex", lead, [*pieces, *_gaps(g), *_checkpoint(g)])


def _checkpoint(g: Ground) -> tuple[Piece, ...]:
    """The newest signed checkpoint, in words to compare and as the note that a witness keeps."""
    last = g.ledger.checkpoint
    if last is None:
        return ()
    rows = (
        ("Receipts and certificates under it", f"{last.size:,}"),
        ("Root over them", b64encode(last.root).decode("ascii")),  # as a verifier says it
        ("Signed", f"{moment(last.made_at, g.zone)} ({last.made_at:%Y-%m-%d %H:%M:%S} UTC)"),
        ("By the key", signed_with(last.note)),
    )
    columns = (("", 32), ("", 68))
    return (
        *grid("checkpoint", "The newest signed checkpoint", columns, rows),
        Verbatim(key="witness_note", title="Its note, to keep as a witness", text=last.note, note=KEEP),
    )


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

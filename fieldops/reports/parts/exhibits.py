"""What was taken as evidence, whether its files are here, and whether a hand is missing in its record."""

from fieldops.reports.figures import Section
from fieldops.reports.ground import Ground
from fieldops.reports.parts.saying import bars, list_of, section

FILES = (
    "The file as it was captured. What is not here lies on the tablet that took it and is sent from there."
)
HANDS = "A record is unbroken where each who handed the exhibit on was the one who had it, in the same words."


def exhibits(g: Ground) -> Section | None:
    """Counted from what the reader may open: whoever is given numbers alone is told nothing of files. The
    counting rules before their version 1.2.0 say nothing of exhibits."""
    if "exhibits" not in g.counted or g.merely_counted("exhibits"):
        return None
    _, taken = g.split("exhibits")
    _, files = g.split("exhibit_files")
    hands = [g.one("exhibits_unbroken"), g.one("exhibits_broken")]
    people = [] if g.merely_counted("exhibits_of_people") else [g.one("exhibits_of_people")]
    pieces = [
        *bars("exhibits", "Taken as", taken),
        *list_of("exhibit_files", "What of their files is here", files, FILES),
        *list_of("exhibit_hands", "Through whose hands", hands, HANDS),
        *list_of("exhibits_of_people", "Beside these, of people", people),
    ]
    return section("exhibits", "Exhibits", (), pieces)

"""What an outcome report consists of: figures, tables, charts and sections, as plain data.

The one rule: a figure that its reader may not have holds no value and no visits, only the words that
stand in its place.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from fieldops.domain.ids import ClassCode, PaperHash, VisitId


class Unit(StrEnum):
    """What one counted thing is, by the words of the counting rules."""

    ATTEMPT = "attempt"
    VISIT = "visit"
    PREMISES = "premises"
    ATTENDANCE = "attendance"
    PERSON = "person"
    REFERRAL = "referral"
    NOTICE = "notice"
    ARREST = "arrest"
    ORDER = "order"
    CASE = "case"
    POUNDS = "GBP"
    ENTRY = "entry"
    TABLET = "tablet"
    EXHIBIT = "exhibit"


class Given(StrEnum):
    """Whether a figure stands as counted, or what was done to it."""

    EXACT = "exact"
    SMALL = "small"
    COVERED = "covered"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One counted thing: its words, its value if given, and the visits behind it if they may be opened."""

    key: str
    label: str
    definition: str
    unit: Unit
    given: Given
    shown: str
    value: int | Decimal | None
    classes: tuple[ClassCode, ...]
    visits: tuple[VisitId, ...]
    rule: str = ""
    disputed: tuple[VisitId, ...] = ()  # visits at which officers differ about what is counted here

    @property
    def said(self) -> str:
        """The figure with the word that it is disputed, where it is."""
        places = "1 visit" if len(self.disputed) == 1 else f"{len(self.disputed)} visits"
        return f"{self.shown} (disputed at {places})" if self.disputed else self.shown

    @property
    def number(self) -> float | None:
        """The value as a length for a chart; none where no exact value is given."""
        return None if self.value is None else float(self.value)


Cell = str | Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under named columns, or under none. `widths` are percent of the page; numbers stand right."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Lengths side by side, each with its words and its number; one without a value has no bar."""

    key: str
    title: str
    bars: tuple[Figure, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalRow:
    """One linked group: the moment planned, and how far from it each team stood at the door."""

    group: str
    planned: str
    tolerance_min: int
    arrivals: tuple[tuple[str, float], ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalPlot:
    """Each arrival of a linked group as a dot, in minutes before or after the moment planned."""

    key: str
    title: str
    rows: tuple[ArrivalRow, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One premises on the dot map, in degrees, with the kind of mark it gets."""

    label: str
    lat: float
    lon: float
    mark: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DotMap:
    """Where the premises lie to each other; `marks` are the legend, by the number in `Place.mark`."""

    key: str
    title: str
    places: tuple[Place, ...]
    marks: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A share, 0 to 1, with the range that chance alone leaves open; no `middle` for a small group."""

    label: str
    low: float
    middle: float | None
    high: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Shares with their ranges, one under the other."""

    key: str
    title: str
    spans: tuple[Span, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verbatim:
    """A text that is of use only if every character of it is kept, line by line."""

    key: str
    title: str
    text: str
    note: str = ""


Piece = Table | Bars | ArrivalPlot | DotMap | Spans | Verbatim


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One numbered part of the report: sentences first, then what can be counted."""

    key: str
    title: str
    sentences: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands on every page, and who this copy is for."""

    code: str
    name: str
    days: str  # empty where the reader is given no visit's plan
    marking: str
    handling: str
    as_of: datetime
    as_of_words: str
    recipient: str
    posture: str
    posture_sentence: str
    posture_sign_off: str  # who answers for it, since when and why; empty where nobody has to
    agreement: str  # its reference and version, and the hash of its bytes
    agreement_hash: PaperHash
    outstanding: str
    software: str
    checklist: str
    counting: str  # the name and the edition of the counting rules, and the hash of their bytes
    counting_hash: PaperHash


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The first page: what was sought, what was found, and what happens to the workers now."""

    sought: tuple[str, ...]
    found: tuple[Figure, ...]
    found_sentences: tuple[str, ...]
    charts: tuple[Piece, ...]
    workers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeFacts:
    """All that one reader's copy of the report may hold; page and JSON are made from this alone."""

    head: Head
    answer: Answer
    definitions: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]

    def figures(self) -> dict[str, Figure]:
        """Every figure by its key, the first where one stands in two places."""
        pieces = (*self.answer.charts, *(piece for section in self.sections for piece in section.pieces))
        held: dict[str, Figure] = {}
        for figure in (*self.answer.found, *(figure for piece in pieces for figure in figures_in(piece))):
            held.setdefault(figure.key, figure)
        return held


def figures_in(piece: Piece) -> tuple[Figure, ...]:
    """The figures that stand in a table or a bar chart, in reading order."""
    if isinstance(piece, Bars):
        return piece.bars
    if isinstance(piece, Table):
        return tuple(cell for row in piece.rows for cell in row if isinstance(cell, Figure))
    return ()

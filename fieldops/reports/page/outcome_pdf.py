"""The outcome report as a PDF, from finished facts alone: what is not in them cannot come to paper."""

from io import BytesIO

from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    TableStyle,
)
from reportlab.platypus import Table as Grid

from fieldops.reports.figures import (
    Answer,
    ArrivalPlot,
    Bars,
    Cell,
    DotMap,
    Figure,
    Head,
    OutcomeFacts,
    Piece,
    Section,
    Spans,
    Table,
    Verbatim,
)
from fieldops.reports.page import charts
from fieldops.reports.page import style as s
from fieldops.reports.page.paper import sheets
from fieldops.reports.page.words import inert
from fieldops.reports.wording import grouped

TILES_ACROSS = 4


def as_pdf(facts: OutcomeFacts) -> bytes:
    """The whole report; the same facts give the same bytes: no clock, no chance, no name in its metadata."""
    written = BytesIO()
    document = BaseDocTemplate(
        written,
        pagesize=(s.PAGE_WIDTH, s.PAGE_HEIGHT),
        leftMargin=s.SIDE,
        rightMargin=s.SIDE,
        topMargin=s.TOP,
        bottomMargin=s.BOTTOM,
        title="Outcome report",
        author="",
        subject="",
        creator="Fieldops",
        lang="en-GB",
        invariant=1,
    )
    frame = Frame(s.SIDE, s.BOTTOM, s.WIDTH, s.PAGE_HEIGHT - s.TOP - s.BOTTOM, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame]))
    story = [*_first_page(facts.head, facts.answer), PageBreak(), *_definitions(facts)]
    for section in facts.sections:
        story.extend(_section(section))
    document.build(story, canvasmaker=sheets(facts.head))
    return written.getvalue()


def _first_page(head: Head, answer: Answer) -> list[Flowable]:
    return [
        Paragraph(inert(head.name), s.TITLE),
        Paragraph(inert(f"{_named(head)}. As of {head.as_of_words}."), s.UNDER),
        Paragraph(inert(_made_under(head)), s.NOTE),
        *_titled("What we set out to find", answer.sought),
        *_titled("What we found", answer.found_sentences),
        *([_tiles(answer.found)] if answer.found else []),
        *(one for piece in answer.charts for one in _piece(piece)),
        *_titled("What happens to the workers now", answer.workers),
    ]


def _named(head: Head) -> str:
    return f"Outcome report, {head.days}" if head.days else "Outcome report"


def _made_under(head: Head) -> str:
    signed = (
        f" Firewall posture {head.posture} It was {head.posture_sign_off}" if head.posture_sign_off else ""
    )
    return (
        f"Made under the sharing agreement {head.agreement}, published under the hash "
        f"{grouped(head.agreement_hash)}.{signed}"
    )


def _titled(title: str, sentences: tuple[str, ...]) -> list[Flowable]:
    return [Paragraph(inert(title), s.HEADING), *_points(sentences)]


def _points(sentences: tuple[str, ...]) -> list[Flowable]:
    if len(sentences) == 1:
        return [Paragraph(inert(sentences[0]), s.BODY)]
    return [Paragraph(inert(sentence), s.POINT, bulletText="•") for sentence in sentences]


def _tiles(found: tuple[Figure, ...]) -> Flowable:
    """The main figures, large, a few across; words stand smaller than numbers."""
    cells = [_tile(figure) for figure in found]
    cells += [[]] * (-len(cells) % TILES_ACROSS)
    rows = [cells[start : start + TILES_ACROSS] for start in range(0, len(cells), TILES_ACROSS)]
    grid = Grid(rows, colWidths=[s.WIDTH / TILES_ACROSS] * TILES_ACROSS, spaceBefore=4, spaceAfter=6)
    lines: list[tuple[object, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 6),
        ("LINEABOVE", (0, 0), (-1, 0), 1, s.BLUE),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, s.RULE),
    ]
    grid.setStyle(TableStyle(lines))
    return grid


def _tile(figure: Figure) -> list[Flowable]:
    size = s.TILE if len(figure.shown) <= 9 else s.TILE_WORDS
    label = f"{figure.label}: {figure.said}" if figure.disputed else figure.label
    return [Paragraph(inert(figure.shown), size), Paragraph(inert(label), s.TILE_LABEL)]


def _definitions(facts: OutcomeFacts) -> list[Flowable]:
    rows = [[inert(word), inert(meaning)] for word, meaning in facts.definitions]
    grid = _grid(rows, (30, 70), (False, False), False)
    lead = (
        "Every figure in this report is counted by these rules, whoever reads it and whoever recorded it: "
        f"{facts.head.counting}, published under the hash {grouped(facts.head.counting_hash)}."
    )
    return [Paragraph("How things are counted", s.HEADING), Paragraph(inert(lead), s.BODY), grid]


def _section(section: Section) -> list[Flowable]:
    """A section; its heading stays with its sentences and its first piece, or the first rows of it."""
    opening = [Paragraph(inert(section.title), s.HEADING), *_points(section.sentences)]
    notes = [Paragraph(inert(note), s.NOTE) for note in section.notes]
    if not section.pieces:
        return [KeepTogether([*opening, *notes])]
    first, *rest = section.pieces
    begun = [*opening, *_drawn(first)]
    start = [CondPageBreak(s.OPENING_ROOM), *begun] if _breaks(first) else [KeepTogether(begun)]
    return [*start, *(one for piece in rest for one in _piece(piece)), *notes]


def _breaks(piece: Piece) -> bool:
    """Whether a piece may run over the foot of a page: a long table may, with its head repeated."""
    return isinstance(piece, Table) and len(piece.rows) > s.ROWS_TOGETHER


def _piece(piece: Piece) -> list[Flowable]:
    """A piece on one page, or a long table that begins where there is some room left."""
    drawn = _drawn(piece)
    return [CondPageBreak(s.LEAST_ROOM), *drawn] if _breaks(piece) else [KeepTogether(drawn)]


def _drawn(piece: Piece) -> list[Flowable]:
    note = [Paragraph(inert(piece.note), s.NOTE)] if piece.note else []
    return [Paragraph(inert(piece.title), s.SMALL_HEADING), *_body(piece), *note]


def _body(piece: Piece) -> list[Flowable]:
    if isinstance(piece, Table):
        return [_titled_table(piece)]
    if isinstance(piece, Verbatim):
        return [Paragraph(inert(line) or "&nbsp;", s.VERBATIM) for line in piece.text.splitlines()]
    return [_chart(piece), Spacer(1, 4)]


def _chart(piece: Bars | ArrivalPlot | DotMap | Spans) -> Flowable:
    if isinstance(piece, Bars):
        return charts.bars(piece)
    if isinstance(piece, ArrivalPlot):
        return charts.arrivals(piece)
    if isinstance(piece, DotMap):
        return charts.dot_map(piece)
    return charts.spans(piece)


def _words(cell: Cell) -> str:
    return inert(cell.said if isinstance(cell, Figure) else cell)


def _titled_table(table: Table) -> Flowable:
    numeric = tuple(all(_is_number(row[at]) for row in table.rows) for at in range(len(table.widths)))
    head = [[inert(column) for column in table.columns]] if any(table.columns) else []
    rows = [*head, *([_words(cell) for cell in row] for row in table.rows)]
    return _grid(rows, table.widths, numeric, bool(head))


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, Figure) or cell == "-" or cell.replace(",", "").isdigit()


def _grid(
    rows: list[list[str]], widths: tuple[int, ...], numeric: tuple[bool, ...], headed: bool
) -> Flowable:
    """Rows of finished paragraph text as a ruled table whose head is repeated on each page."""
    cells = [_cells(row, numeric, headed and not at) for at, row in enumerate(rows)]
    shares = [s.WIDTH * width / 100 for width in widths]
    grid = Grid(cells, colWidths=shares, repeatRows=int(headed), spaceAfter=4, hAlign="LEFT")
    lines: list[tuple[object, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 1.4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.8),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, s.RULE),
    ]
    lines += [("LINEBELOW", (0, 0), (-1, 0), 0.9, s.INK)] if headed else []
    grid.setStyle(TableStyle(lines))
    return grid


def _cells(row: list[str], numeric: tuple[bool, ...], head: bool) -> list[Flowable]:
    words, number = (s.COLUMN, s.NUMBER_COLUMN) if head else (s.CELL, s.NUMBER)
    return [Paragraph(cell, number if right else words) for cell, right in zip(row, numeric, strict=True)]

"""Charts as vector drawings: every mark has its words beside it, so that none needs a colour to be read."""

import math
from collections.abc import Callable

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, Rect, Shape, String
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth

from fieldops.reports.figures import ArrivalPlot, ArrivalRow, Bars, DotMap, Figure, Place, Span, Spans
from fieldops.reports.page.style import BAND, BLUE, INK, MARKS, RULE, SOFT, VERMILION, WIDTH
from fieldops.reports.page.words import PLAIN, printable

ROW = 15.0
LABELS = 168.0
NUMBERS = 74.0
NEAR = 20.0  # points: nearer marks would cover each other
SIZE = 8.5


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", size: float = SIZE, soft: bool = False
) -> String:
    fill = SOFT if soft else INK
    return String(
        x, y, printable(words, 90), fontName=PLAIN, fontSize=size, fillColor=fill, textAnchor=anchor
    )


def bars(chart: Bars) -> Drawing:
    """Horizontal bars on one scale from nought; a figure without a value shows its words and no bar."""
    longest = max((bar.number or 0.0 for bar in chart.bars), default=0.0) or 1.0
    room = WIDTH - LABELS - NUMBERS
    drawing = Drawing(WIDTH, ROW * len(chart.bars) + 4)
    for step, bar in enumerate(chart.bars):
        _bar(drawing, bar, ROW * (len(chart.bars) - 1 - step) + 4, room / longest)
    drawing.add(Line(LABELS, 2, LABELS, ROW * len(chart.bars) + 2, strokeColor=RULE, strokeWidth=0.6))
    return drawing


def _bar(drawing: Drawing, bar: Figure, y: float, scale: float) -> None:
    _label(drawing, bar.label, y)
    length = (bar.number or 0.0) * scale
    if length:
        drawing.add(Rect(LABELS, y, length, ROW - 4.5, fillColor=BLUE, strokeColor=None))
    drawing.add(_text(LABELS + length + 5, y + 2.5, bar.said, soft=bar.number is None))


def _label(drawing: Drawing, label: str, y: float) -> None:
    """The words of a bar, on two smaller lines where one is too short for them."""
    words = printable(label[:1].upper() + label[1:], 90)
    if stringWidth(words, PLAIN, SIZE) <= LABELS - 6:
        drawing.add(_text(0, y + 2.5, words))
        return
    lines = simpleSplit(words, PLAIN, 7, LABELS - 6)[:2]
    for step, line in enumerate(lines):
        drawing.add(_text(0, y + 2.5 + 3.5 * (len(lines) - 1) - 7 * step, line, size=7))


def _ticks(widest: int) -> list[int]:
    step = max(1, math.ceil(widest / 3))
    return list(range(-3 * step, 3 * step + 1, step))


def arrivals(chart: ArrivalPlot) -> Drawing:
    """Each team's arrival as a dot on a line of minutes; the shaded band is the tolerance of the strike."""
    reached = [abs(minutes) for row in chart.rows for _, minutes in row.arrivals]
    ticks = _ticks(math.ceil(max([*reached, *(float(row.tolerance_min) for row in chart.rows)], default=5.0)))
    left, height = 152.0, 30.0
    room: float = WIDTH - 172.0
    drawing = Drawing(WIDTH, height * len(chart.rows) + 16)

    def across(minutes: float) -> float:
        return left + room * (minutes - ticks[0]) / (ticks[-1] - ticks[0])

    for tick in ticks:
        drawing.add(Line(across(tick), 12, across(tick), drawing.height, strokeColor=RULE, strokeWidth=0.4))
        said = "on time" if not tick else f"{abs(tick)} min {'late' if tick > 0 else 'early'}"
        drawing.add(_text(across(tick), 2, said, anchor="middle", size=7, soft=True))
    for step, row in enumerate(chart.rows):
        _strike(drawing, row, drawing.height - height * (step + 1) + 6, across)
    return drawing


def _strike(drawing: Drawing, row: ArrivalRow, y: float, across: Callable[[float], float]) -> None:
    start, end = across(-row.tolerance_min), across(row.tolerance_min)
    drawing.add(Rect(start, y - 3, end - start, 20, fillColor=BAND, strokeColor=None))
    drawing.add(_text(0, y + 9, f"{row.group}, planned {row.planned}"))
    drawing.add(_text(0, y - 1, row.words, size=7, soft=True))
    drawing.add(Line(across(0), y - 3, across(0), y + 17, strokeColor=SOFT, strokeWidth=0.8))
    for step, (label, minutes) in enumerate(sorted(row.arrivals, key=lambda arrival: arrival[1])):
        inside = abs(minutes) <= row.tolerance_min
        lift = y + 9 if step % 2 else y + 1
        drawing.add(
            Circle(across(minutes), lift, 3, fillColor=BLUE if inside else VERMILION, strokeColor=None)
        )
        drawing.add(_text(across(minutes) + 4.5, lift - 2.4, label, size=6.5))


def _mark(kind: int, x: float, y: float) -> Shape:
    """A dot whose form, not only its colour, says what it is: four solid forms, then hollow ones."""
    colour = MARKS[kind % len(MARKS)]
    forms: tuple[Shape, ...] = (
        Circle(x, y, 3.2, fillColor=colour, strokeColor=None),
        Rect(x - 3, y - 3, 6, 6, fillColor=colour, strokeColor=None),
        Polygon([x - 3.8, y - 3, x + 3.8, y - 3, x, y + 4], fillColor=colour, strokeColor=None),
        Polygon([x - 4.2, y, x, y - 4.2, x + 4.2, y, x, y + 4.2], fillColor=colour, strokeColor=None),
        Circle(x, y, 3, fillColor=None, strokeColor=colour, strokeWidth=1.4),
        Rect(x - 2.8, y - 2.8, 5.6, 5.6, fillColor=None, strokeColor=colour, strokeWidth=1.4),
        Polygon(
            [x - 3.6, y - 3, x + 3.6, y - 3, x, y + 3.6], fillColor=None, strokeColor=colour, strokeWidth=1.4
        ),
    )
    return forms[kind % len(forms)]


def dot_map(chart: DotMap) -> Drawing:
    """Premises where they lie to each other, north up, with a bar for distance; no street map behind."""
    height, edge, legend = 184.0, 16.0, 150.0
    drawing = Drawing(WIDTH, height)
    lats, lons = [p.lat for p in chart.places], [p.lon for p in chart.places]
    shrink = math.cos(math.radians(sum(lats) / len(lats)))
    tall, wide = (max(lats) - min(lats)) or 1e-4, ((max(lons) - min(lons)) * shrink) or 1e-4
    scale = min((height - 2 * edge) / tall, (WIDTH - legend - 4.5 * edge) / wide)
    drawing.add(Rect(0, 0, WIDTH - legend, height, fillColor=None, strokeColor=RULE, strokeWidth=0.6))
    spots = [
        (edge + (p.lon - min(lons)) * shrink * scale, edge + (p.lat - min(lats)) * scale)
        for p in chart.places
    ]
    for group in _neighbours(spots):
        _stack(drawing, [chart.places[at] for at in group], *spots[group[0]])
    _legend(drawing, chart.marks, scale / 111.32, WIDTH - legend + 10)
    return drawing


def _neighbours(spots: list[tuple[float, float]]) -> list[list[int]]:
    """The spots in groups that would cover each other on paper, such as the units of one building."""
    groups: list[list[int]] = []
    for at, (x, y) in enumerate(spots):
        near = (g for g in groups if math.dist(spots[g[0]], (x, y)) < NEAR)
        found = next(near, None)
        if found is None:
            groups.append([at])
        else:
            found.append(at)
    return groups


def _stack(drawing: Drawing, places: list[Place], x: float, y: float) -> None:
    """The marks of one spot side by side, three to a row, and their labels behind them."""
    for row in range(0, len(places), 3):
        three, lower = places[row : row + 3], y - 8.5 * (row // 3)
        for step, place in enumerate(three):
            drawing.add(_mark(place.mark, x + 8.5 * step, lower))
        labels = " ".join(place.label for place in three)
        drawing.add(_text(x + 8.5 * (min(len(places), 3) - 1) + 5.5, lower - 2, labels, size=5.8, soft=True))


def _legend(drawing: Drawing, marks: tuple[str, ...], per_km: float, x: float) -> None:
    for step, words in enumerate(marks):
        y = drawing.height - 14 - 14 * step
        drawing.add(_mark(step, x + 4, y))
        drawing.add(_text(x + 14, y - 3, words, size=8))
    length = min(per_km, 125.0)
    said = "1 km" if per_km <= 125.0 else f"{1000 * length / per_km:.0f} m"
    drawing.add(Line(x, 16, x + length, 16, strokeColor=INK, strokeWidth=1.2))
    drawing.add(_text(x, 5, f"{said}, north is up", size=7, soft=True))


def spans(chart: Spans) -> Drawing:
    """Shares as lines from the lowest to the highest that chance leaves open, from 0 to 100 %."""
    left, room, height = 168.0, WIDTH - 190.0, 30.0
    drawing = Drawing(WIDTH, height * len(chart.spans) + 16)
    for tenth in range(0, 11, 2):
        x = left + room * tenth / 10
        drawing.add(Line(x, 12, x, drawing.height, strokeColor=RULE, strokeWidth=0.4))
        drawing.add(_text(x, 2, f"{tenth * 10} %", anchor="middle", size=7, soft=True))
    for step, span in enumerate(chart.spans):
        _span(drawing, span, drawing.height - height * (step + 1) + 14, left, room)
    return drawing


def _span(drawing: Drawing, span: Span, y: float, left: float, room: float) -> None:
    drawing.add(_text(0, y + 3, span.label))
    drawing.add(_text(0, y - 7, span.words, size=7, soft=True))
    low, high = left + room * span.low, left + room * span.high
    drawing.add(Line(low, y, high, y, strokeColor=BLUE, strokeWidth=3))
    for x in (low, high):
        drawing.add(Line(x, y - 4, x, y + 4, strokeColor=BLUE, strokeWidth=1.2))
    if span.middle is not None:
        drawing.add(Circle(left + room * span.middle, y, 4, fillColor=INK, strokeColor=None))

"""The sheet itself: header and footer on every page, and page numbers that know how many pages there are."""

from collections.abc import Callable
from typing import Any

from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from fieldops.reports.figures import Head
from fieldops.reports.page.style import BOTTOM, INK, PAGE_HEIGHT, PAGE_WIDTH, RULE, SIDE, SOFT, TOP, WIDTH
from fieldops.reports.page.words import BOLD, PLAIN, printable


def _line(canvas: Canvas, y: float, left: str, right: str, size: float = 7.5) -> None:
    """One line of the margin, cut so that its two halves never run into each other."""
    canvas.setFont(PLAIN, size)
    room = WIDTH - canvas.stringWidth(right, PLAIN, size) - 8
    whole = simpleSplit(left, PLAIN, size, room)
    canvas.drawString(SIDE, y, (whole[0] if len(whole) < 2 else f"{whole[0]} …") if whole else "")
    canvas.drawRightString(PAGE_WIDTH - SIDE, y, right)


def _header(canvas: Canvas, head: Head) -> None:
    top = PAGE_HEIGHT - 13 * mm
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, 10)
    canvas.drawCentredString(PAGE_WIDTH / 2, top, printable(head.marking))
    canvas.setFillColor(SOFT)
    canvas.setFont(PLAIN, 7.5)
    for step, line in enumerate(simpleSplit(printable(head.handling), PLAIN, 7.5, WIDTH)[:2]):
        canvas.drawCentredString(PAGE_WIDTH / 2, top - 10 - 9 * step, line)
    _line(
        canvas, PAGE_HEIGHT - TOP + 13, f"{printable(head.code)}: outcome report", f"As of {head.as_of_words}"
    )
    canvas.setStrokeColor(RULE)
    canvas.line(SIDE, PAGE_HEIGHT - TOP + 8, PAGE_WIDTH - SIDE, PAGE_HEIGHT - TOP + 8)


def _footer(canvas: Canvas, head: Head, page: int, pages: int) -> None:
    canvas.setStrokeColor(RULE)
    canvas.line(SIDE, BOTTOM - 8, PAGE_WIDTH - SIDE, BOTTOM - 8)
    canvas.setFillColor(SOFT)
    _line(
        canvas,
        BOTTOM - 18,
        f"Tablets: {printable(head.outstanding)}",
        f"Copy for {printable(head.recipient, 90)}",
    )
    _line(
        canvas,
        BOTTOM - 28,
        f"Firewall posture {printable(_posture(head))}",
        f"Fieldops {printable(head.software)}",
    )
    agreement = f"Agreement {printable(head.agreement)} (SHA-256 {head.agreement_hash[:12]})"
    _line(canvas, BOTTOM - 38, agreement, f"Page {page} of {pages}")
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, 8)
    canvas.drawCentredString(PAGE_WIDTH / 2, BOTTOM - 50, printable(head.marking))


def _posture(head: Head) -> str:
    """The posture; where somebody has to answer for it, their name stands on every page."""
    if not head.posture_sign_off:
        return head.posture
    return f"{head.posture.partition(':')[0]}, {head.posture_sign_off}"


def sheets(head: Head) -> Callable[..., Canvas]:
    """A canvas class for this report: it holds back every page until it knows how many there are."""

    class Sheets(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._held: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self._held.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for page, state in enumerate(self._held, 1):
                self.__dict__.update(state)
                _header(self, head)
                _footer(self, head, page, len(self._held))
                super().showPage()
            super().save()

    return Sheets

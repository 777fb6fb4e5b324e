"""Sizes, colours and paragraph styles of the printed report.

Colours are from the Okabe-Ito set, which colour-blind readers can tell apart, and never stand alone.
"""

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm

from fieldops.reports.page.words import BOLD, PLAIN

PAGE_WIDTH, PAGE_HEIGHT = A4
SIDE = 18 * mm
WIDTH = PAGE_WIDTH - 2 * SIDE
TOP = 28 * mm
BOTTOM = 25 * mm
LEAST_ROOM = 34 * mm  # what must be left of a page for a title and the first rows under it
OPENING_ROOM = 60 * mm  # and for a section that opens with a long table
ROWS_TOGETHER = 14  # a longer table may run over the foot of a page

INK = HexColor("#0b0c0c")
SOFT = HexColor("#505a5f")
RULE = HexColor("#b1b4b6")
BAND = HexColor("#f3f2f1")
BLUE = HexColor("#0072b2")
ORANGE = HexColor("#e69f00")
GREEN = HexColor("#009e73")
VERMILION = HexColor("#d55e00")
PURPLE = HexColor("#cc79a7")
SKY = HexColor("#56b4e9")
MARKS = (BLUE, ORANGE, VERMILION, GREEN, PURPLE, SKY, SOFT)

BODY = ParagraphStyle("body", fontName=PLAIN, fontSize=9.5, leading=13, textColor=INK, spaceAfter=4)
TITLE = ParagraphStyle("title", parent=BODY, fontName=BOLD, fontSize=21, leading=25, spaceAfter=1)
UNDER = ParagraphStyle("under", parent=BODY, fontSize=10.5, leading=14, textColor=SOFT, spaceAfter=9)
HEADING = ParagraphStyle(
    "heading", parent=BODY, fontName=BOLD, fontSize=14, leading=18, spaceBefore=12, spaceAfter=5
)
SMALL_HEADING = ParagraphStyle(
    "small", parent=BODY, fontName=BOLD, fontSize=10, leading=13, spaceBefore=7, spaceAfter=3
)
NOTE = ParagraphStyle(
    "note", parent=BODY, fontSize=8, leading=10.5, textColor=SOFT, spaceBefore=2, spaceAfter=5
)
POINT = ParagraphStyle("point", parent=BODY, leftIndent=10, bulletIndent=0, spaceAfter=2.5)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=8.5, leading=11, spaceAfter=0)
VERBATIM = ParagraphStyle(  # the longest line, a signature, fits the width: it can be copied out in one piece
    "verbatim", parent=BODY, fontSize=7, leading=10, spaceAfter=0, backColor=BAND, leftIndent=4
)
NUMBER = ParagraphStyle("number", parent=CELL, alignment=TA_RIGHT)
COLUMN = ParagraphStyle("column", parent=CELL, fontName=BOLD)
NUMBER_COLUMN = ParagraphStyle("number column", parent=COLUMN, alignment=TA_RIGHT)
TILE = ParagraphStyle(
    "tile", parent=BODY, fontName=BOLD, fontSize=17, leading=20, spaceAfter=0, textColor=BLUE
)
TILE_WORDS = ParagraphStyle("tile words", parent=TILE, fontSize=8.5, leading=11)
TILE_LABEL = ParagraphStyle("tile label", parent=CELL, fontSize=8, leading=10, textColor=SOFT)

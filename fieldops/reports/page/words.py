"""Text for paper: the embedded typeface, what it can show, and how field text is made inert.

The one rule: no text reaches reportlab's little markup language unless `inert` has been over it.
"""

import unicodedata
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PLAIN = "DejaVuSansCondensed"
BOLD = "DejaVuSansCondensed-Bold"
LONGEST = 600
_FONTS = Path(__file__).parent.parent / "fonts"
_WRITTEN_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def _embedded(name: str) -> frozenset[int]:
    """Registers the typeface with reportlab and says which characters it holds."""
    font = TTFont(name, str(_FONTS / f"{name}.ttf"))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


_HELD = _embedded(PLAIN) & _embedded(BOLD)
pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)


def _script(char: str) -> str:
    """The script of a character, by the first word of its Unicode name; empty where the page can show it.

    Right-to-left scripts are named although the typeface has some of their letters: set without joining and
    reordering they would be a wrong text, which is worse than none.
    """
    if char.isspace() or (
        ord(char) in _HELD and unicodedata.bidirectional(char) not in _WRITTEN_RIGHT_TO_LEFT
    ):
        return ""
    return unicodedata.name(char, "unnamed").split()[0].split("-")[0].capitalize()


def _run(script: str, chars: str) -> str:
    if not script:
        return chars
    many = "characters" if len(chars.strip()) > 1 else "character"
    shown = f"[{len(chars.strip())} {many} in {script} script, see the JSON copy]"
    return f"{shown} " if chars[-1].isspace() else shown


def _runs(text: str) -> list[tuple[str, str]]:
    """The text in stretches of one script; a space belongs to the stretch that it follows."""
    runs: list[tuple[str, str]] = []
    for char in text:
        script = runs[-1][0] if runs and char.isspace() else _script(char)
        if runs and runs[-1][0] == script:
            runs[-1] = (script, runs[-1][1] + char)
        else:
            runs.append((script, char))
    return runs


def printable(text: str, longest: int = LONGEST) -> str:
    """The text as this typeface can show it, on one line; what it cannot show is counted and named."""
    kept = "".join(
        " " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    flat = " ".join(unicodedata.normalize("NFC", kept).split())
    cut = flat if len(flat) <= longest else flat[: longest - 1] + "…"
    return "".join(_run(script, chars) for script, chars in _runs(cut))


def inert(text: str) -> str:
    """Field text as reportlab paragraph text in which nothing is markup: a tag prints as it was typed."""
    return escape(printable(text))

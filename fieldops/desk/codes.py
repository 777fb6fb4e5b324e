"""An enrolment code as a picture: inline SVG, so that the page's policy need not admit data URLs."""

import segno
from markupsafe import Markup


def qr_picture(text: str, said: str) -> Markup:
    """The QR code of `text`, black on white in any theme; `said` is what a screen reader hears instead."""
    lines = segno.make(text, error="m", micro=False).svg_inline(
        scale=5, border=4, dark="#000000", light="#ffffff", omitsize=True, title=said, svgclass="app-qr"
    )
    return Markup(lines.replace("<svg ", '<svg role="img" ', 1))

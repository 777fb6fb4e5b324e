"""Pictures for the demo, drawn here: a sheet of paper with invented words on it."""

import io

from PIL import Image, ImageDraw

SIZE, SMALL = (1200, 900), (240, 180)
DESK, PAPER, INK = "#5b5048", "#f4f1e8", "#2b2b3a"
MARGIN, LINE = 90, 46


def photo_of(words: str) -> bytes:
    """A JPEG of a sheet with these words, a line each."""
    picture = Image.new("RGB", SIZE, DESK)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((MARGIN, MARGIN // 2, SIZE[0] - MARGIN, SIZE[1] - MARGIN // 2), fill=PAPER)
    for n, line in enumerate(words.splitlines()):
        pen.text((MARGIN + 40, MARGIN + n * LINE), line, fill=INK, font_size=LINE * 2 // 3)
    return _jpeg(picture)


def small(photo: bytes) -> bytes:
    """The small picture that goes ahead of a photo."""
    picture = Image.open(io.BytesIO(photo))
    picture.thumbnail(SMALL)
    return _jpeg(picture)


def _jpeg(picture: Image.Image) -> bytes:
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=80)
    return made.getvalue()

"""A picture to look at, made anew from the captured file: bounded, and without anything but its pixels.

A camera writes place, time and its own number into a file. The original keeps them, byte for byte; what is
shown has none of it. A file that cannot be shown safely is not opened, and stays evidence all the same.
"""

import io
import struct
import warnings
import zlib
from collections.abc import Mapping
from typing import Final

from PIL import Image, ImageOps

from fieldops.domain.attachment import Manifest
from fieldops.domain.errors import Refusal

EDGE = 1600  # pixels, of the longer side of what is shown
MAX_PIXELS = 50_000_000
MAX_FILE_BYTES = 48 * 1024 * 1024
QUALITY = 82
MADE_TYPE = "image/jpeg"
HEAD_BYTES = 16

_READERS: Final[Mapping[str, str]] = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_BEGINS: Final[Mapping[str, tuple[tuple[int, bytes], ...]]] = {
    "image/jpeg": ((0, b"\xff\xd8\xff"),),
    "image/png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "image/webp": ((0, b"RIFF"), (8, b"WEBP")),
    "audio/webm": ((0, b"\x1a\x45\xdf\xa3"),),
    "video/webm": ((0, b"\x1a\x45\xdf\xa3"),),
    "audio/mp4": ((4, b"ftyp"),),
    "video/mp4": ((4, b"ftyp"),),
    "audio/ogg": ((0, b"OggS"),),
    "application/pdf": ((0, b"%PDF-"),),
}
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, Image.DecompressionBombError)


def is_picture(media_type: str) -> bool:
    """Whether files of this type are shown at all; all others are only handed out."""
    return media_type in _READERS


def begins_as(media_type: str, head: bytes) -> bool:
    """Whether a file of this type may begin with these bytes; of types without a mark, any may."""
    return all(head[at : at + len(mark)] == mark for at, mark in _BEGINS.get(media_type, ()))


def check_shown(manifest: Manifest) -> None:
    """Raises Refusal `not_shown` for what is not opened, whatever it holds."""
    if not is_picture(manifest.type):
        raise _not_shown("Files of this type are not shown here")
    if manifest.size > MAX_FILE_BYTES:
        raise _not_shown("It is too large to be shown")


def picture_of(content: bytes, media_type: str) -> bytes:
    """The picture as a new JPEG of at most `EDGE` pixels. Raises Refusal `not_shown`, with the reason."""
    if not begins_as(media_type, content[:HEAD_BYTES]):
        raise _not_shown("It is not what its type says")
    try:
        return _made_anew(content, _READERS[media_type])
    except _BROKEN as fault:
        raise _not_shown("It cannot be read as a picture") from fault


def _made_anew(content: bytes, reader: str) -> bytes:
    """The size is read from the head before a pixel is: what unpacks to more is never unpacked."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        opened = Image.open(io.BytesIO(content), formats=[reader])
    with opened as image:
        if image.width * image.height > MAX_PIXELS:
            raise _not_shown("It has more pixels than are shown")
        image.draft("RGB", (EDGE, EDGE))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((EDGE, EDGE))
        shown = Image.new("RGB", upright.size, "white")
        with_alpha = upright.convert("RGBA")
        shown.paste(with_alpha, mask=with_alpha)
    made = io.BytesIO()
    shown.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()


def _not_shown(why: str) -> Refusal:
    return Refusal("not_shown", f"{why}. It is kept as it was captured, and can be downloaded.")

"""Files made to break whoever opens them. Each is small as it is sent; what it would unpack to is not."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image, PngImagePlugin

SIDE = 60_000


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, packed: bytes) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def picture(size: tuple[int, int] = (640, 480), form: str = "JPEG", **saved: object) -> bytes:
    made = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(made, form, **saved)
    return made.getvalue()


def _zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("../../etc/cron.d/x", b"\0" * 20_000_000)
    return made.getvalue()


def _pdf() -> bytes:
    packed = zlib.compress(b"0" * 20_000_000)
    head = b"%%PDF-1.7\n1 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % len(packed)
    return head + packed + b"\nendstream endobj\n/OpenAction<</S/JavaScript/JS(app.alert(1))>>\n%%EOF"


def _texts() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "x" * 5_000_000, zip=True)
    return picture(form="PNG", pnginfo=notes)


def corpus() -> Mapping[str, tuple[str, bytes]]:
    """(type, bytes) by what each is."""
    jpeg, whole_png = picture(), picture(form="PNG")
    wide = bytearray(jpeg)
    frame = jpeg.index(b"\xff\xc0")
    wide[frame + 5 : frame + 9] = struct.pack(">HH", 65_000, 65_000)
    return {
        "a picture of 3.6 thousand million pixels": (
            "image/png",
            png(SIDE, SIDE, zlib.compress(b"\0" * 10_000_000)),
        ),
        "a photo whose head says 4 thousand million pixels": ("image/jpeg", bytes(wide)),
        "a picture whose text unpacks to 5 MB": ("image/png", _texts()),
        "a picture cut short": ("image/png", whole_png[: len(whole_png) // 2]),
        "a photo cut in its head": ("image/jpeg", jpeg[:40]),
        "a picture of no width": ("image/png", png(0, 10, b"")),
        "a zip that calls itself a photo": ("image/jpeg", _zipped()),
        "a page with script that calls itself a picture": ("image/png", b"<svg onload=alert(1)><script>"),
        "a photo that calls itself a web picture": ("image/webp", jpeg),
        "a web picture of a broken frame": (
            "image/webp",
            b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff" + b"\0" * 50,
        ),
        "a zip": ("application/octet-stream", _zipped()),
        "a document that unpacks and runs": ("application/pdf", _pdf()),
        "a program": ("application/octet-stream", b"MZ\x90\0" + b"\0" * 100),
        "a page that calls itself text": ("text/plain", b"<script>alert(1)</script>"),
        "a recording that is none": ("audio/webm", b"RIFF0000WAVE"),
    }

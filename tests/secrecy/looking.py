"""Every byte of an answer, also those that lie packed in it: gzip, zip (and so XLSX), PDF streams and text,
escapes of JSON, HTML and addresses."""

import gzip
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from pypdf import PdfReader

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
ESCAPED = re.compile(rb"\\u([0-9a-fA-F]{4})")
DEEP = 4


def layers(body: bytes, depth: int = 0) -> Iterator[bytes]:
    """The bytes as they are, and as each way of unpacking them shows them."""
    yield body
    if depth >= DEEP:
        return
    for unpacked in (*_inflated(body), *_zipped(body), *_pdf(body)):
        yield from layers(unpacked, depth + 1)


@lru_cache(maxsize=64)
def readable(body: bytes) -> bytes:
    """All layers as one text without white space, as somebody would search it who had every tool."""
    found = b"\n".join(layers(body))
    plain = ESCAPED.sub(lambda code: chr(int(code[1], 16)).encode("utf-8", "replace"), found)
    plain += b"\n" + html.unescape(plain.decode("latin-1")).encode("latin-1", "replace")
    plain += b"\n" + unquote_to_bytes(plain)
    return re.sub(rb"\s+", b"", plain)


def pages(pdf: bytes) -> bytes:
    """The words on the pages of a PDF, and what it says of itself."""
    read = PdfReader(io.BytesIO(pdf))
    words = " ".join(page.extract_text() for page in read.pages)
    return re.sub(rb"\s+", b" ", f"{words} {read.metadata}".encode())


def _inflated(body: bytes) -> Iterator[bytes]:
    if body[:2] == b"\x1f\x8b":
        yield gzip.decompress(body)


def _zipped(body: bytes) -> Iterator[bytes]:
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as held:
            for name in held.namelist():
                yield name.encode()
                yield held.read(name)


def _pdf(body: bytes) -> Iterator[bytes]:
    if not body.startswith(b"%PDF"):
        return
    for packed in STREAM.findall(body):
        yield _flated(packed)
    read = PdfReader(io.BytesIO(body))
    for page in read.pages:
        yield page.extract_text().encode()
        contents = page.get_contents()
        yield b"" if contents is None else contents.get_data()
    yield repr((read.metadata, read.trailer, read.xmp_metadata, read.attachments)).encode()


def _flated(packed: bytes) -> bytes:
    """A stream that is packed; nothing of one that is not, which was looked at as it is."""
    try:
        return zlib.decompress(packed)
    except zlib.error:
        return b""

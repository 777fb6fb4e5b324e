"""The manifest of an attached file, in one line: its size, its type, the hash of each chunk and of the whole.

An entry names the SHA-256 of that line, so that neither the file nor its manifest can be changed behind it. A
file's own name is no part of it: a name is nothing that evidence hangs on, and much that can be abused.
"""

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from fieldops.domain import ids
from fieldops.domain.errors import Refusal
from fieldops.domain.forms import is_count, is_exactly
from fieldops.domain.strict_json import Json, read_line, write_line

CHUNK_BYTES = 256 * 1024
MAX_LINE_BYTES = 64 * 1024
ANY_TYPE = "application/octet-stream"  # what is none of the others: kept and handed out, never shown
MEDIA_TYPES: Final = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "audio/webm",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "video/mp4",
    "video/webm",
    "application/pdf",
    "text/plain",
    ANY_TYPE,
)

_BITMAP = re.compile(r"[A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A file as its manifest says it is. `size` in bytes; `chunks` in the order of the file, as hex."""

    size: int
    type: str
    chunks: tuple[str, ...]
    sha256: str

    def chunk_bytes(self, n: int) -> int:
        """The length of chunk n, counted from 0: all are full but the last."""
        return min(CHUNK_BYTES, self.size - n * CHUNK_BYTES)


def _is_chunks(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(ids.is_hash(one) for one in value)


_FORMS: Final[Mapping[str, Callable[[Json], bool]]] = {
    "v": lambda value: is_exactly(value, 1),
    "manifest": lambda value: is_exactly(value, 1),
    "size": is_count,
    "type": lambda value: value in MEDIA_TYPES,
    "chunk": lambda value: is_exactly(value, CHUNK_BYTES),
    "chunks": _is_chunks,
    "sha256": ids.is_hash,
}


def manifest_name(line: bytes) -> str:
    """By what an entry names a manifest: the SHA-256 of its line, in hex."""
    return hashlib.sha256(line).hexdigest()


def manifest_line(manifest: Manifest) -> bytes:
    """The line of a manifest as this program writes it."""
    return write_line(
        {
            "v": 1,
            "manifest": 1,
            "size": manifest.size,
            "type": manifest.type,
            "chunk": CHUNK_BYTES,
            "chunks": list(manifest.chunks),
            "sha256": manifest.sha256,
        }
    )


def read_manifest(line: bytes) -> Manifest:
    """Raises Refusal `manifest` for a line of another form, `not_strict_json` for what is no line."""
    if len(line) > MAX_LINE_BYTES:
        raise _unread("too large")
    said = read_line(line)
    if not isinstance(said, dict):
        raise _unread("not an object")
    if unknown := said.keys() - _FORMS.keys():
        raise _unread(f"unknown key {min(unknown)}")
    for key, fits in _FORMS.items():
        if key not in said or not fits(said[key]):
            raise _unread(f"{key} is missing or malformed")
    manifest = _manifest(said)
    if len(manifest.chunks) != -(-manifest.size // CHUNK_BYTES):
        raise _unread("the chunks do not make up the size")
    return manifest


def _manifest(said: Mapping[str, Json]) -> Manifest:
    size, chunks = said["size"], said["chunks"]
    if not isinstance(size, int) or not isinstance(chunks, list):
        raise _unread("malformed")
    return Manifest(
        size=size,
        type=str(said["type"]),
        chunks=tuple(str(one) for one in chunks),
        sha256=str(said["sha256"]),
    )


def _unread(reason: str) -> Refusal:
    return Refusal("manifest", f"This is no manifest of a file: {reason}.", {"reason": reason})


def manifest_of(content: bytes, media_type: str) -> Manifest:
    """The manifest of a file that is at hand as a whole. A type that is not published becomes `ANY_TYPE`."""
    chunks = [content[at : at + CHUNK_BYTES] for at in range(0, len(content), CHUNK_BYTES)]
    return Manifest(
        size=len(content),
        type=media_type if media_type in MEDIA_TYPES else ANY_TYPE,
        chunks=tuple(hashlib.sha256(chunk).hexdigest() for chunk in chunks),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def bitmap(held: Iterable[int], count: int) -> str:
    """Which of `count` chunks are held, in base64url.

    Chunk i is bit i & 7 of byte i >> 3, the least significant bit first.
    """
    bits = bytearray(-(-count // 8))
    for n in held:
        bits[n >> 3] |= 1 << (n & 7)
    return urlsafe_b64encode(bits).rstrip(b"=").decode("ascii")


def read_bitmap(text: str, count: int) -> frozenset[int] | None:
    """The chunks that a bitmap names, or None when it is not one of `count` chunks in its one spelling."""
    if _BITMAP.fullmatch(text) is None or len(text) % 4 == 1:
        return None
    bits = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    held = frozenset(n for n in range(len(bits) * 8) if bits[n >> 3] >> (n & 7) & 1)
    fits = len(bits) == -(-count // 8) and max(held, default=0) < count
    return held if fits and bitmap(held, count) == text else None

"""Manifests of files that every reader takes or refuses alike, and bitmaps of the chunks that are held."""

import json
from collections.abc import Iterable

from fieldops.domain.attachment import (
    CHUNK_BYTES,
    MEDIA_TYPES,
    bitmap,
    manifest_line,
    manifest_name,
    manifest_of,
    read_manifest,
)
from fieldops.domain.errors import Refusal

ABOUT = (
    "'types' are the published types of files. Each of 'good' is a file, told by 'byte' and 'size' (that "
    "byte, so often), with the line of its manifest and the name by which an entry names it. Each of 'bad' "
    "is a line that is no manifest, with the code of the refusal. Each of 'bitmaps' says which of 'count' "
    "chunks are held; 'held' is null where the text is no bitmap of so many."
)

GOOD = (
    ("a file of one byte", 7, 1, "image/jpeg"),
    ("a file one byte short of a chunk", 0, CHUNK_BYTES - 1, "image/png"),
    ("a file of just one chunk", 255, CHUNK_BYTES, "audio/webm"),
    ("a file one byte longer than a chunk", 1, CHUNK_BYTES + 1, "video/mp4"),
    ("a file of three chunks", 42, 2 * CHUNK_BYTES + 100, "application/pdf"),
    ("a file of no type that is published", 9, 10, "application/octet-stream"),
)

_LINE = manifest_line(manifest_of(b"\x07", "image/jpeg")).decode()
_HASH = manifest_of(b"\x07", "image/jpeg").sha256
_TWO = json.dumps([_HASH, _HASH], separators=(",", ":"))

BAD = (
    ("nothing", ""),
    ("a list", "[]"),
    ("a file's name beside it", _LINE[:-1] + ',"name":"../../etc/passwd"}'),
    ("another version", _LINE.replace('"v":1', '"v":2')),
    ("true for one", _LINE.replace('"manifest":1', '"manifest":true')),
    ("no size", _LINE.replace('"size":1,', "")),
    ("an empty file", _LINE.replace('"size":1', '"size":0')),
    ("a size below nothing", _LINE.replace('"size":1', '"size":-1')),
    ("a size as text", _LINE.replace('"size":1', '"size":"1"')),
    ("a type that is not published", _LINE.replace("image/jpeg", "image/svg+xml")),
    ("a type in capitals", _LINE.replace("image/jpeg", "IMAGE/JPEG")),
    ("a path for a type", _LINE.replace("image/jpeg", "../jpeg")),
    ("chunks of another size", _LINE.replace(str(CHUNK_BYTES), "1024")),
    ("no chunks", _LINE.replace(f'["{_HASH}"]', "[]")),
    ("one chunk too many", _LINE.replace(f'["{_HASH}"]', _TWO)),
    ("one chunk too few", _LINE.replace('"size":1', f'"size":{CHUNK_BYTES + 1}')),
    ("a hash in capitals", _LINE.replace(f'"sha256":"{_HASH}"', f'"sha256":"{_HASH.upper()}"')),
    ("a short hash", _LINE.replace(_HASH, _HASH[:-1])),
    ("a path for a hash", _LINE.replace(f'"sha256":"{_HASH}"', '"sha256":"../../secret"')),
    ("a key twice", _LINE.replace('"size":1', '"size":1,"size":2')),
    ("a line of more than 64 KiB", _LINE.replace(f'["{_HASH}"]', json.dumps([_HASH] * 1000))),
)

BITMAPS: tuple[tuple[int, tuple[int, ...]], ...] = (
    (1, ()),
    (1, (0,)),
    (7, (0, 6)),
    (8, tuple(range(8))),
    (9, (8,)),
    (17, (0, 7, 8, 15, 16)),
    (40, tuple(range(0, 40, 3))),
)
NO_BITMAPS = (
    (1, ""),
    (1, "AAA"),
    (8, "AA=="),
    (8, "_x"),
    (8, "/w"),
    (7, "gA"),
    (9, "AA"),
    (1, "A"),
    (1, "AB"),
)


def _code(line: str) -> str:
    from_reader = _refusal(line)
    if from_reader is None:
        raise ValueError(f"this is a manifest: {line[:80]}")
    return from_reader.code


def _refusal(line: str) -> Refusal | None:
    try:
        read_manifest(line.encode())
    except Refusal as refusal:
        return refusal
    return None


def _bitmaps() -> Iterable[dict[str, object]]:
    for count, held in BITMAPS:
        yield {"count": count, "text": bitmap(held, count), "held": list(held)}
    for count, text in NO_BITMAPS:
        yield {"count": count, "text": text, "held": None}


def attachments() -> dict[str, object]:
    """The content of `attachment.json`."""
    good = []
    for rule, byte, size, media_type in GOOD:
        line = manifest_line(manifest_of(bytes([byte]) * size, media_type))
        named = {"line": line.decode(), "name": manifest_name(line)}
        good.append({"rule": rule, "byte": byte, "size": size, "type": media_type, **named})
    bad = [{"rule": rule, "line": line, "code": _code(line)} for rule, line in BAD]
    return {"about": ABOUT, "types": list(MEDIA_TYPES), "good": good, "bad": bad, "bitmaps": list(_bitmaps())}

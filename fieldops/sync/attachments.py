"""Files after their entries: what is still needed of them, and taking in their chunks one by one.

A chunk is durable and its row committed before anybody is told that it is held, and there is no session:
which chunks are held is all that either side has to know, over days, networks and restarts.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.orm import Session

from fieldops.domain.attachment import Manifest, bitmap, manifest_name, read_manifest
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import DeviceId
from fieldops.store.attached import (
    Upload,
    begin_uploads,
    bytes_held,
    chunks_held,
    named_by,
    note_chunk,
    note_outcome,
    uploads_of,
)
from fieldops.store.blobs import Blobs
from fieldops.sync.push import Sessions

MAX_MANIFESTS = 50
MAX_NEED_BYTES = 512 * 1024
NOT_WHOLE = "Its parts are those that the manifest names, but together they are not the whole that it names."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where files go: the chunks and the rows, and how many bytes of files an operation may hold (0: any)."""

    blobs: Blobs
    reading: Sessions
    writing: Sessions
    most_bytes: int
    now_ms: int
    has_room: Callable[[], bool]  # whether the disk has room for more than entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One chunk as it came: of which tablet's file, and which of its chunks, from 0."""

    device: DeviceId
    manifest: str
    n: int
    data: bytes


def need(place: Place, device: DeviceId, lines: Iterable[str]) -> list[dict[str, object]]:
    """A row for each of these manifests: which chunks this tablet has sent, or why the file is not taken."""
    offered = {manifest_name(line.encode()): line.encode() for line in lines}
    with place.reading() as session:
        named = named_by(session, device, offered)
    refused = {name: _refused(line, name in named) for name, line in offered.items()}
    begun = _begun(place, device, {name: line for name, line in offered.items() if not refused[name]})
    return [{"manifest": name, **(refused[name] or _row(place, begun[name]))} for name in offered]


def take_chunk(place: Place, chunk: Chunk) -> None:
    """Keep a chunk. Raises Refusal `not_named`, `chunk_hash`, `storage_full` or `files_away`.

    Whoever clears away chunks without a row may have taken this one just before its row: so it is looked for
    once more, after the row.
    """
    with place.reading() as session:
        upload = uploads_of(session, chunk.device, [chunk.manifest]).get(chunk.manifest)
        if upload is None or chunk.n >= len(upload.manifest.chunks):
            raise Refusal("not_named", "No such part is expected. Ask first what is needed.")
        _check(chunk, upload.manifest)
        sent = chunk.n in chunks_held(session, upload)
        if not sent:
            _check_room(session, place, chunk)
    if sent and place.blobs.has(upload.manifest.chunks[chunk.n]):
        return
    name = place.blobs.put(chunk.data)
    with place.writing() as session:
        have = note_chunk(session, upload, chunk.n)
    if not place.blobs.has(name):
        raise Refusal("files_away", "The part was cleared away as it came. Send it again.", retry_after_s=1)
    _settled(place, upload, have)


def whole_of(blobs: Blobs, manifest: Manifest) -> Iterator[bytes]:
    """The chunks of a file in order. Raises LookupError where one is not here, or is not what it was."""
    for name in manifest.chunks:
        data = blobs.get(name)
        if data is None:
            raise LookupError(name)
        yield data


def _held(place: Place, session: Session, upload: Upload) -> frozenset[int]:
    """The chunks that are held, and lie where they should: what a lost disk took is asked for again."""
    names = {n: upload.manifest.chunks[n] for n in chunks_held(session, upload)}
    there = place.blobs.held(names.values())
    return frozenset(n for n, name in names.items() if name in there)


def _begun(place: Place, device: DeviceId, wanted: Mapping[str, bytes]) -> dict[str, Upload]:
    """What this tablet is to send, made ready where it is new."""
    with place.reading() as session:
        begun = uploads_of(session, device, wanted)
    new = [line for name, line in wanted.items() if name not in begun]
    if new:
        with place.writing() as session:
            begin_uploads(session, device, new)
        with place.reading() as session:
            begun = uploads_of(session, device, wanted)
    return begun


def _refused(line: bytes, named: bool) -> dict[str, object]:
    try:
        read_manifest(line)
    except Refusal as refusal:
        return {"refused": refusal.code, "detail": refusal.sentence}
    if named:
        return {}
    return {"refused": "not_named", "detail": "No entry that came from this tablet names the file."}


def _row(place: Place, begun: Upload) -> dict[str, object]:
    with place.reading() as session:
        held = _held(place, session, begun)
    upload = _settled(place, begun, len(held))
    if upload.fault is not None:
        return {"refused": "whole_hash", "detail": upload.fault}
    count = len(upload.manifest.chunks)
    return {"have": bitmap(held, count), "whole": upload.whole_ms is not None and len(held) == count}


def _check(chunk: Chunk, manifest: Manifest) -> None:
    """The size needs no look of its own: other bytes have another hash."""
    if hashlib.sha256(chunk.data).hexdigest() != manifest.chunks[chunk.n]:
        raise Refusal("chunk_hash", "The part is not the one that its manifest names. Send it again.")


def _check_room(session: Session, place: Place, chunk: Chunk) -> None:
    if not place.has_room():
        raise Refusal("storage_full", "The server keeps the last of its disk for entries.")
    if place.most_bytes and bytes_held(session, chunk.device) + len(chunk.data) > place.most_bytes:
        raise Refusal("storage_full", "The operation holds as many files as it may. Ask the administrator.")


def _settled(place: Place, upload: Upload, have: int) -> Upload:
    """The file, looked at as a whole once its last chunk has come, or later where a server ended then."""
    manifest = upload.manifest
    if upload.whole_ms is not None or upload.fault is not None or have < len(manifest.chunks):
        return upload
    digest = hashlib.sha256()
    with suppress(LookupError):
        for part in whole_of(place.blobs, manifest):
            digest.update(part)
    whole = digest.hexdigest() == manifest.sha256
    with place.writing() as session:
        note_outcome(session, upload, place.now_ms if whole else None, None if whole else NOT_WHOLE)
    with place.reading() as session:
        return uploads_of(session, upload.device, [upload.name])[upload.name]

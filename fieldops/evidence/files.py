"""Attached files as they are handed out: only through an entry that the reader may see."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from fieldops.domain.access import may_do
from fieldops.domain.attachment import Manifest
from fieldops.domain.checklist.paper import parse_checklist
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import EntryId, scope_of
from fieldops.domain.visit import fold
from fieldops.domain.who import Action, Reader
from fieldops.evidence.picture import HEAD_BYTES, begins_as, check_shown, picture_of
from fieldops.store.attached import Named, files_of, log_of_entry
from fieldops.store.blobs import Blobs, write_whole
from fieldops.store.operations import operation
from fieldops.store.published import paper
from fieldops.store.records import VisitRecord, read_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """A file that is whole, and its manifest."""

    name: str
    manifest: Manifest


def file_for(session: Session, reader: Reader, entry: EntryId, place: str) -> HandedOut | None:
    """The entry's file of this place, counted from 0; None where there is none, or none for this reader.

    Raises Refusal `file_not_whole` where parts of it have not come.
    """
    log = log_of_entry(session, entry)
    if log is None:
        return None
    record = read_scope(session, reader, scope_of(log))
    if not _may_read(session, reader, record, entry):
        return None
    found = [one for one in files_of(session, [entry]).get(entry, []) if str(one.place) == place]
    return handed_out(found[0]) if found else None


def parts_of(blobs: Blobs, manifest: Manifest) -> Iterator[bytes]:
    """The parts of a file in order. Raises Refusal `file_not_whole`, before the first is given, where one is
    not in its place."""
    there = blobs.held(manifest.chunks)
    have = sum(name in there for name in manifest.chunks)
    if have < len(manifest.chunks):
        raise _not_whole(have, len(manifest.chunks))
    return map(partial(_part, blobs), manifest.chunks)


def picture_for(blobs: Blobs, made: Path, file: HandedOut) -> bytes:
    """What there is to look at of a file, made at the first time. Raises Refusal `not_shown`."""
    kept = made / f"{file.name}.jpg"
    if kept.exists():
        return kept.read_bytes()
    check_shown(file.manifest)
    shown = picture_of(b"".join(parts_of(blobs, file.manifest)), file.manifest.type)
    made.mkdir(exist_ok=True)
    write_whole(kept, shown)
    return shown


def _part(blobs: Blobs, name: str) -> bytes:
    data = blobs.get(name)
    if data is None:
        raise Refusal("file_not_whole", "A part of the file is no longer what it was.")
    return data


def _may_read(session: Session, reader: Reader, record: VisitRecord, entry: EntryId) -> bool:
    """Whether the entry is in what the reader may see, and was not taken out at a person's wish."""
    if not any(one.entry.id == entry for one in record.standings):
        return False
    return may_do(reader, Action.WITHDRAWN_READ) or entry not in _withdrawn(session, reader, record)


def _withdrawn(session: Session, reader: Reader, record: VisitRecord) -> frozenset[EntryId]:
    serving = operation(session, reader.operation)
    checklist = None if serving is None else paper(session, serving.papers.checklist)
    if checklist is None:
        raise Refusal("paper_missing", "The operation's checklist is not published.")
    rules = parse_checklist(json.loads(checklist))
    return fold(record.standings, rules.right).withdrawn


def begins_right(blobs: Blobs, named: Named) -> bool:
    """Whether a file begins as one of its type does; yes where its beginning has not come."""
    if named.upload is None:
        return True
    manifest = named.upload.manifest
    first = blobs.get(manifest.chunks[0])
    return first is None or begins_as(manifest.type, first[:HEAD_BYTES])


def handed_out(named: Named) -> HandedOut:
    """A file that is whole. Raises Refusal `file_not_whole`."""
    upload = named.upload
    if upload is None:
        raise Refusal("file_not_whole", "Nothing of this file has come yet.")
    if upload.whole_ms is None:
        raise _not_whole(upload.have, len(upload.manifest.chunks))
    return HandedOut(name=upload.name, manifest=upload.manifest)


def _not_whole(have: int, parts: int) -> Refusal:
    facts = {"have": have, "parts": parts}
    return Refusal("file_not_whole", f"{have} of the file's {parts} parts are here.", facts)

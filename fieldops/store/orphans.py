"""Chunks that no row calls: what a power cut leaves between a chunk and its row. Room lost, and no more.

A row never loses its chunk to whoever clears away: no row is committed while it is looked whether there is
one and the chunk is removed, and `sync/attachments.py` looks for the chunk once more after its row.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from fieldops.domain.attachment import read_manifest
from fieldops.store.attached import upload_chunks, uploads
from fieldops.store.blobs import Blobs
from fieldops.store.engine import WRITES, reads

AT_ONCE = 100  # chunks that are removed while nobody may write


def orphans_of(engine: Engine, blobs: Blobs, before: datetime) -> Iterator[str]:
    """The names of chunks that are older than this, and that no tablet's file has."""
    with Session(engine) as session:
        session.connection(execution_options=reads(engine))
        called = called_chunks(session)
    for name in blobs.names():
        written = None if name in called else blobs.written(name)
        if written is not None and written < before:
            yield name


def clear_away(engine: Engine, blobs: Blobs, names: Sequence[str]) -> int:
    """Removes those of these chunks that still nothing calls; gives how many they were."""
    removed = 0
    for first in range(0, len(names), AT_ONCE):
        with Session(engine) as session:
            session.connection(execution_options=WRITES)
            if engine.dialect.name == "postgresql":
                session.execute(text("LOCK TABLE upload_chunks IN SHARE MODE"))
            orphaned = set(names[first : first + AT_ONCE]) - called_chunks(session)
            for name in orphaned:
                blobs.remove(name)
            removed += len(orphaned)
    return removed


def called_chunks(session: Session) -> set[str]:
    """The names of all chunks that a tablet has sent."""
    query = select(uploads.c.line, upload_chunks.c.n).join(
        upload_chunks, upload_chunks.c.upload == uploads.c.key
    )
    called: set[str] = set()
    known: dict[bytes, Sequence[str]] = {}
    for line, n in session.execute(query):
        if line not in known:
            known[line] = read_manifest(line).chunks
        called.add(known[line][n])
    return called

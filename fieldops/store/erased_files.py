"""Files of entries that were erased: their parts go, and of them it stays known that they were erased."""

from collections.abc import Collection, Iterator

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from fieldops.domain.attachment import read_manifest
from fieldops.store.attached import attached, upload_chunks, uploads
from fieldops.store.orphans import called_chunks

ERASED = "What this file showed was erased by law."
AT_ONCE = 500


def forget_files(session: Session, entries: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The files that these entries name and no other does are no longer held, and not asked for again. Gives
    the names of their manifests, and of the chunks that nothing calls any more: the caller removes both."""
    named = {name for part in _parts(entries) for name in _manifests(session, part)}
    kept = {
        name
        for part in _parts(named)
        for entry, name in session.execute(
            select(attached.c.entry, attached.c.manifest).where(attached.c.manifest.in_(part))
        )
        if entry not in entries
    }
    gone = frozenset(named - kept)
    chunks: set[str] = set()
    for part in _parts(gone):
        rows = session.execute(
            select(uploads.c.key, uploads.c.line).where(uploads.c.manifest.in_(part))
        ).all()
        chunks.update(chunk for row in rows for chunk in read_manifest(row.line).chunks)
        keys = [row.key for row in rows]
        session.execute(delete(upload_chunks).where(upload_chunks.c.upload.in_(keys)))
        erased = update(uploads).where(uploads.c.key.in_(keys))
        session.execute(erased.values(have=0, whole_ms=None, fault=ERASED))
    return gone, frozenset(chunks - called_chunks(session)) if chunks else frozenset()


def erased_chunks(session: Session) -> frozenset[str]:
    """The chunks of all files that were erased, which nothing else calls: no backup keeps them either."""
    lines = session.scalars(select(uploads.c.line).where(uploads.c.fault == ERASED)).all()
    chunks = {chunk for line in lines for chunk in read_manifest(line).chunks}
    return frozenset(chunks - called_chunks(session)) if chunks else frozenset()


def _manifests(session: Session, entries: Collection[str]) -> list[str]:
    return list(session.scalars(select(attached.c.manifest).where(attached.c.entry.in_(entries))))


def _parts(names: Collection[str]) -> Iterator[list[str]]:
    """A question holds so many names at most."""
    every = sorted(names)
    for first in range(0, len(every), AT_ONCE):
        yield every[first : first + AT_ONCE]

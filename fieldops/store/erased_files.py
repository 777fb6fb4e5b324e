"""Files of entries that were erased: their parts go, and of them it stays known that they were erased."""

from collections.abc import Collection, Iterator, Sequence

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
    gone = frozenset(named - set(_named_elsewhere(session, named, entries)))
    chunks = {chunk for part in _parts(gone) for chunk in _forget_uploads(session, part)}
    return gone, frozenset(chunks - called_chunks(session)) if chunks else frozenset()


def _named_elsewhere(session: Session, named: Collection[str], entries: Collection[str]) -> Iterator[str]:
    """Those of these manifests that another entry names."""
    columns = select(attached.c.entry, attached.c.manifest)
    for part in _parts(named):
        rows = session.execute(columns.where(attached.c.manifest.in_(part)))
        yield from (name for entry, name in rows if entry not in entries)


def _forget_uploads(session: Session, manifests: Sequence[str]) -> list[str]:
    """No chunk of these files is held any more; gives the names of them all."""
    query = select(uploads.c.key, uploads.c.line).where(uploads.c.manifest.in_(manifests))
    rows = session.execute(query).all()
    keys = [row.key for row in rows]
    session.execute(delete(upload_chunks).where(upload_chunks.c.upload.in_(keys)))
    erased = update(uploads).where(uploads.c.key.in_(keys))
    session.execute(erased.values(have=0, whole_ms=None, fault=ERASED))
    return [chunk for row in rows for chunk in read_manifest(row.line).chunks]


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

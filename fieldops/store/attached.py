"""Which entries name which files, and what of each file came from which tablet.

A file is a tablet's own: what another tablet sent of the same file is neither told nor handed out in its
place, so that knowing a hash opens nothing. Rows are only ever added, and a file once whole stays so.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fieldops.domain.attachment import CHUNK_BYTES, Manifest, manifest_name, read_manifest
from fieldops.domain.entry import read_header
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import DeviceId, EntryId, LogId, OperationId, signer_of_log
from fieldops.domain.segment import Pair
from fieldops.store.base import Base, Bytes
from fieldops.store.devices import DeviceRow, SignerRow

LOG_CHARS, HASH_CHARS = 65, 64

attached = Table(
    "attached",
    Base.metadata,
    Column("entry", String(HASH_CHARS), primary_key=True),
    Column("place", Integer, primary_key=True),  # among the files that the entry names, from 0
    Column("manifest", String(HASH_CHARS), nullable=False, index=True),
    Column("log", String(LOG_CHARS), nullable=False),
    Column("signer", ForeignKey("signers.id"), nullable=False),
)
uploads = Table(
    "uploads",
    Base.metadata,
    Column("key", Integer, primary_key=True),
    Column("device", ForeignKey("devices.id"), nullable=False),
    Column("manifest", String(HASH_CHARS), nullable=False),
    Column("line", Bytes, nullable=False),  # the manifest
    Column("have", Integer, nullable=False),  # how many chunks are held
    Column("whole_ms", BigInteger),  # when the last came, and the whole was found to be what was named
    Column("fault", Text),  # why a file of which every chunk is held is not the one that was named
    UniqueConstraint("device", "manifest"),
)
upload_chunks = Table(
    "upload_chunks",
    Base.metadata,
    Column("upload", ForeignKey("uploads.key"), primary_key=True),
    Column("n", Integer, primary_key=True),
)

NAMES_A_FILE = b'"att":['  # in a header; what may be inside a body's text is told apart by reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as one tablet sends it. `have` counts its chunks that are held; `whole_ms` is the server's time
    when it was whole; `fault` says why it is not the file that its manifest names."""

    key: int
    device: DeviceId
    name: str
    line: bytes
    have: int
    whole_ms: int | None
    fault: str | None

    @property
    def manifest(self) -> Manifest:
        return read_manifest(self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A file as an entry names it, and what there is of it from the tablet that wrote the entry."""

    entry: EntryId
    place: int
    manifest: str
    upload: Upload | None


def note_named(session: Session, log: LogId, pairs: Iterable[Pair]) -> None:
    """Keeps which files these entries name. Those of which it is kept already stay as they are."""
    rows = [
        {"entry": entry, "place": place, "manifest": name, "log": log, "signer": signer_of_log(log)}
        for header, _ in pairs
        if NAMES_A_FILE in header
        for entry, names in [_names_in(header)]
        for place, name in enumerate(names)
    ]
    if rows:
        session.execute(_insert(session, attached).on_conflict_do_nothing(), rows)


def named_by(session: Session, device: DeviceId, names: Iterable[str]) -> frozenset[str]:
    """Those of these manifests that an entry signed on this tablet names."""
    query = select(attached.c.manifest).join(SignerRow, SignerRow.id == attached.c.signer)
    query = query.where(SignerRow.device == device, attached.c.manifest.in_(list(names)))
    return frozenset(session.scalars(query))


def operation_of_entry(session: Session, entry: str) -> OperationId | None:
    """The operation of an entry that names a file."""
    query = select(DeviceRow.operation).join(SignerRow, SignerRow.device == DeviceRow.id)
    query = query.join(attached, attached.c.signer == SignerRow.id).where(attached.c.entry == entry)
    found = session.scalar(query.limit(1))
    return None if found is None else OperationId(found)


def log_of_entry(session: Session, entry: str) -> LogId | None:
    """The log in which an entry that names a file lies."""
    found = session.scalar(select(attached.c.log).where(attached.c.entry == entry).limit(1))
    return None if found is None else LogId(found)


def files_of(session: Session, entries: Iterable[EntryId]) -> dict[EntryId, list[Named]]:
    """The files of these entries, in the order in which each entry names them. The caller has asked whether
    the reader may see the entries."""
    query = select(attached.c.entry, attached.c.place, attached.c.manifest, *_UPLOAD)
    query = query.join(SignerRow, SignerRow.id == attached.c.signer)
    sent_by_its_tablet = (uploads.c.manifest == attached.c.manifest) & (uploads.c.device == SignerRow.device)
    query = query.outerjoin(uploads, sent_by_its_tablet).where(attached.c.entry.in_(list(entries)))
    found: dict[EntryId, list[Named]] = {}
    for row in session.execute(query.order_by(attached.c.entry, attached.c.place)):
        upload = None if row.key is None else _upload(row)
        one = Named(entry=EntryId(row.entry), place=row.place, manifest=row[2], upload=upload)
        found.setdefault(one.entry, []).append(one)
    return found


def uploads_of(session: Session, device: DeviceId, names: Iterable[str]) -> dict[str, Upload]:
    """What this tablet has begun to send of these files, by their manifests' names."""
    query = select(*_UPLOAD).where(uploads.c.device == device, uploads.c.manifest.in_(list(names)))
    return {row.name: _upload(row) for row in session.execute(query)}


def begin_uploads(session: Session, device: DeviceId, lines: Sequence[bytes]) -> None:
    """Makes ready to take these files from this tablet; what has begun goes on."""
    rows = [
        {"device": device, "manifest": manifest_name(line), "line": line, "have": 0, "whole_ms": None}
        for line in lines
    ]
    session.execute(_insert(session, uploads).on_conflict_do_nothing(), rows)


def chunks_held(session: Session, upload: Upload) -> frozenset[int]:
    """Which chunks of the file this tablet has sent."""
    return frozenset(session.scalars(select(upload_chunks.c.n).where(upload_chunks.c.upload == upload.key)))


def note_chunk(session: Session, upload: Upload, n: int) -> int:
    """Keeps that a chunk has come; gives how many are held now. A chunk that came before counts once."""
    query = _insert(session, upload_chunks).values(upload=upload.key, n=n).on_conflict_do_nothing()
    if session.execute(query.returning(upload_chunks.c.n)).first() is not None:
        more = update(uploads).where(uploads.c.key == upload.key).values(have=uploads.c.have + 1)
        session.execute(more)
    return session.scalar(select(uploads.c.have).where(uploads.c.key == upload.key)) or 0


def note_outcome(session: Session, upload: Upload, whole_ms: int | None, fault: str | None) -> None:
    """Keeps that a file of which every chunk is held is whole, or why it is not."""
    changed = update(uploads).where(uploads.c.key == upload.key, uploads.c.whole_ms.is_(None))
    session.execute(changed.values(whole_ms=whole_ms, fault=fault))


def manifests_of(session: Session, operation: OperationId) -> list[bytes]:
    """The manifests of every file that a tablet of the operation has begun to send, each once, by name."""
    query = select(uploads.c.manifest, uploads.c.line).join(DeviceRow, DeviceRow.id == uploads.c.device)
    rows = session.execute(query.where(DeviceRow.operation == operation))
    return [line for _, line in sorted({(name, line) for name, line in rows})]


def bytes_held(session: Session, device: DeviceId) -> int:
    """About how many bytes of files the tablet's operation has on the server: full chunks, one a row."""
    operation = select(DeviceRow.operation).where(DeviceRow.id == device).scalar_subquery()
    query = select(func.sum(uploads.c.have)).join(DeviceRow, DeviceRow.id == uploads.c.device)
    return CHUNK_BYTES * (session.scalar(query.where(DeviceRow.operation == operation)) or 0)


_UPLOAD = (
    uploads.c.key,
    uploads.c.device,
    uploads.c.manifest.label("name"),
    uploads.c.line,
    uploads.c.have,
    uploads.c.whole_ms,
    uploads.c.fault,
)


def _upload(row: Row[Any]) -> Upload:
    return Upload(
        key=row.key,
        device=DeviceId(row.device),
        name=row.name,
        line=row.line,
        have=row.have,
        whole_ms=row.whole_ms,
        fault=row.fault,
    )


def _insert(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def _names_in(header: bytes) -> tuple[str, tuple[str, ...]]:
    """An entry's id and the manifests that it names; none where its header cannot be read."""
    try:
        names = read_header(header).get("att")
    except Refusal:
        names = None
    entry = hashlib.sha256(header).hexdigest()
    return entry, tuple(str(one) for one in names) if isinstance(names, list) else ()

"""The order in which what was received lies in an operation's tree, and the checkpoints over it.

Positions are without gaps and fixed once given. Nothing here is touched while tablets push: what has none yet
is found when the next checkpoint is made.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    Row,
    Select,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Session

from fieldops.domain.checkpoint import Checkpoint, Receipt
from fieldops.domain.ids import LogId, OperationId, SignerId
from fieldops.domain.looks import Look
from fieldops.domain.people import Signer
from fieldops.store.accesslog import look_of, looks
from fieldops.store.at_rest import opened
from fieldops.store.base import Base, Bytes, Instant
from fieldops.store.devices import SIGNERS, DeviceRow, SignerRow, signer_of
from fieldops.store.ledger import arrivals, logs
from fieldops.store.operations import OperationRow

LOOK_BACK = 4096  # arrivals: far more than are ever under way at one moment

leaves = Table(
    "leaves",
    Base.metadata,
    Column("operation", ForeignKey("operations.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("hash", Bytes(32), nullable=False),
    Column("arrival", ForeignKey("arrivals.key"), unique=True),
    Column("signer", ForeignKey("signers.id"), unique=True),
    Column("look", ForeignKey("looks.key"), unique=True),
)
checkpoints = Table(
    "checkpoints",
    Base.metadata,
    Column("operation", ForeignKey("operations.id"), primary_key=True),
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("root", Bytes(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """What one leaf stands for: an arrival by its key, a certificate by its signer, or a line of the access
    log by its key."""

    hash: bytes
    arrival: int | None = None
    signer: SignerId | None = None
    look: int | None = None


def lock_tree(session: Session, operation: OperationId) -> None:
    """Only one may give out positions of an operation at a time."""
    locked = select(OperationRow.id).where(OperationRow.id == operation)
    session.execute(locked.with_for_update(key_share=True))


def unsealed_signers(session: Session, operation: OperationId) -> list[Signer]:
    """Certificates without a position, the oldest first."""
    query = SIGNERS.outerjoin(leaves, leaves.c.signer == SignerRow.id)
    query = query.where(DeviceRow.operation == operation, leaves.c.position.is_(None))
    return [signer_of(row) for row in session.execute(query.order_by(SignerRow.issued, SignerRow.id))]


def unsealed_receipts(
    session: Session, operation: OperationId, *, everywhere: bool
) -> Iterator[tuple[int, Receipt]]:
    """Arrivals without a position, with their keys, as they were inserted.

    Unless `everywhere`, not further back than `LOOK_BACK` keys: PostgreSQL gives out keys before it commits,
    so that one may appear behind others, but never far behind.
    """
    query = _unsealed(RECEIPTS, operation).order_by(arrivals.c.key)
    if not everywhere:
        query = query.where(arrivals.c.key > _last_key(session, operation) - LOOK_BACK)
    for row in session.execute(query):
        yield row.key, receipt_of(row)


def has_unsealed(session: Session, operation: OperationId) -> bool:
    """Whether something has come that has no position yet."""
    query = _unsealed(select(arrivals.c.key).join(logs, logs.c.key == arrivals.c.log), operation)
    query = query.where(arrivals.c.key > _last_key(session, operation) - LOOK_BACK)
    if session.scalar(query.limit(1)) is not None or unsealed_signers(session, operation):
        return True
    newer = _unsealed_looks(operation).where(looks.c.key > _last_look(session, operation) - LOOK_BACK)
    return session.execute(newer.limit(1)).first() is not None


def unsealed_looks(
    session: Session, operation: OperationId, *, everywhere: bool
) -> Iterator[tuple[int, Look]]:
    """As `unsealed_receipts`, lines of the access log."""
    query = _unsealed_looks(operation).order_by(looks.c.key)
    if not everywhere:
        query = query.where(looks.c.key > _last_look(session, operation) - LOOK_BACK)
    for row in session.execute(query):
        yield row.key, look_of(row)


def _unsealed_looks(operation: OperationId) -> Select[Any]:
    query = select(looks).outerjoin(leaves, leaves.c.look == looks.c.key)
    return query.where(looks.c.operation == operation, leaves.c.position.is_(None))


def _last_look(session: Session, operation: OperationId) -> int:
    """The key of the line that got its position last."""
    query = select(leaves.c.look).where(leaves.c.operation == operation, leaves.c.look.is_not(None))
    return session.scalar(query.order_by(leaves.c.position.desc()).limit(1)) or 0


def _unsealed(query: Select[Any], operation: OperationId) -> Select[Any]:
    query = query.outerjoin(leaves, leaves.c.arrival == arrivals.c.key)
    query = query.join(SignerRow, SignerRow.id == logs.c.signer)
    query = query.join(DeviceRow, DeviceRow.id == SignerRow.device)
    return query.where(DeviceRow.operation == operation, leaves.c.position.is_(None))


def _last_key(session: Session, operation: OperationId) -> int:
    """The key of the arrival that got its position last."""
    query = select(leaves.c.arrival).where(leaves.c.operation == operation, leaves.c.arrival.is_not(None))
    return session.scalar(query.order_by(leaves.c.position.desc()).limit(1)) or 0


def leaf_count(session: Session, operation: OperationId) -> int:
    """How many leaves the operation's tree has."""
    last = session.scalar(select(func.max(leaves.c.position)).where(leaves.c.operation == operation))
    return 0 if last is None else last + 1


def add_leaves(session: Session, operation: OperationId, new: Sequence[Leaf]) -> None:
    """Gives each the next position."""
    rows = [
        {
            "operation": operation,
            "position": n,
            "hash": one.hash,
            "arrival": one.arrival,
            "signer": one.signer,
            "look": one.look,
        }
        for n, one in enumerate(new, start=leaf_count(session, operation))
    ]
    if rows:
        session.execute(insert(leaves), rows)


def leaf_hashes(session: Session, operation: OperationId) -> list[bytes]:
    """The leaves of an operation in their order."""
    query = select(leaves.c.hash).where(leaves.c.operation == operation)
    return list(session.scalars(query.order_by(leaves.c.position)))


def keep_checkpoint(session: Session, made: Checkpoint, note: bytes, at: datetime) -> None:
    """Keeps a checkpoint as it was signed. One of another epoch over the same leaves takes its place."""
    same = (checkpoints.c.operation == made.operation) & (checkpoints.c.size == made.size)
    session.execute(delete(checkpoints).where(same))
    row = {"operation": made.operation, "size": made.size, "root": made.root}
    session.execute(insert(checkpoints), [{**row, "note": note.decode(), "made_at": at}])


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCheckpoint:
    """A checkpoint as it was signed, and when."""

    size: int
    root: bytes
    note: str
    made_at: datetime


def last_checkpoint(session: Session, operation: OperationId) -> KeptCheckpoint | None:
    """The newest checkpoint of an operation; None before there is one."""
    columns = (checkpoints.c.size, checkpoints.c.root, checkpoints.c.note, checkpoints.c.made_at)
    query = select(*columns).where(checkpoints.c.operation == operation)
    found = session.execute(query.order_by(checkpoints.c.size.desc()).limit(1)).one_or_none()
    if found is None:
        return None
    return KeptCheckpoint(size=found.size, root=found.root, note=found.note, made_at=found.made_at)


def notes(session: Session, operation: OperationId) -> dict[int, str]:
    """The signed checkpoints of an operation by their size, the smallest first."""
    query = select(checkpoints.c.size, checkpoints.c.note).where(checkpoints.c.operation == operation)
    return {size: note for size, note in session.execute(query.order_by(checkpoints.c.size))}


RECEIPTS: Select[Any] = select(
    arrivals.c.key,
    logs.c.id.label("log_id"),
    arrivals.c.first_seq,
    arrivals.c.count.label("entries"),  # a row has a method of the other name
    arrivals.c.first_n,
    arrivals.c.statement,
    arrivals.c.signature,
    arrivals.c.received_ms,
    arrivals.c.offset_ms,
    arrivals.c.via,
    arrivals.c.held_back,
).join(logs, logs.c.key == arrivals.c.log)


def sealed_receipts(session: Session, operation: OperationId) -> Iterator[tuple[int, Receipt, bytes]]:
    """Position, receipt and lines of every arrival that has a position and is still there."""
    query = RECEIPTS.add_columns(leaves.c.position, arrivals.c.lines)
    query = query.join(leaves, leaves.c.arrival == arrivals.c.key).where(leaves.c.operation == operation)
    query = query.order_by(leaves.c.position).execution_options(yield_per=500)
    for rows in session.execute(query).partitions():
        signed = opened(session, [row.lines for row in rows])
        for row, lines in zip(rows, signed, strict=True):
            yield row.position, receipt_of(row), lines


def sealed_signers(session: Session, operation: OperationId) -> list[tuple[int, Signer]]:
    """Position and signer of every certificate that has a position and is still there."""
    query = SIGNERS.add_columns(leaves.c.position).join(leaves, leaves.c.signer == SignerRow.id)
    query = query.where(leaves.c.operation == operation).order_by(leaves.c.position)
    return [(row.position, signer_of(row)) for row in session.execute(query)]


def sealed_looks(session: Session, operation: OperationId) -> Iterator[tuple[int, bytes, Look]]:
    """Position, leaf and line of everything in the access log that has a position."""
    query = select(looks, leaves.c.position, leaves.c.hash).join(leaves, leaves.c.look == looks.c.key)
    query = query.where(leaves.c.operation == operation).order_by(leaves.c.position)
    for row in session.execute(query.execution_options(yield_per=500)):
        yield row.position, row.hash, look_of(row)


def receipt_of(row: Row[Any]) -> Receipt:
    """The receipt in a row of arrivals."""
    return Receipt(
        log=LogId(row.log_id),
        first_seq=row.first_seq,
        count=row.entries,
        first_n=row.first_n,
        statement=row.statement,
        signature=row.signature,
        received_ms=row.received_ms,
        offset_ms=row.offset_ms,
        via=row.via,
        held_back=json.loads(row.held_back) if row.held_back else None,
    )

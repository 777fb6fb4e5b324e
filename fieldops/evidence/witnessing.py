"""What somebody who keeps checkpoints is given: the newest one, and proof that it extends the one they kept.

A tablet is also shown where one of its own receipts lies in the tree. A checkpoint tells how many receipts an
operation has, and nothing else of what is in them.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.checkpoint import receipt_leaf, vouched_bytes
from fieldops.domain.ids import LogId, OperationId
from fieldops.evidence.checkpoints import public_key_for
from fieldops.store.ledger import arrivals, logs
from fieldops.store.sealed import RECEIPTS, last_checkpoint, leaves, receipt_of
from fieldops.store.tiles import Tree
from fieldops.sync import keys
from fieldops.sync.enrol import server_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """Where a receipt lies among the leaves, with what its leaf is made of, and the proof."""

    index: int
    leaf: str
    statement: str
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A checkpoint as it is shown to a witness. `vouched` is by the key that signs certificates."""

    note: str
    key: str
    vouched: str
    proof: tuple[str, ...]
    inclusion: Inclusion | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Who asks: how much they have kept, and of which of their own entries they want proof."""

    kept: int
    log: LogId | None = None
    n: int = 0


def show(session: Session, operation: OperationId, witness: Witness, seed: bytes) -> Shown | None:
    """The newest checkpoint; None before there is one. Of one longer than ours nothing can be proven."""
    last = last_checkpoint(session, operation)
    if last is None:
        return None
    tree, key = Tree(session, operation, last.size), public_key_for(operation, seed)
    proof = tree.consistency(witness.kept) if witness.kept <= last.size else []
    signature = keys.sign(server_key(seed), vouched_bytes(key, last.note), repeatable=True)
    return Shown(
        note=last.note,
        key=key,
        vouched=keys.encode(signature),
        proof=_hex(proof),
        inclusion=None if witness.log is None else _included(session, tree, witness.log, witness.n),
    )


def is_placed(session: Session, log: LogId, n: int) -> bool:
    """Whether the receipt of this entry has its place; so it is also where there is no such receipt."""
    query = select(arrivals.c.key, leaves.c.position).outerjoin(leaves, leaves.c.arrival == arrivals.c.key)
    query = query.join(logs, logs.c.key == arrivals.c.log).where(logs.c.id == log, arrivals.c.first_n <= n)
    found = session.execute(query.order_by(arrivals.c.first_n.desc()).limit(1)).one_or_none()
    return found is None or found.position is not None


def _included(session: Session, tree: Tree, log: LogId, n: int) -> Inclusion | None:
    """None where the receipt of this entry is not among the leaves."""
    query = RECEIPTS.add_columns(leaves.c.position).join(leaves, leaves.c.arrival == arrivals.c.key)
    query = query.where(logs.c.id == log, arrivals.c.first_n <= n, leaves.c.operation == tree.operation)
    found = session.execute(query.order_by(arrivals.c.first_n.desc()).limit(1)).one_or_none()
    if found is None or found.position >= tree.size:
        return None
    receipt = receipt_of(found)
    return Inclusion(
        index=found.position,
        leaf=receipt_leaf(receipt).decode(),
        statement=receipt.statement.decode(),
        proof=_hex(tree.inclusion(found.position)),
    )


def _hex(several: list[bytes]) -> tuple[str, ...]:
    return tuple(one.hex() for one in several)

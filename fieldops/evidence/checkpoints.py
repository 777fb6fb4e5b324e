"""Makes an operation's next checkpoint: gives what has come since the last its place, and signs the root.

It reads what is new and the right edge of the tree, however large that is. A command makes one on demand;
whoever keeps checkpoints has one made by asking, when the last is too old.
"""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from fieldops.domain.checkpoint import (
    Checkpoint,
    certificate_leaf,
    look_leaf,
    note_text,
    receipt_leaf,
    signed_note,
    verifier_key,
)
from fieldops.domain.ids import OperationId
from fieldops.domain.looks import look_bytes
from fieldops.domain.tree import leaf_hash
from fieldops.store.meta import epoch
from fieldops.store.sealed import (
    KeptCheckpoint,
    Leaf,
    add_leaves,
    has_unsealed,
    keep_checkpoint,
    last_checkpoint,
    leaf_count,
    lock_tree,
    unsealed_looks,
    unsealed_receipts,
    unsealed_signers,
)
from fieldops.store.tiles import Tree, add_tiles
from fieldops.store.witnessed import restores

_PURPOSE = b"fieldops/checkpoint-key/1"


def checkpoint_key(seed: bytes) -> Ed25519PrivateKey:
    """The key that signs checkpoints, from the secret behind the certificates: there is one to keep."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(seed)
    return Ed25519PrivateKey.from_private_bytes(derived)


def public_key_for(operation: OperationId, seed: bytes) -> str:
    """The key with which a witness checks an operation's checkpoints."""
    return verifier_key(operation, checkpoint_key(seed).public_key().public_bytes_raw())


def is_due(session: Session, operation: OperationId, now: datetime, after: timedelta) -> bool:
    """Whether the last checkpoint is older than that and does not hold all, or is of an epoch that ended."""
    last = last_checkpoint(session, operation)
    if last is None or not _is_of(last, epoch(session)):
        return True
    return now - last.made_at >= after and has_unsealed(session, operation)


def make_checkpoint(
    session: Session, operation: OperationId, seed: bytes, now: datetime, *, everywhere: bool = True
) -> str:
    """The newest checkpoint as signed; where nothing has come since the last, that one again.

    `everywhere`: looks through all that was ever received for what has no place yet, not only the newest.
    """
    lock_tree(session, operation)
    new = [
        Leaf(hash=leaf_hash(certificate_leaf(one.id, one.certificate.encode(), one.signature)), signer=one.id)
        for one in unsealed_signers(session, operation)
    ]
    new += [
        Leaf(hash=leaf_hash(receipt_leaf(receipt)), arrival=key)
        for key, receipt in unsealed_receipts(session, operation, everywhere=everywhere)
    ]
    new += [
        Leaf(hash=leaf_hash(look_leaf(look_bytes(look))), look=key)
        for key, look in unsealed_looks(session, operation, everywhere=everywhere)
    ]
    add_leaves(session, operation, new)
    add_tiles(session, operation)
    last, size, now_in = last_checkpoint(session, operation), leaf_count(session, operation), epoch(session)
    if last is not None and last.size == size and _is_of(last, now_in):
        return last.note
    made = Checkpoint(
        operation=operation,
        size=size,
        root=Tree(session, operation, size).root(),
        epoch=now_in,
        restored=restores(session, operation),
    )
    return _signed(session, made, seed, now)


def _is_of(kept: KeptCheckpoint, wanted: str) -> bool:
    """Whether it was made in this epoch."""
    return f"\nepoch {wanted}\n" in kept.note


def _signed(session: Session, made: Checkpoint, seed: bytes, now: datetime) -> str:
    key = checkpoint_key(seed)
    note = signed_note(made, key.public_key().public_bytes_raw(), key.sign(note_text(made)))
    keep_checkpoint(session, made, note, now)
    return note.decode()

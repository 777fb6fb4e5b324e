"""Makes an operation's next checkpoint: gives what has come since the last its place, and signs the root.

It runs by itself and holds no lock that a push waits for longer than the insert takes.
"""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from fieldops.domain.checkpoint import (
    Checkpoint,
    certificate_leaf,
    note_text,
    receipt_leaf,
    signed_note,
    verifier_key,
)
from fieldops.domain.ids import OperationId
from fieldops.domain.tree import leaf_hash, root_of
from fieldops.store.sealed import (
    Leaf,
    add_leaves,
    keep_checkpoint,
    leaf_hashes,
    lock_tree,
    notes,
    unsealed_receipts,
    unsealed_signers,
)

_PURPOSE = b"fieldops/checkpoint-key/1"


def checkpoint_key(seed: bytes) -> Ed25519PrivateKey:
    """The key that signs checkpoints, from the secret behind the certificates: there is one to keep."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(seed)
    return Ed25519PrivateKey.from_private_bytes(derived)


def public_key_for(operation: OperationId, seed: bytes) -> str:
    """The key with which a witness checks an operation's checkpoints."""
    return verifier_key(operation, checkpoint_key(seed).public_key().public_bytes_raw())


def make_checkpoint(session: Session, operation: OperationId, seed: bytes, now: datetime) -> str:
    """The newest checkpoint as signed; where nothing has come since the last, that one again."""
    lock_tree(session, operation)
    new = [
        Leaf(hash=leaf_hash(certificate_leaf(one.id, one.certificate.encode(), one.signature)), signer=one.id)
        for one in unsealed_signers(session, operation)
    ]
    new += [
        Leaf(hash=leaf_hash(receipt_leaf(receipt)), arrival=key)
        for key, receipt in unsealed_receipts(session, operation)
    ]
    add_leaves(session, operation, new)
    hashes, known = leaf_hashes(session, operation), notes(session, operation)
    if len(hashes) in known:
        return known[len(hashes)]
    made = Checkpoint(operation=operation, size=len(hashes), root=root_of(hashes))
    key = checkpoint_key(seed)
    note = signed_note(made, key.public_key().public_bytes_raw(), key.sign(note_text(made)))
    keep_checkpoint(session, made, note, now)
    return note.decode()

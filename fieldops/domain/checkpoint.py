"""A checkpoint: the root over all that an operation's ledger has received, in a form that others can keep.

A leaf is a line about one receipt (an arrival: a signed run of entries, with its place and the time of its
receiving), about one certificate, or the hash of one line of the access log. It names everything that is
never changed afterwards and no body, so that a body may be erased by law and the leaf still holds. The text
is a C2SP checkpoint, signed as a C2SP note.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from fieldops.domain.ids import LogId, OperationId, SignerId
from fieldops.domain.strict_json import write_line

VERSION = 1
_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an arrival is, besides the lines of its entries; as the ledger keeps it."""

    log: LogId
    first_seq: int
    count: int
    first_n: int
    statement: bytes
    signature: bytes
    received_ms: int
    offset_ms: int | None
    via: str | None
    held_back: Mapping[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """An epoch that ended because an older copy was put back, and the last checkpoint that the copy knew."""

    epoch: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The first `size` leaves of an operation, by their root; and which epochs ended before, oldest first."""

    operation: OperationId
    size: int
    root: bytes
    epoch: str
    restored: tuple[Restored, ...] = ()


def receipt_leaf(receipt: Receipt) -> bytes:
    """The leaf of an arrival."""
    return write_line(
        {
            "v": VERSION,
            "leaf": "arrival",
            "log": receipt.log,
            "seq": receipt.first_seq,
            "count": receipt.count,
            "n": receipt.first_n,
            "statement": hashlib.sha256(receipt.statement).hexdigest(),
            "signature": receipt.signature.hex(),
            "received": receipt.received_ms,
            "offset_ms": receipt.offset_ms,
            "via": receipt.via,
            "held_back": receipt.held_back,
        }
    )


def certificate_leaf(signer: SignerId, line: bytes, signature: str) -> bytes:
    """The leaf of a certificate; its signature is base64url as it travels."""
    said = {"signer": signer, "certificate": hashlib.sha256(line).hexdigest(), "signature": signature}
    return write_line({"v": VERSION, "leaf": "certificate", **said})


def look_leaf(line: bytes) -> bytes:
    """The leaf of a line of the access log: it proves the line to whoever may read it, and tells nobody else
    more than that there is one."""
    return write_line({"v": VERSION, "leaf": "look", "line": hashlib.sha256(line).hexdigest()})


def origin(operation: OperationId) -> str:
    """The name of an operation's tree, and of the key that signs its checkpoints."""
    return f"fieldops/{operation}"


def note_text(checkpoint: Checkpoint) -> bytes:
    """What is signed: origin, size and root, then the epoch and each one that ended, a line each."""
    lines = [origin(checkpoint.operation), str(checkpoint.size), _spelled(checkpoint.root)]
    lines.append(f"epoch {checkpoint.epoch}")
    lines += [f"restored {one.epoch} {one.size} {_spelled(one.root)}" for one in checkpoint.restored]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def size_in(note: str) -> int:
    """How many leaves a note says that it covers; 0 for a text that is no note."""
    lines = note.split("\n")
    told = lines[1] if len(lines) > 1 else ""
    return int(told) if told.isascii() and told.isdecimal() and len(told) <= _MOST_DIGITS else 0


def signed_with(note: str) -> str:
    """The name of the key that a signed note says it is signed with, and the key's id."""
    _, name, signed = note.splitlines()[-1].split(" ")
    return f"{name}+{b64decode(signed)[:_KEY_ID_BYTES].hex()}"


def vouched_bytes(key: str, note: str) -> bytes:
    """What the key behind the certificates signs: a tablet knows that one, and trusts both for its sake."""
    return f"fieldops/checkpoint/1\n{key}\n{note}".encode()


def _spelled(root: bytes) -> str:
    return b64encode(root).decode("ascii")


def signed_note(checkpoint: Checkpoint, public_key: bytes, signature: bytes) -> bytes:
    """The text with its signature line. `public_key` is the raw Ed25519 key."""
    name = origin(checkpoint.operation)
    signed = b64encode(_key_id(name, public_key) + signature).decode("ascii")
    return note_text(checkpoint) + f"\n— {name} {signed}\n".encode()


def verifier_key(operation: OperationId, public_key: bytes) -> str:
    """The key in the form in which witnesses are given it: name+id+key."""
    name = origin(operation)
    spelled = b64encode(_ED25519 + public_key).decode("ascii")
    return f"{name}+{_key_id(name, public_key).hex()}+{spelled}"


def _key_id(name: str, public_key: bytes) -> bytes:
    return hashlib.sha256(name.encode("ascii") + b"\n" + _ED25519 + public_key).digest()[:_KEY_ID_BYTES]

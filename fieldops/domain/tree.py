"""The tree of RFC 6962: one hash that stands for a whole list, and short proofs of what is in it.

Whoever has kept the root of an earlier, shorter list can demand proof that the longer one only adds to it.
Lists are of leaf hashes; a proof is the hashes of the neighbours, from the leaf upwards.
"""

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf. Its prefix keeps a node from being passed off as a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    level = list(leaves)
    if not level:
        return EMPTY
    while len(level) > 1:
        pairs = [
            hashlib.sha256(b"\x01" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        level = [*pairs, level[-1]] if len(level) % 2 else pairs
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The proof that the leaf at `index` is in the list; raises IndexError where it is not."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    cut = _cut(len(leaves))
    left, right = leaves[:cut], leaves[cut:]
    if index < cut:
        return [*inclusion_proof(left, index), root_of(right)]
    return [*inclusion_proof(right, index - cut), root_of(left)]


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows this leaf hash at `index` of the list of `size` leaves with this root."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for neighbour in proof:
        if last == 0:
            return False
        if node % 2 or node == last:
            found = _node(neighbour, found)
            node, last = _up(node, last)
        else:
            found = _node(found, neighbour)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """The proof that the list began with its first `size` leaves; raises IndexError beyond its end."""
    if not 0 <= size <= len(leaves):
        raise IndexError(size)
    return [] if size in (0, len(leaves)) else _consistency(leaves, size, True)


def _consistency(leaves: Sequence[bytes], size: int, known: bool) -> list[bytes]:
    """`known`: the old root is that of exactly these leaves, so it needs not be told."""
    if size == len(leaves):
        return [] if known else [root_of(leaves)]
    cut = _cut(len(leaves))
    if size <= cut:
        return [*_consistency(leaves[:cut], size, known), root_of(leaves[cut:])]
    return [*_consistency(leaves[cut:], size - cut, False), root_of(leaves[:cut])]


def extends(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the list of the new (size, root) begins with the one of the old."""
    (old_size, old_root), (new_size, new_root) = old, new
    if old_size == 0 or old_size >= new_size:
        return not proof and old in ((0, EMPTY), new)
    node, last = old_size - 1, new_size - 1
    while node % 2:
        node, last = node >> 1, last >> 1
    path = list(proof) if node else [old_root, *proof]
    return bool(path) and _climb(path, node, last) == (old_root, new_root)


def _climb(path: Sequence[bytes], node: int, last: int) -> tuple[bytes, bytes] | None:
    """The old and the new root to which a consistency proof leads; None where its length is wrong."""
    old = new = path[0]
    for neighbour in path[1:]:
        if last == 0:
            return None
        if node % 2 or node == last:
            old, new = _node(neighbour, old), _node(neighbour, new)
            node, last = _up(node, last)
        else:
            new = _node(new, neighbour)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None


def _up(node: int, last: int) -> tuple[int, int]:
    """A node without a right neighbour rises until it is one itself."""
    while node and not node % 2:
        node, last = node >> 1, last >> 1
    return node, last


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _cut(size: int) -> int:
    """Where a list is cut in two: at the largest power of two below its size."""
    return int(1 << (size - 1).bit_length() - 1)

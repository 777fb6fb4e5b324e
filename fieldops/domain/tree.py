"""The tree of RFC 6962: one hash that stands for a whole list, and short proofs of what is in it.

Whoever has kept the root of an earlier, shorter list can demand proof that the longer one only adds to it.
Lists are of leaf hashes; a proof is the hashes of the neighbours, from the leaf upwards.
"""

import hashlib
from collections.abc import Sequence

Range = tuple[int, int]  # of leaves: from the first to before the last
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


def inclusion_ranges(size: int, index: int) -> list[Range]:
    """The stretches whose roots prove the leaf at `index`; raises IndexError where it is not in the list."""
    if not 0 <= index < size:
        raise IndexError(index)
    found, first, last = [], 0, size
    while last - first > 1:
        cut = first + _cut(last - first)
        if index < cut:
            found.append((cut, last))
            last = cut
        else:
            found.append((first, cut))
            first = cut
    return found[::-1]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The proof that the leaf at `index` is in the list; raises IndexError where it is not."""
    return [root_of(leaves[first:last]) for first, last in inclusion_ranges(len(leaves), index)]


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


def consistency_ranges(size: int, old: int) -> list[Range]:
    """The stretches whose roots prove that a list of `size` began with its first `old`; raises IndexError."""
    if not 0 <= old <= size:
        raise IndexError(old)
    if old in (0, size):
        return []
    found, first, last = [], 0, size
    while last > old:
        cut = first + _cut(last - first)
        if old <= cut:
            found.append((cut, last))
            last = cut
        else:
            found.append((first, cut))
            first = cut
    # The old root is that of exactly these leaves where nothing lies before them: it needs not be told.
    return [*([(first, last)] if first else []), *found[::-1]]


def consistency_proof(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """The proof that the list began with its first `size` leaves; raises IndexError beyond its end."""
    return [root_of(leaves[first:last]) for first, last in consistency_ranges(len(leaves), size)]


def whole_pieces(first: int, last: int) -> list[Range]:
    """A stretch cut into whole subtrees, the largest first. `first` is where one so large begins."""
    found = []
    while first < last:
        end = first + (1 << (last - first).bit_length() - 1)
        found.append((first, end))
        first = end
    return found


def joined(pieces: Sequence[bytes]) -> bytes:
    """The root over whole subtrees, the largest first."""
    if not pieces:
        return EMPTY
    root = pieces[-1]
    for left in pieces[-2::-1]:
        root = _node(left, root)
    return root


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

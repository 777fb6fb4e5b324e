"""Roots of whole stretches of an operation's tree, kept so that a root or a proof reads few rows.

A tile is the root over 256 leaves, or over 256 tiles of the level below. Only whole ones are kept: they never
change again. Whatever a proof needs is joined from fewer than 256 hashes of each level.
"""

from sqlalchemy import Column, ForeignKey, Integer, Table, func, insert, select
from sqlalchemy.orm import Session

from fieldops.domain.ids import OperationId
from fieldops.domain.tree import Range, consistency_ranges, inclusion_ranges, joined, root_of, whole_pieces
from fieldops.store.base import Base, Bytes
from fieldops.store.sealed import leaf_count, leaves

BITS = 8
WIDTH = 1 << BITS

tiles = Table(
    "tiles",
    Base.metadata,
    Column("operation", ForeignKey("operations.id"), primary_key=True),
    Column("height", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("hash", Bytes(32), nullable=False),
)


def add_tiles(session: Session, operation: OperationId) -> None:
    """Adds the tiles that have become whole. To be called by whoever holds the operation's tree."""
    height, whole = 0, leaf_count(session, operation) // WIDTH
    while whole:
        have = _count(session, operation, height + 1)
        new = [
            {"operation": operation, "height": height + 1, "place": n, "hash": root}
            for n in range(have, whole)
            for root in [_tile(session, operation, height, n)]
        ]
        if new:
            session.execute(insert(tiles), new)
        height, whole = height + 1, whole // WIDTH


class Tree:
    """An operation's tree of `size` leaves as it can be read in one view of the database."""

    def __init__(self, session: Session, operation: OperationId, size: int) -> None:
        self.session, self.operation, self.size = session, operation, size
        self._known: dict[Range, bytes] = {}

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves; all of them where none is named."""
        return self._root((0, self.size if size is None else size))

    def consistency(self, old: int) -> list[bytes]:
        """The proof that this tree began with its first `old` leaves; raises IndexError beyond its end."""
        return [self._root(one) for one in consistency_ranges(self.size, old)]

    def inclusion(self, index: int) -> list[bytes]:
        """The proof that the leaf at `index` is in the tree; raises IndexError where it is not."""
        return [self._root(one) for one in inclusion_ranges(self.size, index)]

    def _root(self, stretch: Range) -> bytes:
        return joined([self._piece(one) for one in whole_pieces(*stretch)])

    def _piece(self, piece: Range) -> bytes:
        """The root of a whole subtree, read from the highest level that has its parts."""
        if piece not in self._known:
            first, last = piece
            height = ((last - first).bit_length() - 1) // BITS
            parts = first >> BITS * height, last >> BITS * height
            self._known[piece] = root_of(_hashes(self.session, self.operation, height, parts))
        return self._known[piece]


def _tile(session: Session, operation: OperationId, height: int, place: int) -> bytes:
    return root_of(_hashes(session, operation, height, (place * WIDTH, (place + 1) * WIDTH)))


def _hashes(session: Session, operation: OperationId, height: int, parts: Range) -> list[bytes]:
    """The hashes of one level between two places."""
    if height == 0:
        query = select(leaves.c.hash).where(leaves.c.operation == operation).order_by(leaves.c.position)
        query = query.where(leaves.c.position >= parts[0], leaves.c.position < parts[1])
    else:
        query = select(tiles.c.hash).where(tiles.c.operation == operation, tiles.c.height == height)
        query = query.where(tiles.c.place >= parts[0], tiles.c.place < parts[1]).order_by(tiles.c.place)
    return list(session.scalars(query))


def _count(session: Session, operation: OperationId, height: int) -> int:
    query = select(func.max(tiles.c.place)).where(tiles.c.operation == operation, tiles.c.height == height)
    last = session.scalar(query)
    return 0 if last is None else last + 1

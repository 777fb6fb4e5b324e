"""What a checkpoint and a proof cost in a tree of a million leaves: `python -m bench.checkpoint [LEAVES]`.

Each leaf stands for an arrival of one entry, which is the worst case. SQLite in a folder of its own,
its references not looked at: no arrivals stand behind these leaves.
"""

import hashlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, create_engine, insert
from sqlalchemy.orm import Session

from fieldops.domain.ids import OperationId
from fieldops.domain.tree import root_of
from fieldops.store.base import Base
from fieldops.store.sealed import leaf_count, leaf_hashes, leaves
from fieldops.store.tiles import Tree, add_tiles

OPERATION = OperationId("a" * 16)
BATCH = 50_000
NEW = 100
TRIES = 20


def timed(words: str, work: Callable[[], object], tries: int = TRIES) -> None:
    """Prints the milliseconds of one."""
    began = time.perf_counter()
    for _ in range(tries):
        work()
    print(f"{words:<52} {(time.perf_counter() - began) / tries * 1000:10.2f} ms")


def grow(engine: Engine, first: int, last: int) -> None:
    """Adds leaves, with their tiles, as a checkpoint does."""
    with Session(engine) as session:
        hashes = ((n, hashlib.sha256(str(n).encode()).digest()) for n in range(first, last))
        rows = [{"operation": OPERATION, "position": n, "hash": one} for n, one in hashes]
        session.execute(insert(leaves), rows)
        add_tiles(session, OPERATION)
        session.commit()


def main(size: int) -> None:
    """Fills a tree and takes the times."""
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'bench.db'}")
        Base.metadata.create_all(engine)
        measure(engine, size)
        engine.dispose()


def measure(engine: Engine, size: int) -> None:
    for first in range(0, size, BATCH):
        grow(engine, first, min(size, first + BATCH))
    grown = iter(range(size, size + NEW * TRIES, NEW))

    def another() -> None:
        first = next(grown)
        grow(engine, first, first + NEW)

    timed(f"{NEW} new leaves with their tiles", another)
    with Session(engine) as session:
        count = leaf_count(session, OPERATION)
        timed(f"the root over {count}", lambda: Tree(session, OPERATION, count).root())
        timed(
            "proof that it extends half of it",
            lambda: Tree(session, OPERATION, count).consistency(count // 2 + 7),
        )
        timed("proof that one leaf is in it", lambda: Tree(session, OPERATION, count).inclusion(count // 3))
        timed("control: the root from every leaf", lambda: root_of(leaf_hashes(session, OPERATION)), 1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000)

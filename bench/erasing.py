"""What it costs that words about people lie sealed, and to erase a person: `python -m bench.erasing`.

Operation THIMBLE comes through the real push into SQLite in a folder of its own, once sealed and once as it
came; then every word of it is read, and people are erased one after another.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bench.thimble import load_thimble
from fieldops.domain.retention import card_in
from fieldops.domain.segment import split_lines
from fieldops.store.at_rest import keep_keys, opened
from fieldops.store.blobs import FolderBlobs
from fieldops.store.directory import officers_of
from fieldops.store.engine import WRITES, open_engine
from fieldops.store.ledger import arrivals, streams
from fieldops.store.operations import operation_coded
from fieldops.store.person_keys import PersonKeys
from fieldops.store.schema import upgrade
from fieldops.sync.erase import Asking, Means, ask_erasure, confirm_erasure

NOW = datetime(2029, 9, 1, 12, 0, tzinfo=UTC)
PEOPLE = 20


def main() -> None:
    """Both worlds, then the erasures in the sealed one."""
    with TemporaryDirectory() as folder:
        for name, keys in (("as it came", None), ("sealed", _keys(Path(folder)))):
            engine = open_engine(f"sqlite:///{folder}/{'open' if keys is None else 'sealed'}.db")
            keep_keys(engine, keys)
            _seed(engine, Path(folder))
            _read(engine, name)
            if keys is not None:
                _erase(engine, keys, Path(folder))
                keys.close()
            engine.dispose()


def _keys(folder: Path) -> PersonKeys:
    return PersonKeys(f"sqlite:///{folder / 'person-keys.db'}", bytes(32), os.urandom)


def _seed(engine: Engine, folder: Path) -> None:
    upgrade(engine)
    began = time.process_time()
    with _writing(engine) as session:
        load_thimble(session, folder / "blobs")
    print(f"{'loading THIMBLE':<40} {time.process_time() - began:10.1f} s CPU")


def _read(engine: Engine, name: str) -> None:
    with Session(engine) as session:
        lines = list(session.scalars(select(arrivals.c.lines)))
        entries = session.scalar(select(func.sum(arrivals.c.count))) or 0
        began = time.process_time()
        opened(session, lines)
        spent = time.process_time() - began
    size = sum(map(len, lines)) / entries
    print(f"{entries:,} entries, {name:<24} {size:10.0f} B each, read in {spent * 1000:.1f} ms")


def _erase(engine: Engine, keys: PersonKeys, folder: Path) -> None:
    with Session(engine) as session:
        serving = operation_coded(session, "THIMBLE")
        assert serving is not None
        first, second = [one.id for one in officers_of(session, serving.id)][:2]
        query = select(streams.c.scope, arrivals.c.lines).join(streams, streams.c.key == arrivals.c.stream)
        cards = {
            card: scope
            for scope, lines in session.execute(query)
            for header, _ in split_lines(lines)
            if (card := card_in(header)) is not None
        }
    times = []
    for card, scope in list(cards.items())[:PEOPLE]:
        asking = Asking(
            operation=serving.id, scope=scope, ref=card, ground="request", reason="asked", by=first
        )
        with _writing(engine) as session:
            asked = ask_erasure(session, asking, NOW, os.urandom)
        means = Means(
            writing=lambda: _writing(engine),
            keys=keys,
            blobs=FolderBlobs(folder / "blobs"),
            views=folder / "views",
            now=NOW,
        )
        began = time.perf_counter()
        confirm_erasure(means, asked.id, second)
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    print(f"{len(cards):,} cards; one erased in {times[len(times) // 2]:.1f} ms (median of {len(times)})")


@contextmanager
def _writing(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        session.connection(execution_options=WRITES)
        yield session
        session.commit()


if __name__ == "__main__":
    main()

"""Entries of other visits that a database holds before anything is measured."""

from collections.abc import Iterator

from sqlalchemy import Engine, insert

from fieldops.store.engine import WRITES
from fieldops.store.ledger import arrivals, logs, streams

RUN, RUNS = 10, 4  # entries of an arrival, and arrivals of a stream
FIRST_KEY, AT_ONCE = 2_000_000, 500
Row = dict[str, object]


def fill(engine: Engine, count: int) -> None:
    """Puts about `count` entries straight into the tables, in streams of forty."""
    many = count // (RUN * RUNS)
    with engine.connect().execution_options(**WRITES) as connection:
        for first in range(0, many, AT_ONCE):
            keys = range(FIRST_KEY + first, FIRST_KEY + min(first + AT_ONCE, many))
            connection.execute(insert(streams), [_stream(key) for key in keys])
            connection.execute(insert(logs), [_log(key) for key in keys])
            connection.execute(insert(arrivals), [row for key in keys for row in _arrivals(key)])
        connection.commit()


def _stream(key: int) -> Row:
    return {"key": key, "id": f"f{key}.C1", "scope": f"f{key}", "class_code": "C1", "head": RUN * RUNS}


def _log(key: int) -> Row:
    held = {"have": RUN * RUNS, "head": b"h" * 32}
    return {"key": key, "id": f"f{key}.C1.s.1", "stream": key, "signer": "", **held}


def _arrivals(key: int) -> Iterator[Row]:
    lines = b"\n".join((b"h" * 430, b"b" * 50) * RUN)
    signed = {"statement": b"x" * 300, "signature": b"x" * 64, "received_ms": 0, "lines": lines}
    for first in range(1, RUN * RUNS + 1, RUN):
        yield {"log": key, "stream": key, "first_seq": first, "first_n": first, "count": RUN, **signed}

"""The yardstick: a row for each entry, by SQLAlchemy Core alone, with the same counter and commits."""

import gzip
import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

from sqlalchemy import (
    Column,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    bindparam,
    insert,
    select,
    update,
)

from bench.sync.world import Bodies
from fieldops.store.engine import WRITES
from fieldops.store.ledger import streams

Row = dict[str, object]
own = MetaData()
entries = Table(
    "bench_entries",
    own,
    Column("stream", Integer, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("log", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    Column("id", LargeBinary(32), nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)


def bare_insert(engine: Engine, work: list[Bodies], clients: int) -> tuple[float, float]:
    """Rows a second, and CPU ms per 1,000, of inserting what the tablets pushed; parsing is not counted."""
    batches = batches_of(engine, work)
    began, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(clients) as pool:
        rows = sum(pool.map(lambda theirs: sum(insert_batch(engine, batch) for batch in theirs), batches))
    return rows / (time.perf_counter() - began), (time.process_time() - cpu) * 1000 / (rows / 1000)


def batches_of(engine: Engine, work: list[Bodies]) -> list[list[list[Row]]]:
    """Every tablet's batches as rows, once the table and its counters are there."""
    keys = _prepare(engine, work)
    return [[_rows(body, keys) for body, _ in one.sent] for one in work]


def insert_batch(engine: Engine, rows: list[Row]) -> int:
    """Insert one batch and commit; gives how many rows it was."""
    with engine.connect().execution_options(**WRITES) as connection:
        given = Counter(row["stream"] for row in rows)
        query = select(streams.c.key, streams.c.head).where(streams.c.key.in_(sorted(given)))
        locked = connection.execute(query.order_by(streams.c.key).with_for_update(key_share=True))
        heads: dict[object, int] = {key: head for key, head in locked}
        moved = update(streams).where(streams.c.key == bindparam("at")).values(head=bindparam("moved"))
        connection.execute(moved, [{"at": key, "moved": heads[key] + count} for key, count in given.items()])
        numbered = []
        for row in rows:
            heads[row["stream"]] += 1
            numbered.append({**row, "seq": heads[row["stream"]]})
        connection.execute(insert(entries), numbered)
        connection.commit()
    return len(rows)


def _prepare(engine: Engine, work: list[Bodies]) -> dict[str, int]:
    """The table, and a counter for each stream; gives their keys by the name of the stream."""
    own.create_all(engine)
    names = sorted({_stream(log) for one in work for log in one.tablet.logs})
    keys = {name: number for number, name in enumerate(names, start=1_000_000)}
    rows = [
        {"key": key, "id": f"b{name[1:]}", "scope": name[:16], "class_code": "C0", "head": 0}
        for name, key in keys.items()
    ]
    with engine.connect().execution_options(**WRITES) as connection:
        connection.execute(insert(streams), rows)
        connection.commit()
    return keys


def _rows(body: bytes, keys: dict[str, int]) -> list[Row]:
    rows: list[Row] = []
    for segment in json.loads(gzip.decompress(body))["segments"]:
        said = json.loads(segment["statement"])
        stream = keys[_stream(said["log"])]
        lines = segment["lines"].encode().split(b"\n")
        for n, header, line in zip(range(said["from"], said["to"] + 1), lines[::2], lines[1::2], strict=True):
            named = sha256(header).digest()
            rows.append(
                {"stream": stream, "log": stream, "n": n, "id": named, "header": header, "body": line}
            )
    return rows


def _stream(log: str) -> str:
    return log.rsplit(".", 2)[0]

"""The yardstick: the same rows inserted by SQLAlchemy Core alone, with the same counter and commits."""

import gzip
import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

from sqlalchemy import Engine, bindparam, insert, select, update

from bench.sync.world import Bodies
from fieldops.store.engine import WRITES
from fieldops.store.ledger import arrivals, entries, logs, streams

Row = dict[str, object]


def bare_insert(engine: Engine, work: list[Bodies], clients: int) -> tuple[float, float]:
    """Rows a second, and CPU ms per 1,000, of inserting what the tablets pushed; parsing is not counted."""
    keys = _prepare(engine, work)
    batches = [[_rows(body, keys) for body, _ in one.sent] for one in work]
    began, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(clients) as pool:
        rows = sum(pool.map(lambda own: sum(_insert(engine, batch) for batch in own), batches))
    return rows / (time.perf_counter() - began), (time.process_time() - cpu) * 1000 / (rows / 1000)


def _insert(engine: Engine, rows: list[Row]) -> int:
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


def _prepare(engine: Engine, work: list[Bodies]) -> dict[str, tuple[int, int, int]]:
    """Streams, logs and one arrival for each log, so that every row has what it refers to."""
    names = [log for one in work for log in one.tablet.logs]
    keys: dict[str, tuple[int, int, int]] = {}
    made: dict[str, int] = {}
    with engine.connect().execution_options(**WRITES) as connection:
        for number, name in enumerate(names, start=1_000_000):
            stream = name.rsplit(".", 2)[0]
            if stream not in made:
                made[stream] = number
                row = {
                    "key": number,
                    "id": f"b{stream[1:]}",
                    "scope": stream[:16],
                    "class_code": "C0",
                    "head": 0,
                }
                connection.execute(insert(streams), [row])
            row = {
                "key": number,
                "id": f"b{name[1:]}",
                "stream": made[stream],
                "signer": "",
                "have": 0,
                "head": b"",
            }
            connection.execute(insert(logs), [row])
            row = {"key": number, "log": number, "stream": made[stream], "first_seq": 0, "count": 0}
            row |= {"statement": b"", "signature": b"", "received_ms": 0}
            connection.execute(insert(arrivals), [row])
            keys[name] = (made[stream], number, number)
        connection.commit()
    return keys


def _rows(body: bytes, keys: dict[str, tuple[int, int, int]]) -> list[Row]:
    rows: list[Row] = []
    for segment in json.loads(gzip.decompress(body))["segments"]:
        said = json.loads(segment["statement"])
        stream, log, arrival = keys[said["log"]]
        lines = segment["lines"].encode().split(b"\n")
        for n, header, line in zip(range(said["from"], said["to"] + 1), lines[::2], lines[1::2], strict=True):
            rows.append(
                {
                    "stream": stream,
                    "log": log,
                    "n": n,
                    "id": sha256(header).digest(),
                    "arrival": arrival,
                    "header": header,
                    "body": line,
                }
            )
    return rows


def fill(engine: Engine, count: int) -> None:
    """Entries of other visits that are held already, put straight into the tables."""
    per_stream = 40
    with engine.connect().execution_options(**WRITES) as connection:
        for first in range(0, count // per_stream, 500):
            numbers = range(2_000_000 + first, 2_000_000 + min(first + 500, count // per_stream))
            connection.execute(
                insert(streams),
                [
                    {"key": k, "id": f"f{k}.C1", "scope": f"f{k}", "class_code": "C1", "head": per_stream}
                    for k in numbers
                ],
            )
            connection.execute(
                insert(logs),
                [
                    {
                        "key": k,
                        "id": f"f{k}.C1.s.1",
                        "stream": k,
                        "signer": "",
                        "have": per_stream,
                        "head": b"",
                    }
                    for k in numbers
                ],
            )
            connection.execute(
                insert(arrivals),
                [
                    {
                        "key": k,
                        "log": k,
                        "stream": k,
                        "first_seq": 1,
                        "count": per_stream,
                        "statement": b"x" * 300,
                        "signature": b"x" * 64,
                        "received_ms": 0,
                    }
                    for k in numbers
                ],
            )
            connection.execute(
                insert(entries),
                [
                    {
                        "stream": k,
                        "seq": n,
                        "log": k,
                        "n": n,
                        "id": sha256(b"%d %d" % (k, n)).digest(),
                        "arrival": k,
                        "header": b"h" * 430,
                        "body": b"b" * 50,
                    }
                    for k in numbers
                    for n in range(1, per_stream + 1)
                ],
            )
        connection.commit()

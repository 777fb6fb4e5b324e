"""What a line of the access log costs: `python -m bench.looks [SECONDS]`.

Time: so many threads of one process look at a visit's record, each with a pause between as a reader makes
one, on a real SQLite file with synchronous=FULL, alone and while a tablet pushes. The extra time is what a
request waits from the moment at which its answer is ready until its line is durable. Size: what the file
grows by, before and after a checkpoint. The control is a bare commit of one row to another SQLite file at the
same time: what the disk and the machine take by themselves.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from sqlalchemy import select, text

from fieldops.domain.looks import Look
from fieldops.evidence.checkpoints import make_checkpoint
from fieldops.store.accesslog import add_looks, look_of, looks
from fieldops.web.lookbook import Lookbook
from tests.api.test_sync_doors import note, push, recorder
from tests.support.station import OPERATION, VISIT, Desk, Station, open_station

RECORD = f"/api/visits/{VISIT}/record"
PAUSE_S = 0.2
SIZED = 20_000


class Timed(Lookbook):
    """The writer of the app, with a watch."""

    def __init__(self, writer: Lookbook) -> None:
        self.writer = writer
        self.waited_ms: list[float] = []
        self.cpu_ms: list[float] = []

    def write(self, lines: Sequence[Look]) -> None:
        began, worked = time.perf_counter(), time.thread_time()
        self.writer.write(lines)
        self.waited_ms.append((time.perf_counter() - began) * 1000)
        self.cpu_ms.append((time.thread_time() - worked) * 1000)


def main(seconds: float) -> None:
    with TemporaryDirectory() as folder:
        station = open_station(Path(folder))
        pusher = _Pusher(station)
        pusher.once()
        for threads in (1, 4, 16):
            for beside in (None, pusher):
                _measure(station, seconds, threads, beside)
        _size(station)


def _measure(station: Station, seconds: float, threads: int, pusher: "_Pusher | None") -> None:
    timed = Timed(station.app.extensions["lookbook"])
    station.app.extensions["lookbook"] = timed
    desks = [station.desk("lead") for _ in range(threads)]
    ends = time.perf_counter() + seconds
    if pusher is not None:
        pusher.start()
    with ThreadPoolExecutor(threads + 1) as many:
        control = many.submit(_bare_commits, station.settings.data_folder / "control.db", ends)
        assert all(many.map(lambda desk: _read(desk, ends), desks))
    if pusher is not None:
        pusher.end()
    station.app.extensions["lookbook"] = timed.writer
    _tell(timed.waited_ms, f"{threads:2} threads, {'while a tablet pushes' if pusher else 'alone'}", seconds)
    _tell(control.result(), "   control: a bare commit", seconds)
    print(f"   CPU {sum(timed.cpu_ms) / len(timed.cpu_ms):.2f} ms a look")


def _bare_commits(file: Path, ends: float) -> list[float]:
    """How long one durable commit takes, over and over with the same pauses."""
    took_ms = []
    database = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE IF NOT EXISTS lines (line TEXT)")
    while time.perf_counter() < ends:
        began = time.perf_counter()
        database.execute("INSERT INTO lines VALUES (?)", ("x" * 250,))
        took_ms.append((time.perf_counter() - began) * 1000)
        time.sleep(PAUSE_S)
    database.close()
    return took_ms


def _read(desk: Desk, ends: float) -> bool:
    """Looks, and looks again after a while."""
    statuses = set()
    while time.perf_counter() < ends:
        statuses.add(desk.get(RECORD).status_code)
        time.sleep(PAUSE_S)
    return statuses == {200}


def _tell(waited_ms: Sequence[float], words: str, seconds: float) -> None:
    ordered = sorted(waited_ms)
    p50, p99 = (ordered[int(len(ordered) * part)] for part in (0.5, 0.99))
    print(
        f"{words:<36} p50 {p50:7.2f} ms  p99 {p99:7.2f} ms  most {ordered[-1]:7.2f} ms"
        f"  {len(ordered) / seconds:6.1f} a second",
        flush=True,
    )


class _Pusher:
    """A tablet that records and pushes with the same pauses."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.at_hand = station.tablet("police").sign_in()
        self.recorder = recorder(station, self.at_hand)

    def start(self) -> None:
        self.over = Event()
        self.thread = Thread(target=self._run)
        self.thread.start()

    def end(self) -> None:
        self.over.set()
        self.thread.join()

    def once(self) -> None:
        note(self.station, self.recorder, "a note about what was seen")
        assert push(self.at_hand, self.recorder).status_code == 200

    def _run(self) -> None:
        while not self.over.wait(PAUSE_S):
            self.once()


def _size(station: Station) -> None:
    """Bytes a line, of lines as the record's door writes them."""
    with station.store() as session:
        (row,) = session.execute(select(looks).where(looks.c.door == "visits.record").limit(1))
        like = look_of(row)
        made = [replace(like, request=os.urandom(16).hex()) for _ in range(SIZED)]
    before = _bytes(station)
    with station.store() as session:
        add_looks(session, made)
    grown = _bytes(station) - before
    with station.store() as session:
        make_checkpoint(session, OPERATION, station.settings.server_key_seed, station.clock())
    placed = _bytes(station) - before
    print(f"{grown / SIZED:.0f} bytes a line, {placed / SIZED:.0f} with its place in the tree")


def _bytes(station: Station) -> int:
    with station.store() as session:
        pages = session.scalar(text("PRAGMA page_count"))
        size = session.scalar(text("PRAGMA page_size"))
    return int(pages or 0) * int(size or 0)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0)

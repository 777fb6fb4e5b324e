"""A server that is killed (-9) again and again under load loses nothing that it acknowledged.

The long form takes FIELDOPS_TORTURE_KILLS (see docs/reliability.md).
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from statistics import median

import pytest

from fieldops.store.engine import open_engine
from fieldops.sync.tablet import Door, Tablet
from tests.support.database import Database
from tests.support.field import QUESTIONS, Field, open_field
from tests.support.running import Running
from tests.torture.oracles import at_rest
from tests.torture.over_http import Line, NoAnswer
from tests.torture.proxy import Fate, FaultProxy

KILLS = int(os.environ.get("FIELDOPS_TORTURE_KILLS", "60"))
TABLETS = 4
MOST_BETWEEN = 12  # acknowledged pushes between two kills, at most


class Load:
    """Tablets at work. `acknowledged` counts pushes whose answer came whole."""

    def __init__(self, operation: Field) -> None:
        """Nobody works yet."""
        self.operation = operation
        self.news = threading.Condition()
        self.acknowledged = 0
        self.failed = 0
        self.refusals: Counter[tuple[int, str | None]] = Counter()
        self.over = False
        self.up = threading.Event()
        self.up.set()

    def work(self, tablet: Tablet, port: int, rng: Random) -> None:
        """Record, push, and push again what was not answered, until the shift is over and nothing is left."""
        line = Line(tablet, port)
        while not self.over or tablet.unsent():
            if not self.over:
                for _ in range(rng.randint(1, 6)):
                    question = f"{rng.choice(sorted(QUESTIONS))}-{rng.randint(1, 40):02}"
                    self.operation.record(tablet, rng.choice(self.operation.visits), question, "as seen")
            try:
                for body in list(tablet.push_bodies()):
                    self._push(line, tablet, body)
            except NoAnswer as fault:
                self.failed += 1
                self.refusals.update([fault.said] if fault.said else [])
                self.up.wait()

    def _push(self, line: Line, tablet: Tablet, body: bytes) -> None:
        tablet.apply_push(line.ask(Door.PUSH, body))
        with self.news:
            self.acknowledged += 1
            self.news.notify_all()

    def wait_for(self, more: int) -> None:
        """Until so many more pushes were acknowledged."""
        with self.news:
            enough = self.acknowledged + more
            assert self.news.wait_for(lambda: self.acknowledged >= enough, timeout=60)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    running = Running(folder=tmp_path)
    running.command("migrate")
    yield running
    running.kill()


def test_a_server_killed_under_load_keeps_every_acknowledged_entry_once(
    server: Running, record_property: Callable[[str, object], None]
) -> None:
    url = f"sqlite:///{server.folder / 'fieldops.db'}"
    database = Database(url=url, engine=open_engine(url))
    operation = open_field(database, {"lead": "PO", "police": "PO"})
    tablets = [operation.tablet("police", f"tablet {n}") for n in range(TABLETS)]
    server.start()
    proxy, load, rng, back_s = FaultProxy(server.port, seed=1), Load(operation), Random(2), []
    with ThreadPoolExecutor(TABLETS) as pool:
        at_work = [pool.submit(load.work, tablet, proxy.port, Random(n)) for n, tablet in enumerate(tablets)]
        try:
            for _ in range(KILLS):
                load.wait_for(rng.randint(1, MOST_BETWEEN))
                load.up.clear()
                server.kill()
                began = time.monotonic()
                server.start()
                load.up.set()
                back_s.append(time.monotonic() - began)
        finally:
            load.over = True
            load.up.set()
        for one in at_work:
            one.result()
    server.kill()
    proxy.close()
    rest = at_rest(database)
    recorded = {raw for tablet in tablets for log in tablet.logs.values() for raw in log.ids}
    record_property("back after a kill, median s", round(median(back_s), 2))
    print(f"{KILLS} kills, {len(recorded)} entries, {load.acknowledged} pushes acknowledged,", end=" ")
    print(f"{load.failed} failed; back after {median(back_s):.2f} s (median), {max(back_s):.2f} s at most")
    assert rest.held == recorded
    assert rest.aside == frozenset()
    assert not any(tablet.unsent() or tablet.setbacks for tablet in tablets)
    assert load.failed >= KILLS // 2
    assert set(proxy.met) == set(Fate)

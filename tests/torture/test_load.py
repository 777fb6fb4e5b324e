"""More tablets than the server can serve at once: they are told to wait, come again, and nothing is lost.

The end of a shift: 200 tablets with 40 answers each send in one moment. And ten times a day's load: tablets
in a hurry, each sending again as soon as it was answered. How long it takes is printed and judges nothing.
FIELDOPS_TORTURE_BURSTS repeats it (see docs/reliability.md).
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from fieldops.store.engine import open_engine
from fieldops.sync.tablet import Door, Tablet
from tests.support.database import Database
from tests.support.field import QUESTIONS, Field, open_field
from tests.support.running import Running
from tests.torture.oracles import at_rest
from tests.torture.over_http import Line, NoAnswer

TABLETS, ANSWERS = 200, 40
HURRIED, ROUNDS = 48, 12
BURSTS = int(os.environ.get("FIELDOPS_TORTURE_BURSTS", "1"))
AT_ONCE, WAITING = 4, 8


@dataclass(kw_only=True)
class Narrow(Running):
    """A server that works on few requests at once, so that a test's clients are many for it."""

    at_once: int = AT_ONCE
    waiting: int = WAITING

    @property
    def environment(self) -> dict[str, str]:
        bounds = {"FIELDOPS_AT_ONCE": str(self.at_once), "FIELDOPS_WAITING": str(self.waiting)}
        return {**super().environment, **bounds}


@dataclass(slots=True)
class Shift:
    """What tablets met while they sent. `believes_busy`: the control takes "busy" for an answer."""

    operation: Field
    believes_busy: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    told_to_wait: int = 0
    others: set[str] = field(default_factory=set)
    latencies_s: list[float] = field(default_factory=list)

    def send_all(self, tablet: Tablet, port: int, rng: Random) -> None:
        """Send until all is confirmed, as the app does: after a refusal, not before the time named."""
        line = Line(tablet, port)
        while tablet.unsent():
            for body in list(tablet.push_bodies()):
                if not self._sent(line, tablet, body, rng):
                    break

    def _sent(self, line: Line, tablet: Tablet, body: bytes, rng: Random) -> bool:
        began = time.monotonic()
        try:
            tablet.apply_push(line.ask(Door.PUSH, body))
        except NoAnswer as fault:
            self._wait(fault, tablet, rng)
            return False
        with self.lock:
            self.latencies_s.append(time.monotonic() - began)
        return True

    def _wait(self, fault: NoAnswer, tablet: Tablet, rng: Random) -> None:
        status, seconds = fault.said or (0, None)
        with self.lock:
            self.told_to_wait += status == 503
            self.others.update([] if status == 503 and seconds else [str(fault)])
        if self.believes_busy:
            for log in tablet.logs.values():
                log.confirmed = len(log.entries)
            return
        threading.Event().wait(float(seconds or 1) * (1 + rng.random() / 2))

    def said(self) -> str:
        ordered = sorted(self.latencies_s)
        p50, p95 = (ordered[int(len(ordered) * part)] * 1000 for part in (0.5, 0.95))
        return (
            f"{self.told_to_wait} times told to wait; answered in {p50:.0f} ms (median), {p95:.0f} ms (95th)"
        )


Made = tuple[Running, Database, Field]


@pytest.fixture
def open_server(tmp_path: Path) -> Iterator[Callable[..., Made]]:
    """A real server, its database, and an operation in it."""
    started: list[Running] = []

    def opened(**bounds: int) -> Made:
        server = Narrow(folder=tmp_path, **bounds)
        started.append(server)
        server.command("migrate")
        url = f"sqlite:///{tmp_path / 'fieldops.db'}"
        database = Database(url=url, engine=open_engine(url))
        operation = open_field(database, {"lead": "PO", "police": "PO"})
        return server, database, operation

    yield opened
    for server in started:
        server.kill()


def record(operation: Field, tablet: Tablet, rng: Random, count: int) -> None:
    for _ in range(count):
        question = f"{rng.choice(sorted(QUESTIONS))}-{rng.randint(1, 40):02}"
        operation.record(tablet, rng.choice(operation.visits), question, "as seen")


def recorded(tablets: list[Tablet]) -> set[bytes]:
    return {raw for tablet in tablets for log in tablet.logs.values() for raw in log.ids}


def all_at_once(shift: Shift, tablets: list[Tablet], port: int) -> float:
    """Every tablet sends in one moment; the seconds until the last is done."""
    ready = threading.Barrier(len(tablets) + 1)

    def one(number: int, tablet: Tablet) -> None:
        ready.wait()
        shift.send_all(tablet, port, Random(number))

    with ThreadPoolExecutor(len(tablets)) as pool:
        work = [pool.submit(one, number, tablet) for number, tablet in enumerate(tablets)]
        ready.wait()
        began = time.monotonic()
        for each in work:
            each.result()
    return time.monotonic() - began


def test_at_the_end_of_a_shift_everything_of_two_hundred_tablets_comes_in(
    open_server: Callable[..., Made],
) -> None:
    server, database, operation = open_server(at_once=8, waiting=16)
    tablets = [operation.tablet("police", f"tablet {n}") for n in range(TABLETS)]
    server.start()
    for burst in range(BURSTS):
        for number, tablet in enumerate(tablets):
            record(operation, tablet, Random(number + 1000 * burst), ANSWERS)
        shift = Shift(operation)
        seconds = all_at_once(shift, tablets, server.port)
        print(f"{TABLETS} tablets x {ANSWERS} answers received in {seconds:.1f} s; {shift.said()}")
        assert shift.others == set()
    server.kill()
    assert at_rest(database).held == recorded(tablets)
    assert sum(tablet.unsent() for tablet in tablets) == 0


def in_a_hurry(operation: Field, tablets: list[Tablet], port: int, shift: Shift) -> None:
    """Each tablet records a little and sends at once, again and again."""

    def one(number: int, tablet: Tablet) -> None:
        rng = Random(number)
        for _ in range(ROUNDS):
            record(operation, tablet, rng, rng.randint(1, 8))
            shift.send_all(tablet, port, rng)

    with ThreadPoolExecutor(len(tablets)) as pool:
        list(pool.map(one, range(len(tablets)), tablets))


def test_ten_times_the_load_is_refused_in_time_and_loses_nothing(open_server: Callable[..., Made]) -> None:
    server, database, operation = open_server()
    tablets = [operation.tablet("police", f"tablet {n}") for n in range(HURRIED)]
    server.start()
    shift = Shift(operation)
    began = time.monotonic()
    in_a_hurry(operation, tablets, server.port, shift)
    seconds = time.monotonic() - began
    print(f"{HURRIED} tablets, {len(shift.latencies_s)} pushes in {seconds:.1f} s; {shift.said()}")
    server.kill()
    assert shift.told_to_wait > 0
    assert shift.others == set()
    assert at_rest(database).held == recorded(tablets)


def test_the_trial_can_fail_a_tablet_that_takes_busy_for_received_loses(
    open_server: Callable[..., Made],
) -> None:
    server, database, operation = open_server()
    tablets = [operation.tablet("police", f"tablet {n}") for n in range(HURRIED)]
    server.start()
    shift = Shift(operation, believes_busy=True)
    in_a_hurry(operation, tablets, server.port, shift)
    server.kill()
    assert len(recorded(tablets) - at_rest(database).held) > 0


def test_without_the_bound_nobody_is_told_and_all_of_them_wait(open_server: Callable[..., Made]) -> None:
    server, _, operation = open_server(at_once=1000, waiting=1000)
    tablets = [operation.tablet("police", f"tablet {n}") for n in range(HURRIED)]
    server.start()
    shift = Shift(operation)
    in_a_hurry(operation, tablets, server.port, shift)
    print(f"without the bound: {shift.said()}")
    assert shift.told_to_wait == 0

"""Tablets at work over HTTP: as lean as they can be, so that the server is what is measured."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

from bench.sync.world import Bodies
from fieldops.sync import keys
from fieldops.sync.tablet import Tablet

PAGE = 1000
PULLS = 5


@dataclass(slots=True)
class Figures:
    """What was sent and received, and how long each request took."""

    records: int = 0
    up: int = 0
    down: int = 0
    wall_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    setbacks: int = 0

    def add(self, other: "Figures") -> None:
        self.records += other.records
        self.up += other.up
        self.down += other.down
        self.latencies_s += other.latencies_s
        self.setbacks += other.setbacks

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / self.wall_s

    def percentile_ms(self, part: float) -> float:
        ordered = sorted(self.latencies_s)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))] * 1000


@dataclass(frozen=True, slots=True)
class Turn:
    """What one tablet sends, with its token, as a client's process is handed it."""

    port: int
    headers: dict[str, str]
    sent: list[tuple[bytes, int]]


def ready(port: int, work: list[Bodies]) -> list[Turn]:
    """Every tablet's turn. Before anything is timed, tokens are fetched, and each tablet pushes one visit's
    answers and pulls what there is, so that no worker of the server does a thing for the first time."""
    turns = [Turn(port, _headers(port, one.tablet), one.sent) for one in work]
    for turn, one in zip(turns, work, strict=True):
        _push(replace(turn, sent=one.early))
        _pull(turn)
    return turns


def push_all(turns: list[Turn], clients: int) -> Figures:
    """Push everything, `clients` processes at a time."""
    return _together(turns, clients, _push)


def pull_all(turns: list[Turn], clients: int) -> Figures:
    """Pull everything from nothing, `clients` processes at a time."""
    return _together(turns, clients, _pull)


def _together(turns: list[Turn], clients: int, act: Callable[[Turn], Figures]) -> Figures:
    total = Figures()
    context = get_context("spawn")
    standing = context.Barrier(clients)
    with ProcessPoolExecutor(clients, context, initializer=_stand, initargs=(standing,)) as pool:
        list(pool.map(abs, range(clients)))  # all processes stand before the clock starts
        began = time.perf_counter()
        for done in pool.map(act, turns):
            total.add(done)
        total.wall_s = time.perf_counter() - began
    return total


def _stand(standing: Barrier) -> None:
    """Each process waits here until all of them are loaded."""
    standing.wait(timeout=120)


def _headers(port: int, tablet: Tablet) -> dict[str, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    plain = {"Content-Type": "application/json"}
    asked = json.dumps({"signer": tablet.signer}).encode()
    nonce = json.loads(_send(connection, "/api/tablet/nonce", asked, plain))["nonce"]
    proof = keys.encode(keys.sign(tablet.key, b"fieldops/token/1\n" + nonce.encode()))
    asked = json.dumps({"signer": tablet.signer, "nonce": nonce, "signature": proof}).encode()
    token = json.loads(_send(connection, "/api/tablet/token", asked, plain))["token"]
    connection.close()
    return {**plain, "Authorization": f"Bearer {token}"}


def _send(connection: HTTPConnection, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    data = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}: {data[:300]!r}")
    return data


def _push(turn: Turn) -> Figures:
    figures = Figures()
    connection = HTTPConnection("127.0.0.1", turn.port, timeout=120)
    headers = {**turn.headers, "Content-Encoding": "gzip"}
    for body, count in turn.sent:
        began = time.perf_counter()
        reply = _send(connection, "/api/sync/push", body, headers)
        figures.latencies_s.append(time.perf_counter() - began)
        figures.records += count
        figures.up += len(body)
        figures.down += len(reply)
        figures.setbacks += reply.count(b'"verdict"')
    return figures


def _pull(turn: Turn) -> Figures:
    """Everything that there is for this tablet, from nothing, PULLS times: once would be over too soon."""
    figures = Figures()
    connection = HTTPConnection("127.0.0.1", turn.port, timeout=120)
    for _ in range(PULLS):
        _pull_once(connection, turn, figures)
    return figures


def _pull_once(connection: HTTPConnection, turn: Turn, figures: Figures) -> None:
    positions: dict[str, int] = {}
    epoch = None
    more = True
    while more:
        asked = json.dumps({"epoch": epoch, "positions": positions, "limit": PAGE}).encode()
        began = time.perf_counter()
        reply = _send(connection, "/api/sync/pull", asked, turn.headers)
        figures.latencies_s.append(time.perf_counter() - began)
        head = json.loads(reply[: reply.index(b"\n")])
        epoch, more = head["epoch"], head["more"]
        for span in head["streams"]:
            positions[span["stream"]] = span["to"]
            figures.records += span["to"] - span["from"] + 1
        figures.up += len(asked)
        figures.down += len(reply)

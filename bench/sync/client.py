"""Tablets at work over HTTP: as lean as they can be, so that the server is what is measured."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

from bench.sync.world import Bodies
from fieldops.sync import keys
from fieldops.sync.tablet import Tablet

PAGE = 1000


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


class Client:
    """One tablet's connection."""

    def __init__(self, port: int, tablet: Tablet) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=120)
        nonce = self.ask("/api/tablet/nonce", {"signer": tablet.signer})["nonce"]
        proof = keys.encode(keys.sign(tablet.key, b"fieldops/token/1\n" + nonce.encode()))
        told = self.ask("/api/tablet/token", {"signer": tablet.signer, "nonce": nonce, "signature": proof})
        self.headers = {
            "Authorization": f"Bearer {told['token']}",
            "Content-Type": "application/json",
        }
        self.connection.close()  # it opens again when the tablet's turn has come

    def ask(self, path: str, body: object) -> Any:
        return json.loads(self.send(path, json.dumps(body).encode(), {"Content-Type": "application/json"}))

    def send(self, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        self.connection.request("POST", path, body, headers)
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {data[:300]!r}")
        return data


def push_all(port: int, work: list[Bodies], clients: int) -> Figures:
    """Push everything, `clients` tablets at a time."""
    return _together(port, work, clients, _push)


def pull_all(port: int, work: list[Bodies], clients: int) -> Figures:
    """Pull everything from nothing, `clients` tablets at a time."""
    return _together(port, work, clients, _pull)


def _together(port: int, work: list[Bodies], clients: int, act: Any) -> Figures:
    ready = [(Client(port, one.tablet), one) for one in work]
    total = Figures()
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        for done in pool.map(lambda pair: act(*pair), ready):
            total.add(done)
    total.wall_s = time.perf_counter() - began
    return total


def _push(client: Client, work: Bodies) -> Figures:
    figures = Figures()
    headers = {**client.headers, "Content-Encoding": "gzip"}
    for body, count in work.sent:
        began = time.perf_counter()
        reply = client.send("/api/sync/push", body, headers)
        figures.latencies_s.append(time.perf_counter() - began)
        figures.records += count
        figures.up += len(body)
        figures.down += len(reply)
        figures.setbacks += reply.count(b'"verdict"')
    return figures


def _pull(client: Client, _: Bodies) -> Figures:
    figures = Figures()
    positions: dict[str, int] = {}
    epoch = None
    more = True
    while more:
        asked = json.dumps({"epoch": epoch, "positions": positions, "limit": PAGE}).encode()
        began = time.perf_counter()
        reply = client.send("/api/sync/pull", asked, client.headers)
        figures.latencies_s.append(time.perf_counter() - began)
        head = json.loads(reply[: reply.index(b"\n")])
        epoch, more = head["epoch"], head["more"]
        for span in head["streams"]:
            positions[span["stream"]] = span["to"]
            figures.records += span["to"] - span["from"] + 1
        figures.up += len(asked)
        figures.down += len(reply)
    return figures

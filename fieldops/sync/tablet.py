"""A tablet in Python: what the app does with entries, without screens and without a disk.

Seeding, tests and benchmarks record through it, so that what they store came the way an officer's does.
Network, clock and chance are handed in.
"""

import json
from base64 import b32encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric import ec

from fieldops.domain.entry import SALT_BYTES, Draft
from fieldops.domain.hlc import START, Hlc, tick
from fieldops.domain.ids import EntryId, LogId, SignerId, StreamId, log_id, signer_of
from fieldops.domain.segment import ClockReading
from fieldops.sync import keys
from fieldops.sync.own_log import OwnLog
from fieldops.sync.replica import Replica
from fieldops.sync.wire import MAX_PUSH_ENTRIES, LogState, Offered, push_body, read_page

Chance = Callable[[int], bytes]
Clock = Callable[[], datetime]
INCARNATION_BYTES = 5
PUSH_BYTES = 240 * 1024  # a push is kept well below what the server inflates


class Door(StrEnum):
    """The doors of the server that a tablet knocks at."""

    PUSH = "push"
    PULL = "pull"
    HAVE = "have"


Transport = Callable[[Door, bytes], bytes]


@dataclass(slots=True, kw_only=True)
class Tablet:
    """One officer on one tablet."""

    key: ec.EllipticCurvePrivateKey
    clock: Clock
    random_bytes: Chance
    incarnation: str = ""
    last: Hlc = field(default=START)
    server_ms: int | None = None
    logs: dict[LogId, OwnLog] = field(default_factory=dict)
    setbacks: list[Mapping[str, object]] = field(default_factory=list)
    replica: Replica = field(default_factory=Replica)

    def __post_init__(self) -> None:
        """Draw the incarnation, unless one was handed in."""
        self.incarnation = self.incarnation or _draw(self.random_bytes)

    @property
    def point(self) -> bytes:
        """The public key as a raw point."""
        return keys.public_point(self.key)

    @property
    def signer(self) -> SignerId:
        """The name under which the tablet's officer signs here."""
        return signer_of(self.point)

    def record(self, stream: StreamId, draft: Draft) -> EntryId:
        """Keep what the officer recorded as the next entry of their log in this stream."""
        self.last = tick(self.last, _ms(draft.recorded))
        return self._log_in(stream).append(draft, self.last, self.random_bytes(SALT_BYTES))

    def unsent(self) -> int:
        """How many entries the server has not confirmed."""
        return sum(len(log.entries) - log.confirmed for log in self.logs.values())

    def outgoing(self) -> Iterator[Offered]:
        """Every unconfirmed run as a signed segment."""
        clock = self.reading()
        for log in self.logs.values():
            for first, last in log.unconfirmed():
                yield log.segment(first, last, clock, self.key)

    def push_bodies(self, most: int = MAX_PUSH_ENTRIES) -> Iterator[bytes]:
        """The unconfirmed runs in bodies of at most `most` entries."""
        batch: list[Offered] = []
        entries = size = 0
        for segment in self.outgoing():
            count = (segment.lines.count(b"\n") + 1) // 2
            if batch and (entries + count > most or size + len(segment.lines) > PUSH_BYTES):
                yield push_body(batch)
                batch, entries, size = [], 0, 0
            batch.append(segment)
            entries, size = entries + count, size + len(segment.lines)
        if batch:
            yield push_body(batch)

    def apply_push(self, reply: bytes) -> None:
        """Learn what the server holds. After a fork the rest is recorded under a new incarnation."""
        said = json.loads(reply)
        self.server_ms = said["time"]
        self._learn(said["logs"])
        self.setbacks.extend(said["exceptions"])
        if any(log.forked for log in self.logs.values()):
            self.incarnation = _draw(self.random_bytes)
            self.logs = {name: log for name, log in self.logs.items() if not log.forked}

    def have_body(self) -> bytes:
        """The question how far the server holds this tablet's logs."""
        return json.dumps({"logs": list(self.logs)}).encode("ascii")

    def apply_have(self, reply: bytes) -> None:
        """The answer to it; what a restored server lost is offered again."""
        self._learn(json.loads(reply)["logs"])

    def pull_body(self, limit: int = 1000) -> bytes:
        """The question for what is new since the positions held."""
        return json.dumps(
            {"epoch": self.replica.epoch, "positions": self.replica.positions, "limit": limit}
        ).encode("ascii")

    def apply_pull(self, reply: bytes) -> bool:
        """Take a page in; says whether there is more to ask for."""
        page = read_page(reply)
        self.server_ms = page.time_ms
        self.last = self.replica.apply(page, self.last)
        return page.more

    def sync(self, transport: Transport) -> None:
        """Compare what both sides hold, push, then pull until nothing is new."""
        if self.logs:
            self.apply_have(transport(Door.HAVE, self.have_body()))
        for body in list(self.push_bodies()):
            self.apply_push(transport(Door.PUSH, body))
        while self.apply_pull(transport(Door.PULL, self.pull_body())):
            continue

    def _log_in(self, stream: StreamId) -> OwnLog:
        name = log_id(stream, self.signer, self.incarnation)
        if name not in self.logs:
            self.logs[name] = OwnLog(name)
        return self.logs[name]

    def _learn(self, rows: list[dict[str, object]]) -> None:
        for row in rows:
            log = self.logs.get(LogId(str(row["log"])))
            if log is not None:
                log.learn(LogState(log.name, int(str(row["have"])), bytes.fromhex(str(row["head"]))))

    def reading(self) -> ClockReading:
        """What the tablet's clocks show at signing."""
        now = _ms(self.clock())
        return ClockReading(server=self.server_ms, device=now, monotonic=now)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _draw(random_bytes: Chance) -> str:
    return b32encode(random_bytes(INCARNATION_BYTES)).decode("ascii").lower()

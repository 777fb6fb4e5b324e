"""A tablet in Python: what the app does with entries, without screens and without a disk.

Seeding, tests and benchmarks record through it, so that what they store came the way an officer's does.
Network, clock and chance are handed in.
"""

import json
from base64 import b32encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric import ec

from fieldops.domain.entry import SALT_BYTES, Draft
from fieldops.domain.hlc import START, Hlc, tick
from fieldops.domain.ids import EntryId, LogId, SignerId, StreamId, log_id, signer_of
from fieldops.domain.segment import ClockReading, read_statement
from fieldops.sync import keys
from fieldops.sync.own_log import OwnLog
from fieldops.sync.replica import Replica
from fieldops.sync.wire import MAX_PUSH_ENTRIES, LogState, Offered, Verdict, push_body, read_page

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
    epoch: str | None = None  # the server's, as it last compared what both sides hold
    logs: dict[LogId, OwnLog] = field(default_factory=dict)
    setbacks: list[Mapping[str, object]] = field(default_factory=list)
    replica: Replica = field(default_factory=Replica)
    erased: set[str] = field(default_factory=set)  # orders that are done and not yet told of

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
        return sum(len(log.unsent()) for log in self.logs.values())

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

    def apply_push(self, reply: bytes, body: bytes | None = None) -> None:
        """Learn what the server holds. After a fork the rest is recorded under a new incarnation; `body` is
        what was sent: of a log that forked the server tells only how far it holds another history."""
        said = json.loads(reply)
        self.server_ms = said["time"]
        self.setbacks.extend(said["exceptions"])
        self._learn(said["logs"])
        against = [row for row in said["exceptions"] if row["verdict"] != Verdict.QUARANTINED]
        for row in against:
            if row["verdict"] == Verdict.FORK and row["log"] in self.logs:
                self.logs[row["log"]].learn_fork(row["from"], row["to"])
        if body is not None:
            self._learn_shared(body, {row["log"]: row["have"] for row in said["logs"]}, against)
        self._renew()

    def _learn_shared(
        self, body: bytes, have: Mapping[str, int], against: Sequence[Mapping[str, object]]
    ) -> None:
        """Where a copy of this tablet went on, the server's head lies beyond all that is here: what was
        offered it has if it says nothing against it, or against what it could not read."""
        spoilt = {row["log"] for row in against}
        for segment in json.loads(body)["segments"]:
            one = read_statement(segment["statement"].encode("utf-8"))
            log = self.logs.get(one.log)
            if log is not None and len(log.entries) < have.get(one.log, 0) and not spoilt & {one.log, ""}:
                log.learn_shared(one.first, one.last)

    def have_body(self) -> bytes:
        """The question how far the server holds this tablet's logs."""
        return json.dumps({"logs": list(self.logs), "erased": sorted(self.erased)}).encode("ascii")

    def apply_have(self, reply: bytes) -> None:
        """The answer to it; what a restored server lost is offered again."""
        said = json.loads(reply)
        if self.epoch is not None and self.epoch != said["epoch"]:
            states = {row["log"]: _state(row) for row in said["logs"]}
            for log in self.logs.values():
                log.begin_epoch(states.get(log.name))
        self.epoch = said["epoch"]
        self._learn(said["logs"])
        self.erased = {order["order"] for order in said.get("erase", ()) if self._erase(order["of"])}

    def _erase(self, ref: str) -> bool:
        """Take a person's words away, here and in what was pulled, which is read anew. Whether it is done:
        what was not confirmed yet goes on to the server first."""
        self.replica.erase(ref)
        return all([log.erase(ref) for log in self.logs.values()])

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
        if self.logs or self.replica.positions:
            self.apply_have(transport(Door.HAVE, self.have_body()))
        for body in list(self.push_bodies()):
            self.apply_push(transport(Door.PUSH, body), body)
        while self.apply_pull(transport(Door.PULL, self.pull_body())):
            continue

    def _log_in(self, stream: StreamId) -> OwnLog:
        name = log_id(stream, self.signer, self.incarnation)
        if name not in self.logs:
            self.logs[name] = OwnLog(name)
        return self.logs[name]

    def _learn(self, rows: Iterable[Mapping[str, object]]) -> None:
        for state in map(_state, rows):
            if state.log in self.logs:
                self.logs[state.log].learn(state)
        self._renew()

    def _renew(self) -> None:
        """What is recorded from now on goes to no log that forked."""
        if any(log.forked and log.name.endswith(f".{self.incarnation}") for log in self.logs.values()):
            self.incarnation = _draw(self.random_bytes)

    def reading(self) -> ClockReading:
        """What the tablet's clocks show at signing."""
        now = _ms(self.clock())
        return ClockReading(server=self.server_ms, device=now, monotonic=now)


def _state(row: Mapping[str, object]) -> LogState:
    return LogState(LogId(str(row["log"])), int(str(row["have"])), bytes.fromhex(str(row["head"])))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _draw(random_bytes: Chance) -> str:
    return b32encode(random_bytes(INCARNATION_BYTES)).decode("ascii").lower()

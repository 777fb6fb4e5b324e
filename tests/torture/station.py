"""A tablet of the simulation: the reference tablet with a disk of its own, a clock that is wrong, and one
request under way at a time. What it said is saved is on its disk; what was not written yet dies with it."""

from collections import deque
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from fieldops.domain.entry import Draft
from fieldops.domain.hlc import Hlc
from fieldops.domain.ids import EntryId, LogId, StreamId, SubjectId
from fieldops.sync.own_log import OwnLog
from fieldops.sync.replica import Replica
from fieldops.sync.tablet import Door, Tablet
from tests.support.field import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """What a tablet has written at one moment: of its logs how much, and all that it holds of others."""

    written: dict[LogId, int]
    confirmed: dict[LogId, int]
    incarnation: str
    last: Hlc
    replica: Replica


@dataclass(kw_only=True)
class Station:
    """One tablet in an officer's hands. `saved` is what was said to be saved, by log, as raw ids."""

    label: str
    officer: str
    field: Field
    tablet: Tablet
    skew: timedelta = timedelta()
    saved: dict[LogId, list[bytes]] = field(default_factory=dict)
    written: dict[LogId, int] = field(default_factory=dict)
    asks: deque[tuple[Door, bytes]] = field(default_factory=deque)
    waiting: int | None = None  # the number of the request under way
    turn: Door | None = None  # what the session has come to; None between two

    def __post_init__(self) -> None:
        """The tablet's clock is its own."""
        self.tablet.clock = self.clock

    def clock(self) -> datetime:
        """What this tablet believes the time is."""
        return self.field.now + self.skew

    def record(self, stream: StreamId, question: str, value: int, seen: frozenset[EntryId]) -> bytes:
        """An answer is tapped, written to the disk, and then said to be saved. Gives its raw id."""
        now = self.clock()
        draft = Draft(
            happened=now,
            recorded=now,
            kind="answer",
            schema=self.field.checklist,
            subject=SubjectId("visit"),
            field=question,
            value=value,
            supersedes=seen,
        )
        raw = bytes.fromhex(self.tablet.record(stream, draft))
        log = next(one for one in self.tablet.logs.values() if one.ids and one.ids[-1] == raw)
        self.write(log)
        self.saved.setdefault(log.name, []).append(raw)
        return raw

    def write(self, log: OwnLog) -> None:
        """The newest entry of the log reaches the disk."""
        self.written[log.name] = len(log.entries)

    def ask(self) -> tuple[Door, bytes] | None:
        """The next request of a session: what is held, then what is unsent, then what is new."""
        if self.turn is None:
            self.turn = Door.HAVE
            if self.tablet.logs:
                return Door.HAVE, self.tablet.have_body()
        if self.turn is Door.HAVE:
            self.turn = Door.PUSH
            self.asks.extend((Door.PUSH, body) for body in list(self.tablet.push_bodies()))
        if self.turn is Door.PUSH and self.asks:
            return self.asks.popleft()
        if self.turn is Door.PUSH:
            self.turn = Door.PULL
        return (Door.PULL, self.tablet.pull_body(25)) if self.turn is Door.PULL else None

    def take(self, door: Door, reply: bytes) -> None:
        """An answer came in and is written down; whatever cannot be read changes nothing."""
        match door:
            case Door.HAVE:
                self.tablet.apply_have(reply)
            case Door.PUSH:
                self.tablet.apply_push(reply)
            case Door.PULL:
                if not self.tablet.apply_pull(reply):
                    self.turn = None

    def give_up(self) -> None:
        """No answer came: the session begins again another time."""
        self.asks.clear()
        self.waiting = self.turn = None

    def disk(self) -> Disk:
        """What is on the disk now."""
        tablet, others = self.tablet, self.tablet.replica
        return Disk(
            written=dict(self.written),
            confirmed={name: log.confirmed for name, log in tablet.logs.items()},
            incarnation=tablet.incarnation,
            last=tablet.last,
            replica=replace(
                others,
                positions=dict(others.positions),
                entries={name: list(held) for name, held in others.entries.items()},
                ids=deepcopy(others.ids),
                holes=list(others.holes),
                unproven=list(others.unproven),
            ),
        )

    def restart(self, disk: Disk) -> None:
        """The process ended; it begins anew from what is on the disk."""
        before = self.tablet
        logs = {}
        for name, log in before.logs.items():
            if count := disk.written.get(name, 0):
                logs[name] = OwnLog(
                    name,
                    entries=log.entries[:count],
                    ids=log.ids[:count],
                    confirmed=min(disk.confirmed.get(name, 0), count),
                )
                logs[name].heads[:] = log.heads[: count + 1]
        self.tablet = Tablet(
            key=before.key,
            clock=self.clock,
            random_bytes=before.random_bytes,
            incarnation=disk.incarnation,
            last=disk.last,
            logs=logs,
            replica=disk.replica,
        )
        self.give_up()

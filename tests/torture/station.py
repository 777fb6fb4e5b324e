"""A tablet of the simulation: the reference tablet with a disk of its own, a clock that is wrong, and one
request under way at a time. What it said is saved is on its disk; what was not written yet dies with it.

It claims what it holds, as the app does; an older app claims nothing.
"""

import json
from collections import deque
from collections.abc import Mapping
from copy import copy, deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar

from fieldops.domain.completeness import Span
from fieldops.domain.entry import Draft
from fieldops.domain.hlc import Hlc
from fieldops.domain.ids import EntryId, LogId, PaperHash, SignerId, StreamId, SubjectId
from fieldops.domain.wipe import LostEntries, WipedWord, WipeOrder, read_order, word_bytes, write_word
from fieldops.store.wipes import SignedOrder
from fieldops.sync import keys
from fieldops.sync.outbox import Outbox
from fieldops.sync.own_log import OwnLog
from fieldops.sync.replica import Replica
from fieldops.sync.tablet import Door, Tablet
from tests.support.field import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """What a tablet has written at one moment: of its logs how much, and all that it holds of others."""

    written: dict[LogId, int]
    words: dict[LogId, tuple[int, bool, frozenset[int]]]  # the server's on each log: see OwnLog
    epoch: str | None
    incarnation: str
    last: Hlc
    replica: Replica


@dataclass(kw_only=True)
class Station:
    """One tablet in an officer's hands. `saved` is what was said to be saved, by log, as raw ids."""

    replica_kind: ClassVar[type[Replica]] = Replica
    outbox_kind: ClassVar[type[Outbox]] = Outbox
    label: str  # of the tablet in the hand; a copy goes by its original's, for the server cannot tell them
    officer: str
    field: Field
    tablet: Tablet
    skew: timedelta = timedelta()
    saved: dict[LogId, list[bytes]] = field(default_factory=dict)
    written: dict[LogId, int] = field(default_factory=dict)
    asks: deque[tuple[Door, bytes]] = field(default_factory=deque)
    asked: bytes = b""
    waiting: int | None = None  # the number of the request under way
    turn: Door | None = None  # what the session has come to; None between two
    full: bool = False  # the tablet's storage takes nothing more
    claims: bool = True  # whether the app is one that says what it holds
    says: bool = True  # whether it says so at the next contact
    files: Outbox = field(default_factory=Outbox)
    attached: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)  # line and content, by manifest
    files_epoch: str | None = None  # of the server that was told of the files
    order: WipeOrder | None = None  # by which this store is to go: nothing more is recorded in it
    leaves: bool = False  # whether it goes now
    copied: bool = False  # whether there is a second store like this one

    def __post_init__(self) -> None:
        """The tablet's clock is its own, and it holds nothing yet."""
        self.tablet.clock = self.clock
        self.tablet.replica = self.replica_kind()
        self.files, self.attached = self.outbox_kind(), {}

    def clock(self) -> datetime:
        """What this tablet believes the time is."""
        return self.field.now + self.skew

    @property
    def tells(self) -> bool:
        """Whether the next word claims what is held."""
        return self.claims and self.says

    def record(self, stream: StreamId, draft: Draft) -> bytes | None:
        """An answer is tapped, written to the disk, and then said to be saved. Gives its raw id; None where
        the disk took nothing, and nothing was said."""
        if self.order is not None:
            return None
        raw = bytes.fromhex(self.tablet.record(stream, draft))
        log = next(one for one in self.tablet.logs.values() if one.ids and one.ids[-1] == raw)
        if not self.write(log):
            self.restart(self.disk())
            return None
        self.saved.setdefault(log.name, []).append(raw)
        return raw

    def draft(self, question: str, value: int, seen: frozenset[EntryId], schema: PaperHash) -> Draft:
        """What the officer taps now."""
        now = self.clock()
        return Draft(
            happened=now,
            recorded=now,
            kind="answer",
            schema=schema,
            subject=SubjectId("visit"),
            field=question,
            value=value,
            supersedes=seen,
        )

    def write(self, log: OwnLog) -> bool:
        """The newest entry of the log reaches the disk, if there is room."""
        if not self.full:
            self.written[log.name] = len(log.entries)
        return not self.full

    def ask(self) -> tuple[Door, bytes] | None:
        """The next request of a session."""
        asked = self._next()
        self.asked = b"" if asked is None else asked[1]
        return asked

    def _next(self) -> tuple[Door, bytes] | None:
        """First what is held, then what is unsent, then what is new."""
        if self.turn is None:
            self.turn = Door.HAVE
            if self.tells or self.tablet.logs:
                return Door.HAVE, self.have_body()
        if self.turn is Door.HAVE:
            self.turn = Door.PUSH
            self.asks.extend((Door.PUSH, body) for body in list(self.tablet.push_bodies()))
        if self.turn is Door.PUSH and self.asks:
            return self.asks.popleft()
        if self.turn is Door.PUSH:
            self.turn = Door.PULL
        return (Door.PULL, self.tablet.pull_body(25)) if self.turn is Door.PULL else None

    def have_body(self) -> bytes:
        """How far does the server hold my logs; and so much of them is here."""
        if not self.tells:
            return self.tablet.have_body()
        claims = [{"log": log.name, "held": self.holds(log)} for log in self.tablet.logs.values()]
        facts = {"persisted": True, "quota_mib": None, "usage_mib": None, "build": "simulated"}
        told = {"claims": claims, "whole": True, "tablet": {"stores": self.stores(), **facts}}
        return json.dumps({"logs": list(self.tablet.logs), **told}).encode()

    def holds(self, log: OwnLog) -> int:
        """How many entries of the log are here."""
        return len(log.entries)

    def stores(self) -> list[SignerId]:
        """The keys that have a store on this tablet."""
        return [self.tablet.signer]

    def clear(self, tablet: Tablet) -> None:
        """The browser cleared the store; the officer has enrolled anew."""
        self.tablet, self.saved, self.written, self.full, self.order = tablet, {}, {}, False, None
        self.give_up()
        self.__post_init__()

    def copy(self) -> "Station":
        """A second store like this one, as when a tablet's files are copied or an older image is put back."""
        self.copied = True
        twin = copy(self)
        twin.saved, twin.written, twin.asks = deepcopy(self.saved), dict(self.written), deque()
        twin.files, twin.attached = self.outbox_kind(), dict(self.attached)
        twin.restart(self.disk())
        return twin

    def take(self, door: Door, reply: bytes) -> None:
        """An answer came in and is written down; what cannot be read, or not written, changes nothing."""
        before = self.disk() if self.full else None
        match door:
            case Door.HAVE:
                self.tablet.apply_have(reply)
                self.obey(json.loads(reply).get("wipe"))
            case Door.PUSH:
                self.tablet.apply_push(reply, self.asked)
            case Door.PULL:
                if not self.tablet.apply_pull(reply):
                    self.turn = None
        if before is not None:
            self.restart(before)

    def files_due(self) -> bool:
        """Whether there are files to send. What an older day of the server had is nothing to one put back."""
        if self.files_epoch != self.tablet.epoch:
            self.files_epoch = self.tablet.epoch
            for line, content in self.attached.values():
                self.files.keep_line(line, content)
        return bool(self.files.lines)

    def obey(self, given: Mapping[str, str] | None) -> None:
        """An order came with an answer that says how much the server has: the store goes when that is all of
        it, or by force. An older app knows of no orders."""
        if given is None or not self.claims or self.full:
            return
        order = read_order(given["order"].encode())
        if order.signer == self.tablet.signer:
            self.order = order
            self.leaves = order.forced or self.tablet.unsent() == 0

    def last_word(self) -> SignedOrder:
        """What goes with the store that the server was not known to have, under the key that goes, too."""
        assert self.order is not None
        lost = [(log.name, span) for log in self.tablet.logs.values() for span in self.lost(log)]
        word = WipedWord(
            order=self.order.id,
            signer=self.tablet.signer,
            forced=self.order.forced,
            at=self.clock(),
            entries=sum(len(log.entries) for log in self.tablet.logs.values()),
            lost=tuple(LostEntries(log=log, entries=span) for log, span in lost),
        )
        line = write_word(word)
        signature = keys.encode(keys.sign(self.tablet.key, word_bytes(line)))
        return SignedOrder(line=line.decode(), signature=signature)

    def lost(self, log: OwnLog) -> list[Span]:
        """Of this log, when the store goes now."""
        return [Span(*run) for run in log.unconfirmed()]

    def give_up(self) -> None:
        """No answer came: the session begins again another time."""
        self.asks.clear()
        self.waiting = self.turn = None
        self.leaves = False

    def disk(self) -> Disk:
        """What is on the disk now."""
        tablet, others = self.tablet, self.tablet.replica
        return Disk(
            written=dict(self.written),
            words={
                name: (log.confirmed, log.forked, frozenset(log.aside)) for name, log in tablet.logs.items()
            },
            epoch=tablet.epoch,
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
                confirmed, forked, aside = disk.words.get(name, (0, False, frozenset()))
                logs[name] = OwnLog(
                    name,
                    entries=log.entries[:count],
                    ids=log.ids[:count],
                    confirmed=min(confirmed, count),
                    forked=forked,
                    aside=set(aside),
                )
                logs[name].heads[:] = log.heads[: count + 1]
        self.tablet = Tablet(
            key=before.key,
            clock=self.clock,
            random_bytes=before.random_bytes,
            incarnation=disk.incarnation,
            epoch=disk.epoch,
            last=disk.last,
            logs=logs,
            replica=disk.replica,
        )
        self.give_up()

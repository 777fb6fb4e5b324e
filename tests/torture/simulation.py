"""A seeded day in the field: tablets, a network that loses everything it can, a server that ends at any
moment, and the oracles that watch. One seed gives one course of events, whatever machine it runs on."""

from dataclasses import dataclass, replace
from datetime import timedelta

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import EntryId, LogId
from fieldops.sync.tablet import Door
from tests.support.field import QUESTIONS
from tests.torture.station import Station
from tests.torture.watching import Watched
from tests.torture.world import Crash

LOOK_EVERY = 500  # steps between two looks at the whole database
FIELDS = 6  # questions of each class: few, so that officers contradict each other


@dataclass(slots=True, kw_only=True)
class Message:
    """Something on its way. An answer has `reply` True."""

    number: int
    who: str
    door: Door
    body: bytes
    reply: bool = False


class Simulation(Watched):
    """One course of events, step by step."""

    def __init__(self, seed: int) -> None:
        """Nothing is on its way yet."""
        super().__init__(seed)
        self.net: list[Message] = []
        self.registers: dict[tuple[str, str], list[tuple[bytes, LogId, int]]] = {}
        self.numbers = 0
        self.steps = 0
        self.acts = [
            (36, self.tap),
            (22, self.ask),
            (34, self.deliver),
            (3, self.pass_time),
            (1.2, self.end_tablet),
            (2, self.give_up),
            (0.8, self.set_clock),
            (0.5, self.back_up),
            (0.3, self.restore),
            (0.8, self.reassign),
            (0.15, self.revoke),
            (0.8, self.carry),
        ]

    def run(self, steps: int) -> None:
        """Let so many steps happen, then let the network be well and look at the end."""
        weights = [weight for weight, _ in self.acts]
        for act in self.rng.choices([act for _, act in self.acts], weights, k=steps):
            act()
            self.steps += 1
            if self.steps % LOOK_EVERY == 0:
                self.look()
        self.settle()

    def tap(self) -> None:
        """An officer records an answer, mostly knowing what their screen shows."""
        station = self._somebody()
        visit = self.rng.choice(self.server.field.visits)
        kind = self.rng.choice(sorted(QUESTIONS))
        stream = self.server.field.stream(visit, QUESTIONS[kind])
        question = f"{kind}-{self.rng.randint(1, FIELDS):02}"
        there = self.registers.setdefault((stream, question), [])
        seen = [raw for raw, log, n in there[-8:] if self._knows(station, raw, log, n)]
        named = frozenset(EntryId(raw.hex()) for raw in seen) if self.rng.random() < 0.7 else frozenset()
        raw = station.record(stream, question, self.rng.randint(0, 99), named)
        log = next(name for name, ids in station.saved.items() if ids and ids[-1] == raw)
        there.append((raw, log, len(station.saved[log])))

    def _knows(self, station: Station, raw: bytes, log: LogId, n: int) -> bool:
        own = station.saved.get(log, ())
        return n <= len(own) or station.tablet.replica.ids.get(log, {}).get(n) == raw

    def _somebody(self) -> Station:
        return self.stations[self.rng.choice(sorted(self.stations))]

    def ask(self) -> None:
        """A tablet that waits for nothing sends the next request of its session."""
        free = [label for label, one in sorted(self.stations.items()) if one.waiting is None]
        if not free:
            self.give_up()
            return
        station = self.stations[self.rng.choice(free)]
        if (asked := station.ask()) is not None:
            self.numbers += 1
            station.waiting = self.numbers
            door, body = asked
            if door is Door.PUSH:
                self.sent.append((station.label, body))
            self.net.append(Message(number=self.numbers, who=station.label, door=door, body=body))

    def carry(self) -> None:
        """A tablet hands its unsent entries to a colleague's, which offers them as a relay."""
        author, relay = self._somebody(), self._somebody()
        for body in list(author.tablet.push_bodies())[:1]:
            self.sent.append((relay.label, body))
            self.net.append(Message(number=0, who=relay.label, door=Door.PUSH, body=body))

    def give_up(self) -> None:
        """A tablet has waited long enough. What it asked may still arrive."""
        patient = [label for label, one in sorted(self.stations.items()) if one.waiting is not None]
        self.stations[self.rng.choice(patient or sorted(self.stations))].give_up()

    def deliver(self) -> None:
        """Any message that is on its way comes next, or is lost, cut, altered or repeated."""
        if not self.net:
            self.ask()
            return
        message = self.net.pop(self.rng.randrange(len(self.net)))
        fate = self.rng.random()
        if fate < 0.06:
            return
        if fate < 0.10:
            self.net.append(message)
        elif fate < 0.13:
            message = self._cut(message)
        elif fate < 0.16 and message.door is Door.PUSH and not message.reply:
            message = self._altered(message)
        if message.reply:
            self._at_tablet(message)
        else:
            self._at_server(message)

    def _cut(self, message: Message) -> Message:
        return replace(message, body=message.body[: self.rng.randrange(len(message.body))])

    def _altered(self, message: Message) -> Message:
        body = bytearray(message.body)
        body[self.rng.randrange(len(body))] ^= 1 << self.rng.randrange(7)
        return replace(message, body=bytes(body))

    def _at_server(self, message: Message) -> None:
        self.server.crash = self.rng.choices([None, *Crash], [94, 3, 3])[0]
        reply = self.answer(message.door, message.who, message.body)
        self.server.crash = None
        if reply is not None and message.number:
            self.net.append(replace(message, body=reply, reply=True))

    def _at_tablet(self, message: Message) -> None:
        station = self.stations[message.who]
        if station.waiting != message.number:
            return
        station.waiting = None
        ends = self.rng.random() < 0.06
        before = station.disk() if ends else None
        try:
            station.take(message.door, message.body)
        except (Refusal, ValueError):
            station.give_up()
        if before is not None:
            station.restart(before)

    def end_tablet(self) -> None:
        """A tablet's process ends, now and then with an answer that was not written yet."""
        station = self._somebody()
        station.restart(station.disk())

    def pass_time(self) -> None:
        """The server's time goes on."""
        self.server.field.now += timedelta(milliseconds=self.rng.randint(1, 30_000))

    def set_clock(self) -> None:
        """Somebody sets a tablet's clock, by up to ten years."""
        self._somebody().skew = timedelta(days=self.rng.randint(-3650, 3650))

    def back_up(self) -> None:
        """The server's ledger is copied."""
        self.look()
        self.server.back_up()
        self.promises_at.append(dict(self.promised))

    def restore(self) -> None:
        """An older copy takes the place of the database."""
        if self.server.backups:
            self.look()
            chosen = self.rng.randrange(len(self.server.backups))
            self.server.restore(self.server.backups[chosen])
            self.promised = dict(self.promises_at[chosen])

    def reassign(self) -> None:
        """A visit goes to one of the teams."""
        visit = self.rng.choice(self.server.field.visits)
        self.server.move(visit, self.rng.choice(sorted(self.server.plan.teams)))

    def revoke(self) -> None:
        """A tablet is lost."""
        station = self._somebody()
        if station.officer != "lead":
            self.server.revoke(station.label)

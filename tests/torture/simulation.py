"""A seeded day in the field: tablets, a network that loses everything it can, a server that ends at any
moment, and the oracles that watch. One seed gives one course of events, whatever machine it runs on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import EntryId, LogId
from fieldops.sync.tablet import Door
from tests.support.field import QUESTIONS
from tests.torture.hazards import UNKNOWN, Hazards
from tests.torture.station import Station
from tests.torture.watching import Message
from tests.torture.world import Crash

LOOK_EVERY = 500  # steps between two looks at the whole database
SAYS = 0.3  # of a tablet's contacts at which it says what it holds: it costs as much as a push
FIELDS = 6  # questions of each class: few, so that officers contradict each other


class Simulation(Hazards):
    """One course of events, step by step. `hazards` says how much oftener tablets themselves come to harm."""

    hazards: float = 1

    def __init__(self, seed: int) -> None:
        """Nothing is on its way yet."""
        super().__init__(seed)
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
            *((weight * self.hazards, act) for weight, act in self._hazards()),
        ]

    def _hazards(self) -> list[tuple[float, Callable[[], None]]]:
        return [
            (0.12, self.copy_tablet),
            (0.25, self.clear_store),
            (0.5, self.fill_tablet),
            (0.4, self.fill_server),
            (0.4, self.change_app),
            (0.5, self.seal_file),
            (0.7, self.carry_file),
            (0.5, self.decide),
            (0.8, self.send_files),
            (0.2, self.deliver_part),
            (0.2, self.order_wipe),
            (0.5, self.carry_word),
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
        station = self.somebody()
        visit = self.rng.choice(self.server.field.visits)
        kind = self.rng.choice(sorted(QUESTIONS))
        stream = self.server.field.stream(visit, QUESTIONS[kind])
        question = f"{kind}-{self.rng.randint(1, FIELDS):02}"
        there = self.registers.setdefault((stream, question), [])
        seen = [raw for raw, log, n in there[-8:] if self._knows(station, raw, log, n)]
        named = frozenset(EntryId(raw.hex()) for raw in seen) if self.rng.random() < 0.7 else frozenset()
        schema = UNKNOWN if self.rng.random() < 0.02 else self.server.field.checklist
        draft = self.with_file(station, station.draft(question, self.rng.randint(0, 99), named, schema))
        raw = station.record(stream, draft)
        self.attached(station, draft, saved=raw is not None)
        if raw is None:
            return
        self.recorded.add(raw)
        if schema == UNKNOWN:
            self.strict.add(raw)
        log = next(name for name, ids in station.saved.items() if ids and ids[-1] == raw)
        there.append((raw, log, len(station.saved[log])))

    def _knows(self, station: Station, raw: bytes, log: LogId, n: int) -> bool:
        own = station.saved.get(log, ())
        return own[n - 1 : n] == [raw] or station.tablet.replica.ids.get(log, {}).get(n) == raw

    def ask(self) -> None:
        """A tablet that waits for nothing sends the next request of its session."""
        free = [label for label, one in sorted(self.stations.items()) if one.waiting is None]
        if not free:
            self.give_up()
            return
        label = self.rng.choice(free)
        station = self.stations[label]
        if station.turn is None:
            station.says = self.rng.random() < SAYS
        if (asked := station.ask()) is not None:
            self.numbers += 1
            station.waiting = self.numbers
            self._send(self.message(label, *asked, number=self.numbers))

    def carry(self) -> None:
        """A tablet hands its unsent entries to a colleague's, which offers them as a relay."""
        author = self.somebody()
        relay = self.rng.choice(sorted(self.stations))
        for body in list(author.tablet.push_bodies())[:1]:
            self._send(self.message(relay, Door.PUSH, body))

    def _send(self, message: Message) -> None:
        if message.door is Door.PUSH:
            self.sent.append(message)
        self.net.append(message)

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
        reply = self.answer(message)
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
        self.taken(station)

    def end_tablet(self) -> None:
        """A tablet's process ends, now and then with an answer that was not written yet."""
        station = self.somebody()
        station.restart(station.disk())

    def pass_time(self) -> None:
        """The server's time goes on."""
        self.server.field.now += timedelta(milliseconds=self.rng.randint(1, 30_000))

    def set_clock(self) -> None:
        """Somebody sets a tablet's clock, by up to ten years."""
        self.somebody().skew = timedelta(days=self.rng.randint(-3650, 3650))

    def back_up(self) -> None:
        """The server's ledger is copied."""
        self.look()
        self.server.back_up()
        self.promises_at.append((dict(self.promised), set(self.put_aside)))

    def restore(self) -> None:
        """An older copy takes the place of the database."""
        if self.server.backups:
            self.look()
            chosen = self.rng.randrange(len(self.server.backups))
            self.server.restore(self.server.backups[chosen])
            promised, aside = self.promises_at[chosen]
            self.promised, self.put_aside = dict(promised), set(aside)

    def reassign(self) -> None:
        """A visit goes to one of the teams."""
        visit = self.rng.choice(self.server.field.visits)
        self.server.move(visit, self.rng.choice(sorted(self.server.plan.teams)))

    def revoke(self) -> None:
        """A tablet is lost."""
        station = self.somebody()
        if station.officer != "lead":
            self.server.revoke(station.label, station.tablet.signer)

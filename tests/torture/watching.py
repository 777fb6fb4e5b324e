"""A server and its tablets under watch: what is promised and given out is noted, and the oracles look at it
at any moment and at the end, when the network is well again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random
from typing import Any

from fieldops.domain.completeness import LogStanding
from fieldops.domain.ids import LogId, SignerId, class_of_stream, stream_of
from fieldops.domain.who import Through
from fieldops.store.completeness import tablet_standings
from fieldops.sync.bundle import Taken
from fieldops.sync.tablet import Door
from fieldops.sync.wire import read_page
from tests.torture import oracles
from tests.torture.oracles import Oracle, Rest, hold
from tests.torture.plan import OPEN_TO
from tests.torture.station import Station
from tests.torture.world import Server

TABLETS = {
    "lead": "lead",
    "police": "police",
    "spare": "police",
    "colleague": "colleague",
    "safety": "safety",
    "second": "second",
}
MOST_REPLAYED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something on its way to the server, by the key with which its tablet signed in. An answer has `reply`
    True. `held` is how much of each log the tablet truly held when it said what it holds."""

    number: int
    who: str
    signer: SignerId
    door: Door
    body: bytes
    held: Mapping[LogId, int] = field(default_factory=dict)
    reply: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A store that was cleared, and all that was said to be saved in it."""

    officer: str
    signer: SignerId
    saved: Mapping[LogId, list[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """What a tablet had not sent, sealed, in a file that anybody may carry."""

    officer: str
    bundle: dict[str, Any]


class Watched:
    """The parts and what is known of them. Their classes are handed in, so that a wrong one can be tried."""

    server_kind: type[Server] = Server
    station_kind: type[Station] = Station
    view: staticmethod = staticmethod(oracles.view)

    def __init__(self, seed: int) -> None:
        """Everybody begins with an enrolled tablet and nothing recorded."""
        self.rng = Random(seed)
        self.server = self.server_kind(seed)
        self.stations = {label: self._station(label, officer) for label, officer in TABLETS.items()}
        self.net: list[Message] = []
        self.files: list[SealedFile] = []
        self.sent: list[Message] = []
        self.gone: list[Gone] = []
        self.copied: set[SignerId] = set()
        self.desks: set[SignerId] = set()  # keys by which the lead signs at the desk
        self.recorded: set[bytes] = set()
        self.strict: set[bytes] = set()
        self.told: dict[LogId, int] = {}
        self.promised: dict[LogId, int] = {}
        self.put_aside: set[bytes] = set()
        self.promises_at: list[tuple[dict[LogId, int], set[bytes]]] = []
        self.numbered: dict[tuple[str, str], list[bytes]] = {}

    def answer(self, message: Message) -> bytes | None:
        """What the server answers; what it promises and what it gives out is noted and judged."""
        reply = self.server.answer(message.door, message.signer, message.body)
        if reply is None:
            return None
        if message.door is Door.PULL:
            self._given_out(message.who, reply)
            return reply
        said = json.loads(reply)
        for row in said["logs"]:
            self._promise(row["log"], row["have"])
        for log, count in message.held.items():
            self.told[log] = max(self.told.get(log, 0), count)
        if message.door is Door.PUSH:
            forks = [row for row in said["exceptions"] if row["verdict"] == "fork"]
            self.put_aside.update(_offered_at(message.body, forks))
        return reply

    def _promise(self, log: LogId, have: int) -> None:
        """What came proves as well as a word that it was on its tablet."""
        self.promised[log] = max(self.promised.get(log, 0), have)
        self.told[log] = max(self.told.get(log, 0), have)

    def hand_in(self, carrier: SignerId | None, bundle: dict[str, Any]) -> Taken | None:
        """A sealed file reaches the server; what is said to have come with it must be there."""
        taken = self.server.take(carrier, bundle)
        if taken is None:
            return None
        for state in taken.reply.logs:
            self._promise(state.log, state.have)
        places = oracles.at_rest(self.server.database).places
        named = [(one["log"], n) for one in bundle["logs"] for n in range(one["from"], one["to"] + 1)]
        lacking = sum(n not in places.get(log, {}) for log, n in named)
        told = sum(one.last - one.first + 1 for one in taken.reply.setbacks if one.code == "bundle_missing")
        hold(Oracle.NUMBERED, told >= lacking, f"{lacking} named in a file are nowhere, {told} told")
        return taken

    def _given_out(self, label: str, reply: bytes) -> None:
        """Oracle 4, at the door itself."""
        officer, plan = self.stations[label].officer, self.server.plan
        hold(Oracle.GRANTED, self.stations[label].label not in plan.barred, f"{label} is barred")
        for arrival in read_page(reply).arrivals:
            hold(Oracle.GRANTED, plan.sees(officer, arrival.stream), f"{label} was given {arrival.stream}")

    def look(self) -> Rest:
        """What must hold at any moment."""
        rest = oracles.at_rest(self.server.database)
        for stream, ids in rest.streams.items():
            before = self.numbered.setdefault((self.server.epoch, stream), ids)
            hold(Oracle.GAPLESS, ids[: len(before)] == before, f"{stream} changed its numbers")
            self.numbered[self.server.epoch, stream] = ids
        oracles.saved_is_kept(self.stations.values())
        oracles.promised_is_held(self.promised, self.put_aside, rest)
        oracles.only_what_was_recorded(self.recorded | rest.signed_by(self.desks), self.copied, rest)
        oracles.replicas_are_prefixes(self.stations.values(), self.numbered)
        open_ids = {raw for name, ids in rest.streams.items() if not name.endswith("C7p") for raw in ids}
        hold(Oracle.STRICT, not open_ids & self.strict, "an answer under an unknown checklist is open")
        return rest

    def settle(self) -> None:
        """The network is well again, there is room, every app is new: all is handed in, and looked at."""
        self.net.clear()
        self.server.make_room()
        for station in self.stations.values():
            station.full, station.claims, station.says = False, True, True
        for file in self.files:
            self.hand_in(None, file.bundle)
        for _ in range(2):
            for label, station in self.stations.items():
                self._sync(label, station)
        rest = self.look()
        for station in self.stations.values():
            lacking = {one for ids in station.saved.values() for one in ids} - rest.held
            hold(Oracle.ARRIVES, not lacking, f"{station.label}: {len(lacking)} never came")
            hold(
                Oracle.CONFIRMED,
                station.tablet.unsent() == 0,
                f"{station.label} was not told: {station.copied}",
            )
        shown = self._views(rest)
        for station in self.stations.values():
            self._holds_its_grants(station, rest, shown)
        self._numbers(rest)
        self._replay(rest)

    def _sync(self, label: str, station: Station) -> None:
        station.give_up()
        while (asked := station.ask()) is not None:
            reply = self.answer(self.message(label, *asked))
            if reply is None:
                hold(Oracle.EQUAL, station.label in self.server.plan.barred, f"{label} was refused")
                break
            station.take(asked[0], reply)
            self.taken(station)
            if station.turn is None:
                break

    def taken(self, station: Station) -> None:
        """What follows from an answer that a tablet has taken in."""

    def message(self, label: str, door: Door, body: bytes, number: int = 0) -> Message:
        """A tablet's request, and what it truly holds where it says what it holds."""
        station = self.stations[label]
        says = door is Door.HAVE and station.tells
        held = {log: len(ids) for log, ids in station.saved.items()} if says else {}
        signer = station.tablet.signer
        return Message(number=number, who=label, signer=signer, door=door, body=body, held=held)

    def _holds_its_grants(
        self, station: Station, rest: Rest, shown: Mapping[str, Mapping[str, frozenset[str]]]
    ) -> None:
        """Oracle 3, and that nothing of a stream that was taken away is left."""
        if station.label in self.server.plan.barred:
            return
        replica, sees = station.tablet.replica, self.server.plan.sees
        hold(Oracle.GAPLESS, not replica.holes, f"{station.label} met {len(replica.holes)} holes")
        hold(Oracle.CHAINED, not replica.unproven, f"{station.label} could not prove a segment")
        left = [stream for stream in replica.entries if not sees(station.officer, stream)]
        hold(Oracle.GRANTED, not left, f"{station.label} still holds {left}")
        theirs = {s: [sha256(header).digest() for header, _ in held] for s, held in replica.entries.items()}
        ours = {stream: ids for stream, ids in rest.streams.items() if sees(station.officer, stream)}
        hold(Oracle.EQUAL, theirs == ours, station.label)
        stream = self.rng.choice(sorted(theirs)) if theirs else None
        if stream is not None:
            hold(Oracle.EQUAL, self.view(replica.entries[stream]) == shown[stream], f"{station.label} shows")

    def _views(self, rest: Rest) -> dict[str, dict[str, frozenset[str]]]:
        """Oracles 6 and 7: what each stream shows."""
        found = {}
        for stream, ids in rest.streams.items():
            lines = [rest.entries[raw] for raw in ids]
            shown = found[stream] = self.view(lines)
            oracles.nothing_is_hidden(lines, shown)
            oracles.order_does_not_matter(lines, shown, self.view, self.rng)
        return found

    def _numbers(self, rest: Rest) -> None:
        """Oracle 1, for what is nowhere: the officer is told which of their entries are lost, and the lead of
        those in classes that they may know of. Of a store that was cleared before it said a word, only that
        it is gone can be known."""
        told = {officer: dict(self._standings(officer, Through.TABLET)) for officer in set(TABLETS.values())}
        known = dict(self._standings("lead", Through.DESK))
        for station in self.stations.values():
            mine = told[station.officer]
            live = [mine[log][0] for log in station.saved if log in mine and not station.copied]
            wrong = [one.log for one in live if one.lost or one.outstanding]
            hold(Oracle.NUMBERED, not wrong, f"{wrong} are here, and said to be missing")
        for one in self.gone:
            self._gone_is_numbered(one, told[one.officer], rest)
            open_to_lead = [log for log in one.saved if class_of_stream(stream_of(log)) in OPEN_TO["PO"]]
            other = [log for log in open_to_lead if told[one.officer].get(log) != known.get(log)]
            hold(Oracle.NUMBERED, not other, f"the lead is told something else of {other}")

    def _standings(self, officer: str, through: Through) -> Iterator[tuple[LogId, tuple[LogStanding, bool]]]:
        """By log: how it stands, and whether its store is known to be gone."""
        reader = self.server.field.reader(officer, through)
        with self.server.database.reading() as session:
            for tablet in tablet_standings(session, reader):
                for store in tablet.stores:
                    for log in store.logs:
                        yield log.log, (log, store.present is False)

    def _gone_is_numbered(
        self, one: Gone, told: Mapping[LogId, tuple[LogStanding, bool]], rest: Rest
    ) -> None:
        held = rest.held
        for log, ids in one.saved.items():
            missing = {n for n, raw in enumerate(ids, start=1) if raw not in held}
            standing = told[log][0] if log in told else None
            lost = standing.lost if standing else None
            numbers = set(range(lost.first, lost.last + 1)) if lost else set()
            unsaid = {n for n in missing - numbers if n <= self.told.get(log, 0)}
            hold(Oracle.NUMBERED, not unsaid, f"{log}: {sorted(unsaid)} are nowhere, and have no number")
            hold(Oracle.NUMBERED, numbers <= missing, f"{log}: {sorted(numbers - missing)} are not lost")
            hold(
                Oracle.NUMBERED, standing is None or told[log][1], f"{log}: its store is not known to be gone"
            )

    def _replay(self, rest: Rest) -> None:
        """Oracle 8: the end of some prefix of the traffic comes once more, and files that came. What cleared
        stores had sent is left out: it could bring back what a restore lost."""
        gone = [one.signer.encode() for one in self.gone]
        known = [one for one in self.sent if not any(signer in one.body for signer in gone)]
        end = self.rng.randint(0, len(known))
        for message in known[max(0, end - MOST_REPLAYED) : end]:
            self.answer(message)
        for file in self.files[-3:]:
            self.hand_in(None, file.bundle)
        again = oracles.at_rest(self.server.database)
        hold(Oracle.REPLAY, again == rest, "the ledger is another")

    def _station(self, label: str, officer: str) -> Station:
        tablet = self.server.field.tablet(officer, label)
        return self.station_kind(label=label, officer=officer, field=self.server.field, tablet=tablet)


def _offered_at(body: bytes, rows: list[dict[str, object]]) -> Iterator[bytes]:
    """The raw ids that a push offered at the places that these rows name. What was spoilt on the way is left
    out: it was refused."""
    for segment in json.loads(body)["segments"] if rows else ():
        try:
            said = json.loads(segment["statement"])
        except json.JSONDecodeError:
            continue
        headers = segment["lines"].encode().split(b"\n")[::2]
        for n, header in enumerate(headers, start=said.get("from", 0)):
            if any(row["log"] == said.get("log") and row["from"] <= n <= row["to"] for row in rows):
                yield sha256(header).digest()

"""A server and its tablets under watch: what is promised and given out is noted, and the oracles look at it
at any moment and at the end, when the network is well again."""

import json
from hashlib import sha256
from random import Random

from fieldops.domain.ids import LogId
from fieldops.sync.tablet import Door
from fieldops.sync.wire import read_page
from tests.torture import oracles
from tests.torture.oracles import Oracle, hold
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
        self.sent: list[tuple[str, bytes]] = []
        self.promised: dict[LogId, int] = {}
        self.promises_at: list[dict[LogId, int]] = []
        self.numbered: dict[tuple[str, str], list[bytes]] = {}

    def answer(self, door: Door, label: str, body: bytes) -> bytes | None:
        """What the server answers; what it promises and what it gives out is noted and judged."""
        reply = self.server.answer(door, self.stations[label].tablet.signer, body)
        if reply is None:
            return None
        if door is Door.PULL:
            self._given_out(label, reply)
        else:
            for row in json.loads(reply)["logs"]:
                self.promised[row["log"]] = max(self.promised.get(row["log"], 0), row["have"])
        return reply

    def _given_out(self, label: str, reply: bytes) -> None:
        """Oracle 4, at the door itself."""
        officer, plan = self.stations[label].officer, self.server.plan
        hold(Oracle.GRANTED, label not in plan.barred, f"{label} is barred and was answered")
        for arrival in read_page(reply).arrivals:
            hold(Oracle.GRANTED, plan.sees(officer, arrival.stream), f"{label} was given {arrival.stream}")

    def look(self) -> oracles.Rest:
        """What must hold at any moment."""
        rest = oracles.at_rest(self.server.database)
        for stream, ids in rest.streams.items():
            before = self.numbered.setdefault((self.server.epoch, stream), ids)
            hold(Oracle.GAPLESS, ids[: len(before)] == before, f"{stream} changed its numbers")
            self.numbered[self.server.epoch, stream] = ids
        oracles.saved_is_kept(self.stations.values())
        oracles.promised_is_held(self.promised, rest)
        oracles.only_what_was_recorded(self.stations.values(), rest)
        oracles.replicas_are_prefixes(self.stations.values(), self.numbered)
        return rest

    def settle(self) -> None:
        """The network is well again: everybody syncs, and the end is looked at."""
        self.net.clear()
        for _ in range(2):
            for station in self.stations.values():
                self._sync(station)
        rest = self.look()
        for station in self.stations.values():
            lacking = {one for ids in station.saved.values() for one in ids} - rest.held
            hold(Oracle.ARRIVES, not lacking, f"{station.label}: {len(lacking)} never came")
            hold(Oracle.CONFIRMED, station.tablet.unsent() == 0, f"{station.label} was not told")
            self._holds_its_grants(station, rest)
        self._views(rest)
        self._replay(rest)

    def _sync(self, station: Station) -> None:
        station.give_up()
        while (asked := station.ask()) is not None:
            reply = self.answer(asked[0], station.label, asked[1])
            if reply is None:
                hold(Oracle.EQUAL, station.label in self.server.plan.barred, f"{station.label} was refused")
                break
            station.take(asked[0], reply)
            if station.turn is None:
                break

    def _holds_its_grants(self, station: Station, rest: oracles.Rest) -> None:
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

    def _views(self, rest: oracles.Rest) -> None:
        for ids in rest.streams.values():
            lines = [rest.entries[raw] for raw in ids]
            shown = self.view(lines)
            oracles.nothing_is_hidden(lines, shown)
            oracles.order_does_not_matter(lines, shown, self.view, self.rng)

    def _replay(self, rest: oracles.Rest) -> None:
        """Oracle 8."""
        for label, body in self.rng.sample(self.sent, min(MOST_REPLAYED, len(self.sent))):
            self.answer(Door.PUSH, label, body)
        again = oracles.at_rest(self.server.database)
        hold(Oracle.REPLAY, again == rest, "the ledger is another")

    def _station(self, label: str, officer: str) -> Station:
        tablet = self.server.field.tablet(officer, label)
        return self.station_kind(label=label, officer=officer, field=self.server.field, tablet=tablet)

"""A lead orders that stores go from their tablets: each sends all that it holds and goes, or goes by force.
Its last word comes at any later time, and again."""

from fieldops.domain.ids import LogId, SignerId
from fieldops.store.wipes import SignedOrder
from tests.torture import oracles
from tests.torture.filing import Filing
from tests.torture.oracles import Oracle, hold
from tests.torture.station import Station
from tests.torture.watching import Gone
from tests.torture.world import Crash

MOST_ORDERS = 6


class Wiping(Filing):
    """Orders, stores that go, and their last words with how far each of their logs went."""

    def __init__(self, seed: int) -> None:
        """Nothing is ordered yet."""
        super().__init__(seed)
        self.ordered: set[SignerId] = set()
        self.words: list[tuple[SignedOrder, dict[LogId, int]]] = []

    def order_wipe(self) -> None:
        """A store is to go. A copied one is left alone, as one that is cleared is."""
        station = self.stations[self.rng.choice(sorted(self.stations))]
        if station.copied or station.label in self.server.plan.barred or len(self.ordered) >= MOST_ORDERS:
            return
        self.ordered.add(station.tablet.signer)
        self.server.order_wipe(station.tablet.signer, forced=self.rng.random() < 0.5)

    def taken(self, station: Station) -> None:
        """A store that goes leaves its word, and its officer enrols anew on the same tablet."""
        if not station.leaves or station.copied or station.label in self.server.plan.barred:
            return
        assert station.order is not None
        if not station.order.forced and station.tablet.epoch == self.server.epoch:
            held = oracles.at_rest(self.server.database).held
            left = {raw for ids in station.saved.values() for raw in ids} - held
            hold(Oracle.ARRIVES, not left, f"{station.label} goes with {len(left)} that are nowhere else")
        self.words.append((station.last_word(), {log: len(ids) for log, ids in station.saved.items()}))
        self.enrol_anew(station)

    def carry_word(self) -> None:
        """A last word comes, maybe not for the last time."""
        if self.words:
            at = self.rng.randrange(len(self.words))
            self.server.crash = self.rng.choices([None, *Crash], [94, 3, 3])[0]
            if self._hear(at) and self.rng.random() < 0.5:
                self.words.pop(at)
            self.server.crash = None

    def _hear(self, at: int) -> bool:
        word, went = self.words[at]
        heard = self.server.hear(word)
        if heard:
            for log, count in went.items():
                self.told[log] = max(self.told.get(log, 0), count)
        return heard

    def enrol_anew(self, station: Station) -> None:
        """The store is gone; its officer has another on the same tablet."""
        field = self.server.field
        self.server.make_room()
        before = station.tablet.signer
        self.gone.append(Gone(officer=station.officer, signer=before, saved=station.saved))
        known = next(label for label, tablet in field.tablets.items() if tablet.signer == before)
        station.clear(field.tablet(station.officer, f"{station.label} {len(self.gone)}", known))

    def settle(self) -> None:
        """Stores that are to go have gone before the end, and every last word has come."""
        self.net.clear()
        self.server.make_room()
        for label, station in self.stations.items():
            station.full, station.claims = False, True
            for _ in range(2 if station.tablet.signer in self.ordered else 0):
                self._sync(label, station)
        for at in range(len(self.words)):
            hold(Oracle.NUMBERED, self._hear(at), "a last word is not heard")
        super().settle()
        self.files_arrive()

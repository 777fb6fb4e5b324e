"""What befalls tablets: copied, cleared, full, of an older edition; and what leaves them in a file."""

from hashlib import sha256
from typing import Any

from fieldops.domain.ids import PaperHash, SignerId
from fieldops.sync import keys
from fieldops.sync.sealing import CONTENT_KEY_BYTES
from tests.support.sealer import Sealer
from tests.torture.deciding import Deciding
from tests.torture.station import Station
from tests.torture.watching import SealedFile
from tests.torture.wiping import Wiping
from tests.torture.world import Crash

UNPUBLISHED = b"a checklist that was never published"
UNKNOWN = PaperHash(sha256(UNPUBLISHED).hexdigest())
MOST_COPIES = 2
MOST_CLEARED = 6


class Hazards(Deciding, Wiping):
    """Faults of the tablets, and sealed files on their way."""

    def somebody(self) -> Station:
        """Any tablet."""
        return self.stations[self.rng.choice(sorted(self.stations))]

    def copy_tablet(self) -> None:
        """A copy of a tablet's store goes on beside it: two that write one log."""
        station = self.somebody()
        if len(self.copied) < MOST_COPIES and not station.copied:
            self.copied.add(station.tablet.signer)
            self.stations[f"{station.label}, copied"] = station.copy()

    def clear_store(self) -> None:
        """A tablet's browser clears its store; its officer enrols anew on the same tablet.

        A copied one is left alone: two stores that claim one log cannot be told apart by numbers.
        """
        station = self.somebody()
        if station.copied or station.label in self.server.plan.barred or len(self.gone) >= MOST_CLEARED:
            return
        self.enrol_anew(station)

    def fill_tablet(self) -> None:
        """A tablet's storage is full; mostly somebody makes room soon."""
        full = [one for one in self.stations.values() if one.full]
        station = self.rng.choice(full) if full and self.rng.random() < 0.7 else self.somebody()
        station.full = not station.full

    def fill_server(self) -> None:
        """The server's disk is full, or somebody has made room."""
        if self.server.full:
            self.server.make_room()
        else:
            self.server.fill_disk()

    def change_app(self) -> None:
        """A tablet is given an older app, which claims nothing, or the newest."""
        station = self.somebody()
        station.claims = not station.claims

    def seal_file(self) -> None:
        """What a tablet has not sent is sealed and saved to a file."""
        station, chance = self.somebody(), self.server.field.chance
        segments = list(station.tablet.outgoing())
        if not segments:
            return
        sealer = Sealer(
            operation=self.server.field.operation,
            point=keys.public_point(self.server.sealing_key),
            content_key=chance.randbytes(CONTENT_KEY_BYTES),
            ephemeral=keys.key_from_number(chance.randrange(1, 2**255)),
        )
        self.files.append(SealedFile(officer=station.officer, bundle=sealer.bundle(segments)))

    def carry_file(self) -> None:
        """A file is handed in, whole or not, at the desk or on somebody's tablet; or it is lost."""
        if not self.files:
            return
        at = self.rng.randrange(len(self.files))
        fate = self.rng.random()
        if fate < 0.1:
            self.files.pop(at)
            return
        whole = self.files[at].bundle
        handed = whole if fate < 0.6 else self._left_out(whole) if fate < 0.8 else self._spoilt(whole)
        self.server.crash = self.rng.choices([None, *Crash], [94, 3, 3])[0]
        taken = self.hand_in(self._carrier(), handed)
        self.server.crash = None
        if taken is not None and handed is whole and fate < 0.4:
            self.files.pop(at)

    def _carrier(self) -> SignerId | None:
        station = self.somebody()
        return None if station.officer == "lead" else station.tablet.signer

    def _left_out(self, bundle: dict[str, Any]) -> dict[str, Any]:
        parts = list(bundle["parts"])
        parts.pop(self.rng.randrange(len(parts)))
        return {**bundle, "parts": parts}

    def _spoilt(self, bundle: dict[str, Any]) -> dict[str, Any]:
        parts = list(bundle["parts"])
        at = self.rng.randrange(len(parts))
        raw = bytearray(keys.decode(parts[at]["sealed"]))
        raw[self.rng.randrange(len(raw))] ^= 1
        parts[at] = {**parts[at], "sealed": keys.encode(bytes(raw))}
        return {**bundle, "parts": parts}

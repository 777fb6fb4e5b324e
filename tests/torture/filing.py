"""Files that officers attach, part by part through a network that loses, cuts, spoils and delays them."""

from dataclasses import replace

from fieldops.domain.attachment import CHUNK_BYTES
from fieldops.domain.entry import Draft
from fieldops.sync.attachments import Chunk
from tests.torture.oracles import Oracle, Rest, hold
from tests.torture.over_http import NoAnswer
from tests.torture.station import Station
from tests.torture.watching import Watched
from tests.torture.world import Crash

ATTACHES = 0.05  # of what is recorded
SMALL = 400  # bytes; every third file has two parts
TRIES = 3  # on a network that is well: ask, send, ask


class Filing(Watched):
    """What was attached, what is on its way, and what must come of it."""

    def __init__(self, seed: int) -> None:
        """No file was taken yet."""
        super().__init__(seed)
        self.parts: list[Chunk] = []
        self.chunks: set[str] = set()

    def with_file(self, station: Station, draft: Draft) -> Draft:
        """Now and then a photo goes with what is recorded."""
        if self.rng.random() >= ATTACHES:
            return draft
        parts = self.rng.choice([0, 0, 1])
        content = self.server.field.chance.randbytes(parts * CHUNK_BYTES + self.rng.randint(1, SMALL))
        name = station.files.keep(content, "image/jpeg")
        self.chunks |= set(station.files.manifest(name).chunks)
        return replace(draft, attachments=(name,))

    def attached(self, station: Station, draft: Draft, *, saved: bool) -> None:
        """The file counts with the entry that names it, or is let go of."""
        for name in draft.attachments:
            line, content = station.files.lines.pop(name), station.files.contents.pop(name)
            if saved:
                station.attached[name] = line, content
                station.files.keep_line(line, content)

    def send_files(self) -> None:
        """A tablet sends what the server lacks of its files, until something goes wrong."""
        station = self.stations[self.rng.choice(sorted(self.stations))]
        if station.label not in self.server.plan.barred and station.files_due():
            self._send_files(station, rough=True)

    def _send_files(self, station: Station, *, rough: bool) -> None:
        signer = station.tablet.signer
        device = self.server.device(signer)

        def ask(body: bytes) -> bytes:
            reply = None if rough and self._befalls(0.08) else self.server.need(signer, body)
            if reply is None or (rough and self._befalls(0.05)):
                raise NoAnswer("what is needed")
            return reply[: self.rng.randrange(len(reply))] if rough and self._befalls(0.05) else reply

        def put(name: str, n: int, data: bytes) -> None:
            chunk = Chunk(device=device, manifest=name, n=n, data=data)
            if not (self._carried(chunk) if rough else self.server.put(chunk)):
                raise NoAnswer("a part")

        try:
            station.files.send(ask, put)
        except (NoAnswer, ValueError):
            return

    def _befalls(self, chance: float) -> bool:
        return self.rng.random() < chance

    def _carried(self, chunk: Chunk) -> bool:
        """What becomes of a part; whether its tablet hears that it is held."""
        fate = self.rng.random()
        if fate < 0.08:
            return False
        if fate < 0.14:
            self.parts.append(chunk)
            return False
        if fate < 0.34:
            chunk = self._spoilt_part(chunk, fate)
        self.server.crash = self.rng.choices([None, *Crash], [90, 5, 5])[0]
        held = self.server.put(chunk)
        self.server.crash = None
        if fate > 0.95:
            self.server.put(chunk)
        return held and fate < 0.9

    def _spoilt_part(self, chunk: Chunk, fate: float) -> Chunk:
        """One bit is another, or it is cut short, or taken for another of its file."""
        at = self.rng.randrange(len(chunk.data))
        if fate < 0.22:
            return replace(chunk, data=chunk.data[:at] + bytes([chunk.data[at] ^ 1]) + chunk.data[at + 1 :])
        return replace(chunk, data=chunk.data[:at]) if fate < 0.3 else replace(chunk, n=chunk.n + 1)

    def deliver_part(self) -> None:
        """A part that was late comes."""
        if self.parts:
            self.server.put(self.parts.pop(self.rng.randrange(len(self.parts))))

    def look(self) -> Rest:
        """At any moment: no part lies there that nobody took."""
        strange = set(self.server.shelf.parts) - self.chunks
        hold(Oracle.FILES, not strange, f"{len(strange)} parts that nobody took")
        return super().look()

    def files_arrive(self) -> None:
        """The network is well: the files of all that lies in a stream are at the server, byte for byte."""
        for station in self.stations.values():
            if station.copied or station.label in self.server.plan.barred:
                continue
            for _ in range(TRIES if station.files_due() else 0):
                self._send_files(station, rough=False)
            signer = station.tablet.signer
            for name, (_, content) in station.attached.items():
                hold(Oracle.FILES, self.server.file(signer, name) == content, f"{station.label}: {name}")

"""Wrong servers and tablets in what becomes of attached files."""

from contextlib import suppress

from fieldops.store.attached import note_chunk, uploads_of
from fieldops.sync.attachments import Chunk
from fieldops.sync.outbox import Ask, Outbox, Put
from tests.torture.over_http import NoAnswer
from tests.torture.station import Station
from tests.torture.world import Server


class TakesAnyPart(Server):
    """What comes as a part is kept as that, whatever became of it on the way."""

    def put(self, chunk: Chunk) -> bool:
        with self.database.writing() as session:
            upload = uploads_of(session, chunk.device, [chunk.manifest]).get(chunk.manifest)
            if upload is not None and chunk.n < len(upload.manifest.chunks):
                self.shelf.parts[upload.manifest.chunks[chunk.n]] = chunk.data
                note_chunk(session, upload, chunk.n)
        return upload is not None


class KeepsSpoiltParts(Server):
    """A spoilt part is refused, and lies there all the same."""

    def put(self, chunk: Chunk) -> bool:
        self.shelf.put(chunk.data)
        return super().put(chunk)


class _SendsOnce(Outbox):
    def send(self, ask: Ask, put: Put) -> None:
        with suppress(NoAnswer):
            super().send(ask, put)
        self.lines.clear()
        self.contents.clear()


class TakesASentFileForReceived(Station):
    """A file that was sent once is let go of, whatever was answered."""

    outbox_kind = _SendsOnce

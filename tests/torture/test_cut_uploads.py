"""A file whose upload is cut again and again costs at most a part for each cut, and arrives whole.

Through a real socket to a real server, also one that is killed meanwhile and goes on as another process. The
control, a tablet that begins anew after a cut, sends more than that.

The long form takes FIELDOPS_TORTURE_FILE_BYTES, bytes of the file (see docs/reliability.md).
"""

import json
import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from fieldops.domain.attachment import CHUNK_BYTES, Manifest
from fieldops.store.attached import uploads_of
from fieldops.store.blobs import FolderBlobs
from fieldops.store.devices import signer
from fieldops.store.engine import open_engine
from fieldops.sync.attachments import whole_of
from fieldops.sync.outbox import Ask, Outbox, Put
from fieldops.sync.tablet import Tablet
from tests.support.database import Database
from tests.support.exhibits import content_of
from tests.support.field import SECRET, Field, open_field
from tests.support.running import Running
from tests.torture.cutting import CuttingProxy
from tests.torture.over_http import Line, NoAnswer

SIZE = int(os.environ.get("FIELDOPS_TORTURE_FILE_BYTES", str(9 * CHUNK_BYTES + 1234)))
QUESTIONS_BYTES = 4096  # of requests beside the chunks: no more of them are carried before the first chunk
MOST_ROUNDS = 400


class Forgetful(Outbox):
    """A tablet that does not ask what is needed, and sends every part anew."""

    def send(self, ask: Ask, put: Put) -> None:
        for name, content in self.contents.items():
            ask(json.dumps({"manifests": [self.lines[name].decode()]}).encode())
            for n in range(0, -(-len(content) // CHUNK_BYTES)):
                put(name, n, self.chunk(name, n))
        super().send(ask, put)


class Upload:
    """A photo on a tablet, and the way to the server through a network that is cut."""

    def __init__(self, server: Running, cuts: Iterator[int], outbox: Outbox) -> None:
        """The entry that names the photo is at the server already; of the photo nothing is."""
        url = f"sqlite:///{server.folder / 'fieldops.db'}"
        self.server, self.database = server, Database(url=url, engine=open_engine(url))
        self.operation: Field = open_field(self.database, {"lead": "PO", "police": "PO"})
        self.tablet: Tablet = self.operation.tablet("police")
        self.content, self.outbox, self.sent, self.cut = content_of(SIZE), outbox, 0, 0
        self.name = self.outbox.keep(self.content, "image/jpeg")
        self.manifest: Manifest = self.outbox.manifest(self.name)
        value = {"label": "JS/1", "what": "photo", "found": "The cutting room"}
        said = {"kind": "exhibit", "class_code": SECRET, "attachments": (self.name,)}
        self.operation.record(self.tablet, self.operation.visits[0], "exhibit", value, **said)
        self.operation.sync("police")
        server.start()
        self.proxy = CuttingProxy(server.port, cuts)
        self.line = Line(self.tablet, self.proxy.port)

    def run(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Try until everything is whole at the server."""
        for _ in range(MOST_ROUNDS):
            try:
                self.outbox.send(self.line.need, self._put)
            except NoAnswer:
                self.cut += 1
                meanwhile()
            if not self.outbox.lines:
                return
        raise AssertionError("it never arrived")

    def _put(self, manifest: str, n: int, data: bytes) -> None:
        self.sent += len(data)
        self.line.put(manifest, n, data)

    def arrived(self) -> bytes:
        """What the server holds of the file, once it calls it whole."""
        with self.database.reading() as session:
            key = signer(session, self.tablet.signer)
            assert key is not None
            upload = uploads_of(session, key.device, [self.name])[self.name]
        assert upload.whole_ms is not None
        return b"".join(whole_of(FolderBlobs(self.server.folder / "blobs"), self.manifest))

    @property
    def most(self) -> int:
        """What may be sent: the file, and a part for each cut."""
        print(f"{self.cut} cuts, {self.sent:,} bytes sent of a file of {SIZE:,}")
        return SIZE + self.cut * CHUNK_BYTES


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    running = Running(folder=tmp_path)
    running.command("migrate")
    yield running
    running.kill()


@pytest.mark.parametrize("every", [CHUNK_BYTES + QUESTIONS_BYTES, 1_000_003])
def test_an_upload_cut_after_every_so_many_bytes_arrives_whole(server: Running, every: int) -> None:
    upload = Upload(server, count(every, every), Outbox())
    upload.run()
    upload.proxy.close()
    assert upload.cut >= SIZE // every
    assert upload.arrived() == upload.content
    assert upload.sent <= upload.most


def test_an_upload_cut_at_73_percent_goes_on_there(server: Running) -> None:
    upload = Upload(server, iter([SIZE * 73 // 100]), Outbox())
    upload.run()
    upload.proxy.close()
    assert (upload.cut, upload.proxy.met) == (1, 1)
    assert upload.arrived() == upload.content
    assert upload.sent <= upload.most


def test_the_control_that_begins_anew_after_a_cut_sends_too_much(server: Running) -> None:
    upload = Upload(server, iter([SIZE * 73 // 100]), Forgetful())
    upload.run()
    upload.proxy.close()
    assert upload.arrived() == upload.content
    assert upload.sent > upload.most


def test_an_upload_goes_on_at_another_process_of_the_server(server: Running) -> None:
    upload = Upload(server, count(600_000, 600_000), Outbox())

    def another_process() -> None:
        server.kill()
        server.start()

    upload.run(another_process)
    upload.proxy.close()
    assert upload.cut >= 3
    assert upload.arrived() == upload.content
    assert upload.sent <= upload.most

"""The files of a tablet in Python: kept in chunks, and sent until the server holds each of them whole.

It remembers nothing of what was sent: each time it asks, so that a cut, a restart or another network costs no
more than the chunk that was on its way.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from fieldops.domain.attachment import (
    CHUNK_BYTES,
    Manifest,
    manifest_line,
    manifest_name,
    manifest_of,
    read_bitmap,
    read_manifest,
)
from fieldops.sync.attachments import MAX_MANIFESTS

Ask = Callable[[bytes], bytes]  # the body of a question what is needed, and its answer
Put = Callable[[str, int, bytes], None]  # a manifest's name, the number of a chunk, the chunk


@dataclass(slots=True, kw_only=True)
class Outbox:
    """What a tablet captured and means to send. `refused` says by code why a file is not taken."""

    lines: dict[str, bytes] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def keep(self, content: bytes, media_type: str) -> str:
        """Keep a file; gives the name that an entry carries for it."""
        return self.keep_line(manifest_line(manifest_of(content, media_type)), content)

    def keep_line(self, line: bytes, content: bytes) -> str:
        """Keep a file with the manifest that is made of it already."""
        name = manifest_name(line)
        self.lines[name], self.contents[name] = line, content
        return name

    def send(self, ask: Ask, put: Put) -> None:
        """Send whatever the server lacks. What was kept first goes first; whole files are let go."""
        for body in list(self._questions()):
            for row in json.loads(ask(body))["files"]:
                self._send_one(row, put)
        for body in list(self._questions()):
            for row in json.loads(ask(body))["files"]:
                self._learn(row)

    def chunk(self, name: str, n: int) -> bytes:
        """Chunk n of a file, counted from 0."""
        return self.contents[name][n * CHUNK_BYTES : (n + 1) * CHUNK_BYTES]

    def manifest(self, name: str) -> Manifest:
        """What a file is."""
        return read_manifest(self.lines[name])

    def _questions(self) -> Iterator[bytes]:
        lines = [line.decode() for line in self.lines.values()]
        for at in range(0, len(lines), MAX_MANIFESTS):
            yield json.dumps({"manifests": lines[at : at + MAX_MANIFESTS]}).encode()

    def _send_one(self, row: Mapping[str, object], put: Put) -> None:
        name = str(row["manifest"])
        count = len(self.manifest(name).chunks)
        held = read_bitmap(str(row.get("have", "")), count) or frozenset()
        for n in range(count):
            if n not in held and "refused" not in row:
                put(name, n, self.chunk(name, n))

    def _learn(self, row: Mapping[str, object]) -> None:
        name = str(row["manifest"])
        if row.get("whole"):
            del self.lines[name], self.contents[name]
        elif "refused" in row:
            self.refused[name] = str(row["refused"])

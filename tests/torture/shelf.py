"""The server's files in the simulation: the real doors for them, over a place for chunks in memory."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from fieldops.domain.ids import DeviceId, SignerId
from fieldops.store.attached import Upload, uploads_of
from fieldops.store.holders import holders_of
from fieldops.sync.attachments import Chunk, Place, need, take_chunk, whole_of
from tests.support.database import Database


class Shelf:
    """Chunks under the hashes of their bytes, in memory."""

    def __init__(self) -> None:
        """Nothing lies here yet."""
        self.parts: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        name = sha256(data).hexdigest()
        self.parts[name] = data
        return name

    def get(self, name: str) -> bytes | None:
        data = self.parts.get(name)
        return data if data is not None and sha256(data).hexdigest() == name else None

    def has(self, name: str) -> bool:
        return name in self.parts

    def held(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset(filter(self.has, names))

    def names(self) -> Iterator[str]:
        yield from sorted(self.parts)

    def written(self, name: str) -> datetime | None:
        return datetime.min.replace(tzinfo=UTC) if name in self.parts else None

    def remove(self, name: str) -> None:
        self.parts.pop(name, None)


class FileDoors:
    """What a server does about files, and what it holds of them. `done` says whether something was done."""

    database: Database
    shelf: Shelf
    full: bool
    now_ms: int
    writing: Callable[[], AbstractContextManager[Session]]
    done: Callable[[Callable[[], object]], bool]

    def need(self, who: SignerId, body: bytes) -> bytes | None:
        """The door for what is still needed; None where nobody is answered."""
        said: list[dict[str, object]] = []

        def ask() -> None:
            said.extend(need(self.place, self.device(who), json.loads(body)["manifests"]))

        return json.dumps({"files": said}).encode() if self.done(ask) else None

    def put(self, chunk: Chunk) -> bool:
        """The door for a part; whether it is held."""
        return self.done(lambda: take_chunk(self.place, chunk))

    @property
    def place(self) -> Place:
        """Where files go."""
        return Place(
            blobs=self.shelf,
            reading=self.database.reading,
            writing=self.writing,
            most_bytes=0,
            now_ms=self.now_ms,
            has_room=lambda: not self.full,
        )

    def device(self, who: SignerId) -> DeviceId:
        """The tablet on which this key signs."""
        with self.database.reading() as session:
            return holders_of(session, [who])[who].key.device

    def upload(self, who: SignerId, name: str) -> Upload | None:
        """What there is of a tablet's file."""
        device = self.device(who)
        with self.database.reading() as session:
            return uploads_of(session, device, [name]).get(name)

    def file(self, who: SignerId, name: str) -> bytes | None:
        """A tablet's file, once it is said to be whole."""
        upload = self.upload(who, name)
        if upload is None or upload.whole_ms is None:
            return None
        return b"".join(whole_of(self.shelf, upload.manifest))

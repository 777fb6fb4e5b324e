"""A server that is killed between a chunk and its row.

python -m tests.torture.dying DEVICE MANIFEST N < CHUNK
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy.orm import Session

from fieldops.domain.ids import DeviceId
from fieldops.settings import Settings
from fieldops.store.files_place import blobs_for
from fieldops.store.opening import open_store
from fieldops.sync.attachments import Chunk, Place, take_chunk


def main(device: str, manifest: str, n: str) -> None:
    settings = Settings.from_env()
    engine = open_store(settings)

    @contextmanager
    def reading() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    def killed() -> AbstractContextManager[Session]:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("still alive")

    place = Place(
        blobs=blobs_for(settings),
        reading=reading,
        writing=killed,
        most_bytes=0,
        now_ms=0,
        has_room=lambda: True,
    )
    data = sys.stdin.buffer.read()
    take_chunk(place, Chunk(device=DeviceId(device), manifest=manifest, n=int(n), data=data))


if __name__ == "__main__":
    main(*sys.argv[1:])

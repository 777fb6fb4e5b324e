"""Operation THIMBLE through the real push, for benchmarks that need a whole operation."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from fieldops.seeding.demo import DemoOrder, load_demo
from fieldops.store.blobs import FolderBlobs
from fieldops.store.meta import epoch
from fieldops.sync.enrol import Server, server_key

THIMBLE = Path(__file__).parents[1] / "seeds/demo/thimble.yaml"


def load_thimble(session: Session, blobs: Path) -> None:
    """All of it has happened; the files of its exhibits lie in the folder `blobs`."""
    server = Server(
        key=server_key(bytes(32)),
        epoch=epoch(session),
        good_for=timedelta(days=365),
        random_bytes=os.urandom,
    )
    order = DemoOrder(file=THIMBLE, start=date(2027, 2, 9))
    load_demo(session, order, server, datetime.now(UTC), lambda said: None, FolderBlobs(blobs))

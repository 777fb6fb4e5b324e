"""The power goes at any moment: what was acknowledged is on the disk, and the database opens and is whole.

The product's own server runs over SQLite, whose every write and sync is noted. At a moment drawn by chance
the disk is laid out as a cut might leave it, and opened. The control, with `synchronous=NORMAL`, must lose.
The long form takes FIELDOPS_TORTURE_CUTS (see docs/reliability.md).
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import event

from fieldops.app import create_app
from fieldops.settings import Settings
from fieldops.store.db import db
from fieldops.store.engine import open_engine
from fieldops.store.opening import open_store
from fieldops.store.schema import upgrade
from fieldops.sync.tablet import Tablet
from tests.support.database import Database
from tests.support.field import Field, open_field
from tests.torture.oracles import at_rest
from tests.torture.power import Disk
from tests.torture.sqlite_files import Change, watched
from tests.torture.test_disk_full import bearer

CUTS = int(os.environ.get("FIELDOPS_TORTURE_CUTS", "300"))
PUSHES, MOST_ANSWERS = 80, 12
CHECKPOINT_PAGES = 40  # the log is worked into the database often, for that is when it is most in danger


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """What a server did to its disk, and after how much of it each entry had been acknowledged."""

    before: dict[Path, bytes]
    changes: list[Change]
    acknowledged: list[tuple[int, frozenset[bytes]]]
    recorded: frozenset[bytes]

    def promised_by(self, moment: int) -> frozenset[bytes]:
        """What had been acknowledged when so many changes had been made."""
        return next((ids for at, ids in reversed(self.acknowledged) if at <= moment), frozenset())


@contextmanager
def pragmas(synchronous: str) -> Iterator[None]:
    """Every connection of the app checkpoints often, and syncs as it is told here."""

    def settle(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA synchronous={synchronous}")

    event.listen(db.engine, "connect", settle)
    try:
        yield
    finally:
        event.remove(db.engine, "connect", settle)
        db.engine.dispose()


def a_morning(folder: Path, synchronous: str) -> Morning:
    """Two tablets push answers until noon."""
    settings = Settings.from_env({"FIELDOPS_DATA": str(folder), "FIELDOPS_SECURE_COOKIES": "no"})
    engine = open_store(settings)
    upgrade(engine)
    operation = open_field(Database(url=settings.database_url, engine=engine), {"lead": "PO", "police": "PO"})
    tablets = [operation.tablet("police"), operation.tablet("lead")]
    engine.dispose()
    before = {path: path.read_bytes() for path in folder.glob("fieldops.db*") if path.suffix != ".db-shm"}
    app = create_app(settings, operation.clock)
    with app.app_context(), pragmas(synchronous), watched(folder) as watch:
        client = app.test_client()
        acknowledged: list[tuple[int, frozenset[bytes]]] = []
        headers = [bearer(client, tablet) for tablet in tablets]
        for n in range(PUSHES):
            tablet = tablets[n % 2]
            record_some(operation, tablet, Random(n))
            for body in list(tablet.push_bodies()):
                answer = client.post(
                    "/api/sync/push", data=body, headers=headers[n % 2], content_type="application/json"
                )
                tablet.apply_push(answer.data)
            acknowledged.append((len(watch.changes), confirmed(tablets)))
        return Morning(
            before=before,
            changes=list(watch.changes),
            acknowledged=acknowledged,
            recorded=frozenset(raw for tablet in tablets for log in tablet.logs.values() for raw in log.ids),
        )


def record_some(operation: Field, tablet: Tablet, rng: Random) -> None:
    for n in range(rng.randint(1, MOST_ANSWERS)):
        words = f"as seen {n} " + "." * rng.randint(0, 400)
        operation.record(tablet, rng.choice(operation.visits), f"PLACE-{rng.randint(1, 40):02}", words)


def confirmed(tablets: list[Tablet]) -> frozenset[bytes]:
    logs = [log for tablet in tablets for log in tablet.logs.values()]
    return frozenset(raw for log in logs for raw in log.ids[: log.confirmed])


def lost_at(morning: Morning, moment: int, folder: Path, rng: Random) -> int:
    """How many acknowledged entries a cut at this moment costs; whatever else is wrong is told at once."""
    disk = Disk(morning.before)
    disk.happen(morning.changes[:moment])
    disk.cut(folder, rng)
    engine = open_engine(f"sqlite:///{folder / 'fieldops.db'}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    held = at_rest(Database(url=str(engine.url), engine=engine)).held
    engine.dispose()
    assert held <= morning.recorded
    return len(morning.promised_by(moment) - held)


def cuts(morning: Morning, tmp_path: Path, count: int) -> list[int]:
    """The losses of so many cuts, at moments drawn by chance over the whole morning."""
    rng, losses = Random(7), []
    for n in range(count):
        folder = tmp_path / f"after-cut-{n}"
        folder.mkdir()
        losses.append(lost_at(morning, rng.randrange(1, len(morning.changes) + 1), folder, rng))
        for file in folder.iterdir():
            file.unlink()
    return losses


def test_a_power_cut_at_any_moment_costs_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    morning = a_morning(tmp_path, "FULL")
    losses = cuts(morning, tmp_path, CUTS)
    print(
        f"{CUTS} cuts in {len(morning.changes)} changes of the files, {len(morning.recorded)} entries: 0 lost"
    )
    assert losses == [0] * CUTS
    assert {change.kind for change in morning.changes} >= {"write", "sync"}
    assert {change.path.name for change in morning.changes} >= {"fieldops.db", "fieldops.db-wal"}


def test_the_trial_can_fail_a_server_that_syncs_less_loses(tmp_path: Path) -> None:
    losses = cuts(a_morning(tmp_path, "NORMAL"), tmp_path, CUTS // 4)
    print(f"control: {sum(1 for one in losses if one)} of {len(losses)} cuts lost something")
    assert sum(1 for one in losses if one) > len(losses) // 4

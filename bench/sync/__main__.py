"""`python -m bench.sync [--long] [--database URL]`: the figures of one run, as a table."""

import argparse
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.sync.bare import bare_insert, fill
from bench.sync.client import Figures, pull_all, push_all
from bench.sync.server import running
from bench.sync.world import Bodies, a_days_work, prepare
from fieldops.settings import Settings
from fieldops.store.engine import open_engine
from fieldops.store.operations import OperationRow

SHORT_HELD, LONG_HELD = (10_000,), (10_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Measured:
    """One push or pull of everything."""

    figures: Figures
    cpu_ms_per_1000: float
    memory_mib: float


def main() -> None:
    """Run each case on a fresh database and print a line for it."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--long", action="store_true", help="also with 1,000,000 entries held already")
    wanted.add_argument("--database", help="a PostgreSQL address (an empty database is made for each case)")
    chosen = wanted.parse_args()
    print("600 visits x 40 answers in 4 streams each, 20 tablets, batches of 100, commit a batch")
    rates: dict[int, float] = {}
    for clients in (1, 8):
        bare, bare_cpu = _bare(clients)
        print(f"bare insert, {clients} client(s): {bare:,.0f}/s, CPU {bare_cpu:.1f} ms per 1,000")
        push, pull = _case(clients, 0)
        _tell(f"push, {clients} client(s)", push)
        print(f"  = {push.figures.rate / bare:.0%} of the bare insert in the same run")
        _tell(f"pull, {clients} client(s)", pull)
        rates[clients] = push.figures.rate
    base = None
    for held in LONG_HELD if chosen.long else SHORT_HELD:
        push, _ = _case(1, held)
        _tell(f"push, 1 client, {held:,} held", push)
        base = base or push
        print(
            f"  cost against {SHORT_HELD[0]:,} held: x{base.figures.rate / push.figures.rate:.2f} time,"
            f" x{push.cpu_ms_per_1000 / base.cpu_ms_per_1000:.2f} CPU"
        )


def _case(clients: int, held: int) -> tuple[Measured, Measured]:
    folder = Path(tempfile.mkdtemp(prefix="fieldops-bench-"))
    try:
        settings, work = _ready(folder)
        if held:
            engine = open_engine(settings.database_url)
            fill(engine, held)
            engine.dispose()
        with running({"FIELDOPS_DATA": str(folder), "FIELDOPS_SECURE_COOKIES": "no"}) as server:
            before = server.cpu_s()
            pushed = push_all(server.port, work, clients)
            between = server.cpu_s()
            pulled = pull_all(server.port, work, clients)
            after = server.cpu_s()
            memory = server.memory_mib()
        return (
            Measured(pushed, (between - before) * 1e6 / pushed.records, memory),
            Measured(pulled, (after - between) * 1e6 / pulled.records, memory),
        )
    finally:
        shutil.rmtree(folder)


def _bare(clients: int) -> tuple[float, float]:
    folder = Path(tempfile.mkdtemp(prefix="fieldops-bench-"))
    try:
        settings, work = _ready(folder)
        engine = open_engine(settings.database_url)
        found = bare_insert(engine, work, clients)
        engine.dispose()
        return found
    finally:
        shutil.rmtree(folder)


def _ready(folder: Path) -> tuple[Settings, list[Bodies]]:
    settings = Settings.from_env({"FIELDOPS_DATA": str(folder)})
    tablets = prepare(settings)
    engine = open_engine(settings.database_url)
    with Session(engine) as session:
        checklist = session.scalars(select(OperationRow.checklist)).one()
    engine.dispose()
    return settings, a_days_work(tablets, checklist)


def _tell(what: str, measured: Measured) -> None:
    one = measured.figures
    print(
        f"{what}: {one.rate:,.0f}/s, p50 {one.percentile_ms(0.5):.1f} ms, p95 {one.percentile_ms(0.95):.1f} ms,"
        f" CPU {measured.cpu_ms_per_1000:.1f} ms per 1,000, up {one.up / one.records:.0f} B,"
        f" down {one.down / one.records:.1f} B a record, peak {measured.memory_mib:.0f} MiB,"
        f" set back {one.setbacks}"
    )


if __name__ == "__main__":
    main()

"""`python -m bench.report` prints what an outcome report and the desk's longest pages cost the processor.

Everything is worked out from Operation THIMBLE, which comes through the real push first. CPU is of this
process; the number of Python calls beside it does not swell on a machine that others use as well.
"""

import cProfile
import pstats
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from bench.thimble import load_thimble
from fieldops.desk.operation_sheet import visit_lines
from fieldops.desk.plan import read_plan
from fieldops.desk.progress import read_progress, read_quarantined_by_visit
from fieldops.domain.ids import AgencyCode
from fieldops.domain.who import Reader, Role, Through
from fieldops.reports.outcome import as_pdf, outcome_facts
from fieldops.store.directory import holders, officer
from fieldops.store.engine import WRITES, open_engine
from fieldops.store.operations import operation_coded
from fieldops.store.readers import reader_for
from fieldops.store.schema import upgrade

NOW = datetime(2029, 9, 1, 12, 0, tzinfo=UTC)
TIMES = 5
Case = tuple[str, Callable[[], object]]


def main() -> None:
    """Seed, then run each case: once as it comes, then some more times."""
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/bench.db")
        upgrade(engine)
        with Session(engine) as session:
            session.connection(execution_options=WRITES)
            load_thimble(session, Path(folder) / "blobs")
            session.commit()
        print(f"{'what':34} {'first, CPU ms':>14} {'then, CPU ms':>14} {'calls':>12}")
        with Session(engine) as session:
            for name, case in _cases(session):
                first = _cpu_ms(case)
                then = min(_cpu_ms(case) for _ in range(TIMES))
                print(f"{name:34} {first:14,.0f} {then:14,.0f} {_calls(case):12,}")
        engine.dispose()


def _cases(session: Session) -> Iterator[Case]:
    for who, agency in (("lead", ""), ("FWA", "FWA"), ("HSE", "HSE")):
        reader = _reader(session, agency)
        yield f"report for {who}: facts", lambda r=reader: outcome_facts(session, r, r.operation, NOW)  # type: ignore[misc]
        facts = outcome_facts(session, reader, reader.operation, NOW)
        yield f"report for {who}: pages", lambda f=facts: as_pdf(f)  # type: ignore[misc]
    reader = _reader(session, "")
    yield "desk: overview, lead", lambda: read_progress(session, reader, read_plan(session, reader))
    yield "desk: list of visits, lead", lambda: _listing(session, reader)


def _listing(session: Session, reader: Reader) -> object:
    plan = read_plan(session, reader)
    progress = read_progress(session, reader, plan)
    return visit_lines(plan, progress, read_quarantined_by_visit(session, reader), NOW)


def _reader(session: Session, agency: str) -> Reader:
    """The operation's lead, or the reviewer of an agency."""
    found = operation_coded(session, "THIMBLE")
    assert found is not None
    role = Role.PARTNER if agency else Role.LEAD
    people = [officer(session, one) for one in sorted(holders(session, found.id, role))]
    who = next(one for one in people if one is not None and (not agency or one.agency == AgencyCode(agency)))
    reader = reader_for(session, who, found, Through.DESK)
    assert reader is not None
    return reader


def _cpu_ms(case: Callable[[], object]) -> float:
    start = time.process_time()
    case()
    return 1000 * (time.process_time() - start)


def _calls(case: Callable[[], object]) -> int:
    profile = cProfile.Profile()
    profile.runcall(case)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()

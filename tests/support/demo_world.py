"""An installation in a folder of its own with demo operations in it, and their figures out of the ledger."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy.orm import Session

from fieldops.domain.access import Reader, Role, Through
from fieldops.domain.checklist.age import Path as AgePath
from fieldops.domain.checklist.age import path_of
from fieldops.domain.checklist.answers import read_answers
from fieldops.domain.checklist.paper import Checklist, parse_checklist
from fieldops.domain.counting import Site, count
from fieldops.domain.counting_rules import parse_counting
from fieldops.domain.operation import Operation
from fieldops.domain.visit import Known, fold
from fieldops.seeding.demo import DemoOrder, load_demo
from fieldops.store.directory import holders, officer
from fieldops.store.engine import WRITES, open_engine
from fieldops.store.meta import epoch
from fieldops.store.operations import operation_coded, premises_of
from fieldops.store.plans import visits
from fieldops.store.published import latest, paper
from fieldops.store.readers import reader_for
from fieldops.store.records import read_countable
from fieldops.store.schema import upgrade
from fieldops.sync.enrol import Server, server_key

SERVER_KEY = bytes(range(32))

Figures = dict[str, dict[str, int | Decimal]]


class DemoWorld:
    """A migrated database; `loaded` puts an operation in, `figures` counts it."""

    def __init__(self, folder: Path) -> None:
        self._engine = open_engine(f"sqlite:///{folder / 'demo.db'}")
        upgrade(self._engine)

    @contextmanager
    def session(self) -> Iterator[Session]:
        with Session(self._engine) as session:
            yield session

    def load(self, order: DemoOrder, now: datetime | None = None) -> list[str]:
        """What the loading said; nothing is kept if it refuses."""
        said: list[str] = []
        with Session(self._engine) as session:
            session.connection(execution_options=WRITES)
            server = Server(
                key=server_key(SERVER_KEY),
                epoch=epoch(session),
                good_for=timedelta(days=365),
                random_bytes=os.urandom,
            )
            load_demo(session, order, server, now or datetime.now(UTC), said.append)
            session.commit()
        return said

    def figures(self, code: str) -> Figures:
        """Every figure of the counting rules, from the ledger alone, as the operation's lead may count it."""
        with self.session() as session:
            operation = the_operation(session, code)
            rules = parse_counting(json.loads(latest(session, "counting", "counting") or b""))
            sites = list(_sites(session, operation))
            return {
                name: {split: sum(by_visit.values()) for split, by_visit in counted.splits.items()}
                for name, counted in count(rules, sites).items()
            }

    def known(self, code: str) -> dict[str, Known]:
        """What is known of each visit, by the code of its premises."""
        with self.session() as session:
            operation = the_operation(session, code)
            places = {one.id: one.code for one in premises_of(session, operation.id)}
            at = {visit.id: places[visit.premises] for visit in visits(session, operation.id)}
            return {at[site.visit]: site.known for site in _sites(session, operation)}


def the_operation(session: Session, code: str) -> Operation:
    found = operation_coded(session, code)
    assert found is not None
    return found


def lead_reader(session: Session, operation: Operation) -> Reader:
    lead = officer(session, min(holders(session, operation.id, Role.LEAD)))
    assert lead is not None
    reader = reader_for(session, lead, operation, Through.DESK)
    assert reader is not None
    return reader


def checklist_of(session: Session, operation: Operation) -> Checklist:
    return parse_checklist(json.loads(paper(session, operation.papers.checklist) or b""))


def _sites(session: Session, operation: Operation) -> Iterator[Site]:
    checklist = checklist_of(session, operation)
    tiers = {one.id: one.tier for one in premises_of(session, operation.id)}
    records = read_countable(session, lead_reader(session, operation), operation.id)
    for visit in visits(session, operation.id):
        record = records.get(visit.id)
        known = fold(record.standings if record else (), checklist.right)
        answers = read_answers(checklist, known)
        children = [one.subject for one in known.workers if path_of(answers, one.subject) is AgePath.CHILD]
        yield Site(
            visit=visit.id,
            premises=visit.premises,
            tier=tiers[visit.premises],
            known=known,
            children=frozenset(children),
        )

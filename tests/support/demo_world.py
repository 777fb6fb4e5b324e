"""An installation in a folder of its own with demo operations in it, and their figures out of the ledger."""

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from fieldops.domain.access import may_see
from fieldops.domain.checklist.age import Path as AgePath
from fieldops.domain.checklist.age import path_of
from fieldops.domain.checklist.answers import read_answers
from fieldops.domain.checklist.evaluation import Tables, evaluate
from fieldops.domain.checklist.paper import Checklist, parse_checklist
from fieldops.domain.classes import parse_classes
from fieldops.domain.counting import Site, count
from fieldops.domain.counting_rules import parse_counting
from fieldops.domain.ids import OfficerId, stream_id
from fieldops.domain.operation import Member, Operation, PlannedVisit
from fieldops.domain.rates import parse_rates
from fieldops.domain.visit import Known, Standing, fold
from fieldops.domain.who import Reader, Role, Through
from fieldops.seeding.demo import DemoOrder, load_demo
from fieldops.store.blobs import FolderBlobs
from fieldops.store.directory import holders, officer
from fieldops.store.engine import WRITES, open_engine
from fieldops.store.meta import epoch
from fieldops.store.operations import operation_coded, premises_of
from fieldops.store.plans import members, roster, supports, visits
from fieldops.store.published import latest, paper
from fieldops.store.readers import agreement_of, reader_for
from fieldops.store.records import read_countable, read_operation
from fieldops.store.schema import upgrade
from fieldops.sync.enrol import Server, server_key

SERVER_KEY = bytes(range(32))

Figures = dict[str, dict[str, int | Decimal]]


class DemoWorld:
    """A migrated database; `loaded` puts an operation in, `figures` counts it."""

    def __init__(self, engine: Engine, blobs: FolderBlobs | None = None) -> None:
        self._engine = engine
        self._blobs = blobs or FolderBlobs(Path(mkdtemp(prefix="fieldops-blobs-")))

    @classmethod
    def in_folder(cls, folder: Path) -> Self:
        """A fresh one in a SQLite file."""
        engine = open_engine(f"sqlite:///{folder / 'demo.db'}")
        upgrade(engine)
        return cls(engine, FolderBlobs(folder / "blobs"))

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
            load_demo(session, order, server, now or datetime.now(UTC), said.append, self._blobs)
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

    def rosters(self, code: str) -> dict[str, list[Member]]:
        """Everybody sent to each visit."""
        with self.session() as session:
            return {place: roster(session, visit) for place, visit in _visits(session, code)}

    def teams(self, code: str) -> dict[str, list[Member]]:
        """The team of each visit."""
        with self.session() as session:
            return {place: members(session, visit.team) for place, visit in _visits(session, code)}

    def supports(self, code: str) -> dict[str, list[Member]]:
        """Who was called in for each visit."""
        with self.session() as session:
            found = _visits(session, code)
            called = supports(session, [visit.id for _, visit in found])
            return {place: called.get(visit.id, []) for place, visit in found}

    def support_times(
        self, code: str
    ) -> Iterator[tuple[datetime, datetime, list[tuple[datetime, datetime]]]]:
        """Each visit of a supporting officer: when it was planned, and when their other ones were."""
        with self.session() as session:
            found = _visits(session, code)
            called = supports(session, [visit.id for _, visit in found])
            times: dict[OfficerId, list[tuple[datetime, datetime]]] = defaultdict(list)
            for _, visit in found:
                for member in called.get(visit.id, []):
                    end = visit.planned_start + timedelta(minutes=visit.minutes)
                    times[member.officer].append((visit.planned_start, end))
        for spans in times.values():
            for number, (start, end) in enumerate(spans):
                yield start, end, spans[:number] + spans[number + 1 :]

    def left_blank(self, code: str) -> dict[str, "LeftBlank"]:
        """What is missing at each visit, to a reader from whom nothing is withheld."""
        with self.session() as session:
            operation = the_operation(session, code)
            checklist = checklist_of(session, operation)
            tables, written = _tables(session, operation), _everything(session, operation)
            found = {}
            for place, visit in _visits(session, code):
                known = fold(written.get(visit.id, ()), checklist.right)
                seen = evaluate(checklist, known, tables)
                must = frozenset(one.question for one in seen.missing if one.need == "must")
                found[place] = LeftBlank(signed=seen.signed, must=must)
            return found


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBlank:
    """Whether a visit is signed off, and what must still be answered."""

    signed: bool
    must: frozenset[str]


def _visits(session: Session, code: str) -> list[tuple[str, PlannedVisit]]:
    operation = the_operation(session, code)
    places = {one.id: one.code for one in premises_of(session, operation.id)}
    return [(places[visit.premises], visit) for visit in visits(session, operation.id)]


def _everything(session: Session, operation: Operation) -> dict[str, list[Standing]]:
    """By visit, all that was recorded: as the lead reads it, and whoever reads what the lead may not."""
    classes = parse_classes(json.loads(paper(session, operation.papers.classes) or b""))
    streams = {stream_id(operation.id, one.code) for one in classes.order}
    found: dict[str, dict[str, Standing]] = defaultdict(dict)
    for role in (Role.LEAD, Role.SAFEGUARDING, Role.PARTNER):
        for holder in sorted(holders(session, operation.id, role)):
            reader = _reader(session, operation, holder)
            opened = {stream for stream in streams if may_see(reader, stream)}
            if opened:
                streams -= opened
                for scope, record in read_operation(session, reader, operation.id).items():
                    found[scope] |= {one.entry.id: one for one in record.standings}
    return {scope: list(standings.values()) for scope, standings in found.items()}


def _tables(session: Session, operation: Operation) -> Tables:
    return Tables(
        rates=parse_rates(json.loads(paper(session, operation.papers.rates) or b"")),
        day=operation.days[0],
        sections_on=agreement_of(session, operation.papers.agreement).sections_on,
    )


def _reader(session: Session, operation: Operation, holder: OfficerId) -> Reader:
    who = officer(session, holder)
    assert who is not None
    reader = reader_for(session, who, operation, Through.DESK)
    assert reader is not None
    return reader


def the_operation(session: Session, code: str) -> Operation:
    found = operation_coded(session, code)
    assert found is not None
    return found


def lead_reader(session: Session, operation: Operation) -> Reader:
    return _reader(session, operation, min(holders(session, operation.id, Role.LEAD)))


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

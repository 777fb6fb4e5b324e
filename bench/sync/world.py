"""The operation that the benchmark works on: 600 visits, 20 tablets, 40 answers a visit in four classes."""

import gzip
import hashlib
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from fieldops.domain.entry import Draft
from fieldops.domain.ids import (
    AgencyCode,
    ClassCode,
    DeviceId,
    OfficerId,
    OperationId,
    PremisesId,
    StreamId,
    SubjectId,
    TeamId,
    VisitId,
    derived_id,
    stream_id,
)
from fieldops.domain.operation import Operation, PaperSet, PlannedVisit, Premises, Team
from fieldops.domain.people import Officer, Signer
from fieldops.domain.who import Role
from fieldops.seeding.reference import papers_for, publish_reference
from fieldops.settings import Settings
from fieldops.store.devices import add_device, add_signer
from fieldops.store.directory import add_officer, give_role, put_agency
from fieldops.store.engine import WRITES
from fieldops.store.opening import open_store
from fieldops.store.operations import add_operation, add_premises
from fieldops.store.plans import add_member, add_team, add_visit
from fieldops.store.schema import upgrade
from fieldops.sync import keys
from fieldops.sync.tablet import Tablet

REFERENCE = Path(__file__).resolve().parents[2] / "seeds" / "reference"
VISITS, DEVICES, ANSWERS, BATCH = 600, 20, 40, 100
AGENCY = AgencyCode("POL")
FIELDS: dict[str, tuple[str, ...]] = {
    "C0": ("START-01", "START-02"),
    "C1": ("PREM-01", "PREM-02", "PREM-04", "PAY-01"),
    "C3": ("OBS-01", "OBS-02", "OBS-03"),
    "C2": ("MGMT-01", "MGMT-02", "MGMT-03"),
}
NOW = datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class Bodies:
    """What one tablet pushes, ready to send: gzipped bodies and how many entries each holds.

    `early` is one visit's answers, pushed before a clock starts: a server is measured at work, not starting.
    """

    tablet: Tablet
    early: list[tuple[bytes, int]]
    sent: list[tuple[bytes, int]]


def prepare(settings: Settings) -> list[Tablet]:
    """Make the database and the operation in it; gives the enrolled tablets."""
    engine = open_store(settings)
    upgrade(engine)
    with Session(engine) as session:
        session.connection(execution_options=WRITES)
        papers = papers_for(publish_reference(session, REFERENCE), "bench")
        add_operation(session, _operation(papers))
        put_agency(session, AGENCY, "Police")
        tablets = [_team(session, n) for n in range(DEVICES)]
        session.commit()
    engine.dispose()
    return tablets


def a_days_work(tablets: list[Tablet], checklist: str) -> list[Bodies]:
    """Every tablet records its visits and signs them, a batch at a time. Not part of what is measured."""
    made = []
    for n, tablet in enumerate(tablets):
        visits = list(visits_of(n))
        early = _signed(tablet, visits[:1], checklist)
        made.append(Bodies(tablet=tablet, early=early, sent=_signed(tablet, visits, checklist)))
    return made


def _signed(tablet: Tablet, visits: list[VisitId], checklist: str) -> list[tuple[bytes, int]]:
    """Everything that is answered at these visits, as it is sent."""
    sent = []
    waiting = 0
    for visit in visits:
        for stream, draft in _answers(visit, checklist):
            tablet.record(stream, draft)
            waiting += 1
            if waiting == BATCH:
                sent += _flush(tablet)
                waiting = 0
    return sent + _flush(tablet)


def visits_of(device: int) -> Iterator[VisitId]:
    """The visits of one tablet's officer."""
    for n in range(device, VISITS, DEVICES):
        yield VisitId(derived_id("bench", "visit", str(n)))


def operation_id() -> OperationId:
    """The one operation there is."""
    return OperationId(derived_id("bench", "operation"))


def _flush(tablet: Tablet) -> list[tuple[bytes, int]]:
    before = tablet.unsent()
    bodies = list(tablet.push_bodies(BATCH))
    for log in tablet.logs.values():
        log.confirmed = len(log.entries)
    return [(gzip.compress(body, 6), before) for body in bodies]


def _answers(visit: VisitId, checklist: str) -> Iterator[tuple[StreamId, Draft]]:
    rng = random.Random(visit)
    for code, fields in FIELDS.items():
        for n in range(ANSWERS // len(FIELDS)):
            yield (
                stream_id(visit, ClassCode(code)),
                Draft(
                    happened=NOW,
                    recorded=NOW,
                    kind="answer",
                    schema=checklist,
                    subject=SubjectId("visit"),
                    field=fields[n % len(fields)],
                    value=rng.choice(("Y", "N", "U", "seen at the back door", 34)),
                ),
            )


def _team(session: Session, n: int) -> Tablet:
    """One officer with a tablet, alone in a team, and the team's visits."""
    officer = OfficerId(derived_id("bench", "officer", str(n)))
    device = DeviceId(derived_id("bench", "device", str(n)))
    team = TeamId(derived_id("bench", "team", str(n)))
    add_officer(
        session,
        Officer(
            id=officer, username=f"o{n}", name=f"Officer {n}", agency=AGENCY, active=True, administrator=False
        ),
        None,
    )
    give_role(session, operation_id(), officer, Role.OFFICER)
    add_team(
        session,
        Team(
            id=team, operation=operation_id(), code=f"T{n}", name=f"Team {n}", languages=(), capabilities=()
        ),
    )
    add_member(session, team, officer, lead=True, capabilities=[])
    number = add_device(session, device, operation_id(), f"Tablet {n}", NOW).number
    for sequence, visit in enumerate(visits_of(n), start=1):
        site = PremisesId(derived_id("bench", "site", visit))
        add_premises(session, _premises(site, f"P{n}-{sequence}"))
        add_visit(session, _visit(visit, site, team, sequence))
    tablet = Tablet(
        key=keys.key_from_number(int.from_bytes(hashlib.sha256(f"bench {n}".encode()).digest()[:31], "big")),
        clock=lambda: NOW,
        random_bytes=os.urandom,
    )
    add_signer(
        session,
        Signer(
            id=tablet.signer,
            key=keys.encode(tablet.point),
            device=device,
            device_number=number,
            officer=officer,
            name=f"Officer {n}",
            agency=AGENCY,
            operation=operation_id(),
            certificate="",
            signature="",
            issued=NOW,
            not_after=NOW + timedelta(days=30),
            device_revoked_at=None,
            officer_active=True,
        ),
    )
    return tablet


def _operation(papers: PaperSet) -> Operation:
    return Operation(
        id=operation_id(),
        code="BENCH",
        name="Bench",
        nation="england",
        time_zone="Europe/London",
        days=(date(2027, 2, 9),),
        firewall="A",
        firewall_statement="",
        papers=papers,
        base=None,
        opened_at=NOW,
        closed_at=None,
    )


def _premises(site: PremisesId, code: str) -> Premises:
    return Premises(
        id=site,
        operation=operation_id(),
        code=code,
        name=code,
        company_no="DM000001",
        sic="14132",
        building="B",
        address="1 Mill Street",
        uprn="999000000001",
        lat=54.0,
        lon=2.0,
        languages=(),
        workers_expected=10,
        tier="1",
        strike_group=None,
        needs=(),
        minutes=60,
        window=(time(8), time(18)),
    )


def _visit(visit: VisitId, site: PremisesId, team: TeamId, sequence: int) -> PlannedVisit:
    return PlannedVisit(
        id=visit,
        operation=operation_id(),
        premises=site,
        team=team,
        day=date(2027, 2, 9),
        sequence=sequence,
        planned_start=NOW,
        minutes=60,
        paper=None,
    )

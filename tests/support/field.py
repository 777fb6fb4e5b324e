"""A small operation straight in the store: officers with tablets, visits, and streams of four classes.

Its papers are made up here and tiny, so that what the ledger promises is tried apart from the seeds.
"""

import hashlib
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from fieldops.domain.certificate import Certificate
from fieldops.domain.entry import Draft
from fieldops.domain.ids import (
    AgencyCode,
    ClassCode,
    DeviceId,
    OfficerId,
    OperationId,
    PaperHash,
    PremisesId,
    SignerId,
    StreamId,
    SubjectId,
    TeamId,
    VisitId,
    new_id,
    stream_id,
)
from fieldops.domain.operation import Operation, PaperSet, PlannedVisit, Premises, Team
from fieldops.domain.people import Officer
from fieldops.domain.who import Reader, Role, Through
from fieldops.store.devices import add_device, add_signer, signer
from fieldops.store.directory import add_officer, give_role, officer, put_agency
from fieldops.store.erasures import note_done_on_tablet, orders_for
from fieldops.store.holders import holders_of
from fieldops.store.meta import epoch
from fieldops.store.operations import add_operation, add_premises, operation
from fieldops.store.plans import add_member, add_team, add_visit
from fieldops.store.published import publish
from fieldops.store.readers import reader_for
from fieldops.sync import keys, wire
from fieldops.sync.have import have
from fieldops.sync.pull import Pull, pull
from fieldops.sync.push import Push, receive
from fieldops.sync.tablet import Door, Tablet
from tests.support.database import Database
from tests.support.vouched import vouched

MORNING = datetime(2027, 2, 9, 7, 0, tzinfo=UTC)
OPEN, COUNTED, ACCOUNT, SECRET = (ClassCode(code) for code in ("C1", "C3", "C4", "C7p"))
CLASSES = (OPEN, COUNTED, ACCOUNT, SECRET)
QUESTIONS = {"PLACE": OPEN, "HEADS": COUNTED, "SAID": ACCOUNT, "STATUS": SECRET}
CLASSES_PAPER = {
    "schema": "fieldops/classes",
    "version": "1",
    "classes": [
        {"code": code, "name": code, "holds": code, "impersonal": code in (OPEN, COUNTED)} for code in CLASSES
    ],
    "questions": {f"{name}-{n:02}": code for name, code in QUESTIONS.items() for n in range(1, 60)},
    "options": {"PLACE-59": {"visa": SECRET}},
    "kinds": {"note": {"visit": OPEN}, "arrest": {"visit": OPEN}, "referral_sent": {"visit": OPEN}},
    "words": {"referral_sent": {"route": {"closed": SECRET}}},
}
CHECKLIST_PAPER = b"a checklist"
_LEVELS = {
    "PO": {OPEN: "full", COUNTED: "full", ACCOUNT: "full"},
    "HS": {OPEN: "full", COUNTED: "counts", ACCOUNT: "none"},
}


@dataclass(slots=True, kw_only=True)
class Field:
    """The operation at work. Time stands still until it is moved; chance is seeded."""

    database: Database
    operation: OperationId
    checklist: PaperHash
    visits: list[VisitId]
    officers: dict[str, OfficerId]
    chance: random.Random
    now: datetime = MORNING
    tablets: dict[str, Tablet] = field(default_factory=dict)

    def clock(self) -> datetime:
        """What every clock here shows."""
        return self.now

    def forward(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)

    def tablet(self, name: str, device: str | None = None, on: str | None = None) -> Tablet:
        """An officer's tablet, enrolled at first use; `device` names a second one of theirs, or a further
        store on the tablet that is known as `on`."""
        label = device or name
        if label not in self.tablets:
            tablet = Tablet(
                key=keys.key_from_number(self.chance.randrange(1, 2**255)),
                clock=self.clock,
                random_bytes=self.chance.randbytes,
            )
            self._enrol(tablet, self.officers[name], None if on is None else self.tablets[on].signer)
            self.tablets[label] = tablet
        return self.tablets[label]

    def record(self, tablet: Tablet, visit: VisitId, question: str, value: Any, **changed: Any) -> str:
        """Record an answer in the stream where it belongs (or in that of `class_code`)."""
        usual = QUESTIONS.get(question.split("-")[0], SECRET)
        class_code = changed.pop("class_code", usual)
        draft = Draft(
            happened=self.now,
            recorded=self.now,
            kind=changed.pop("kind", "answer"),
            schema=changed.pop("schema", self.checklist),
            subject=SubjectId(changed.pop("subject", "visit")),
            field=question,
            value=value,
            **changed,
        )
        return tablet.record(self.stream(visit, class_code), draft)

    def stream(self, visit: VisitId, class_code: ClassCode) -> StreamId:
        """The stream of a visit and a class."""
        return stream_id(visit, class_code)

    def reader(self, name: str, through: Through = Through.TABLET) -> Reader:
        """An officer as they may read now."""
        with self.database.reading() as session:
            who, serving = officer(session, self.officers[name]), operation(session, self.operation)
            assert who is not None
            assert serving is not None
            reader = reader_for(
                session, who, serving, through, self.now if through is Through.TABLET else None
            )
        assert reader is not None
        return reader

    def push(self, body: bytes, carrier: SignerId | None = None) -> bytes:
        """The door for a push."""
        said = json.loads(body)
        with self.database.reading() as session:
            sent_by = None if carrier is None else holders_of(session, [carrier]).get(carrier)
        came = Push(
            offered=wire.offered_segments(said["segments"]),
            received_ms=int(self.now.timestamp() * 1000),
            carrier=sent_by,
        )
        reply = receive(self.database.reading, self.database.writing, came)
        return json.dumps(wire.push_reply_fields(reply)).encode()

    def pull(self, name: str, body: bytes) -> bytes:
        """The door for a pull."""
        said: Mapping[str, Any] = json.loads(body)
        question = Pull(
            epoch=said["epoch"],
            positions=said["positions"],
            limit=said["limit"],
            now_ms=int(self.now.timestamp() * 1000),
        )
        reader = self.reader(name)
        with self.database.reading() as session:
            return wire.page_bytes(pull(session, reader, question))

    def have(self, name: str, body: bytes) -> bytes:
        """The door for have-vectors."""
        reader = self.reader(name)
        with self.database.reading() as session:
            states = have(session, reader, json.loads(body)["logs"])
            held = {"epoch": epoch(session), "logs": wire.log_rows(states)}
        signer = self.tablets[name].signer
        with self.database.writing() as session:
            note_done_on_tablet(session, signer, self.operation, json.loads(body)["erased"], self.now)
            orders = orders_for(session, reader, signer)
        return json.dumps(
            {**held, "erase": [{"order": one, "of": ref} for one, ref in orders.items()]}
        ).encode()

    def sync(self, name: str, device: str | None = None) -> Tablet:
        """Let an officer's tablet reach the server."""
        tablet = self.tablet(name, device)

        def carry(door: Door, body: bytes) -> bytes:
            if door is Door.PUSH:
                return self.push(body, tablet.signer)
            return self.pull(name, body) if door is Door.PULL else self.have(name, body)

        tablet.sync(carry)
        return tablet

    def _enrol(self, tablet: Tablet, who: OfficerId, beside: SignerId | None) -> None:
        with self.database.writing() as session:
            shared = None if beside is None else signer(session, beside)
            device = DeviceId(new_id(self.chance.randbytes)) if shared is None else shared.device
            number = (
                add_device(session, device, self.operation, f"Tablet {device}", self.now).number
                if shared is None
                else shared.device_number
            )
            holder = officer(session, who)
            assert holder is not None
            certificate = Certificate(
                signer=tablet.signer,
                key=keys.encode(tablet.point),
                device=device,
                number=number,
                officer=who,
                name=holder.name,
                agency=holder.agency,
                operation=self.operation,
                epoch="e" * 16,
                issued=self.now,
                not_after=self.now + timedelta(days=30),
            )
            add_signer(session, vouched(certificate))


def open_field(database: Database, people: Mapping[str, str], *, visits: int = 2, seed: int = 1) -> Field:
    """A fresh operation in the database. `people` gives each officer's agency; all go to every visit."""
    chance = random.Random(seed)
    made = Field(
        database=database,
        operation=OperationId(new_id(chance.randbytes)),
        checklist=PaperHash(hashlib.sha256(CHECKLIST_PAPER).hexdigest()),
        visits=[VisitId(new_id(chance.randbytes)) for _ in range(visits)],
        officers={name: OfficerId(new_id(chance.randbytes)) for name in people},
        chance=chance,
    )
    with database.writing() as session:
        papers = PaperSet(
            checklist=publish(session, "checklist", "checklist", CHECKLIST_PAPER),
            indicators=made.checklist,
            classes=publish(session, "classes", "classes", json.dumps(CLASSES_PAPER).encode()),
            agreement=publish(session, "agreement", "agreement", json.dumps(_agreement()).encode()),
            rates=made.checklist,
        )
        add_operation(session, _operation(made, papers))
        team = TeamId(new_id(chance.randbytes))
        add_team(
            session,
            Team(id=team, operation=made.operation, code="T1", name="T1", languages=(), capabilities=()),
        )
        for name, agency in people.items():
            put_agency(session, AgencyCode(agency), agency)
            add_officer(session, _officer(made, name, agency), None)
            give_role(
                session, made.operation, made.officers[name], Role.LEAD if name == "lead" else Role.OFFICER
            )
            add_member(session, team, made.officers[name], lead=name == "lead", capabilities=[])
        for n, visit in enumerate(made.visits, start=1):
            site = PremisesId(new_id(chance.randbytes))
            add_premises(session, _premises(made, site, f"P{n}"))
            add_visit(session, _visit(made, visit, site, team, n))
    return made


def _officer(made: Field, name: str, agency: str) -> Officer:
    return Officer(
        id=made.officers[name],
        username=f"{name}-{made.operation}",
        name=f"Officer {name}",
        agency=AgencyCode(agency),
        active=True,
        administrator=False,
    )


def _operation(made: Field, papers: PaperSet) -> Operation:
    return Operation(
        id=made.operation,
        code=made.operation.upper(),
        name="An operation",
        nation="england",
        time_zone="Europe/London",
        days=(date(2027, 2, 9),),
        firewall="A",
        firewall_statement="No immigration officers are with us.",
        papers=papers,
        base=None,
        opened_at=MORNING,
        closed_at=None,
    )


def _premises(made: Field, site: PremisesId, code: str) -> Premises:
    return Premises(
        id=site,
        operation=made.operation,
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


def _visit(made: Field, visit: VisitId, site: PremisesId, team: TeamId, sequence: int) -> PlannedVisit:
    return PlannedVisit(
        id=visit,
        operation=made.operation,
        premises=site,
        team=team,
        day=date(2027, 2, 9),
        sequence=sequence,
        planned_start=MORNING,
        minutes=60,
        paper=None,
    )


def _agreement() -> dict[str, Any]:
    words = (
        "id",
        "version",
        "title",
        "marking",
        "handling",
        "dpia",
        "controller",
        "breach_contact",
        "retention",
    )
    terms = {
        agency: {
            code: {
                "level": levels.get(code, "none"),
                "withheld": "hidden" if code == SECRET else "announced",
                "scope": "operation",
            }
            for code in CLASSES
        }
        for agency, levels in _LEVELS.items()
    }
    return {
        "schema": "fieldops/agreement",
        **dict.fromkeys(words, "x"),
        "purposes": [],
        "review_on": "2027-05-11",
        "ends_on": "2027-08-11",
        "mandate": dict.fromkeys(("hypothesis", "evidence_basis", "evidence_threshold", "exit_test"), "x"),
        "posture": {"code": "A", "meaning": "x", "statement": "x"},
        "gateways": [],
        "sections_on": [],
        "open_at_counts": [],
        "reserved": {SECRET: "safeguarding"},
        "officer_details": OPEN,
        "premises_details": OPEN,
        "plan_details": OPEN,
        "terms": terms,
    }

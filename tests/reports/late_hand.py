"""One more tablet of an officer who was at a visit, for what is recorded once the demo is over.

It pushes through the real door into a session that nobody commits, so that the demo stays as it was.
"""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from fieldops.domain.certificate import Certificate
from fieldops.domain.classes import class_of, parse_classes
from fieldops.domain.entry import Draft, Entry
from fieldops.domain.ids import DeviceId, EntryId, OfficerId, SubjectId, new_id, stream_id
from fieldops.domain.operation import Member, Operation, PlannedVisit
from fieldops.domain.strict_json import Json
from fieldops.store.devices import add_device, add_signer, signers, signers_on
from fieldops.store.engine import WRITES
from fieldops.store.holders import holders_of
from fieldops.store.operations import premises_of
from fieldops.store.plans import roster, visits
from fieldops.store.published import paper
from fieldops.sync import keys
from fieldops.sync.push import Push, receive
from fieldops.sync.tablet import Tablet
from tests.support.demo_world import DemoWorld, the_operation
from tests.support.held import entries_held
from tests.support.vouched import vouched

AFTERWARDS = datetime(2027, 2, 20, 9, 0, tzinfo=UTC)
ACTS = "fieldops/acts/1"


@contextmanager
def afterwards(world: DemoWorld) -> Iterator[Session]:
    """A session in which more may be recorded; what it wrote is forgotten."""
    with world.session() as session:
        session.connection(execution_options=WRITES)
        yield session


def planned_at(session: Session, operation: Operation, place: str) -> PlannedVisit:
    """The visit to the premises of this code."""
    codes = {one.id: one.code for one in premises_of(session, operation.id)}
    return next(one for one in visits(session, operation.id) if codes[one.premises] == place)


def written_at(session: Session, visit: PlannedVisit, name: str) -> list[tuple[Entry, OfficerId]]:
    """The entries of a field or kind at a visit, each with the officer who wrote it."""
    found = []
    for entry in entries_held(session):
        if entry.stream.startswith(f"{visit.id}.") and name in (entry.field, entry.kind):
            found.append((entry, signers(session, [entry.signer])[entry.signer].officer))
    return found


@dataclass(slots=True, kw_only=True)
class LateHand:
    """An officer who was at the visit, with a tablet of their own that is new."""

    session: Session
    operation: Operation
    visit: PlannedVisit
    member: Member
    chance: random.Random = field(default_factory=lambda: random.Random(11))
    tablet: Tablet = field(init=False)

    def __post_init__(self) -> None:
        """Enrols the tablet."""
        self.tablet = Tablet(
            key=keys.key_from_number(self.chance.randrange(1, 2**255)),
            clock=lambda: AFTERWARDS,
            random_bytes=self.chance.randbytes,
        )
        device = DeviceId(new_id(self.chance.randbytes))
        number = add_device(self.session, device, self.operation.id, "Late tablet", AFTERWARDS).number
        certificate = Certificate(
            signer=self.tablet.signer,
            key=keys.encode(self.tablet.point),
            device=device,
            number=number,
            officer=self.member.officer,
            name=self.member.name,
            agency=self.member.agency,
            operation=self.operation.id,
            epoch="e" * 16,
            issued=AFTERWARDS,
            not_after=AFTERWARDS + timedelta(days=30),
        )
        add_signer(self.session, vouched(certificate))

    @classmethod
    def of(cls, session: Session, place: str, *, agency: str = "", officer: str = "") -> "LateHand":
        """Somebody of that agency, or that very officer, who was sent to THIMBLE's premises of this code."""
        operation = the_operation(session, "THIMBLE")
        visit = planned_at(session, operation, place)
        wanted = (one for one in roster(session, visit) if agency == one.agency or officer == one.officer)
        chance = random.Random(len(signers_on(session, operation.id)))
        return cls(session=session, operation=operation, visit=visit, member=next(wanted), chance=chance)

    def say(
        self,
        name: str,
        value: Json,
        *,
        kind: str = "answer",
        subject: str = "visit",
        replaces: EntryId | None = None,
    ) -> EntryId:
        """Records one entry where it belongs and sends it; the server takes it or the test stops."""
        papers = self.operation.papers
        classes = parse_classes(json.loads(paper(self.session, papers.classes) or b""))
        belongs = class_of(classes, field=name, kind=kind, subject=subject)
        draft = Draft(
            happened=AFTERWARDS,
            recorded=AFTERWARDS,
            kind=kind,
            schema=ACTS if kind == name else papers.checklist,
            subject=SubjectId(subject),
            field=name,
            value=value,
            supersedes=frozenset() if replaces is None else frozenset({replaces}),
        )
        written = self.tablet.record(stream_id(self.visit.id, belongs), draft)
        push = Push(
            offered=list(self.tablet.outgoing()),
            received_ms=int(AFTERWARDS.timestamp() * 1000),
            carrier=holders_of(self.session, [self.tablet.signer])[self.tablet.signer],
        )
        reply = receive(lambda: nullcontext(self.session), lambda: nullcontext(self.session), push)
        assert not reply.setbacks, reply.setbacks
        return written

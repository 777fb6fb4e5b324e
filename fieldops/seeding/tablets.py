"""Simulated tablets with real keys: they enrol as officers' tablets do, record, and push the same bodies.

The world's clock is told to them; a tablet whose clock runs fast writes its own time, as a real one would.
"""

import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from fieldops import __version__
from fieldops.domain.classes import Classes, class_of
from fieldops.domain.completeness import Claim, Said, Storage
from fieldops.domain.entry import ACTS_SCHEMA, Draft
from fieldops.domain.ids import EntryId, OfficerId, OperationId, VisitId, stream_id
from fieldops.domain.kinds import CONTINUITY
from fieldops.domain.people import Officer
from fieldops.domain.strict_json import Json
from fieldops.seeding.script import Event
from fieldops.store.blobs import Blobs
from fieldops.store.claims import keep_said
from fieldops.store.directory import officer as officer_row
from fieldops.store.holders import holders_of
from fieldops.sync import keys
from fieldops.sync.attachments import Chunk, Place, need, take_chunk
from fieldops.sync.enrol import Approval, Asked, Server, enrol, open_enrolment, proof_bytes
from fieldops.sync.outbox import Outbox
from fieldops.sync.push import Push, receive
from fieldops.sync.tablet import Tablet
from fieldops.sync.wire import offered_segments, push_reply_fields

CODE_LIFETIME_S = 600
ROOM_MIB = 8192
KEY_BYTES = 40  # more than the order needs, so that no key is likelier than another


@dataclass(slots=True, kw_only=True)
class Carried:
    """One officer's tablet. `ahead` is how far its clock runs before the world's."""

    tablet: Tablet
    number: int
    ahead: timedelta
    cards: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What a tablet needs of the published papers: under which schema and in which class an entry goes."""

    checklist: str
    questions: frozenset[str]
    classes: Classes


@dataclass(slots=True, kw_only=True)
class Tablets:
    """All tablets of an operation. `approver` opens the enrolment codes."""

    session: Session
    operation: OperationId
    approver: OfficerId
    server: Server
    papers: Papers
    zone: ZoneInfo
    chance: Callable[[int], bytes]
    now: datetime
    carried: dict[OfficerId, Carried] = field(default_factory=dict)
    entries: dict[tuple[VisitId, str], EntryId] = field(default_factory=dict)
    setbacks: int = 0

    def give(self, officer_id: OfficerId, name: str, ahead: timedelta) -> None:
        """Enrols a tablet for the officer, once: a code opened by another, a key proven by the tablet."""
        if officer_id in self.carried:
            return
        officer = officer_row(self.session, officer_id)
        assert isinstance(officer, Officer)
        approved = Approval(operation=self.operation, officer=officer_id, issued_by=self.approver)
        code, _ = open_enrolment(self.session, approved, self.now, CODE_LIFETIME_S)
        tablet = Tablet(
            key=keys.key_from_bytes(self.chance(KEY_BYTES)),
            clock=lambda: self.now + ahead,
            random_bytes=self.chance,
        )
        asked = Asked(
            code=code,
            point=tablet.point,
            proof=keys.sign(tablet.key, proof_bytes(code)),
            device_name=name,
            device=None,
        )
        signer = enrol(self.session, asked, officer, self.server, self.now)
        self.carried[officer_id] = Carried(tablet=tablet, number=signer.device_number, ahead=ahead)

    def record(self, visit: VisitId, event: Event) -> None:
        """The officer writes the line on their tablet, by the tablet's clock."""
        line = event.line
        carried = self.carried[line.by]
        question = line.field.split(":", 1)[0]
        asked = question in self.papers.questions
        value = self._value(visit, event, carried)
        class_code = class_of(
            self.papers.classes, field=line.field, kind=line.kind, subject=line.subject, value=value
        )
        draft = Draft(
            happened=(event.happened + carried.ahead).astimezone(self.zone),
            recorded=(event.recorded + carried.ahead).astimezone(self.zone),
            kind=line.kind,
            schema=self.papers.checklist if asked else ACTS_SCHEMA,
            subject=line.subject,
            field=line.field,
            value=value,
            note=line.note,
            late_reason=event.late_reason,
            supersedes=frozenset(self.entries[visit, name] for name in line.supersedes),
            attachments=line.attachments,
        )
        self.entries[visit, line.name] = carried.tablet.record(stream_id(visit, class_code), draft)

    def send(self, officer_id: OfficerId, at: datetime) -> int:
        """The tablet says what it holds, then pushes what the server has not confirmed; says how many entries
        it was."""
        self.now = at
        tablet = self.carried[officer_id].tablet
        unsent = tablet.unsent()
        self._tell(tablet)
        for body in list(tablet.push_bodies()):
            push = Push(
                offered=offered_segments(json.loads(body)["segments"]),
                received_ms=int(at.timestamp() * 1000),
                carrier=holders_of(self.session, [tablet.signer])[tablet.signer],
            )
            reply = receive(self._same, self._same, push)
            tablet.apply_push(json.dumps(push_reply_fields(reply)).encode("utf-8"))
            self.setbacks += len(reply.setbacks)
        return unsent - tablet.unsent()

    def send_files(self, officer_id: OfficerId, blobs: Blobs, outbox: Outbox) -> None:
        """The tablet sends the files of what it has sent."""
        tablet = self.carried[officer_id].tablet
        device = holders_of(self.session, [tablet.signer])[tablet.signer].key.device
        place = Place(
            blobs=blobs,
            reading=self._same,
            writing=self._same,
            most_bytes=0,
            now_ms=int(self.now.timestamp() * 1000),
            has_room=lambda: True,
        )

        def ask(body: bytes) -> bytes:
            return json.dumps({"files": need(place, device, json.loads(body)["manifests"])}).encode()

        def put(manifest: str, n: int, data: bytes) -> None:
            take_chunk(place, Chunk(device=device, manifest=manifest, n=n, data=data))

        outbox.send(ask, put)

    def _tell(self, tablet: Tablet) -> None:
        claims = tuple(Claim(log=log.name, held=len(log.entries)) for log in tablet.logs.values())
        storage = Storage(
            stores=frozenset({tablet.signer}),
            persisted=True,
            quota_mib=ROOM_MIB,
            usage_mib=1,
            build=__version__,
        )
        key = holders_of(self.session, [tablet.signer])[tablet.signer].key
        keep_said(self.session, key, Said(claims=claims, whole=True, tablet=storage), self.now)

    def _same(self) -> nullcontext[Session]:
        """One transaction for the whole of the seeding."""
        return nullcontext(self.session)

    def _value(self, visit: VisitId, event: Event, carried: Carried) -> Json:
        line = event.line
        if line.kind == "worker":
            carried.cards += 1
            return {"label": f"W{carried.number}-{carried.cards}"}
        if line.answers_to is not None and isinstance(line.value, dict):
            key = "exhibit" if line.kind == CONTINUITY else "sent"
            return {**line.value, key: self.entries[visit, line.answers_to]}
        return line.value

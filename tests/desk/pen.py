"""An officer recording at the visit on a tablet of their own: real keys, the real push, the real classes."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from fieldops.domain.classes import class_of
from fieldops.domain.entry import ACTS_SCHEMA, Draft
from fieldops.domain.ids import EntryId, SubjectId, stream_id
from fieldops.domain.strict_json import Json
from fieldops.store.operations import operation
from fieldops.sync.tablet import Door, Tablet
from tests.desk.reference import classes
from tests.support.station import OPERATION, VISIT, Station, TabletAtHand


@dataclass(slots=True, kw_only=True)
class Pen:
    """One officer's tablet."""

    station: Station
    at_hand: TabletAtHand
    tablet: Tablet
    checklist: str

    def write(
        self,
        field: str,
        value: Json,
        *,
        kind: str = "answer",
        subject: str = "visit",
        supersedes: Iterable[EntryId] = (),
        note: str | None = None,
    ) -> EntryId:
        """Record one entry, twenty seconds after the last."""
        self.station.clock.forward(seconds=20)
        now = self.station.clock()
        draft = Draft(
            happened=now - timedelta(seconds=4),
            recorded=now,
            kind=kind,
            schema=self.checklist if kind in {"answer", "not_asked", "ruling", "withdrawal"} else ACTS_SCHEMA,
            subject=SubjectId(subject),
            field=field,
            value=value,
            note=note,
            supersedes=frozenset(supersedes),
        )
        into = class_of(classes(), field=field, kind=kind, subject=subject, value=value)
        return self.tablet.record(stream_id(VISIT, into), draft)

    def send(self) -> None:
        """Reach the server; everything recorded must stand."""
        self.at_hand.sign_in()
        self.tablet.sync(self._knock)
        assert self.tablet.unsent() == 0

    def hand_in(self) -> None:
        """Send without asking for anything, as a revoked tablet does."""
        for body in list(self.tablet.push_bodies()):
            self.tablet.apply_push(self._knock(Door.PUSH, body))

    def _knock(self, door: Door, body: bytes) -> bytes:
        headers = {"Authorization": f"Bearer {self.at_hand.token}", "Content-Type": "application/json"}
        answer = self.at_hand.client.post(f"/api/sync/{door}", data=body, headers=headers)
        assert answer.status_code == 200, answer.json
        return answer.data


def pen(station: Station, username: str, approver: str = "lead") -> Pen:
    """The officer's tablet, enrolled."""
    at_hand = station.tablet(username, approver)
    with station.store() as session:
        head = operation(session, OPERATION)
    assert head is not None
    tablet = Tablet(key=at_hand.key, clock=station.clock, random_bytes=os.urandom)
    return Pen(station=station, at_hand=at_hand, tablet=tablet, checklist=head.papers.checklist)

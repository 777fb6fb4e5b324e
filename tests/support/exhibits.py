"""An officer's tablet that attaches files to exhibits and sends them through the server's doors."""

import hashlib
import io
import os
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from fieldops.domain.entry import ACTS_SCHEMA, Draft
from fieldops.domain.ids import ClassCode, EntryId, SubjectId, stream_id
from fieldops.domain.kinds import CONTINUITY, EXHIBIT, WITHDRAWAL
from fieldops.sync.outbox import Outbox
from fieldops.sync.tablet import Door, Tablet
from tests.support.station import VISIT, Station, TabletAtHand

MEDIA = ClassCode("C9")


def content_of(size: int, seed: str = "a photo") -> bytes:
    """So many bytes that are always the same for one seed."""
    blocks = -(-size // 32)
    return b"".join(hashlib.sha256(f"{seed}{n}".encode()).digest() for n in range(blocks))[:size]


@dataclass(slots=True, kw_only=True)
class Pen:
    """An enrolled tablet at hand, with what records on it and what sends its files."""

    station: Station
    at_hand: TabletAtHand
    tablet: Tablet
    outbox: Outbox = field(default_factory=Outbox)
    scope: str = VISIT  # where it writes: at the visit, or on the operation itself

    @classmethod
    def of(cls, station: Station, username: str, approver: str = "lead") -> "Pen":
        at_hand = station.tablet(username, approver).sign_in()
        tablet = Tablet(key=at_hand.key, clock=station.clock, random_bytes=os.urandom)
        return cls(station=station, at_hand=at_hand, tablet=tablet)

    def exhibit(self, *files: bytes, media_type: str = "image/jpeg", **said: str) -> EntryId:
        """An exhibit at the visit, with these files."""
        return self.exhibit_named(*(self.outbox.keep(one, media_type) for one in files), **said)

    def exhibit_named(self, *names: str, **said: str) -> EntryId:
        """As `exhibit`, of files by the names of their manifests."""
        value = {"label": "JS/1", "what": "photo", "found": "The cutting room", **said}
        return self._act(EXHIBIT, value, names)

    def hand_over(self, exhibit: EntryId, **said: str) -> EntryId:
        value = {
            "exhibit": exhibit,
            "from": "Officer police",
            "to": "Exhibits store",
            "at": self.station.clock().isoformat(timespec="milliseconds"),
            "seal": "A 4711",
            **said,
        }
        return self._act(CONTINUITY, value)

    def withdraw(self, exhibit: EntryId) -> EntryId:
        """Takes an exhibit out, at somebody's wish."""
        return self._act(
            WITHDRAWAL, {"reason": "asked for it"}, field=EXHIBIT, supersedes=frozenset({exhibit})
        )

    def push(self) -> Any:
        """Hands in every entry; gives the last answer."""
        answer = None
        for body in list(self.tablet.push_bodies()):
            answer = self._post("/api/sync/push", body)
            self.tablet.apply_push(answer.data)
        return answer

    def sync(self) -> None:
        """Entries, then what others wrote, then files."""
        self.tablet.sync(self._knock)
        self.send()

    def send(self) -> None:
        self.outbox.send(lambda body: self._post("/api/sync/need", body).data, self.must_put)

    def need(self, *lines: str) -> Any:
        return self._post_json("/api/sync/need", {"manifests": list(lines)}).json["files"]

    def put(self, manifest: str, n: int | str, data: bytes) -> TestResponse:
        headers = {
            "Authorization": f"Bearer {self.at_hand.token}",
            "Content-Type": "application/octet-stream",
        }
        return self.at_hand.client.put(f"/api/sync/attachments/{manifest}/{n}", data=data, headers=headers)

    def must_put(self, manifest: str, n: int, data: bytes) -> None:
        answer = self.put(manifest, n, data)
        assert answer.status_code == 204, answer.json

    def _act(
        self,
        kind: str,
        value: object,
        files: tuple[str, ...] = (),
        field: str = "",
        supersedes: frozenset[EntryId] = frozenset(),
    ) -> EntryId:
        now = self.station.clock()
        draft = Draft(
            happened=now,
            recorded=now,
            kind=kind,
            schema=ACTS_SCHEMA,
            subject=SubjectId("visit"),
            field=field or kind,
            supersedes=supersedes,
            value=value,  # type: ignore[arg-type]
            attachments=files,
        )
        return self.tablet.record(stream_id(self.scope, MEDIA), draft)

    def _knock(self, door: Door, body: bytes) -> bytes:
        return self._post(f"/api/sync/{door}", body).data

    def _post(self, path: str, body: bytes) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.at_hand.token}", "Content-Type": "application/json"}
        answer = self.at_hand.client.post(path, data=io.BytesIO(body), headers=headers)
        assert answer.status_code == 200, answer.json
        return answer

    def _post_json(self, path: str, body: object) -> TestResponse:
        answer = self.at_hand.post(path, body)
        assert answer.status_code == 200, answer.json
        return answer

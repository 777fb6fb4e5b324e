"""Wrong servers, tablets and screens, each with one mistake that others have lost data by. They enter through
the simulation's own seams; every one of them must be seen by an oracle."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.orm import Session

from fieldops.domain.hlc import Hlc
from fieldops.domain.ids import LogId, StreamId
from fieldops.domain.log import extend
from fieldops.domain.who import Reader
from fieldops.store.holders import Holder, holders_of
from fieldops.store.readers import tablet_reader
from fieldops.sync.offer import read_offers
from fieldops.sync.own_log import OwnLog
from fieldops.sync.replica import Replica
from fieldops.sync.tablet import Door
from fieldops.sync.wire import Page, offered_segments, page_bytes, read_page
from tests.torture import oracles
from tests.torture.station import Disk, Station
from tests.torture.world import Crash, Server


class AnswersBeforeTheCommit(Server):
    """The answer goes out first; where the commit then fails, nobody takes it back."""

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with Session(self.database.engine) as session:
            yield session
            if self.crash is not Crash.BEFORE_COMMIT:
                session.commit()


class KeepsWhatItHasAlready(Server):
    """A push that is repeated is kept a second time."""

    def push(self, holder: Holder, body: bytes) -> bytes:
        before = _arrivals(self)
        reply = super().push(holder, body)
        if _arrivals(self) == before:
            keep_twice(self, json.loads(json.loads(body)["segments"][0]["statement"])["log"])
        return reply


class NumbersOutsideTheTransaction(Server):
    """A number is taken even where the entry that it was for is not written."""

    @contextmanager
    def writing(self) -> Iterator[Session]:
        if self.crash is Crash.BEFORE_COMMIT:
            with self.database.writing() as session:
                session.execute(text("UPDATE streams SET head = head + 1"))
        with super().writing() as session:
            yield session


class ThrowsAwayWhatItMayNotKeep(Server):
    """What would lie in quarantine is confirmed and thrown away."""

    def push(self, holder: Holder, body: bytes) -> bytes:
        reply = super().push(holder, body)
        with self.database.writing() as session:
            session.execute(text("DELETE FROM quarantine"))
        return reply


class ConfirmsWhatWasOffered(Server):
    """Everything offered is confirmed, whatever became of it."""

    def push(self, holder: Holder, body: bytes) -> bytes:
        said = json.loads(super().push(holder, body))
        ends = {one.said.log: one for one in read_offers(offered_segments(json.loads(body)["segments"]))[0]}
        for row in said["logs"]:
            end = ends[row["log"]]
            row |= {"have": end.said.last, "head": extend(end.said.previous, end.ids).hex()}
        return json.dumps(said).encode()


class ForgetsToAskWhoMaySee(Server):
    """Every tablet is answered as the lead's is."""

    def reader(self, session: Session, door: Door, holder: Holder) -> Reader:
        reader = super().reader(session, door, holder)
        lead = self.field.tablets["lead"].signer
        found = tablet_reader(session, holders_of(session, [lead])[lead], self.field.now)
        return reader if door is not Door.PULL or found is None else found


class AnswersALostTablet(Server):
    """A tablet that was revoked is still given what is new."""

    def reader(self, session: Session, door: Door, holder: Holder) -> Reader:
        return tablet_reader(session, holder, self.field.now) or super().reader(session, door, holder)


class LeavesOneOut(Server):
    """A page lacks what came while it was made: a cursor that runs ahead of its rows."""

    def pull(self, reader: Reader, body: bytes) -> bytes:
        page = read_page(super().pull(reader, body))
        return page_bytes(replace(page, arrivals=page.arrivals[:-1]) if len(page.arrivals) > 1 else page)


class RestoresInSilence(Server):
    """An older copy is put back, and no new epoch says so."""

    begins_epoch = False


class MarksAtSending(Station):
    """What was sent is taken for received."""

    def ask(self) -> tuple[Door, bytes] | None:
        asked = super().ask()
        if asked is not None and asked[0] is Door.PUSH:
            for log in self.tablet.logs.values():
                log.confirmed = len(log.entries)
        return asked

    def take(self, door: Door, reply: bytes) -> None:
        if door is Door.PULL:
            super().take(door, reply)


class NeverAsksWhatIsHeld(Station):
    """The session begins with the push: a restored server is never offered again what it lost."""

    def ask(self) -> tuple[Door, bytes] | None:
        if self.turn is None:
            self.turn = Door.HAVE
        return super().ask()


class SaysSavedTooEarly(Station):
    """The screen says "saved"; the disk hears of it with the next entry."""

    def write(self, log: OwnLog) -> bool:
        self.written[log.name] = len(log.entries) - 1
        return True


class PositionBeforeEntries(Station):
    """The position is written in one go, the entries in another: a tablet that ends between has a hole."""

    def restart(self, disk: Disk) -> None:
        ahead = dict(self.tablet.replica.positions)
        super().restart(disk)
        if self.tablet.replica.epoch is not None:
            self.tablet.replica.positions = ahead


class _KeepsWhatIsGone(Replica):
    def _forget(self, stream: StreamId) -> None:
        return


class KeepsWhatIsGone(Station):
    """A stream that was taken away stays readable."""

    replica_kind = _KeepsWhatIsGone


class _DeafToEpochs(Replica):
    def _begin(self, epoch: str) -> None:
        self.epoch = epoch


class DeafToEpochs(Station):
    """Positions of a server that was restored since are believed."""

    replica_kind = _DeafToEpochs


class _TakesAnyPage(Replica):
    def apply(self, page: Page, last: Hlc) -> Hlc:
        for arrival in page.arrivals:
            last = self._take(arrival, last, page.time_ms)
        self.epoch = page.epoch
        self.positions |= {span.stream: span.last for span in page.spans}
        return last


class TakesAnyPage(Station):
    """A page is taken in without looking where it begins, and whether it begins anew."""

    replica_kind = _TakesAnyPage


def newest_wins(lines: Iterable[tuple[bytes, bytes]]) -> dict[str, frozenset[str]]:
    """A screen on which the newest answer takes the place of every other."""
    return {name: frozenset([max(ids)]) for name, ids in oracles.view(lines).items() if ids}


def first_come(lines: Iterable[tuple[bytes, bytes]]) -> dict[str, frozenset[str]]:
    """A screen that shows, beside what stands, whatever happened to come first."""
    held = list(lines)
    first = frozenset(oracles.view(held[:1]).popitem()[1]) if held else frozenset()
    return {name: ids | first for name, ids in oracles.view(held).items()}


def _arrivals(server: Server) -> int:
    with server.database.reading() as session:
        return int(session.scalar(text("SELECT count(*) FROM arrivals")) or 0)


def keep_twice(server: Server, log: LogId) -> None:
    """Write the newest arrival of the log once more, behind its stream."""
    with server.database.writing() as session:
        newest = (
            "SELECT a.key FROM arrivals a JOIN logs l ON l.key = a.log"
            " WHERE l.id = :log AND a.count > 0 ORDER BY a.key DESC LIMIT 1"
        )
        session.execute(
            text(
                "INSERT INTO arrivals (log, stream, first_seq, count, first_n, statement, signature, lines,"
                " received_ms) SELECT a.log, a.stream, s.head + 1, a.count, -a.key, a.statement,"
                " a.signature, a.lines, a.received_ms FROM arrivals a JOIN streams s ON s.key = a.stream"
                f" WHERE a.key = ({newest})"
            ),
            {"log": log},
        )
        session.execute(
            text(
                "UPDATE streams SET head = (SELECT max(first_seq + count - 1) FROM arrivals"
                " WHERE stream = streams.key AND count > 0) WHERE head > 0"
            )
        )

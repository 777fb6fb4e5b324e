"""Wrong servers and tablets in what befalls tablets: copies, cleared stores, full disks, sealed files."""

import json
from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from fieldops.domain.log import extend
from fieldops.domain.who import Reader
from fieldops.store.holders import Holder
from fieldops.store.published import publish
from fieldops.sync.bundle import Taken
from fieldops.sync.offer import read_offers
from fieldops.sync.own_log import OwnLog
from fieldops.sync.tablet import Door, Tablet
from fieldops.sync.wire import offered_segments
from tests.support.database import Database
from tests.torture.hazards import UNPUBLISHED
from tests.torture.station import Station
from tests.torture.world import Server


class ForgetsWordsAtARestore(Server):
    """What tablets said they hold goes with the database that is replaced."""

    def carry_over(self, older: Database) -> None:
        super().carry_over(older)
        with older.writing() as session:
            session.execute(text("DELETE FROM claims"))


class KeepsNoWord(Server):
    """A tablet that says what it holds is answered, and nothing of it is kept."""

    def have(self, reader: Reader, holder: Holder, body: bytes) -> bytes:
        return super().have(reader, holder, json.dumps({"logs": json.loads(body)["logs"]}).encode())


class ThrowsAwayTheSecondBranch(Server):
    """What a copied tablet wrote is told to be a fork, and thrown away."""

    def push(self, holder: Holder, body: bytes) -> bytes:
        reply = super().push(holder, body)
        with self.database.writing() as session:
            session.execute(text("DELETE FROM quarantine WHERE forked"))
        return reply


class TrustsAnyChecklist(Server):
    """A checklist that nobody published places answers by its word."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        with self.database.writing() as session:
            publish(session, "checklist", "checklist", UNPUBLISHED)


class TakesFullForDone(Server):
    """Where the disk has no room the answer is as always."""

    def out_of_room(self, door: Door, body: bytes, fault: OperationalError) -> bytes | None:
        if door is not Door.PUSH:
            return super().out_of_room(door, body, fault)
        offers, _ = read_offers(offered_segments(json.loads(body)["segments"]))
        ends = {one.said.log: (one.said.last, extend(one.said.previous, one.ids)) for one in offers}
        rows = [{"log": log, "have": last, "head": head.hex()} for log, (last, head) in ends.items()]
        said = {"time": self.now_ms, "epoch": self.epoch, "logs": rows, "exceptions": []}
        return json.dumps(said).encode()


class BelievesAFile(Server):
    """What a sealed file names is said to have come, whatever its carrier left in it."""

    def take(self, carrier: str | None, said: object) -> Taken | None:
        taken = super().take(carrier, said)
        if taken is None:
            return None
        setbacks = tuple(one for one in taken.reply.setbacks if one.code != "bundle_missing")
        return replace(taken, came=taken.named, reply=replace(taken.reply, setbacks=setbacks))


class NamesAStoreThatIsGone(Station):
    """The tablet goes on saying that it has the store that was cleared."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.every = [*getattr(self, "every", ()), self.tablet.signer]

    def stores(self) -> list[str]:
        return self.every


class CountsWhatWasReceived(Station):
    """The tablet says that it holds what the server has of it."""

    def holds(self, log: OwnLog) -> int:
        return log.confirmed


class LetsGoOfAFork(Station):
    """A log that forked is thought to be another's, and is let go of."""

    def take(self, door: Door, reply: bytes) -> None:
        super().take(door, reply)
        self.tablet.logs = {name: log for name, log in self.tablet.logs.items() if not log.forked}


class TakesAFullDiskForSaved(Station):
    """That the disk took nothing is not looked at."""

    def write(self, log: OwnLog) -> bool:
        super().write(log)
        return True


class BeginsAgainUnderTheOldName(Station):
    """A cleared tablet has the same key again, and writes the same logs from their first number."""

    def clear(self, tablet: Tablet) -> None:
        before = self.tablet
        super().clear(tablet)
        self.tablet.key, self.tablet.incarnation = before.key, before.incarnation

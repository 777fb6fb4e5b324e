"""A lead at the desk: what was put aside is let in or kept, at any moment, also by two decisions in turn."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select

from fieldops.domain.ids import LogId, SignerId
from fieldops.domain.kinds import KEEP, RELEASE
from fieldops.store.directory import officer
from fieldops.store.ledger import logs
from fieldops.store.quarantine import quarantine
from fieldops.sync.desk_key import desk_key
from fieldops.sync.enrol import Server as Certifier
from fieldops.sync.enrol import server_key
from fieldops.sync.release import RELEASABLE, Asked, Desk
from tests.torture import oracles
from tests.torture.oracles import Oracle, hold
from tests.torture.watching import Watched
from tests.torture.world import SECRET, Crash

YEARS = timedelta(days=3650)  # that a key of the desk is good for: no day is as long


class Aside(NamedTuple):
    """What waits of one log for one reason."""

    log: LogId
    code: str


class Deciding(Watched):
    """What a lead decides is noted, and held to."""

    def decide(self) -> None:
        """The lead decides about something that waits, or waited until just now."""
        found = self._aside()
        if not found:
            return
        fit = [one for one in found if one.code in RELEASABLE]
        one = self.rng.choice(fit if fit and self.rng.random() < 0.8 else found)
        choice = self.rng.choice([RELEASE, RELEASE, KEEP])
        self.server.crash = self.rng.choices([None, *Crash], [94, 3, 3])[0]
        self._decide(one, choice)
        self.server.crash = None

    def _decide(self, one: Aside, choice: str) -> None:
        before = oracles.at_rest(self.server.database)
        desk, asked = self._desk(), self._asked(one, choice)
        done = self.server.decide(asked, desk)
        rest = oracles.at_rest(self.server.database)
        shown = {raw for ids in rest.streams.values() for raw in ids}
        fresh = shown - {raw for ids in before.streams.values() for raw in ids} - rest.signed_by(self.desks)
        hold(Oracle.DECIDED, choice == RELEASE or not fresh, f"{len(fresh)} were let in that were to be kept")
        hold(Oracle.DECIDED, fresh <= before.aside, "what was let in had not been put aside")
        hold(Oracle.DECIDED, not done or choice == KEEP or bool(fresh), f"nothing of {one.log} was let in")

    def _aside(self) -> list[Aside]:
        query = select(logs.c.id, quarantine.c.code).join(logs, logs.c.key == quarantine.c.log).distinct()
        with self.server.database.reading() as session:
            return sorted(Aside(LogId(log), code) for log, code in session.execute(query))

    def _asked(self, one: Aside, choice: str) -> Asked:
        field = self.server.field
        with self.server.database.reading() as session:
            lead = officer(session, field.officers["lead"])
        assert lead is not None
        return Asked(
            operation=field.operation, officer=lead, log=one.log, code=one.code, choice=choice, why="Seen to."
        )

    def _desk(self) -> Desk:
        """The desk's side, and the name under which the lead signs there."""
        field = self.server.field
        certifier = Certifier(
            key=server_key(SECRET), epoch="e" * 16, good_for=YEARS, random_bytes=field.chance.randbytes
        )
        self.server.make_room()
        with self.server.database.writing() as session:
            lead = officer(session, field.officers["lead"])
            assert lead is not None
            key = desk_key(session, lead, field.operation, SECRET, certifier, field.now)
        self.desks.add(SignerId(key.signer.id))
        return Desk(seed=SECRET, server=certifier, now=field.now)

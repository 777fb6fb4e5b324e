"""The server of the simulation: the real core over a real SQLite in memory, and the faults of its machine.

Doors admit as the product's guard does. Nothing here decides about entries; that is the core's alone.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from marshmallow import ValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from fieldops.api.claim_words import earlier_words, order_words, said_in
from fieldops.api.sync import HAVE, PUSH
from fieldops.domain.access import serves
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import SignerId, TeamId, VisitId, new_id
from fieldops.domain.operation import Team
from fieldops.domain.who import Reader
from fieldops.domain.wipe import read_word
from fieldops.store import plans
from fieldops.store.bundles import Way
from fieldops.store.carrying import carry_over
from fieldops.store.claims import keep_said
from fieldops.store.completeness import earlier_logs
from fieldops.store.devices import revoke_device, signer
from fieldops.store.holders import Holder, holders_of
from fieldops.store.meta import begin_epoch, epoch
from fieldops.store.plans import MemberRow
from fieldops.store.readers import sender_for, tablet_reader
from fieldops.store.wipes import SignedOrder, standing_order
from fieldops.sync import wire
from fieldops.sync.bundle import Carried, Taken, bundle_of, take_in
from fieldops.sync.have import have
from fieldops.sync.pull import Pull, pull
from fieldops.sync.push import Push, receive
from fieldops.sync.release import Asked, Desk, decide
from fieldops.sync.sealing import sealing_key
from fieldops.sync.tablet import Door
from fieldops.sync.wipe import Ordering, hear_word, order_wipe
from tests.support.database import Database
from tests.support.field import Field, open_field
from tests.torture.memory import copy_of, migrated, opened
from tests.torture.plan import PEOPLE, Plan
from tests.torture.shelf import FileDoors, Shelf

VISITS = 3
SECRET = bytes(range(32))  # of the installation, from which the operation's sealing key is made
MOST_PAGES = 2**30
SOON = timedelta(milliseconds=1)


class Crash(StrEnum):
    """Where the server's process ends in the middle of a push."""

    BEFORE_COMMIT = "before the commit"
    AFTER_COMMIT = "after the commit"


class Crashed(Exception):
    """The server ended here; nobody is answered."""


class Server(FileDoors):
    """Doors, crashes, backups and changes of plan."""

    begins_epoch = True  # whether a restore says that it was one

    def __init__(self, seed: int) -> None:
        """A small operation of five officers, three visits, and two teams."""
        self.raw = copy_of(migrated())
        self.database = opened(self.raw)
        self.field: Field = open_field(self.database, PEOPLE, visits=VISITS, seed=seed)
        self.crash: Crash | None = None
        self.full = False
        self.shelf = Shelf()
        self.sealing_key = sealing_key(SECRET, self.field.operation)
        self.backups: list[sqlite3.Connection] = []
        self.plan = self._two_teams()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One unit of work, which the machine may end before or after its commit."""
        with self.database.writing() as session:
            yield session
            if self.crash is Crash.BEFORE_COMMIT:
                raise Crashed
        if self.crash is Crash.AFTER_COMMIT:
            raise Crashed

    @property
    def epoch(self) -> str:
        """The epoch that counts now."""
        with self.database.reading() as session:
            return epoch(session)

    def answer(self, door: Door, who: SignerId, body: bytes) -> bytes | None:
        """What a tablet is answered; None where it is refused, the disk is full, or the server ended."""
        self.field.now += SOON
        try:
            return self._at_door(door, who, body)
        except (Refusal, ValidationError, json.JSONDecodeError, UnicodeDecodeError, Crashed):
            return None
        except OperationalError as fault:
            return self.out_of_room(door, body, fault)

    def out_of_room(self, _: Door, __: bytes, fault: OperationalError) -> bytes | None:
        """What the product answers with 507; any other fault of the database is one of the simulation."""
        if not self.full:
            raise fault
        return None

    def _at_door(self, door: Door, who: SignerId, body: bytes) -> bytes:
        with self.database.reading() as session:
            holder = holders_of(session, [who])[who]
            reader = self.reader(session, door, holder)
        if door is Door.PUSH:
            return self.push(holder, body)
        return self.pull(reader, body) if door is Door.PULL else self.have(reader, holder, body)

    def reader(self, session: Session, door: Door, holder: Holder) -> Reader:
        """Who knocks: a revoked tablet may hand in, and is given nothing."""
        out = holder.key.barred(self.now_ms) is not None or not serves(holder.roles)
        if out and door is Door.PULL:
            raise Refusal("device_revoked", "This tablet has been revoked.")
        found = sender_for(session, holder) if out else tablet_reader(session, holder, self.field.now)
        if found is None:
            raise Refusal("not_found", "There is nothing here, or nothing for you.")
        return found

    @property
    def now_ms(self) -> int:
        """The server's time."""
        return int(self.field.now.timestamp() * 1000)

    def push(self, holder: Holder, body: bytes) -> bytes:
        """The door for a push."""
        offered = wire.offered_segments(PUSH.load(json.loads(body))["segments"])
        came = Push(offered=offered, received_ms=self.now_ms, carrier=holder)
        reply = receive(self.database.reading, self.writing, came)
        return json.dumps(wire.push_reply_fields(reply)).encode()

    def pull(self, reader: Reader, body: bytes) -> bytes:
        """The door for a pull."""
        question = Pull(**json.loads(body), now_ms=self.now_ms)
        with self.database.reading() as session:
            return wire.page_bytes(pull(session, reader, question))

    def have(self, reader: Reader, holder: Holder, body: bytes) -> bytes:
        """The door for have-vectors, and for a tablet's word on what it holds."""
        asked = HAVE.load(json.loads(body))
        said = said_in(asked)
        if said is not None:
            with self.writing() as session:
                keep_said(session, holder.key, said, self.field.now)
        with self.database.reading() as session:
            states = have(session, reader, asked["logs"])
            held = {"epoch": epoch(session), "logs": wire.log_rows(states)}
            if said is not None:
                held["earlier"] = [*map(earlier_words, earlier_logs(session, reader, holder.key.device))]
            held |= order_words(standing_order(session, holder.key.id))
            return json.dumps(held).encode()

    def hear(self, word: SignedOrder) -> bool:
        """A tablet's last word that a store is gone; whether it is heard."""
        return self.done(lambda: self._hear(word))

    def _hear(self, word: SignedOrder) -> None:
        with self.writing() as session:
            hear_word(session, read_word(word.line.encode()), word, self.field.now)

    def take(self, carrier: SignerId | None, said: object) -> Taken | None:
        """A sealed bundle is handed in, on a tablet or at the desk; None where nothing is answered."""
        self.field.now += SOON
        try:
            bundle = bundle_of(said)
            with self.database.reading() as session:
                by = None if carrier is None else holders_of(session, [carrier])[carrier]
            way = Way.DESK if by is None else Way.TABLET
            came = Carried(bundle=bundle, received_ms=self.now_ms, way=way, carrier=by)
            return take_in(self.database.reading, self.writing, came, self.sealing_key)
        except (Refusal, Crashed):
            return None
        except OperationalError:
            assert self.full
            return None

    def decide(self, asked: Asked, desk: Desk) -> bool:
        """A lead decides about what waits; whether it is done."""
        return self.done(lambda: decide(self.writing, asked, desk))

    def done(self, work: Callable[[], object]) -> bool:
        """Whether something is done: it may be refused, find no room, or the server may end."""
        self.field.now += SOON
        try:
            work()
        except (Refusal, Crashed):
            return False
        except OperationalError:
            assert self.full
            return False
        return True

    def fill_disk(self) -> None:
        """There is no room for one page more."""
        self.full = True
        (pages,) = self.raw.execute("PRAGMA page_count").fetchone()
        self.raw.execute(f"PRAGMA max_page_count={pages}")

    def make_room(self) -> None:
        """The administrator has made room."""
        self.full = False
        self.raw.execute(f"PRAGMA max_page_count={MOST_PAGES}")

    def back_up(self) -> None:
        """Keep a copy of the ledger as it stands."""
        self.backups.append(copy_of(self.raw))

    def restore(self, backup: sqlite3.Connection) -> None:
        """Put an older copy in the place of the database, as the product does: with what it is too old to
        know, and in a new epoch. Which team goes where is set again as the simulation's plan has it."""
        self.make_room()
        older = copy_of(backup)
        self.carry_over(opened(older))
        older.backup(self.raw)
        if self.begins_epoch:
            with self.database.writing() as session:
                begin_epoch(session, self.field.chance.randbytes)
        for visit, team in self.plan.sent.items():
            self._send(visit, team)

    def carry_over(self, older: Database) -> None:
        """Who was shut out since, whose key came since, and what tablets said."""
        carry_over(self.database.engine, older.engine)

    def revoke(self, label: str, whose: SignerId) -> None:
        """A tablet is lost: it is given nothing from now on."""
        self.make_room()
        self.plan.barred.add(label)
        with self.database.writing() as session:
            known = signer(session, whose)
            assert known is not None
            revoke_device(session, known.device, self.field.now, self.field.officers["lead"], "lost")

    def order_wipe(self, whose: SignerId, *, forced: bool) -> None:
        """A lead orders that a store goes from its tablet."""
        self.make_room()
        with self.database.writing() as session:
            known = signer(session, whose)
            assert known is not None
            by = self.field.officers["lead"]
            ordering = Ordering(device=known.device, signer=whose, by=by, reason="x", forced=forced)
            order_wipe(session, ordering, self.field.now, SECRET)

    def move(self, visit: VisitId, team: str) -> None:
        """A visit goes to another team."""
        self.make_room()
        self.plan.sent[visit] = team
        self._send(visit, team)

    def _send(self, visit: VisitId, team: str) -> None:
        with self.database.writing() as session:
            planned = plans.visit(session, visit)
            assert planned is not None
            plans.move_visit(session, replace(planned, team=TeamId(team)))

    def _two_teams(self) -> Plan:
        """The officer `second` goes alone in a team of their own, which has no visit yet."""
        other = TeamId(new_id(self.field.chance.randbytes))
        with self.database.writing() as session:
            planned = plans.visit(session, self.field.visits[0])
            assert planned is not None
            operation, away = planned.operation, self.field.officers["second"]
            team = Team(id=other, operation=operation, code="T2", name="T2", languages=(), capabilities=())
            plans.add_team(session, team)
            for row in session.query(MemberRow).filter_by(officer=away):
                session.delete(row)
            plans.add_member(session, other, away, lead=True, capabilities=[])
        with_first = set(PEOPLE) - {"second"}
        return Plan(
            teams={planned.team: with_first, other: {"second"}},
            sent=dict.fromkeys(self.field.visits, str(planned.team)),
        )

"""A sealed bundle from a tablet without a network: anybody carries it, the server opens it, once."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from fieldops.domain.entry import ACTS_SCHEMA, SALT_BYTES, Draft
from fieldops.domain.hlc import Hlc
from fieldops.domain.ids import SubjectId
from fieldops.domain.who import Through
from fieldops.store.bundles import Way, bundles_taken
from fieldops.store.holders import holders_of
from fieldops.store.records import read_visit
from fieldops.sync import keys
from fieldops.sync.bundle import Carried, Taken, bundle_of, take_in
from fieldops.sync.own_log import OwnLog
from fieldops.sync.sealing import CONTENT_KEY_BYTES, sealing_key, sealing_point
from fieldops.sync.tablet import Tablet
from fieldops.sync.wire import read_page
from tests.support.database import Database
from tests.support.field import Field, open_field
from tests.support.sealer import Sealer

SEED = bytes(range(32))
PEOPLE = {"lead": "PO", "police": "PO", "safety": "HS"}


@dataclass
class Carrying:
    """Bundles in an operation, and the server that opens them."""

    field: Field

    def bundle(self, tablet: Tablet) -> dict[str, Any]:
        """What the tablet has not sent, one entry a segment, as it is sealed at each tap."""
        clock = tablet.reading()
        segments = [
            log.segment(n, n, clock, tablet.key)
            for log in tablet.logs.values()
            for n in range(log.confirmed + 1, len(log.entries) + 1)
        ]
        sealer = Sealer(
            operation=self.field.operation,
            point=sealing_point(SEED, self.field.operation),
            content_key=self.field.chance.randbytes(CONTENT_KEY_BYTES),
            ephemeral=keys.key_from_number(self.field.chance.randrange(1, 2**255)),
        )
        made: dict[str, Any] = json.loads(json.dumps(sealer.bundle(segments)))
        return made

    def take(self, said: dict[str, Any], carrier: Tablet | None = None) -> Taken:
        bundle, database = bundle_of(said), self.field.database
        with database.reading() as session:
            by = None if carrier is None else holders_of(session, [carrier.signer])[carrier.signer]
        came_ms = int(self.field.now.timestamp() * 1000)
        way = Way.LOCKED if carrier is None else Way.TABLET
        officer = None if by is None else by.key.officer
        came = Carried(bundle=bundle, received_ms=came_ms, way=way, taken_by=officer, carrier=by)
        return take_in(database.reading, database.writing, came, sealing_key(SEED, bundle.operation))

    def known(self) -> dict[str, Any]:
        """What the lead reads of the first visit."""
        reader = self.field.reader("lead", Through.DESK)
        with self.field.database.reading() as session:
            record = read_visit(session, reader, self.field.visits[0])
        return {one.entry.field: one.entry.value for one in record.standings}


@pytest.fixture
def carrying(database: Database) -> Carrying:
    return Carrying(open_field(database, PEOPLE))


def written(carrying: Carrying, count: int = 5) -> Tablet:
    tablet = carrying.field.tablet("police")
    for n in range(1, count + 1):
        carrying.field.record(tablet, carrying.field.visits[0], f"PLACE-{n:02}", f"answer {n}")
    return tablet


def a_note(carrying: Carrying) -> Draft:
    return Draft(
        happened=carrying.field.now,
        recorded=carrying.field.now,
        kind="note",
        schema=ACTS_SCHEMA,
        subject=SubjectId("visit"),
        field="note",
        value="made up",
    )


def told(taken: Taken) -> list[tuple[str, str, int, int]]:
    return [(str(one.verdict), one.code, one.first, one.last) for one in taken.reply.setbacks]


def test_what_was_carried_in_a_file_is_held_as_if_the_tablet_had_sent_it(carrying: Carrying) -> None:
    tablet = written(carrying)
    taken = carrying.take(carrying.bundle(tablet))
    assert (taken.named, taken.came, told(taken)) == (5, 5, [])
    assert carrying.known() == {f"PLACE-{n:02}": f"answer {n}" for n in range(1, 6)}
    carrying.field.sync("police")
    assert (tablet.unsent(), tablet.setbacks) == (0, [])


def test_a_file_taken_in_again_changes_nothing(carrying: Carrying) -> None:
    said = carrying.bundle(written(carrying))
    first = carrying.take(said)
    again = carrying.take(said)
    assert again.reply.logs == first.reply.logs
    assert (again.named, again.came, told(again)) == (5, 5, [])
    tablet = carrying.field.sync("lead")
    assert sum(map(len, tablet.replica.entries.values())) == 5


def test_a_colleagues_tablet_that_carries_is_named_and_its_officer_stays_the_author(
    carrying: Carrying,
) -> None:
    said = carrying.bundle(written(carrying))
    carrier = carrying.field.tablet("safety")
    carrying.take(said, carrier)
    page = read_page(carrying.field.pull("lead", carrying.field.tablet("lead").pull_body()))
    assert {arrival.via for arrival in page.arrivals} == {carrier.signer}


def test_no_word_of_an_entry_can_be_read_in_a_bundle(carrying: Carrying) -> None:
    tablet = carrying.field.tablet("police")
    carrying.field.record(tablet, carrying.field.visits[0], "SAID-01", "eleven passports", note="in a tin")
    said = json.dumps(carrying.bundle(tablet))
    lines = next(iter(tablet.outgoing())).lines.decode()
    for words in ("passports", "in a tin", *lines.split('"')[1::2]):
        assert len(words) < 6 or words in json.dumps(list(tablet.logs)) or words not in said


@pytest.mark.parametrize("kept", [0, 2, 4])
def test_what_a_carrier_leaves_out_has_a_number(carrying: Carrying, kept: int) -> None:
    said = carrying.bundle(written(carrying))
    taken = carrying.take({**said, "parts": said["parts"][:kept]})
    assert (taken.named, taken.came) == (5, kept)
    assert told(taken) == [("gap", "bundle_missing", n, n) for n in range(kept + 1, 6)]


def test_a_carrier_who_leaves_out_the_middle_hides_nothing_behind_it(carrying: Carrying) -> None:
    said = carrying.bundle(written(carrying))
    taken = carrying.take({**said, "parts": said["parts"][:2] + said["parts"][3:]})
    assert ("gap", "bundle_missing", 3, 3) in told(taken)
    assert taken.came == 2
    whole = carrying.take(said)
    assert (whole.came, told(whole)) == (5, [])


def test_a_changed_part_is_refused_and_the_others_stand(carrying: Carrying) -> None:
    said = carrying.bundle(written(carrying))
    last = said["parts"][-1]
    raw = bytearray(keys.decode(last["sealed"]))
    raw[7] ^= 1
    changed = {**said, "parts": [*said["parts"][:-1], {**last, "sealed": keys.encode(bytes(raw))}]}
    taken = carrying.take(changed)
    assert told(taken) == [("refused", "bundle_part", 5, 5), ("gap", "bundle_missing", 5, 5)]
    assert len(carrying.known()) == 4


def test_whoever_knows_the_operations_key_can_seal_and_still_forges_nothing(carrying: Carrying) -> None:
    honest = written(carrying)
    forger = Tablet(
        key=carrying.field.tablet("safety").key,
        clock=carrying.field.clock,
        random_bytes=carrying.field.chance.randbytes,
    )
    (log,) = honest.logs.values()
    forged = log.segment(1, 5, honest.reading(), forger.key)
    sealer = Sealer(
        operation=carrying.field.operation,
        point=sealing_point(SEED, carrying.field.operation),
        content_key=bytes(CONTENT_KEY_BYTES),
        ephemeral=keys.key_from_number(77),
    )
    taken = carrying.take(sealer.bundle([forged]))
    assert told(taken)[0][:2] == ("refused", "signature")
    assert (taken.came, carrying.known()) == (0, {})


def test_naming_a_log_does_not_tell_how_far_the_server_holds_it(carrying: Carrying) -> None:
    tablet = written(carrying)
    said = carrying.bundle(tablet)
    before = carrying.take({**said, "parts": []})
    carrying.take(said)
    after = carrying.take({**said, "parts": []})
    assert told(before) == told(after)
    assert (before.reply.logs, before.came) == (after.reply.logs, after.came)


def test_who_brought_a_file_and_on_whose_tablet_is_remembered(carrying: Carrying) -> None:
    said = carrying.bundle(written(carrying))
    carrier = carrying.field.tablet("safety")
    carrying.take({**said, "parts": said["parts"][:2]}, carrier)
    carrying.take(said)
    carrying.take({**said, "parts": []})
    with carrying.field.database.reading() as session:
        rows = bundles_taken(session, carrying.field.operation, 9)
    assert [(one.way, one.via, one.brought, one.whole) for one, _ in rows] == [
        (Way.LOCKED, None, 5, True),
        (Way.TABLET, carrier.signer, 2, False),
    ]
    assert [by and by.name for _, by in rows] == [None, "Officer safety"]


def test_what_is_brought_is_counted_by_what_is_proven_and_nothing_can_be_asked_by_a_forged_one(
    carrying: Carrying,
) -> None:
    tablet = written(carrying)
    carrying.take(carrying.bundle(tablet))
    (log,) = tablet.logs.values()
    forger = carrying.field.tablet("safety").key
    sealer = Sealer(
        operation=carrying.field.operation,
        point=sealing_point(SEED, carrying.field.operation),
        content_key=bytes(CONTENT_KEY_BYTES),
        ephemeral=keys.key_from_number(77),
    )
    forged = sealer.bundle([log.segment(1, 1, tablet.reading(), tablet.key)])
    (part,) = forged["parts"]
    elsewhere = carrying.take({**forged, "parts": [{**part, "to": 5}]})
    made_up = OwnLog(log.name)
    for n in range(5):
        made_up.append(a_note(carrying), Hlc(n, 0), bytes(SALT_BYTES))
    unsigned = carrying.take(sealer.bundle([made_up.segment(1, 5, tablet.reading(), forger)]))
    again = carrying.take(carrying.bundle(tablet))
    assert (elsewhere.brought, unsigned.brought, again.brought) == (0, 0, 5)

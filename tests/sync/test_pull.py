"""What tablets are given of others' entries, and what they are not."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from fieldops.domain.access import may_see
from fieldops.domain.errors import Refusal
from fieldops.domain.hlc import Hlc
from fieldops.store.devices import SignerRow, signer
from fieldops.store.directory import deactivate, take_role
from fieldops.store.meta import begin_epoch
from fieldops.store.plans import MemberRow
from fieldops.sync import keys, wire
from fieldops.sync.replica import Replica
from fieldops.sync.tablet import Tablet
from tests.support.database import Database
from tests.support.field import ACCOUNT, COUNTED, OPEN, SECRET, Field, open_field

PEOPLE = {"lead": "PO", "police": "PO", "colleague": "PO", "safety": "HS"}


@pytest.fixture
def operation(database: Database) -> Field:
    return open_field(database, PEOPLE)


def a_morning(operation: Field, answers: int = 10) -> None:
    """The police record answers of every class at every visit, and send them."""
    tablet = operation.tablet("police")
    for visit in operation.visits:
        for n in range(1, answers + 1):
            for question in ("PLACE", "HEADS", "SAID", "STATUS"):
                operation.record(tablet, visit, f"{question}-{n:02}", f"{n}")
    operation.sync("police")


def pulled(tablet: Tablet) -> dict[str, int]:
    """How many entries the tablet holds of each stream."""
    return {stream: len(held) for stream, held in tablet.replica.entries.items()}


def test_a_colleague_holds_the_same_bytes_after_a_pull(operation: Field) -> None:
    a_morning(operation)
    lead = operation.sync("lead")
    expected = {
        operation.stream(visit, code): 10 for visit in operation.visits for code in (OPEN, COUNTED, ACCOUNT)
    }
    assert pulled(lead) == expected
    author = operation.tablet("police")
    for log in author.logs.values():
        stream = log.name.rsplit(".", 2)[0]
        if stream in lead.replica.entries:
            assert lead.replica.entries[stream] == [(one.header, one.body) for one in log.entries]


def test_every_pulled_segment_proves_itself_by_its_authors_key(operation: Field) -> None:
    a_morning(operation)
    points = {}
    with operation.database.reading() as session:
        for tablet in operation.tablets.values():
            known = signer(session, tablet.signer)
            assert known is not None
            points[tablet.signer] = keys.decode(known.key)
    lead = operation.tablet("lead")
    lead.replica = Replica(key_of=points.get)
    operation.sync("lead")
    assert lead.replica.unproven == []
    assert lead.replica.holes == []
    forged = operation.tablet("lead", "second")
    forged.replica = Replica(key_of={name: keys.public_point(keys.key_from_number(5)) for name in points}.get)
    operation.sync("lead", "second")
    assert len(forged.replica.unproven) == 6


def test_an_entry_held_back_in_quarantine_leaves_its_segment_provable(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "PLACE-01", "Y")
    operation.record(tablet, visit, "SAID-01", "too open", class_code=OPEN)
    operation.record(tablet, visit, "PLACE-02", "N")
    operation.sync("police")
    lead = operation.sync("lead")
    assert pulled(lead) == {operation.stream(visit, OPEN): 2}
    assert b"too open" not in b"".join(
        body for _, body in lead.replica.entries[operation.stream(visit, OPEN)]
    )
    assert lead.replica.unproven == []


@pytest.mark.parametrize("limit", [1, 7, 25, 1000])
def test_pages_of_any_size_bring_everything_once_and_without_holes(operation: Field, limit: int) -> None:
    a_morning(operation)
    lead = operation.tablet("lead")
    pages = 1
    while lead.apply_pull(operation.pull("lead", lead.pull_body(limit))):
        pages += 1
    assert sum(pulled(lead).values()) == 60
    assert lead.replica.holes == []
    assert lead.replica.unproven == []
    assert pages >= (2 if limit < 60 else 1)


def test_nothing_of_a_closed_class_reaches_a_partners_tablet(operation: Field) -> None:
    a_morning(operation)
    safety = operation.sync("safety")
    assert {stream.split(".")[1] for stream in pulled(safety)} == {OPEN}
    body = json.dumps(
        {
            "epoch": safety.replica.epoch,
            "positions": {operation.stream(visit, ACCOUNT): 0 for visit in operation.visits},
            "limit": 1000,
        }
    )
    assert ACCOUNT.encode() + b"." not in operation.pull("safety", body.encode())


def test_a_hidden_stream_and_one_that_never_was_look_the_same(operation: Field) -> None:
    a_morning(operation)
    hidden, absent = operation.stream(operation.visits[0], SECRET), operation.stream("a" * 16, OPEN)
    epoch = operation.sync("safety").replica.epoch
    for asked in (hidden, absent):
        body = json.dumps({"epoch": epoch, "positions": {asked: 3}, "limit": 10}).encode()
        page = wire.read_page(operation.pull("safety", body))
        assert page.gone == (asked,)
        assert asked not in page.granted
        assert all(span.stream != asked for span in page.spans)


def test_an_idle_question_reads_no_entry(operation: Field) -> None:
    a_morning(operation)
    lead = operation.sync("lead")
    asked: list[str] = []

    def note(_: Connection, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    event.listen(operation.database.engine, "before_cursor_execute", note)
    try:
        page = wire.read_page(operation.pull("lead", lead.pull_body()))
    finally:
        event.remove(operation.database.engine, "before_cursor_execute", note)
    assert (page.spans, page.arrivals, page.more) == ((), (), False)
    assert asked
    assert not [statement for statement in asked if "arrivals" in statement]


def test_access_that_is_taken_away_is_named_once_and_nothing_more_comes(operation: Field) -> None:
    a_morning(operation)
    colleague = operation.sync("colleague")
    before = set(pulled(colleague))
    with operation.database.writing() as session:
        for row in session.query(MemberRow).filter_by(officer=operation.officers["colleague"]):
            session.delete(row)
    page = wire.read_page(operation.pull("colleague", colleague.pull_body()))
    assert set(page.gone) == before
    colleague.apply_pull(wire.page_bytes(page))
    assert pulled(colleague) == {}
    assert wire.read_page(operation.pull("colleague", colleague.pull_body())).gone == ()


def test_a_new_grant_is_a_stream_read_from_its_beginning(operation: Field) -> None:
    a_morning(operation)
    reader = operation.reader("safety")
    stream = operation.stream(operation.visits[0], ACCOUNT)
    assert not may_see(reader, stream)
    lead = operation.tablet("lead")
    page = wire.read_page(operation.pull("lead", lead.pull_body()))
    assert stream in page.granted
    assert [span.first for span in page.spans if span.stream == stream] == [1]


def test_a_restored_server_begins_another_epoch_and_is_given_what_it_lost(operation: Field) -> None:
    a_morning(operation, answers=3)
    lead = operation.sync("lead")
    with operation.database.writing() as session:
        fresh = begin_epoch(session, operation.chance.randbytes)
    operation.sync("lead")
    assert lead.replica.epoch == fresh
    assert sum(pulled(lead).values()) == 18


def test_a_server_that_lost_its_newest_entries_unsaid_is_found_out_by_the_hole(operation: Field) -> None:
    a_morning(operation)
    lead = operation.sync("lead")
    stream = next(iter(pulled(lead)))
    lead.replica.positions[stream] += 40  # as if it had been given forty more before the server was restored
    before = dict(lead.replica.positions)
    page = wire.read_page(operation.pull("lead", lead.pull_body()))
    lead.apply_pull(wire.page_bytes(page))
    assert [span.stream for span in lead.replica.holes] == [stream]
    assert lead.replica.positions == before


def test_a_page_with_a_hole_moves_no_position(operation: Field) -> None:
    a_morning(operation)
    lead = operation.tablet("lead")
    page = wire.read_page(operation.pull("lead", lead.pull_body()))
    first = page.arrivals[0]
    torn = replace(page, arrivals=page.arrivals[1:])
    lead.replica.apply(torn, Hlc(0, 0))
    assert first.stream not in lead.replica.positions
    assert [span.stream for span in lead.replica.holes] == [first.stream]
    operation.sync("lead")
    assert sum(pulled(lead).values()) == 60


def test_a_page_cut_short_on_the_way_is_refused_whole(operation: Field) -> None:
    a_morning(operation)
    lead = operation.tablet("lead")
    data = operation.pull("lead", lead.pull_body())
    for cut in (1, 10, len(data) // 2):
        with pytest.raises(Refusal):
            lead.apply_pull(data[:-cut])
    assert pulled(lead) == {}


def test_a_tablet_asks_only_about_its_own_logs(operation: Field) -> None:
    a_morning(operation)
    author, lead = operation.tablet("police"), operation.tablet("lead")
    question = author.have_body()
    own = json.loads(operation.have("police", question))["logs"]
    assert {row["have"] for row in own} == {10}
    assert json.loads(operation.have("lead", question))["logs"] == []
    assert lead.logs == {}


def test_an_officer_without_any_role_left_is_no_reader(operation: Field) -> None:
    a_morning(operation)
    with operation.database.writing() as session:
        deactivate(session, operation.officers["safety"], operation.now)
        assert session.get(SignerRow, operation.tablet("police").signer) is not None
    with pytest.raises(AssertionError):
        operation.reader("safety")
    with operation.database.writing() as session:
        for role in operation.reader("police").roles:
            take_role(session, operation.operation, operation.officers["police"], role)
    with pytest.raises(AssertionError):
        operation.reader("police")

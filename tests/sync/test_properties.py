"""What holds whatever the network does: the same set, the same heads, nothing beyond a grant, no holes."""

import json
import random
from collections.abc import Iterator
from hashlib import sha256
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from fieldops.domain.access import may_see
from fieldops.domain.segment import split_lines
from fieldops.store import ledger
from fieldops.sync import wire
from fieldops.sync.tablet import Tablet
from fieldops.sync.wire import Offered
from tests.support.database import Database
from tests.support.field import QUESTIONS, Field, open_field

PEOPLE = {"lead": "PO", "police": "PO", "safety": "HS"}
ON_ONE_DATABASE = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_seeds = count(1000)

recorded = st.lists(
    st.tuples(
        st.sampled_from(("police", "safety")),
        st.integers(0, 1),
        st.sampled_from(sorted(QUESTIONS)),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=40,
)


def a_day(database: Database, answers: list[tuple[str, int, str, int]]) -> Field:
    """A fresh operation in which these answers were recorded offline."""
    operation = open_field(database, PEOPLE, seed=next(_seeds))
    for name, visit, question, n in answers:
        operation.record(operation.tablet(name), operation.visits[visit], f"{question}-{n:02}", n)
    return operation


def some_segments(tablet: Tablet, rng: random.Random) -> Iterator[Offered]:
    """Every log cut anyhow: runs that overlap, leave gaps, and repeat."""
    for log in tablet.logs.values():
        for _ in range(rng.randint(1, 4)):
            first = rng.randint(1, len(log.entries))
            yield log.segment(first, rng.randint(first, len(log.entries)), tablet.reading(), tablet.key)


def at_rest(operation: Field) -> dict[str, list[bytes]]:
    """The ids in each stream, by number; the numbers themselves are checked to be without gaps."""
    arrivals, streams = ledger.arrivals, ledger.streams
    query = select(streams.c.id, arrivals.c.first_seq, arrivals.c.lines, streams.c.head)
    query = query.join(streams, streams.c.key == arrivals.c.stream).where(arrivals.c.count > 0)
    query = query.where(streams.c.scope.in_(operation.visits)).order_by(arrivals.c.first_seq)
    found: dict[str, list[bytes]] = {}
    heads: dict[str, int] = {}
    with operation.database.reading() as session:
        for stream, first, lines, head in session.execute(query):
            assert first == len(found.setdefault(stream, [])) + 1
            found[stream] += [sha256(header).digest() for header, _ in split_lines(lines)]
            heads[stream] = head
    assert heads == {stream: len(ids) for stream, ids in found.items()}
    return found


@ON_ONE_DATABASE
@given(answers=recorded, seed=st.integers(0, 2**32))
def test_any_partition_order_and_duplication_of_pushes_gives_the_same_set_and_the_same_heads(
    database: Database, answers: list[tuple[str, int, str, int]], seed: int
) -> None:
    operation = a_day(database, answers)
    rng = random.Random(seed)
    offers = [
        (tablet.signer, segment)
        for tablet in operation.tablets.values()
        for segment in some_segments(tablet, rng)
    ]
    rng.shuffle(offers)
    while offers:
        carrier, _ = offers[0]
        together = [segment for _, segment in offers[: rng.randint(1, 5)]]
        del offers[: rng.choice((len(together), 0, len(together)))]  # now and then the same again
        operation.push(wire.push_body(together), carrier)
    for name in operation.tablets:
        operation.sync(name)
    ids = at_rest(operation)
    assert sorted(one for held in ids.values() for one in held) == sorted(
        one for tablet in operation.tablets.values() for log in tablet.logs.values() for one in log.ids
    )
    for tablet in operation.tablets.values():
        assert tablet.unsent() == 0
        for log in tablet.logs.values():
            assert log.confirmed == len(log.entries)
            assert not log.forked


@ON_ONE_DATABASE
@given(answers=recorded, seed=st.integers(0, 2**32))
def test_no_entry_outside_a_readers_streams_is_ever_pulled(
    database: Database, answers: list[tuple[str, int, str, int]], seed: int
) -> None:
    operation = a_day(database, answers)
    for name in list(operation.tablets):
        operation.sync(name)
    rng = random.Random(seed)
    held = at_rest(operation)
    for name in PEOPLE:
        reader = operation.reader(name)
        guesses = {stream: rng.randint(0, 5) for stream in held if rng.random() < 0.5}
        epoch = operation.tablet(name).replica.epoch
        body = json.dumps({"epoch": epoch, "positions": guesses, "limit": rng.randint(1, 100)}).encode()
        page = wire.read_page(operation.pull(name, body))
        given_out = {arrival.stream for arrival in page.arrivals}
        assert all(may_see(reader, stream) for stream in given_out)
        assert all(may_see(reader, stream) for stream in page.granted)
        tablet = operation.sync(name)
        assert set(tablet.replica.entries) == {stream for stream in held if may_see(reader, stream)}


@ON_ONE_DATABASE
@given(answers=recorded, seed=st.integers(0, 2**32))
def test_pages_are_contiguous_while_others_keep_pushing(
    database: Database, answers: list[tuple[str, int, str, int]], seed: int
) -> None:
    operation = a_day(database, answers)
    rng = random.Random(seed)
    lead = operation.tablet("lead")
    bodies = [body for tablet in operation.tablets.values() for body in tablet.push_bodies(rng.randint(1, 7))]
    for body in bodies:
        operation.push(body)
        lead.apply_pull(operation.pull("lead", lead.pull_body(rng.randint(1, 9))))
    operation.sync("lead")
    assert lead.replica.holes == []
    assert lead.replica.unproven == []
    held, reader = at_rest(operation), operation.reader("lead")
    expected = {stream: len(ids) for stream, ids in held.items() if may_see(reader, stream)}
    assert {stream: len(entries) for stream, entries in lead.replica.entries.items()} == expected
    assert lead.replica.positions == expected

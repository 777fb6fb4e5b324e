"""Two pushes of one log at once, as when a tablet sends again early: both are told the truth."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.ids import VisitId
from fieldops.domain.who import Through
from fieldops.store import ledger
from fieldops.store.quarantine import quarantined
from fieldops.sync import wire
from fieldops.sync.push import Push, receive
from fieldops.sync.tablet import Tablet
from tests.support.database import Database
from tests.support.field import OPEN, Field, open_field


@pytest.fixture
def operation(database: Database) -> Field:
    return open_field(database, {"lead": "PO", "police": "PO"})


def segment(tablet: Tablet, first: int, last: int) -> bytes:
    """A push of these entries of the tablet's only log."""
    (log,) = tablet.logs.values()
    return wire.push_body([log.segment(first, last, tablet.reading(), tablet.key)])


def told(reply: bytes) -> tuple[int, list[tuple[str, int, int]]]:
    """How far the log is held, and what was not let in, by an answer."""
    said = json.loads(reply)
    (log,) = said["logs"]
    return log["have"], [(one["code"], one["from"], one["to"]) for one in said["exceptions"]]


def push_overtaken(operation: Field, body: bytes, other: bytes) -> tuple[bytes, bytes]:
    """Push `body`; when it is judged and about to be kept, `other` comes in whole. Both answers."""
    answers: list[bytes] = []

    @contextmanager
    def writing() -> Iterator[Session]:
        if not answers:
            answers.append(operation.push(other))
        with operation.database.writing() as session:
            yield session

    offered = wire.offered_segments(json.loads(body)["segments"])
    came = Push(offered=offered, received_ms=int(operation.now.timestamp() * 1000))
    reply = wire.push_reply_fields(receive(operation.database.reading, writing, came))
    return json.dumps(reply).encode(), answers[0]


def places(operation: Field) -> list[int]:
    """The places of the log that are in its stream, in the order of the stream's numbers."""
    with operation.database.reading() as session:
        query = select(ledger.arrivals).where(ledger.arrivals.c.count > 0)
        rows = session.execute(query.order_by(ledger.arrivals.c.first_seq)).all()
        head = session.scalar(select(func.max(ledger.streams.c.head)))
    found: list[int] = []
    for row in rows:
        assert row.first_seq == len(found) + 1
        found += range(row.first_n, row.first_n + row.count)
    assert head == len(found)
    return found


def record(operation: Field, count: int, **changed: Any) -> Tablet:
    tablet, visit = operation.tablet("police"), VisitId(operation.visits[0])
    for n in range(1, count + 1):
        operation.record(tablet, visit, f"PLACE-{n:02}", n, **changed)
    return tablet


@pytest.mark.parametrize(("first", "between"), [(3, 3), (2, 3), (3, 2)], ids=["same", "longer", "shorter"])
def test_a_push_that_another_overtook_is_judged_anew_and_nothing_is_held_twice(
    operation: Field, first: int, between: int
) -> None:
    tablet = record(operation, 3)
    late, early = push_overtaken(operation, segment(tablet, 1, first), segment(tablet, 1, between))
    assert told(early) == (between, [])
    assert told(late) == (max(first, between), [])
    assert places(operation) == list(range(1, max(first, between) + 1))


def test_what_is_put_aside_by_two_pushes_at_once_is_aside_once_and_told_twice(operation: Field) -> None:
    tablet = record(operation, 2)
    operation.record(tablet, operation.visits[0], "SAID-01", "too open", class_code=OPEN)
    late, early = push_overtaken(operation, segment(tablet, 1, 3), segment(tablet, 1, 3))
    assert told(late) == told(early) == (3, [("class", 3, 3)])
    assert places(operation) == [1, 2]
    with operation.database.reading() as session:
        kept = quarantined(session, operation.reader("lead", Through.DESK))
    assert [(one.n, one.code) for one in kept] == [(3, "class")]

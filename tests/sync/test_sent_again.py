"""What is sent again is answered as the first time, also where something of the log lies aside."""

import json

import pytest

from fieldops.domain.ids import VisitId
from fieldops.sync import wire
from fieldops.sync.tablet import Tablet
from tests.support.database import Database
from tests.support.field import OPEN, Field, open_field


@pytest.fixture
def operation(database: Database) -> Field:
    return open_field(database, {"lead": "PO", "police": "PO"})


def offer(operation: Field, tablet: Tablet, first: int, last: int) -> list[tuple[str, int, int]]:
    """Push these entries of the tablet's only log; what was not let in."""
    (log,) = tablet.logs.values()
    body = wire.push_body([log.segment(first, last, tablet.reading(), tablet.key)])
    told = json.loads(operation.push(body))["exceptions"]
    return [(one["verdict"], one["from"], one["to"]) for one in told]


def test_a_part_that_is_sent_again_is_no_fork_where_some_of_it_lies_aside(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), VisitId(operation.visits[0])
    for question in ("PLACE-01", "SAID-01", "PLACE-02"):
        operation.record(tablet, visit, question, "Y", class_code=OPEN)
    assert offer(operation, tablet, 1, 3) == [("quarantined", 2, 2)]
    assert offer(operation, tablet, 1, 2) == [("quarantined", 2, 2)]


def test_what_a_copy_of_a_tablet_sent_is_not_told_of_the_tablets_own_entries(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), VisitId(operation.visits[0])
    copy = Tablet(
        key=tablet.key,
        clock=operation.clock,
        random_bytes=operation.chance.randbytes,
        incarnation=tablet.incarnation,
    )
    operation.record(tablet, visit, "PLACE-01", "as the tablet saw it")
    operation.record(copy, visit, "PLACE-01", "as the copy saw it")
    assert offer(operation, tablet, 1, 1) == []
    assert offer(operation, copy, 1, 1) == [("fork", 1, 1)]
    assert offer(operation, tablet, 1, 1) == []


def test_of_a_part_that_lies_aside_its_readers_can_check_the_segment_that_was_signed_anew(
    operation: Field,
) -> None:
    tablet, visit = operation.tablet("police"), VisitId(operation.visits[0])
    operation.record(tablet, visit, "SAID-01", "in a class too open for it", class_code=OPEN)
    assert offer(operation, tablet, 1, 1) == [("quarantined", 1, 1)]
    operation.record(tablet, visit, "PLACE-01", "Y")
    operation.record(tablet, visit, "PLACE-02", "N")
    offer(operation, tablet, 1, 2)
    offer(operation, tablet, 1, 3)
    lead = operation.sync("lead").replica
    assert (lead.unproven, [len(held) for held in lead.entries.values()]) == ([], [2])

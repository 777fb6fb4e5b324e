"""The checklist of a running operation is replaced: a visit stays with the edition that it began with."""

import json

import pytest

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import PaperHash, VisitId
from fieldops.store.editions import replace_checklist
from fieldops.store.plans import visit
from fieldops.store.published import paper, publish
from fieldops.store.readable import papers_for_tablet
from fieldops.store.visit_papers import publish_visit_papers
from tests.support.database import Database
from tests.support.field import Field, open_field

NEW = b"another checklist"


@pytest.fixture
def operation(database: Database) -> Field:
    field = open_field(database, {"lead": "PO", "police": "PO", "safety": "HS"})
    with database.writing() as session:
        publish_visit_papers(session, field.operation)
    return field


def replaced(operation: Field) -> tuple[PaperHash, tuple[int, int]]:
    """Another edition in force; its hash, and how many visits stay and how many take it."""
    with operation.database.writing() as session:
        new = publish(session, "checklist", "checklist", NEW)
        return new, replace_checklist(session, operation.operation, new)


def told(operation: Field, name: VisitId) -> PaperHash:
    """The edition by which a visit's paper says that it is run."""
    with operation.database.reading() as session:
        planned = visit(session, name)
        assert planned is not None
        assert planned.paper is not None
        data = paper(session, planned.paper)
    assert data is not None
    return PaperHash(json.loads(data)["checklist"])


def test_a_visit_that_has_begun_stays_and_one_that_has_not_takes_the_new_edition(operation: Field) -> None:
    begun, later = operation.visits
    operation.record(operation.tablet("police"), begun, "PLACE-01", "before")
    operation.sync("police")
    new, counted = replaced(operation)
    assert counted == (1, 1)
    assert (told(operation, begun), told(operation, later)) == (operation.checklist, new)
    with operation.database.reading() as session:
        held = {one.hash for one in papers_for_tablet(session, operation.reader("police"))}
    assert {operation.checklist, new} <= held
    operation.record(operation.tablet("police"), later, "PLACE-01", "after", schema=new)
    operation.sync("police")
    assert told(operation, later) == new


def test_a_visit_that_began_without_signal_stays_too_once_its_first_entries_come(operation: Field) -> None:
    begun, later = operation.visits
    operation.record(operation.tablet("police"), begun, "PLACE-01", "in the basement")
    operation.record(operation.tablet("police"), begun, "HEADS-01", 4)
    new, counted = replaced(operation)
    assert counted == (0, 2)
    assert told(operation, begun) == new
    operation.sync("police")
    assert (told(operation, begun), told(operation, later)) == (operation.checklist, new)
    assert operation.tablet("police").setbacks == []


def test_a_visit_that_began_with_the_new_edition_is_not_pulled_back_by_a_late_tablet(
    operation: Field,
) -> None:
    begun, _ = operation.visits
    operation.record(operation.tablet("safety"), begun, "PLACE-02", "on an old tablet")
    new, _ = replaced(operation)
    operation.record(operation.tablet("police"), begun, "PLACE-01", "on a new one", schema=new)
    operation.sync("police")
    operation.sync("safety")
    assert told(operation, begun) == new
    assert operation.tablet("safety").setbacks == []


def test_replacing_twice_leaves_each_visit_with_its_own_and_an_unknown_edition_is_refused(
    operation: Field,
) -> None:
    first, second = operation.visits
    operation.record(operation.tablet("police"), first, "PLACE-01", "by the first")
    operation.sync("police")
    new, _ = replaced(operation)
    operation.record(operation.tablet("police"), second, "PLACE-01", "by the second", schema=new)
    operation.sync("police")
    with operation.database.writing() as session:
        third = publish(session, "checklist", "checklist", b"a third checklist")
        assert replace_checklist(session, operation.operation, third) == (2, 0)
    assert (told(operation, first), told(operation, second)) == (operation.checklist, new)
    with pytest.raises(Refusal), operation.database.writing() as session:
        replace_checklist(session, operation.operation, PaperHash("0" * 64))

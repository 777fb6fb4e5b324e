"""The sharing agreement changes: a desk feels it at its next request, a tablet at its next contact."""

import json
import threading
from typing import Any

import pytest

from fieldops.domain.access import may_see
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OfficerId, PaperHash
from fieldops.domain.who import Through
from fieldops.store.agreements import ChangeState, Decided, Wanted, agreement_changes, ask_for, decide_change
from fieldops.store.operations import operation as operation_row
from fieldops.store.plans import visits
from fieldops.store.published import paper
from fieldops.store.readable import papers_for_tablet
from fieldops.sync.tablet import Tablet
from tests.support.database import Database
from tests.support.field import ACCOUNT, COUNTED, OPEN, Field, open_field

PEOPLE = {"lead": "PO", "second": "PO", "police": "PO", "safety": "HS"}


@pytest.fixture
def operation(database: Database) -> Field:
    return open_field(database, PEOPLE)


def in_force(operation: Field) -> PaperHash:
    with operation.database.reading() as session:
        found = operation_row(session, operation.operation)
    assert found is not None
    return found.papers.agreement


def words_of(operation: Field, version: PaperHash) -> dict[str, Any]:
    with operation.database.reading() as session:
        found: dict[str, Any] = json.loads(paper(session, version) or b"")
    return found


def asked(operation: Field, base: PaperHash, words: dict[str, Any]) -> Wanted:
    return Wanted(
        operation=operation.operation,
        base=base,
        words=words,
        asked_by=operation.officers["lead"],
        reason="As agreed",
    )


def give(operation: Field, code: str, level: str, *, waits: bool = False, agency: str = "HS") -> PaperHash:
    """The lead gives an agency this much of a class."""
    base = in_force(operation)
    words = words_of(operation, base)
    words["version"] = f"{words['version']}+"
    words["terms"][agency][code]["level"] = level
    with operation.database.writing() as session:
        return ask_for(session, asked(operation, base, words), operation.now, waits=waits)


def classes_on(tablet: Tablet) -> set[str]:
    """The classes of which the tablet holds anything of others."""
    return {stream.split(".")[1] for stream, held in tablet.replica.entries.items() if held}


def record_all(operation: Field, name: str) -> Tablet:
    tablet = operation.tablet(name)
    for visit in operation.visits:
        for question in ("PLACE-01", "HEADS-01", "SAID-01"):
            operation.record(tablet, visit, question, "Y")
    return operation.sync(name)


def test_what_is_taken_away_leaves_a_tablet_at_its_next_contact(operation: Field) -> None:
    record_all(operation, "police")
    assert classes_on(operation.sync("safety")) == {OPEN}
    give(operation, ACCOUNT, "pseudonym")
    assert classes_on(operation.sync("safety")) == {OPEN, ACCOUNT}
    give(operation, OPEN, "none")
    safety = operation.sync("safety")
    assert classes_on(safety) == {ACCOUNT}
    assert {stream.split(".")[1] for stream in safety.replica.positions} == {ACCOUNT}
    give(operation, OPEN, "full")
    safety = operation.sync("safety")
    assert classes_on(safety) == {OPEN, ACCOUNT}
    assert safety.replica.holes == []
    whole = {operation.stream(visit, OPEN): 1 for visit in operation.visits}
    assert {one: len(held) for one, held in safety.replica.entries.items() if one in whole} == whole


def test_what_was_recorded_meanwhile_comes_with_what_is_given_again(operation: Field) -> None:
    record_all(operation, "police")
    operation.sync("safety")
    give(operation, OPEN, "none")
    operation.sync("safety")
    operation.record(operation.tablet("police"), operation.visits[0], "PLACE-02", "N")
    operation.sync("police")
    assert classes_on(operation.sync("safety")) == set()
    give(operation, OPEN, "full")
    safety = operation.sync("safety")
    assert len(safety.replica.entries[operation.stream(operation.visits[0], OPEN)]) == 2


def test_an_author_keeps_and_sends_their_own_whatever_is_taken_away(operation: Field) -> None:
    safety = operation.tablet("safety")
    operation.record(safety, operation.visits[0], "PLACE-01", "Y")
    operation.sync("safety")
    give(operation, OPEN, "none")
    operation.record(safety, operation.visits[0], "PLACE-02", "N")
    operation.sync("safety")
    assert safety.unsent() == 0
    assert [len(log.entries) for log in safety.logs.values()] == [2]
    lead = operation.sync("lead")
    assert len(lead.replica.entries[operation.stream(operation.visits[0], OPEN)]) == 2


def test_a_desk_feels_it_at_its_next_request(operation: Field) -> None:
    stream = operation.stream(operation.visits[0], ACCOUNT)
    assert not may_see(operation.reader("safety", Through.DESK), stream)
    give(operation, ACCOUNT, "pseudonym")
    assert may_see(operation.reader("safety", Through.DESK), stream)
    give(operation, ACCOUNT, "none")
    assert not may_see(operation.reader("safety", Through.DESK), stream)


def test_what_waits_changes_nothing_until_a_second_person_confirms_it(operation: Field) -> None:
    record_all(operation, "police")
    before = in_force(operation)
    version = give(operation, ACCOUNT, "full", waits=True)
    assert classes_on(operation.sync("safety")) == {OPEN}
    assert in_force(operation) == before
    confirm(operation, version)
    assert in_force(operation) == version
    assert classes_on(operation.sync("safety")) == {OPEN, ACCOUNT}
    with operation.database.reading() as session:
        (change,) = agreement_changes(session, operation.operation)
    assert (change.state, change.decided_by) == (ChangeState.IN_FORCE, operation.officers["second"])


def confirm(operation: Field, version: PaperHash) -> None:
    said = Decided(
        state=ChangeState.IN_FORCE,
        by=OfficerId(operation.officers["second"]),
        at=operation.now,
        why="It is covered",
    )
    with operation.database.writing() as session:
        decide_change(session, operation.operation, version, said)


def test_a_version_made_from_one_that_is_over_is_refused_and_leaves_no_trace(operation: Field) -> None:
    version = give(operation, ACCOUNT, "full", waits=True)
    narrow = give(operation, COUNTED, "none")
    with pytest.raises(Refusal) as refused:
        confirm(operation, version)
    assert refused.value.code == "agreement_moved"
    assert in_force(operation) == narrow
    with operation.database.reading() as session:
        states = [one.state for one in agreement_changes(session, operation.operation)]
    assert states == [ChangeState.IN_FORCE, ChangeState.WAITS]


def test_of_two_leads_who_publish_at_the_same_moment_one_is_refused(operation: Field) -> None:
    base, told = in_force(operation), []

    def publish(code: str) -> None:
        words = words_of(operation, base)
        words["terms"]["HS"][code]["level"] = "none"
        words["version"] = code
        try:
            with operation.database.writing() as session:
                ask_for(session, asked(operation, base, words), operation.now, waits=False)
            told.append("done")
        except Refusal as refusal:
            told.append(refusal.code)

    both = [threading.Thread(target=publish, args=(code,)) for code in (OPEN, COUNTED)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(told) == ["agreement_moved", "done"]
    with operation.database.reading() as session:
        (change,) = agreement_changes(session, operation.operation)
    assert change.paper == in_force(operation)


def test_a_changed_posture_reaches_each_visit_as_a_new_paper(operation: Field) -> None:
    base = in_force(operation)
    words = words_of(operation, base)
    words["posture"] = {"code": "C", "meaning": "On site", "statement": "They are with us."}
    with operation.database.writing() as session:
        new = ask_for(session, asked(operation, base, words), operation.now, waits=False)
    reader = operation.reader("safety")
    with operation.database.reading() as session:
        listed = {one.kind: one.hash for one in papers_for_tablet(session, reader)}
        held = [
            json.loads(paper(session, PaperHash(one.paper or "")) or b"")
            for one in visits(session, operation.operation)
        ]
    assert listed["agreement"] == new
    assert {(one["firewall_statement"], one["agreement"]) for one in held} == {("They are with us.", new)}

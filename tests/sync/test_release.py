"""What was put aside is released into the record, or kept aside, by a decision signed like any entry."""

from collections.abc import Callable

import pytest

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import LogId, VisitId, stream_of
from fieldops.domain.kinds import KEEP, RELEASE
from fieldops.domain.who import Through
from fieldops.store.devices import devices, revoke_device
from fieldops.store.directory import deactivate
from fieldops.store.ledger import held as held_of
from fieldops.store.quarantine import Quarantined, quarantined
from fieldops.store.records import RELEASED, read_visit
from fieldops.store.soundness import faults
from fieldops.sync.release import Decided
from fieldops.sync.tablet import Tablet
from tests.support.database import Database
from tests.support.field import ACCOUNT, OPEN, SECRET, Field, open_field
from tests.support.released import released


@pytest.fixture
def operation(database: Database) -> Field:
    return open_field(database, {"lead": "PO", "police": "PO", "safety": "HS"})


def aside(operation: Field) -> list[Quarantined]:
    with operation.database.reading() as session:
        return quarantined(session, operation.reader("lead", Through.DESK))


def read(operation: Field, visit: VisitId) -> dict[str, object]:
    with operation.database.reading() as session:
        record = read_visit(session, operation.reader("lead", Through.DESK), visit)
    return {one.entry.field: one.entry.value for one in record.standings if one.entry.kind == "answer"}


def hand_in(operation: Field, tablet: Tablet) -> None:
    for body in list(tablet.push_bodies()):
        tablet.apply_push(operation.push(body, tablet.signer))


def revoked_with_answers(operation: Field, *, answers: int = 3, before: int = 0) -> tuple[Tablet, LogId]:
    """A tablet that was revoked while it held answers, which it then sent."""
    tablet, visit = operation.tablet("police"), operation.visits[0]
    for n in range(before):
        operation.record(tablet, visit, f"PLACE-{n + 20}", "before")
    hand_in(operation, tablet)
    for n in range(answers):
        operation.record(tablet, visit, f"PLACE-{n + 1:02}", f"answer {n + 1}")
    with operation.database.writing() as session:
        tablet_id = devices(session, operation.operation)[0].id
        revoke_device(session, tablet_id, operation.now, operation.officers["lead"], "Left on a train.")
    operation.forward(minutes=5)
    hand_in(operation, tablet)
    return tablet, next(iter(tablet.logs))


def test_what_is_released_stands_in_the_record_with_the_time_at_which_it_came(operation: Field) -> None:
    _, log = revoked_with_answers(operation)
    came = operation.now
    operation.forward(hours=2)
    assert read(operation, operation.visits[0]) == {}
    assert released(operation, log, "device_revoked") == Decided(entries=3, unfit=0)
    assert read(operation, operation.visits[0]) == {f"PLACE-{n:02}": f"answer {n}" for n in (1, 2, 3)}
    with operation.database.reading() as session:
        record = read_visit(session, operation.reader("lead", Through.DESK), operation.visits[0])
        assert list(faults(session)) == []
    answers = [one for one in record.standings if one.entry.kind == "answer"]
    assert {one.received for one in answers} == {came}
    assert all(RELEASED in one.flags for one in answers)


def test_the_decision_is_an_entry_of_the_leads_that_names_what_it_is_about_and_why(operation: Field) -> None:
    _, log = revoked_with_answers(operation, before=2)
    released(operation, log, "device_revoked", choice=KEEP, why="Whose hand it was is not known.")
    with operation.database.reading() as session:
        record = read_visit(session, operation.reader("lead", Through.DESK), operation.visits[0])
        head = held_of(session, [log])[log].head
    (decision,) = (one for one in record.standings if one.entry.kind == "decision")
    assert decision.author.officer == operation.officers["lead"]
    assert decision.entry.stream == stream_of(log)
    assert decision.entry.value == {
        "choice": "keep", "log": log, "from": 3, "to": 5, "head": head.hex(),
        "why": "Whose hand it was is not known.",
    }  # fmt: skip
    assert [(one.n, one.released, one.decision) for one in aside(operation)] == [
        (n, False, decision.entry.id) for n in (5, 4, 3)
    ]
    assert read(operation, operation.visits[0]).keys() == {"PLACE-20", "PLACE-21"}


def test_what_was_kept_may_be_released_later_and_what_was_released_stays_so(operation: Field) -> None:
    _, log = revoked_with_answers(operation)
    released(operation, log, "device_revoked", choice=KEEP)
    released(operation, log, "device_revoked")
    for choice in (KEEP, RELEASE):
        with pytest.raises(Refusal) as refused:
            released(operation, log, "device_revoked", choice=choice)
        assert refused.value.code == "nothing_waits"
    assert len(read(operation, operation.visits[0])) == 3


def test_the_other_tablets_are_given_what_was_released_and_can_prove_it(operation: Field) -> None:
    tablet, log = revoked_with_answers(operation, before=2)
    reader = operation.sync("lead")
    reader.replica.key_of = {tablet.signer: tablet.point}.get
    released(operation, log, "device_revoked")
    operation.sync("lead")
    fields = [head for head, _ in reader.replica.entries[stream_of(log)] if b'"kind":"answer"' in head]
    assert len(fields) == 5
    assert reader.replica.unproven == []
    assert reader.replica.holes == []


def test_what_the_tablet_sends_again_after_a_release_is_held_once(operation: Field) -> None:
    tablet, log = revoked_with_answers(operation)
    released(operation, log, "device_revoked")
    tablet.logs[log].confirmed = 0
    tablet.setbacks.clear()
    hand_in(operation, tablet)
    assert tablet.setbacks == []
    assert len(read(operation, operation.visits[0])) == 3
    operation.record(tablet, operation.visits[0], "PLACE-09", "afterwards")
    hand_in(operation, tablet)
    assert [(one["from"], one["code"]) for one in tablet.setbacks] == [(4, "device_revoked")]
    released(operation, log, "device_revoked")
    assert read(operation, operation.visits[0])["PLACE-09"] == "afterwards"
    with operation.database.reading() as session:
        assert list(faults(session)) == []


def too_weak_a_class(operation: Field, tablet: Tablet) -> str:
    operation.record(tablet, operation.visits[0], "SAID-01", "a name", class_code=OPEN)
    return "class"


def unknown_kind(operation: Field, tablet: Tablet) -> str:
    operation.record(tablet, operation.visits[0], "PLACE-01", "x", kind="telepathy")
    return "entry_kind"


@pytest.mark.parametrize("wrong", [too_weak_a_class, unknown_kind])
def test_what_is_wrong_in_itself_can_be_kept_but_never_released(
    operation: Field, wrong: Callable[[Field, Tablet], str]
) -> None:
    tablet = operation.tablet("police")
    code = wrong(operation, tablet)
    hand_in(operation, tablet)
    (log,) = tablet.logs
    with pytest.raises(Refusal) as refused:
        released(operation, log, code)
    assert refused.value.code == "not_releasable"
    assert released(operation, log, code, choice=KEEP) == Decided(entries=1, unfit=0)


def test_of_what_came_from_somebody_barred_only_what_is_sound_is_let_in(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "PLACE-01", "sound")
    operation.record(tablet, visit, "SAID-01", "a name", class_code=OPEN)
    operation.record(tablet, visit, "PLACE-02", "sound too")
    with operation.database.writing() as session:
        deactivate(session, operation.officers["police"], operation.now)
    hand_in(operation, tablet)
    (log,) = tablet.logs
    assert released(operation, log, "officer_inactive") == Decided(entries=2, unfit=1)
    assert read(operation, visit) == {"PLACE-01": "sound", "PLACE-02": "sound too"}
    reader = operation.sync("lead")
    assert reader.replica.unproven == []
    assert b"a name" not in b"".join(body for _, body in reader.replica.entries[stream_of(log)])


def test_a_fork_is_never_released_for_its_places_are_taken(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    copy = Tablet(
        key=tablet.key, clock=operation.clock, random_bytes=operation.chance.randbytes,
        incarnation=tablet.incarnation,
    )  # fmt: skip
    operation.record(tablet, visit, "PLACE-01", "one")
    operation.record(copy, visit, "PLACE-01", "another")
    hand_in(operation, tablet)
    for body in list(copy.push_bodies()):
        operation.push(body, copy.signer)
    (log,) = tablet.logs
    with pytest.raises(Refusal) as refused:
        released(operation, log, "fork")
    assert refused.value.code == "not_releasable"
    assert read(operation, visit) == {"PLACE-01": "one"}


def test_two_leads_who_decide_at_once_write_one_decision(operation: Field) -> None:
    _, log = revoked_with_answers(operation)
    released(operation, log, "device_revoked")
    with pytest.raises(Refusal):
        released(operation, log, "device_revoked")
    with operation.database.reading() as session:
        record = read_visit(session, operation.reader("lead", Through.DESK), operation.visits[0])
    assert sum(one.entry.kind == "decision" for one in record.standings) == 1


def test_a_decision_about_a_class_is_read_by_those_who_may_read_the_class(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "SAID-01", "a name", class_code=ACCOUNT)
    with operation.database.writing() as session:
        deactivate(session, operation.officers["police"], operation.now)
    hand_in(operation, tablet)
    (log,) = tablet.logs
    released(operation, log, "officer_inactive")
    with operation.database.reading() as session:
        told = read_visit(session, operation.reader("safety", Through.DESK), visit)
    assert told.standings == ()


def test_no_tablet_writes_a_decision(operation: Field) -> None:
    tablet, visit = operation.tablet("lead"), operation.visits[0]
    stream = f"{visit}.{OPEN}.{tablet.signer}.1"
    value = {"choice": "release", "log": stream, "from": 1, "to": 1, "head": "0" * 64, "why": "I say so."}
    operation.record(tablet, visit, "decision", value, kind="decision", class_code=SECRET)
    hand_in(operation, tablet)
    assert [one["code"] for one in tablet.setbacks] == ["entry_kind"]

"""What becomes of entries that tablets hand in."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import TeamId, new_id
from fieldops.domain.operation import Team
from fieldops.domain.who import Through
from fieldops.store import ledger, plans
from fieldops.store.devices import SignerRow, revoke_device
from fieldops.store.directory import deactivate
from fieldops.store.published import publish
from fieldops.store.quarantine import quarantined
from fieldops.store.records import read_visit
from fieldops.sync import keys, wire
from fieldops.sync.tablet import Tablet
from fieldops.sync.wire import Offered
from tests.support.database import Database
from tests.support.field import ACCOUNT, COUNTED, OPEN, SECRET, Field, open_field

PEOPLE = {"lead": "PO", "police": "PO", "safety": "HS"}


@pytest.fixture
def operation(database: Database) -> Field:
    return open_field(database, PEOPLE)


def exceptions(reply: bytes) -> list[tuple[str, str, int, int]]:
    """(verdict, code, from, to) of each row."""
    said = json.loads(reply)
    return [(one["verdict"], one["code"], one["from"], one["to"]) for one in said["exceptions"]]


def held(operation: Field, visit: str) -> dict[str, Any]:
    """What the lead reads of a visit at the desk, by field."""
    reader = operation.reader("lead", Through.DESK)
    with operation.database.reading() as session:
        record = read_visit(session, reader, visit)
    return {one.entry.field: one.entry.value for one in record.standings}


def aside(operation: Field) -> list[tuple[int, str]]:
    """(place, reason) of everything in quarantine, as the lead is shown it."""
    with operation.database.reading() as session:
        return sorted(
            (one.n, one.code) for one in quarantined(session, operation.reader("lead", Through.DESK))
        )


def entries_in_streams(operation: Field) -> int:
    with operation.database.reading() as session:
        return session.scalar(select(func.sum(ledger.arrivals.c.count))) or 0


def push_all(operation: Field, tablet: Tablet) -> list[bytes]:
    """Push what is unsent; the replies, applied."""
    replies = [operation.push(body, tablet.signer) for body in list(tablet.push_bodies())]
    for reply in replies:
        tablet.apply_push(reply)
    return replies


def test_what_was_recorded_offline_is_held_as_it_was_signed(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    for n in range(1, 6):
        operation.record(tablet, visit, f"PLACE-{n:02}", f"answer {n}")
        operation.record(tablet, visit, f"SAID-{n:02}", n, note="in her own words")
    push_all(operation, tablet)
    assert tablet.unsent() == 0
    assert tablet.setbacks == []
    expected = {f"PLACE-{n:02}": f"answer {n}" for n in range(1, 6)} | {
        f"SAID-{n:02}": n for n in range(1, 6)
    }
    assert held(operation, visit) == expected


def test_a_visit_sent_twice_is_held_once(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    for n in range(1, 31):
        operation.record(tablet, visit, f"PLACE-{n:02}", n)
    bodies = list(tablet.push_bodies())
    first = [operation.push(body, tablet.signer) for body in bodies]
    second = [operation.push(body, tablet.signer) for body in bodies]
    assert [json.loads(one)["logs"] for one in first] == [json.loads(one)["logs"] for one in second]
    assert entries_in_streams(operation) == 30


def test_a_lost_reply_costs_nothing_but_the_asking(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "PLACE-01", "Y")
    for body in tablet.push_bodies():
        operation.push(body, tablet.signer)  # the reply is lost on the way
    assert tablet.unsent() == 1
    operation.record(tablet, visit, "PLACE-02", "N")
    operation.sync("police")
    assert tablet.unsent() == 0
    assert held(operation, visit) == {"PLACE-01": "Y", "PLACE-02": "N"}


def test_a_resend_that_overlaps_what_is_held_brings_only_the_rest(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    for n in range(1, 4):
        operation.record(tablet, visit, f"PLACE-{n:02}", n)
    push_all(operation, tablet)
    log = next(iter(tablet.logs.values()))
    for n in range(4, 7):
        operation.record(tablet, visit, f"PLACE-{n:02}", n)
    log.confirmed = 1
    reply = push_all(operation, tablet)[0]
    assert exceptions(reply) == []
    assert log.confirmed == 6
    assert entries_in_streams(operation) == 6


def test_a_held_prefix_is_skipped_before_any_signature_is_looked_at(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "PLACE-01", "Y")
    push_all(operation, tablet)
    log = next(iter(tablet.logs.values()))
    again = log.segment(1, 1, tablet.reading(), tablet.key)
    unsigned = Offered(again.statement, bytes(64), again.lines)
    assert exceptions(operation.push(wire.push_body([unsigned]), tablet.signer)) == []


def test_entries_whose_forerunners_are_missing_are_asked_for(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    for n in range(1, 5):
        operation.record(tablet, visit, f"PLACE-{n:02}", n)
    log = next(iter(tablet.logs.values()))
    late = log.segment(3, 4, tablet.reading(), tablet.key)
    assert exceptions(operation.push(wire.push_body([late]), tablet.signer)) == [("gap", "gap", 3, 4)]
    assert entries_in_streams(operation) == 0
    early = log.segment(1, 2, tablet.reading(), tablet.key)
    assert exceptions(operation.push(wire.push_body([late, early]), tablet.signer)) == []
    assert entries_in_streams(operation) == 4


def test_one_bad_segment_never_costs_a_good_one(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "PLACE-01", "Y")
    operation.record(tablet, visit, "SAID-01", "long hours")
    first, second = tablet.outgoing()
    forged = Offered(first.statement, first.signature, first.lines.replace(b'"value":"Y"', b'"value":"N"'))
    reply = operation.push(wire.push_body([forged, second, Offered(b"{}", bytes(64), b"")]), tablet.signer)
    assert exceptions(reply) == [
        ("refused", "segment_statement", 0, 0),
        ("refused", "entry_body_hash", 1, 1),
    ]
    assert held(operation, visit) == {"SAID-01": "long hours"}


def _with(one: Offered, **changed: bytes) -> Offered:
    return replace(one, **changed)


FORGERIES = {
    "no signature": ("signature", lambda one: _with(one, signature=bytes(64))),
    "a short signature": ("signature", lambda one: _with(one, signature=one.signature[:10])),
    "another clock": (
        "signature",
        lambda one: _with(one, statement=one.statement.replace(b'"monotonic":', b'"monotonic":1')),
    ),
    "another question": (
        "segment_root",
        lambda one: _with(one, lines=one.lines.replace(b"PLACE-01", b"PLACE-09")),
    ),
    "a body left out": ("segment_lines", lambda one: _with(one, lines=one.lines.split(b"\n", 1)[0])),
    "an entry too many": ("segment_count", lambda one: _with(one, lines=one.lines + b"\n\n")),
}


@pytest.mark.parametrize("forgery", list(FORGERIES))
def test_bytes_that_do_not_prove_themselves_are_refused_and_kept_nowhere(
    operation: Field, forgery: str
) -> None:
    code, change = FORGERIES[forgery]
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "PLACE-01", "Y")
    (segment,) = tablet.outgoing()
    reply = operation.push(wire.push_body([change(segment)]), tablet.signer)
    assert [(one[0], one[1]) for one in exceptions(reply)] == [("refused", code)]
    assert entries_in_streams(operation) == 0
    assert aside(operation) == []
    push_all(operation, tablet)
    assert held(operation, visit) == {"PLACE-01": "Y"}


def test_a_key_that_was_never_enrolled_is_refused(operation: Field) -> None:
    stranger = Tablet(
        key=keys.key_from_number(99), clock=operation.clock, random_bytes=operation.chance.randbytes
    )
    operation.record(stranger, operation.visits[0], "PLACE-01", "Y")
    assert exceptions(push_all(operation, stranger)[0]) == [("refused", "signer_unknown", 1, 1)]


def test_a_cloned_tablet_forks_and_both_branches_are_kept(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "PLACE-01", "Y")
    push_all(operation, tablet)
    clone = Tablet(
        key=tablet.key,
        clock=operation.clock,
        random_bytes=operation.chance.randbytes,
        incarnation=tablet.incarnation,
    )
    operation.record(clone, visit, "PLACE-02", "as the clone saw it")
    operation.record(clone, visit, "PLACE-03", "and more")
    operation.record(tablet, visit, "PLACE-02", "as the tablet saw it")
    push_all(operation, tablet)
    log = next(iter(clone.logs.values()))
    reply = push_all(operation, clone)[0]
    assert exceptions(reply) == [("fork", "fork", 1, 2)]
    assert clone.incarnation != tablet.incarnation
    assert held(operation, visit) == {"PLACE-01": "Y", "PLACE-02": "as the tablet saw it"}
    assert aside(operation) == [(1, "fork"), (2, "fork")]
    more = log.segment(1, 2, clone.reading(), clone.key)
    operation.push(wire.push_body([more]), clone.signer)
    assert aside(operation) == [(1, "fork"), (2, "fork")]


def test_a_copied_tablet_keeps_its_branch_and_learns_that_the_server_has_it(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    clone = Tablet(
        key=tablet.key,
        clock=operation.clock,
        random_bytes=operation.chance.randbytes,
        incarnation=tablet.incarnation,
    )
    operation.record(clone, visit, "PLACE-02", "as the clone saw it")
    operation.record(tablet, visit, "PLACE-02", "as the tablet saw it")
    push_all(operation, tablet)
    for body in list(clone.push_bodies()):
        clone.apply_push(operation.push(body, clone.signer), body)
    assert (clone.unsent(), [len(log.entries) for log in clone.logs.values()]) == (0, [1])
    operation.record(clone, visit, "PLACE-03", "under a name of its own")
    for body in list(clone.push_bodies()):
        clone.apply_push(operation.push(body, clone.signer), body)
    assert (clone.unsent(), aside(operation)) == (0, [(1, "fork")])
    assert set(held(operation, visit)) == {"PLACE-02", "PLACE-03"}


def test_a_branch_that_goes_on_is_kept_as_far_as_it_goes(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "PLACE-01", "Y")
    clone = Tablet(
        key=tablet.key,
        clock=operation.clock,
        random_bytes=operation.chance.randbytes,
        incarnation=tablet.incarnation,
    )
    for n in range(1, 6):
        operation.record(clone, visit, f"PLACE-{n:02}", f"clone {n}")
    push_all(operation, tablet)
    log = next(iter(clone.logs.values()))
    for first, last in ((1, 2), (3, 5)):
        part = log.segment(first, last, clone.reading(), clone.key)
        reply = operation.push(wire.push_body([part]), clone.signer)
        assert exceptions(reply) == [("fork", "fork", first, last)]
    assert aside(operation) == [(n, "fork") for n in range(1, 6)]


def test_the_server_decides_the_class_and_the_tablet_may_only_raise_it(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "PLACE-01", "fine")
    operation.record(tablet, visit, "SAID-01", "too open", class_code=OPEN)
    operation.record(tablet, visit, "PLACE-59:visa", "Y", class_code=OPEN)
    operation.record(tablet, visit, "PLACE-02", "fine")
    operation.record(tablet, visit, "PLACE-03", "raised", class_code=ACCOUNT)
    replies = push_all(operation, tablet)
    assert exceptions(replies[0]) == [("quarantined", "class", 2, 3)]
    assert tablet.unsent() == 0
    assert held(operation, visit) == {"PLACE-01": "fine", "PLACE-02": "fine", "PLACE-03": "raised"}
    assert aside(operation) == [(2, "class"), (3, "class")]


def test_an_unknown_checklist_falls_into_the_strictest_class(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "PLACE-01", "Y", schema="f" * 64)
    operation.record(tablet, visit, "PLACE-01", "Y", schema="f" * 64, class_code=SECRET)
    operation.record(tablet, visit, "UNKNOWN-01", "Y", class_code=COUNTED)
    codes = sorted(exceptions(push_all(operation, tablet)[0]))
    assert codes == [("quarantined", "class", 1, 1), ("quarantined", "class", 1, 1)]
    assert entries_in_streams(operation) == 1


def test_an_older_edition_of_the_checklist_is_as_good_as_the_newest(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    with operation.database.writing() as session:
        older = publish(session, "checklist", "checklist", b"an older edition")
    operation.record(tablet, visit, "PLACE-01", "Y", schema=older)
    assert exceptions(push_all(operation, tablet)[0]) == []


def test_a_kind_of_a_newer_version_is_kept_with_its_reason(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "PLACE-01", "Y")
    operation.record(tablet, visit, "PLACE-02", "Y", kind="hologram")
    operation.record(tablet, visit, "PLACE-03", {"deep": {"er": 1}})
    operation.record(tablet, visit, "PLACE-04", "N")
    assert exceptions(push_all(operation, tablet)[0]) == [
        ("quarantined", "entry_kind", 2, 2),
        ("quarantined", "entry_value", 3, 3),
    ]
    assert held(operation, visit) == {"PLACE-01": "Y", "PLACE-04": "N"}


def test_a_lost_reply_about_quarantine_is_told_again(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "SAID-01", "too open", class_code=OPEN)
    body = next(tablet.push_bodies())
    first = operation.push(body, tablet.signer)
    assert exceptions(operation.push(body, tablet.signer)) == exceptions(first)


def test_a_revoked_tablet_still_hands_in_what_it_holds_into_quarantine(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "PLACE-01", "before")
    push_all(operation, tablet)
    operation.record(tablet, visit, "PLACE-02", "after")
    with operation.database.writing() as session:
        device = session.get_one(SignerRow, tablet.signer).device
        revoke_device(session, device, operation.now, operation.officers["lead"], "lost")
    assert exceptions(push_all(operation, tablet)[0]) == [("quarantined", "device_revoked", 2, 2)]
    assert tablet.unsent() == 0
    assert held(operation, visit) == {"PLACE-01": "before"}
    assert aside(operation) == [(2, "device_revoked")]


def test_what_an_officer_who_left_still_sends_is_kept_aside(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "PLACE-01", "Y")
    with operation.database.writing() as session:
        deactivate(session, operation.officers["police"], operation.now)
    assert exceptions(push_all(operation, tablet)[0]) == [("quarantined", "officer_inactive", 1, 1)]


def test_what_comes_in_after_the_tablets_certificate_has_ended_is_kept_aside(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.forward(days=30)
    operation.record(tablet, visit, "PLACE-01", "in its last moment")
    push_all(operation, tablet)
    operation.record(tablet, visit, "PLACE-02", "signed in time, and too late on the way")
    bodies = list(tablet.push_bodies())
    operation.forward(milliseconds=1)
    reply = operation.push(bodies[0], tablet.signer)
    assert exceptions(reply) == [("quarantined", "certificate_expired", 2, 2)]
    assert "certificate had ended" in json.loads(reply)["exceptions"][0]["detail"]
    assert held(operation, visit) == {"PLACE-01": "in its last moment"}
    assert aside(operation) == [(2, "certificate_expired")]


def test_entries_for_a_visit_that_the_officer_was_not_sent_to_are_kept_aside(operation: Field) -> None:
    elsewhere = open_field(operation.database, {"lead": "PO"}, seed=2)
    tablet = operation.tablet("police")
    operation.record(tablet, elsewhere.visits[0], "PLACE-01", "Y")
    assert exceptions(push_all(operation, tablet)[0]) == [("quarantined", "not_assigned", 1, 1)]
    assert aside(operation) == [(1, "not_assigned")]
    assert aside(elsewhere) == []
    assert held(elsewhere, elsewhere.visits[0]) == {}


def test_entries_of_a_visit_that_was_given_to_another_team_since_stand(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "PLACE-01", "seen before it was moved")
    with operation.database.writing() as session:
        planned = plans.visit(session, visit)
        assert planned is not None
        other = TeamId(new_id(operation.chance.randbytes))
        team = Team(
            id=other, operation=operation.operation, code="T2", name="T2", languages=(), capabilities=()
        )
        plans.add_team(session, team)
        plans.move_visit(session, replace(planned, team=other))
    operation.sync("police")
    assert tablet.setbacks == []
    assert held(operation, visit) == {"PLACE-01": "seen before it was moved"}
    assert visit not in operation.reader("police").assigned


def test_a_colleagues_tablet_may_carry_entries_and_is_named_as_the_relay(operation: Field) -> None:
    author, carrier, visit = operation.tablet("police"), operation.tablet("safety"), operation.visits[0]
    operation.record(author, visit, "PLACE-01", "Y")
    for body in author.push_bodies():
        operation.push(body, carrier.signer)
    assert held(operation, visit) == {"PLACE-01": "Y"}
    with operation.database.reading() as session:
        assert list(session.scalars(select(ledger.arrivals.c.via))) == [carrier.signer]


def test_a_clock_far_off_is_taken_in_and_flagged(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    operation.record(tablet, visit, "PLACE-01", "on time")
    push_all(operation, tablet)
    operation.record(tablet, visit, "PLACE-02", "signed ten minutes before it came")
    bodies = list(tablet.push_bodies())
    operation.forward(minutes=10)
    operation.push(bodies[0], tablet.signer)
    with operation.database.reading() as session:
        record = read_visit(session, operation.reader("lead", Through.DESK), visit)
    flags = {one.entry.field: set(one.flags) for one in record.standings}
    assert flags == {"PLACE-01": set(), "PLACE-02": {"clock_off"}}


def test_a_push_beyond_its_bound_is_refused_as_a_whole(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    for _ in range(wire.MAX_PUSH_ENTRIES + 1):
        operation.record(tablet, visit, "PLACE-01", "Y")
    with pytest.raises(Refusal) as refused:
        operation.push(wire.push_body(tablet.outgoing()), tablet.signer)
    assert refused.value.code == "push_too_large"
    push_all(operation, tablet)
    assert tablet.unsent() == 0


def test_the_answer_is_small_when_answers_lie_in_several_streams(operation: Field) -> None:
    tablet = operation.tablet("police")
    for visit in operation.visits:
        for n in range(1, 13):
            for question in ("PLACE", "HEADS", "SAID", "STATUS"):
                operation.record(tablet, visit, f"{question}-{n:02}", "Y")
    (body,) = tablet.push_bodies()
    assert len(operation.push(body, tablet.signer)) / (2 * 12 * 4) <= 25

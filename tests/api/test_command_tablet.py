"""The tablet of the operation's lead: it holds every visit, and a ruling made on it settles a conflict."""

import json

import pytest

from fieldops.domain.checklist.paper import parse_checklist
from fieldops.domain.ids import ClassCode, SubjectId, stream_id
from fieldops.domain.visit import Register, fold, said
from fieldops.domain.who import Role, Through
from fieldops.store.directory import give_role, officer, take_role
from fieldops.store.operations import operation
from fieldops.store.plans import support
from fieldops.store.published import paper
from fieldops.store.readers import reader_for
from fieldops.store.records import read_visit
from tests.desk.pen import pen
from tests.support.aside import kept_aside
from tests.support.station import OPERATION, VISIT, Station, TabletAtHand, officer_id

RATE = "PAY-04"  # only the wage inspectors, and whoever leads the visit, may write it


def what_is_known(station: Station) -> Register:
    """The rate, as the desk of the operation's lead reads it."""
    with station.store() as session:
        who, serving = officer(session, officer_id("lead")), operation(session, OPERATION)
        assert who is not None
        assert serving is not None
        reader = reader_for(session, who, serving, Through.DESK)
        assert reader is not None
        checklist = parse_checklist(json.loads(paper(session, serving.papers.checklist) or b""))
        record = read_visit(session, reader, VISIT)
    return fold(record.standings, checklist.right).registers[SubjectId("visit"), RATE]


@pytest.fixture
def disputed(station: Station) -> Station:
    """The visit's lead and a wage inspector have recorded different rates."""
    for username, rate in (("police", "11.44"), ("wages", "9.80")):
        tablet = pen(station, username)
        tablet.write(RATE, rate)
        tablet.send()
    assert what_is_known(station).conflict
    return station


def test_the_lead_of_the_operation_rules_at_a_visit_they_are_not_sent_to(disputed: Station) -> None:
    lead = pen(disputed, "lead", approver="administrator")
    lead.send()
    rivals = [one.entry.id for one in what_is_known(disputed).current]
    held = lead.tablet.replica.entries[stream_id(VISIT, ClassCode("C1"))]
    assert len(held) == len(rivals) == 2
    lead.write(RATE, {"value": "9.80", "reason": "Pay slips seen"}, kind="ruling", supersedes=rivals)
    lead.send()
    assert lead.tablet.setbacks == []
    settled = what_is_known(disputed)
    assert not settled.conflict
    assert [said(one.entry).value for one in settled.current] == ["9.80"]


def test_an_officer_who_neither_leads_nor_may_write_settles_nothing(disputed: Station) -> None:
    with disputed.store() as session:
        support(session, VISIT, officer_id("partner"), ["HS"])
    partner = pen(disputed, "partner")
    rivals = [one.entry.id for one in what_is_known(disputed).current]
    partner.write(RATE, {"value": "9.80", "reason": "I say so"}, kind="ruling", supersedes=rivals)
    partner.send()
    assert what_is_known(disputed).conflict


def test_the_leads_tablet_holds_the_paper_of_every_visit_which_says_who_leads(station: Station) -> None:
    tablet = station.tablet("lead", "administrator").sign_in()
    listed = tablet.get("/api/sync/papers").json["papers"]
    (visit,) = [tablet.get(f"/api/papers/{one['hash']}").json for one in listed if one["kind"] == "visit"]
    assert visit["visit"] == VISIT
    assert visit["leads"] == [officer_id("lead")]


def test_where_a_worker_can_be_reached_is_not_on_the_leads_tablet(station: Station) -> None:
    police, lead = pen(station, "police"), pen(station, "lead", approver="administrator")
    police.write("WK5-03", "by day at the library", subject="worker:" + "a" * 16)
    police.send()
    assert stream_id(VISIT, ClassCode("C6")) in {log.rsplit(".", 2)[0] for log in police.tablet.logs}
    lead.send()
    assert not [stream for stream in lead.tablet.replica.entries if stream.endswith(".C6")]


def test_a_partner_s_tablet_holds_no_visit_that_they_are_not_sent_to(disputed: Station) -> None:
    partner = pen(disputed, "partner")
    partner.send()
    assert partner.tablet.replica.entries == {}
    partner.write(RATE, "10.00")
    partner.hand_in()
    assert [one["code"] for one in partner.tablet.setbacks] == ["not_assigned"]


def test_a_partner_learns_of_a_writer_only_by_what_they_may_read_of_them(station: Station) -> None:
    with station.store() as session:
        give_role(session, OPERATION, officer_id("stranger"), Role.DESK)
        support(session, VISIT, officer_id("partner"), ["HS"])
    desk_lead, partner = pen(station, "stranger"), station.tablet("partner").sign_in()
    desk_lead.write("WK5-03", "by day at the library", subject="worker:" + "a" * 16)
    desk_lead.send()
    assert desk_lead.at_hand.signer not in certified(partner)
    desk_lead.write("START-03", "entered")
    desk_lead.send()
    assert desk_lead.at_hand.signer in certified(partner)


def certified(tablet: TabletAtHand) -> set[str]:
    """The signers whose certificates the tablet is given."""
    papers = tablet.get("/api/sync/papers").json["papers"]
    return {one["name"] for one in papers if one["kind"] == "certificate"}


def test_what_an_officer_holds_when_their_role_is_taken_away_is_kept_aside(station: Station) -> None:
    police = pen(station, "police")
    police.write("START-03", "entered")
    with station.store() as session:
        take_role(session, OPERATION, officer_id("police"), Role.OFFICER)
    at_hand = police.at_hand.sign_in()
    (log,) = police.tablet.logs
    assert at_hand.post("/api/sync/have", {"logs": [log]}).json["logs"][0]["have"] == 0
    police.hand_in()
    assert [(one["verdict"], one["code"]) for one in police.tablet.setbacks] == [("quarantined", "no_role")]
    assert at_hand.post("/api/sync/have", {"logs": [log]}).json["logs"][0]["have"] == 1
    for answer in (
        at_hand.post("/api/sync/pull", {"epoch": None, "positions": {}, "limit": 10}),
        at_hand.get("/api/sync/papers"),
    ):
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    assert kept_aside(station) == ["no_role"]


def test_a_role_given_back_lets_the_next_entries_through(station: Station) -> None:
    police = pen(station, "police")
    with station.store() as session:
        take_role(session, OPERATION, officer_id("police"), Role.OFFICER)
    police.write("START-03", "entered")
    police.at_hand.sign_in()
    police.hand_in()
    with station.store() as session:
        give_role(session, OPERATION, officer_id("police"), Role.OFFICER)
    police.write("START-05", 23)
    police.send()
    assert kept_aside(station) == ["no_role"]

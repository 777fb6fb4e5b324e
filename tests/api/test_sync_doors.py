"""The tablet's doors: what is recorded offline arrives, is read by those who may, and by nobody else."""

import gzip
import os
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from fieldops.domain.entry import Draft
from fieldops.domain.ids import ClassCode, EntryId, SubjectId, stream_id
from fieldops.store.directory import deactivate
from fieldops.store.plans import support
from fieldops.store.published import papers_of_kind
from fieldops.sync.tablet import Door, Tablet
from tests.support.station import MORNING, VISIT, Station, TabletAtHand, officer_id


def recorder(station: Station, at_hand: TabletAtHand) -> Tablet:
    """The recording half of an enrolled tablet."""
    return Tablet(key=at_hand.key, clock=station.clock, random_bytes=os.urandom)


def note(
    station: Station, tablet: Tablet, text: str, class_code: str = "C4", replaces: Iterable[EntryId] = ()
) -> EntryId:
    """An officer's note at the visit."""
    draft = Draft(
        happened=station.clock(),
        recorded=station.clock(),
        kind="note",
        schema="fieldops/acts/1",
        subject=SubjectId("visit"),
        field="note",
        value=text,
        supersedes=frozenset(replaces),
    )
    return tablet.record(stream_id(VISIT, ClassCode(class_code)), draft)


def withdraw(station: Station, tablet: Tablet, written: EntryId) -> EntryId:
    """Takes a note back, at the wish of the person it is about."""
    draft = Draft(
        happened=station.clock(),
        recorded=station.clock(),
        kind="withdrawal",
        schema="fieldops/acts/1",
        subject=SubjectId("visit"),
        field="note",
        value={"reason": "asked for it"},
        supersedes=frozenset({written}),
    )
    return tablet.record(stream_id(VISIT, ClassCode("C4")), draft)


def transport(at_hand: TabletAtHand, door: Door, body: bytes) -> bytes:
    """One knock at a door, as the tablet makes it."""
    headers = {"Authorization": f"Bearer {at_hand.token}", "Content-Type": "application/json"}
    answer = at_hand.client.post(f"/api/sync/{door}", data=body, headers=headers)
    assert answer.status_code == 200, answer.json
    return answer.data


def push(at_hand: TabletAtHand, tablet: Tablet) -> Any:
    (body,) = tablet.push_bodies()
    headers = {"Authorization": f"Bearer {at_hand.token}", "Content-Type": "application/json"}
    return at_hand.client.post("/api/sync/push", data=body, headers=headers)


def test_what_one_officer_records_offline_reaches_a_colleague(station: Station) -> None:
    police, wages = station.tablet("police").sign_in(), station.tablet("wages").sign_in()
    one, two = recorder(station, police), recorder(station, wages)
    note(station, one, "Door was open")
    one.sync(lambda door, body: transport(police, door, body))
    two.sync(lambda door, body: transport(wages, door, body))
    assert one.unsent() == 0
    (held,) = two.replica.entries[stream_id(VISIT, ClassCode("C4"))]
    assert b"Door was open" in held[1]


def test_what_a_colleagues_agency_is_not_given_never_reaches_their_tablet(station: Station) -> None:
    police, partner = station.tablet("police").sign_in(), station.tablet("partner").sign_in()
    with station.store() as session:
        support(session, VISIT, officer_id("partner"), ["HS"])
    one, two = recorder(station, police), recorder(station, partner)
    note(station, one, "A worker's own account")
    one.sync(lambda door, body: transport(police, door, body))
    two.sync(lambda door, body: transport(partner, door, body))
    assert two.replica.entries == {}


def test_a_push_whose_answer_was_lost_is_held_once(station: Station) -> None:
    police = station.tablet("police").sign_in()
    tablet = recorder(station, police)
    note(station, tablet, "Door was open")
    first, again = push(police, tablet).json, push(police, tablet).json
    assert first["exceptions"] == again["exceptions"] == []
    assert first["logs"] == again["logs"]
    assert first["logs"][0]["have"] == 1


def test_a_push_may_be_sent_as_gzip(station: Station) -> None:
    police = station.tablet("police").sign_in()
    tablet = recorder(station, police)
    note(station, tablet, "Door was open")
    (body,) = tablet.push_bodies()
    headers = {"Authorization": f"Bearer {police.token}", "Content-Encoding": "gzip"}
    answer = police.client.post(
        "/api/sync/push", data=gzip.compress(body), headers=headers, content_type="application/json"
    )
    assert answer.json["logs"][0]["have"] == 1


def test_a_revoked_tablet_hands_in_what_it_holds_and_is_given_nothing(station: Station) -> None:
    police = station.tablet("police").sign_in()
    tablet = recorder(station, police)
    note(station, tablet, "Written before it was lost")
    station.desk("lead").post(f"/api/devices/{police.device}/revocation", {"reason": "lost"})
    answer = push(police, tablet)
    assert answer.status_code == 200
    assert [one["verdict"] for one in answer.json["exceptions"]] == ["quarantined"]
    body = {"epoch": None, "positions": {}, "limit": 10}
    assert police.post("/api/sync/pull", body).json["code"] == "device_revoked"
    assert police.get("/api/sync/papers").json["code"] == "device_revoked"


def test_an_officer_who_has_left_may_still_hand_in(station: Station) -> None:
    police = station.tablet("police").sign_in()
    tablet = recorder(station, police)
    note(station, tablet, "Written before leaving")
    with station.store() as session:
        deactivate(session, officer_id("police"), station.clock())
    assert push(police, tablet).json["exceptions"][0]["verdict"] == "quarantined"
    assert police.sign_in().get("/api/sync/papers").json["code"] == "officer_inactive"


def test_a_tablet_lists_the_papers_of_its_visits_and_fetches_each_by_its_hash(station: Station) -> None:
    police = station.tablet("police").sign_in()
    listed = police.get("/api/sync/papers").json["papers"]
    kinds = sorted(one["kind"] for one in listed)
    assert kinds == ["agreement", "certificate", "checklist", "classes", "indicators", "rates", "visit"]
    for one in listed:
        fetched = police.get(f"/api/papers/{one['hash']}")
        assert len(fetched.data) == one["size"]
        assert "immutable" in fetched.headers["Cache-Control"]


def test_the_visit_paper_names_place_time_team_and_the_true_sentence(station: Station) -> None:
    police = station.tablet("police").sign_in()
    listed = police.get("/api/sync/papers").json["papers"]
    (visit,) = [police.get(f"/api/papers/{one['hash']}").json for one in listed if one["kind"] == "visit"]
    assert visit["visit"] == VISIT
    assert visit["planned_start"] == (MORNING + timedelta(hours=2)).isoformat(timespec="milliseconds")
    assert [(one["agency"], one["lead"]) for one in visit["roster"]] == [("POL", True), ("FWA", False)]
    assert visit["firewall_statement"]


def test_a_tablet_without_visits_is_given_no_visit_paper(station: Station) -> None:
    police, partner = station.tablet("police").sign_in(), station.tablet("partner").sign_in()
    listed = police.get("/api/sync/papers").json["papers"]
    (name,) = [one["hash"] for one in listed if one["kind"] == "visit"]
    assert not [one for one in partner.get("/api/sync/papers").json["papers"] if one["kind"] == "visit"]
    assert partner.get(f"/api/papers/{name}").status_code == 404


def test_a_paper_that_is_not_ones_own_looks_like_one_that_is_not_there(station: Station) -> None:
    desk = station.desk("lead")
    with station.store() as session:
        (hidden,) = papers_of_kind(session, "visit")
    absent = desk.get(f"/api/papers/{'0' * 64}")
    assert desk.get(f"/api/papers/{hidden.hash}").json == absent.json
    assert absent.status_code == 404


def test_have_tells_nothing_of_other_peoples_logs(station: Station) -> None:
    police, wages = station.tablet("police").sign_in(), station.tablet("wages").sign_in()
    tablet = recorder(station, police)
    note(station, tablet, "Door was open")
    (log,) = tablet.logs
    push(police, tablet)
    assert police.post("/api/sync/have", {"logs": [log]}).json["logs"][0]["have"] == 1
    assert wages.post("/api/sync/have", {"logs": [log]}).json["logs"] == []

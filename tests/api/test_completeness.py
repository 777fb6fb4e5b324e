"""A tablet tells what it holds when it asks what is here; the lead and the team see what is missing."""

import os
from typing import Any

from fieldops.domain.entry import Draft
from fieldops.domain.ids import ClassCode, SubjectId, stream_id
from fieldops.sync.tablet import Door, Tablet
from tests.support.station import OPERATION, VISIT, Station, TabletAtHand

TABLETS = f"/api/operations/{OPERATION}/completeness"


def notes(station: Station, at_hand: TabletAtHand, count: int, tablet: Tablet | None = None) -> Tablet:
    """So many notes more on the officer's tablet."""
    on = tablet or Tablet(key=at_hand.key, clock=station.clock, random_bytes=os.urandom)
    for n in range(count):
        draft = Draft(
            happened=station.clock(),
            recorded=station.clock(),
            kind="note",
            schema="fieldops/acts/1",
            subject=SubjectId("visit"),
            field="note",
            value=f"note {n}",
        )
        on.record(stream_id(VISIT, ClassCode("C4")), draft)
    return on


def send(at_hand: TabletAtHand, tablet: Tablet) -> None:
    headers = {"Authorization": f"Bearer {at_hand.token}", "Content-Type": "application/json"}

    def knock(door: Door, body: bytes) -> bytes:
        answer = at_hand.client.post(f"/api/sync/{door}", data=body, headers=headers)
        assert answer.status_code == 200, answer.json
        return answer.data

    tablet.sync(knock)


def tell(at_hand: TabletAtHand, tablet: Tablet, **changed: Any) -> Any:
    """The tablet's word, as the app sends it; the answer."""
    body = {
        "logs": list(tablet.logs),
        "claims": [{"log": log.name, "held": len(log.entries)} for log in tablet.logs.values()],
        "whole": True,
        "tablet": {
            "stores": [at_hand.signer],
            "persisted": True,
            "quota_mib": 2048,
            "usage_mib": 3,
            "build": "0123456789ab",
        },
    }
    answer = at_hand.post("/api/sync/have", body | changed)
    assert answer.status_code == 200, answer.json
    return answer.json


def seen_by_lead(station: Station) -> Any:
    return station.desk("lead").get(TABLETS).json["tablets"]


def test_the_lead_sees_what_a_tablet_holds_that_is_not_here(station: Station) -> None:
    police = station.tablet("police").sign_in()
    tablet = notes(station, police, 11)
    send(police, tablet)
    station.clock.forward(minutes=20)
    notes(station, police, 3, tablet)
    tell(police, tablet)
    (one,) = seen_by_lead(station)
    (log,) = tablet.logs
    assert (one["need"], one["received"], one["known"], one["outstanding"]) == ("outstanding", 11, 14, 3)
    assert one["gaps"] == [{"log": log, "outstanding": [12, 14], "lost": None}]
    assert one["last_heard_at"] == one["told_at"] == "2027-02-09T07:20:00.000+00:00"
    assert (one["persisted"], one["quota_mib"], one["build"]) == (True, 2048, "0123456789ab")


def test_the_answer_to_a_word_says_what_is_believed_now_also_after_one_that_came_late(
    station: Station,
) -> None:
    police = station.tablet("police").sign_in()
    tablet = notes(station, police, 3)
    (log,) = tablet.logs
    assert tell(police, tablet)["believed"] == {"held": 3, "files": 0}
    late = {"logs": [], "whole": False, "claims": [{"log": log, "held": 1, "files": 2, "file_bytes": 9}]}
    assert tell(police, tablet, **late)["believed"] == {"held": 1, "files": 2}
    assert tell(police, tablet, logs=[], whole=False)["believed"] == {"held": 3, "files": 0}


def test_an_app_that_tells_nothing_is_answered_as_before_and_said_to_be_unknown(station: Station) -> None:
    police = station.tablet("police").sign_in()
    tablet = notes(station, police, 2)
    send(police, tablet)
    assert set(police.post("/api/sync/have", {"logs": list(tablet.logs)}).json) == {"time", "epoch", "logs"}
    (one,) = seen_by_lead(station)
    assert (one["need"], one["received"], one["told_at"]) == ("unknown", 2, None)


def test_a_tablet_that_was_never_heard_of_is_listed(station: Station) -> None:
    station.tablet("police")
    (one,) = seen_by_lead(station)
    assert (one["need"], one["last_heard_at"], one["known"]) == ("never_heard", None, 0)


def test_an_officer_whose_tablet_was_emptied_is_told_what_is_gone_by_number(station: Station) -> None:
    first = station.tablet("police").sign_in()
    tablet = notes(station, first, 4)
    send(first, tablet)
    station.clock.forward(minutes=1)
    tell(first, notes(station, first, 2, tablet))
    station.clock.forward(minutes=1)
    again = TabletAtHand(client=station.browser(), username="police")
    again.learn(again.enrol(station.code("police", device=first.device)))
    blank = Tablet(key=again.key, clock=station.clock, random_bytes=os.urandom)
    (log,) = tablet.logs
    assert tell(again.sign_in(), blank)["earlier"] == [{"log": log, "have": 4, "held": 0, "most": 6}]
    (one,) = seen_by_lead(station)
    assert (one["need"], one["lost"], one["emptied"]) == ("lost", 2, [first.signer])


def test_a_revoked_tablet_may_still_say_what_it_holds(station: Station) -> None:
    police = station.tablet("police").sign_in()
    tablet = notes(station, police, 3)
    station.desk("lead").post(f"/api/devices/{police.device}/revocation", {"reason": "lost"})
    tell(police, tablet)
    (one,) = seen_by_lead(station)
    assert (one["need"], one["outstanding"]) == ("outstanding", 3)


def test_a_colleague_of_the_team_is_told_how_much_is_not_here_yet(station: Station) -> None:
    police, wages = station.tablet("police").sign_in(), station.tablet("wages").sign_in()
    tell(police, notes(station, police, 3))
    (told,) = wages.get("/api/sync/team").json["tablets"]
    assert (told["number"], told["officers"], told["outstanding"]) == (1, ["Officer police"], 3)
    assert "emptied" not in told


def test_whoever_is_sent_nowhere_is_told_of_no_tablet(station: Station) -> None:
    police, partner = station.tablet("police").sign_in(), station.tablet("partner").sign_in()
    tell(police, notes(station, police, 3))
    assert partner.get("/api/sync/team").json["tablets"] == []


def test_an_officer_of_a_team_is_not_shown_the_lead_s_list(station: Station) -> None:
    assert station.desk("police").get(TABLETS).status_code == 403

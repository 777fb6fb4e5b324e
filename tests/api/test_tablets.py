"""Tablets: enrolled by a one-time code and a proven key, let in by signed nonces, out when revoked."""

from pathlib import Path

import pytest

from fieldops.domain.certificate import read_certificate, signed_bytes
from fieldops.settings import RateLimit
from fieldops.store.directory import deactivate
from fieldops.sync import keys
from tests.desk.pen import pen
from tests.support.station import OPERATION, Station, TabletAtHand, officer_id, open_station


def test_a_tablet_is_enrolled_and_its_certificate_can_be_checked_offline(station: Station) -> None:
    code = station.code("police")
    tablet = TabletAtHand(client=station.browser(), username="police")
    given = tablet.enrol(code).json
    certificate = read_certificate(given["certificate"].encode())
    proven = keys.verify(
        keys.decode(given["server_key"]),
        keys.decode(given["signature"]),
        signed_bytes(given["certificate"].encode()),
    )
    assert proven
    assert (certificate.officer, certificate.agency, certificate.number) == (officer_id("police"), "POL", 1)
    assert certificate.signer == given["signer"]
    assert given["operation"]["id"] == OPERATION


def test_the_code_is_long_and_kept_as_its_hash_alone(station: Station) -> None:
    code = station.code("police")
    assert len(keys.decode(code)) * 8 >= 128
    files = station.settings.data_folder.glob("fieldops.db*")
    assert all(code.encode() not in file.read_bytes() for file in files)


def test_a_tablet_whose_answer_was_lost_asks_again_and_gets_the_same(station: Station) -> None:
    code = station.code("police")
    tablet = TabletAtHand(client=station.browser(), username="police")
    first = tablet.enrol(code).json
    station.clock.forward(minutes=30)
    again = tablet.enrol(code)
    assert again.status_code == 200
    assert {**again.json, "time": 0} == {**first, "time": 0}


def test_a_used_code_enrols_no_second_key(station: Station) -> None:
    code = station.code("police")
    assert TabletAtHand(client=station.browser(), username="police").enrol(code).status_code == 200
    answer = TabletAtHand(client=station.browser(), username="police").enrol(code)
    assert (answer.status_code, answer.json["code"]) == (409, "code_used")


def test_a_code_is_good_for_ten_minutes(station: Station) -> None:
    code = station.code("police")
    station.clock.forward(minutes=10)
    answer = TabletAtHand(client=station.browser(), username="police").enrol(code)
    assert (answer.status_code, answer.json["code"]) == (410, "code_expired")


def test_a_code_is_for_one_officer(station: Station) -> None:
    code = station.code("police")
    answer = TabletAtHand(client=station.browser(), username="wages").enrol(code)
    assert answer.json["code"] == "code_for_another"


def test_an_unknown_code_and_a_wrong_password_enrol_nothing(station: Station) -> None:
    tablet = TabletAtHand(client=station.browser(), username="police")
    assert tablet.enrol("A" * 27).json["code"] == "code_unknown"
    assert tablet.enrol(station.code("police"), password="guess").json["code"] == "wrong_password"


def test_a_key_that_is_not_proven_is_not_enrolled(station: Station) -> None:
    code = station.code("police")
    tablet = TabletAtHand(client=station.browser(), username="police")
    other = TabletAtHand(client=station.browser(), username="police")
    point = keys.encode(keys.public_point(other.key))
    assert tablet.enrol(code, key=point).json["code"] == "proof_failed"
    assert tablet.enrol(code, key="A" * 87).json["code"] == "proof_failed"
    assert tablet.enrol(code).status_code == 200


def test_nobody_approves_their_own_tablet(station: Station) -> None:
    asked = {"officer": officer_id("lead")}
    answer = station.desk("lead").post(f"/api/operations/{OPERATION}/enrolments", asked)
    assert (answer.status_code, answer.json["code"]) == (403, "own_approval")


def test_a_code_is_made_only_for_officers_who_serve(station: Station) -> None:
    asked = {"officer": officer_id("stranger")}
    answer = station.desk("lead").post(f"/api/operations/{OPERATION}/enrolments", asked)
    assert answer.json["code"] == "not_found"


def test_an_officer_of_a_team_may_not_enrol_tablets(station: Station) -> None:
    asked = {"officer": officer_id("wages")}
    answer = station.desk("police").post(f"/api/operations/{OPERATION}/enrolments", asked)
    assert (answer.status_code, answer.json["code"]) == (403, "not_permitted")


def test_two_officers_share_one_tablet_and_not_one_key(station: Station) -> None:
    first = station.tablet("police")
    second = TabletAtHand(client=first.client, username="wages")
    answer = second.enrol(station.code("wages", device=first.device), device=first.device)
    assert (answer.json["device"], answer.json["number"]) == (first.device, 1)
    assert answer.json["signer"] != first.signer
    listed = station.desk("lead").get(f"/api/operations/{OPERATION}/devices").json["devices"]
    assert [{key["agency"] for key in one["signers"]} for one in listed] == [{"POL", "FWA"}]


def test_a_tablet_that_claims_to_be_another_is_not_enrolled_as_it(station: Station) -> None:
    first = station.tablet("police")
    thief = TabletAtHand(client=station.browser(), username="wages")
    code = station.code("wages")
    answer = thief.enrol(code, device=first.device)
    assert (answer.status_code, answer.json["code"]) == (403, "tablet_not_approved")
    assert thief.enrol(code).json["device"] != first.device


def test_a_code_made_for_one_tablet_enrols_nobody_on_another(station: Station) -> None:
    first, other = station.tablet("police"), station.tablet("wages")
    second = TabletAtHand(client=other.client, username="partner")
    answer = second.enrol(station.code("partner", device=first.device), device=other.device)
    assert answer.json["code"] == "tablet_not_approved"


def test_a_tablet_that_lost_its_store_is_put_back_by_the_approvers_word(station: Station) -> None:
    first = station.tablet("police")
    emptied = TabletAtHand(client=station.browser(), username="police")
    assert emptied.enrol(station.code("police", device=first.device)).json["number"] == 1


def test_a_tablet_that_served_elsewhere_is_a_new_one_here(station: Station) -> None:
    tablet = TabletAtHand(client=station.browser(), username="police")
    assert tablet.enrol(station.code("police"), device="a" * 16).json["number"] == 1


def test_no_code_is_made_for_a_tablet_that_is_not_there_or_was_revoked(station: Station) -> None:
    tablet, lead = station.tablet("police"), station.desk("lead")
    door = f"/api/operations/{OPERATION}/enrolments"
    asked = {"officer": officer_id("wages"), "device": tablet.device}
    assert lead.post(door, asked | {"device": "a" * 16}).json["code"] == "not_found"
    lead.post(f"/api/devices/{tablet.device}/revocation", {"reason": "lost"})
    assert lead.post(door, asked).json["code"] == "device_revoked"


def test_tablets_are_numbered_in_the_order_they_come(station: Station) -> None:
    station.tablet("police")
    station.tablet("wages")
    listed = station.desk("lead").get(f"/api/operations/{OPERATION}/devices").json["devices"]
    assert [one["number"] for one in listed] == [1, 2]


def test_a_tablet_signs_in_by_signing_a_nonce(station: Station) -> None:
    tablet = station.tablet("police").sign_in()
    who = tablet.get("/api/session").json
    assert (who["officer"], who["through"]) == (officer_id("police"), "tablet")


def test_a_nonce_is_good_once(station: Station) -> None:
    tablet = station.tablet("police")
    nonce = tablet.nonce()
    assert tablet.prove(nonce).status_code == 200
    answer = tablet.prove(nonce)
    assert (answer.status_code, answer.json["code"]) == (401, "proof_failed")


def test_a_nonce_is_good_for_its_signer_alone_and_for_a_short_while(station: Station) -> None:
    police, wages = station.tablet("police"), station.tablet("wages")
    assert wages.prove(police.nonce()).json["code"] == "proof_failed"
    nonce = police.nonce()
    station.clock.forward(minutes=3)
    assert police.prove(nonce).json["code"] == "proof_failed"


def test_another_key_cannot_answer_for_a_tablet(station: Station) -> None:
    tablet = station.tablet("police")
    thief = TabletAtHand(client=station.browser(), username="police", signer=tablet.signer)
    assert thief.prove(thief.nonce()).json["code"] == "proof_failed"


def test_an_unknown_signer_gets_a_nonce_and_nothing_for_it(station: Station) -> None:
    stranger = TabletAtHand(client=station.browser(), username="police", signer="a" * 26)
    assert stranger.prove(stranger.nonce()).json["code"] == "proof_failed"


def test_a_revoked_tablet_is_out_at_its_next_request(station: Station) -> None:
    tablet = station.tablet("police").sign_in()
    revoked = station.desk("lead").post(f"/api/devices/{tablet.device}/revocation", {"reason": "lost"})
    assert revoked.status_code == 200
    answer = tablet.get("/api/session")
    assert (answer.status_code, answer.json["code"]) == (403, "device_revoked")


def test_a_tablet_whose_certificate_has_ended_reads_nothing_and_may_hand_in_the_rest(
    station: Station,
) -> None:
    police = pen(station, "police")
    police.write("START-03", "entered")
    station.clock.forward(days=station.settings.certificate_days, seconds=1)
    at_hand = police.at_hand.sign_in()
    for answer in (at_hand.get("/api/session"), at_hand.get("/api/sync/papers")):
        assert (answer.status_code, answer.json["code"]) == (403, "certificate_expired")
    police.hand_in()
    assert [one["code"] for one in police.tablet.setbacks] == ["certificate_expired"]
    again = TabletAtHand(client=at_hand.client, username="police")
    answer = again.enrol(station.code("police", device=at_hand.device), device=at_hand.device)
    assert answer.json["number"] == 1


def test_an_officer_who_has_left_is_out_on_the_tablet_too(station: Station) -> None:
    tablet = station.tablet("police").sign_in()
    with station.store() as session:
        deactivate(session, officer_id("police"), station.clock())
    assert tablet.get("/api/session").json["code"] == "officer_inactive"


def test_no_further_officer_is_put_on_a_revoked_tablet(station: Station) -> None:
    tablet = station.tablet("police")
    code = station.code("wages", device=tablet.device)
    station.desk("lead").post(f"/api/devices/{tablet.device}/revocation", {"reason": "lost"})
    second = TabletAtHand(client=station.browser(), username="wages")
    assert second.enrol(code, device=tablet.device).json["code"] == "device_revoked"


def test_a_desk_cookie_is_no_bearer_token_and_a_bearer_token_no_cookie(station: Station) -> None:
    desk, tablet = station.desk("lead"), station.tablet("police").sign_in()
    cookie = desk.client.get_cookie("fieldops_access")
    assert cookie is not None
    as_bearer = {"Authorization": f"Bearer {cookie.value}"}
    assert station.browser().get("/api/session", headers=as_bearer).json["code"] == "token_invalid"
    browser = station.browser()
    browser.set_cookie("fieldops_access", tablet.token)
    assert browser.get("/api/session").json["code"] == "signed_out"


def test_a_tablet_does_not_go_through_the_desks_doors(station: Station) -> None:
    answer = station.tablet("police").sign_in().get(f"/api/operations/{OPERATION}/devices")
    assert (answer.status_code, answer.json["code"]) == (403, "not_permitted")


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Basic bGVhZDp4", "Bearer a b", "Bearer é"])
def test_a_malformed_authorization_opens_nothing(station: Station, header: str) -> None:
    answer = station.browser().get("/api/session", headers={"Authorization": header})
    assert (answer.status_code, answer.json["code"]) == (401, "token_invalid")


def test_codes_and_nonces_cannot_be_tried_out(tmp_path: Path) -> None:
    few = RateLimit(attempts=2, window_s=300)
    station = open_station(tmp_path, enrol_by_address=few, nonce_by_signer=few)
    tablet = TabletAtHand(client=station.browser(), username="police", signer="a" * 26)
    assert [tablet.enrol("A" * 27).status_code for _ in range(3)] == [404, 404, 429]
    ask = {"signer": tablet.signer}
    assert [tablet.client.post("/api/tablet/nonce", json=ask).status_code for _ in range(3)] == [
        200,
        200,
        429,
    ]

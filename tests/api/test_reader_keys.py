"""Each tablet tells of its officer's sealing key, and the tablets of the team are given it as a paper."""

import json

from fieldops.domain.reader_key import ReaderKey, signed_bytes, write_reader_key
from fieldops.store.devices import revoke_device
from fieldops.sync import keys
from tests.support.station import Station, TabletAtHand, officer_id

POINT, ANOTHER = (keys.encode(keys.public_point(keys.key_from_number(n))) for n in (11, 12))


def told(tablet: TabletAtHand, point: str = POINT, by: TabletAtHand | None = None) -> tuple[int, str | None]:
    """What the server says to a statement about this tablet's signer, signed `by` a tablet's key."""
    line = write_reader_key(ReaderKey(signer=tablet.signer, point=point))
    signature = keys.encode(keys.sign((by or tablet).key, signed_bytes(line)))
    answer = tablet.post("/api/tablet/reader-key", {"line": line.decode(), "signature": signature})
    return answer.status_code, answer.json.get("code")


def listed(tablet: TabletAtHand) -> dict[str, str]:
    """The sealing keys that the tablet is given, by signer."""
    found = {}
    for paper in tablet.get("/api/sync/papers").json["papers"]:
        if paper["kind"] == "reader_key":
            said = json.loads(json.loads(tablet.get(f"/api/papers/{paper['hash']}").data)["line"])
            found[said["signer"]] = said["point"]
    return found


def test_a_colleagues_sealing_key_is_on_the_tablet_before_the_network_goes(station: Station) -> None:
    police, wages = station.tablet("police").sign_in(), station.tablet("wages").sign_in()
    assert told(police) == (200, None)
    assert told(police) == (200, None)
    assert listed(wages) == {police.signer: POINT}
    assert listed(police) == {police.signer: POINT}


def test_the_first_key_that_was_vouched_for_stands(station: Station) -> None:
    police = station.tablet("police").sign_in()
    assert told(police) == (200, None)
    assert told(police, ANOTHER) == (409, "reader_key_other")
    assert listed(police) == {police.signer: POINT}


def test_nobody_vouches_for_another(station: Station) -> None:
    police, wages = station.tablet("police").sign_in(), station.tablet("wages").sign_in()
    assert told(police, by=wages) == (401, "proof_failed")
    line = write_reader_key(ReaderKey(signer=police.signer, point=POINT))
    signature = keys.encode(keys.sign(wages.key, signed_bytes(line)))
    answer = wages.post("/api/tablet/reader-key", {"line": line.decode(), "signature": signature})
    assert (answer.status_code, answer.json["code"]) == (401, "proof_failed")
    answer = wages.post("/api/tablet/reader-key", {"line": "{}", "signature": signature})
    assert (answer.status_code, answer.json["code"]) == (422, "reader_key_form")
    assert listed(police) == {}


def test_nobody_is_led_to_seal_to_a_tablet_that_is_lost(station: Station) -> None:
    police, wages = station.tablet("police").sign_in(), station.tablet("wages").sign_in()
    told(police)
    with station.store() as session:
        by = officer_id("lead")
        revoke_device(session, police.device, station.clock(), by, "left on a bus", lost=True)
        session.commit()
    assert listed(wages) == {}

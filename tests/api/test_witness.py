"""Tablets as witnesses: checkpoints come by themselves, extend what was kept, and prove receipts."""

from typing import Any

from fieldops.domain.checkpoint import vouched_bytes
from fieldops.domain.ids import OperationId
from fieldops.domain.tree import EMPTY, extends, includes, leaf_hash
from fieldops.store.witnessed import alarms
from fieldops.sync import keys
from fieldops.sync.enrol import server_key
from fieldops.sync.tablet import Tablet
from fieldops.verify import read_note
from tests.api.test_sync_doors import note, push, recorder
from tests.support.station import OPERATION, Station, TabletAtHand

Seen = tuple[int, bytes]

AT_WORK = 3  # leaves: a certificate, what was handed in, and the line of the access log that says so


def ask(at_hand: TabletAtHand, kept: int, **of: object) -> Any:
    answer = at_hand.post("/api/sync/witness", {"size": kept, "of": of or None})
    assert answer.status_code == 200, answer.json
    return answer.json


def seen_in(shown: Any) -> Seen:
    found = read_note(shown["note"].encode(), shown["key"])
    assert found is not None
    return found


def proof_in(shown: Any) -> list[bytes]:
    return [bytes.fromhex(one) for one in shown["proof"]]


def at_work(station: Station) -> tuple[TabletAtHand, Tablet]:
    police = station.tablet("police").sign_in()
    tablet = recorder(station, police)
    note(station, tablet, "Door was open")
    assert push(police, tablet).status_code == 200
    return police, tablet


def test_a_checkpoint_is_made_without_anybody_and_vouched_for_by_the_key_of_the_certificates(
    station: Station,
) -> None:
    police, _ = at_work(station)
    shown = ask(police, 0)
    assert seen_in(shown)[0] == AT_WORK
    point = keys.public_point(server_key(station.settings.server_key_seed))
    signed = vouched_bytes(shown["key"], shown["note"])
    assert keys.verify(point, keys.decode(shown["vouched"]), signed)
    assert extends((0, EMPTY), seen_in(shown), proof_in(shown))


def test_what_came_since_is_in_the_next_checkpoint_when_the_last_is_old_enough(station: Station) -> None:
    police, tablet = at_work(station)
    first = ask(police, 0)
    note(station, tablet, "Window too")
    push(police, tablet)
    assert ask(police, AT_WORK)["note"] == first["note"]
    station.clock.forward(seconds=station.settings.checkpoint_s)
    second = ask(police, AT_WORK)
    assert seen_in(second)[0] == AT_WORK + 2
    assert extends(seen_in(first), seen_in(second), proof_in(second))


def test_a_tablet_can_have_its_own_receipt_proven_and_nobody_elses(station: Station) -> None:
    police, tablet = at_work(station)
    (log,) = tablet.logs
    shown = ask(police, 0, log=log, n=1)
    found, (size, root) = shown["inclusion"], seen_in(shown)
    proof = [bytes.fromhex(one) for one in found["proof"]]
    assert includes(root, size, found["index"], leaf_hash(found["leaf"].encode()), proof)
    assert log in found["statement"]
    wages = station.tablet("wages").sign_in()
    assert ask(wages, 0, log=log, n=1)["inclusion"] is None


def test_a_receipt_without_a_place_is_given_one_when_its_author_asks(station: Station) -> None:
    police, tablet = at_work(station)
    ask(police, 0)
    note(station, tablet, "Window too")
    push(police, tablet)
    (log,) = tablet.logs
    assert ask(police, AT_WORK, log=log, n=2)["inclusion"] is not None


def test_a_checkpoint_longer_than_the_servers_is_answered_without_a_proof(station: Station) -> None:
    police, _ = at_work(station)
    shown = ask(police, 7)
    assert shown["proof"] == []
    assert seen_in(shown)[0] == AT_WORK


def test_an_alarm_is_kept_once_with_both_notes_for_the_lead(station: Station) -> None:
    police, _ = at_work(station)
    said = {"sort": "rewritten", "kept": "the note of then\n", "shown": "the note of now\n"}
    for _ in range(3):
        assert police.post("/api/sync/alarm", said).status_code == 200
    with station.store() as session:
        (kept,) = alarms(session, OperationId(OPERATION))
    assert (kept.number, kept.alarm.kept, kept.alarm.shown) == (1, said["kept"], said["shown"])


def test_a_revoked_tablet_is_shown_no_checkpoint(station: Station) -> None:
    police, _ = at_work(station)
    assert (
        station.desk("lead").post(f"/api/devices/{police.device}/revocation", {"reason": "lost"}).status_code
        == 200
    )
    assert police.post("/api/sync/witness", {"size": 0, "of": None}).status_code == 403

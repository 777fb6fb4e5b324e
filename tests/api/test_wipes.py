"""A lead orders that a store goes from its tablet, which is told at its next contact and tells when it is."""

from dataclasses import replace
from typing import Any

from fieldops.domain.completeness import Span
from fieldops.domain.wipe import (
    LostEntries,
    WipedWord,
    order_bytes,
    read_order,
    word_bytes,
    write_word,
)
from fieldops.sync import keys
from fieldops.sync.enrol import server_key
from fieldops.sync.tablet import Tablet
from tests.api.test_completeness import notes, seen_by_lead, send, tell
from tests.support.station import Station, TabletAtHand

REASON = "The operation is over"


def order(station: Station, at_hand: TabletAtHand, who: str = "lead", **changed: Any) -> Any:
    body = {"signer": at_hand.signer, "reason": REASON} | changed
    return station.desk(who).post(f"/api/devices/{at_hand.device}/wipe", body)


def word(tablet: Tablet, order: str | None, *lost: LostEntries) -> WipedWord:
    entries = sum(len(log.entries) for log in tablet.logs.values())
    return WipedWord(
        order=order,
        signer=tablet.signer,
        forced=bool(lost),
        at=tablet.clock(),
        entries=entries,
        lost=lost,
    )


def say(station: Station, tablet: Tablet, said: WipedWord) -> Any:
    """Anybody may bring the word: the tablet has no token any more."""
    line = write_word(said)
    signature = keys.encode(keys.sign(tablet.key, word_bytes(line)))
    return station.browser().post("/api/tablet/wiped", json={"word": line.decode(), "signature": signature})


def test_an_order_reaches_the_tablet_with_its_next_contact_and_no_other(station: Station) -> None:
    police, wages = station.tablet("police").sign_in(), station.tablet("wages").sign_in()
    made = order(station, police)
    assert made.status_code == 201, made.json
    given = tell(police, notes(station, police, 3))["wipe"]
    line = given["order"].encode()
    assert (read_order(line).id, read_order(line).signer) == (made.json["order"], police.signer)
    point = keys.public_point(server_key(station.settings.server_key_seed))
    assert keys.verify(point, keys.decode(given["signature"]), order_bytes(line))
    assert "wipe" not in tell(wages, notes(station, wages, 1))


def test_a_tablet_that_may_read_nothing_any_more_is_told_too(station: Station) -> None:
    police = station.tablet("police").sign_in()
    tablet = notes(station, police, 3)
    order(station, police)
    lost = {"reason": "Left in a taxi", "lost": True}
    station.desk("lead").post(f"/api/devices/{police.device}/revocation", lost)
    assert police.post("/api/sync/pull", {"epoch": None, "positions": {}}).status_code == 403
    assert read_order(tell(police, tablet)["wipe"]["order"].encode()).signer == police.signer


def test_a_lead_or_who_keeps_the_tablets_orders_it_and_nobody_else(station: Station) -> None:
    police = station.tablet("police").sign_in()
    assert order(station, police, "police").status_code == 403
    assert order(station, police, "stranger").status_code == 404
    assert order(station, police, signer="b" * 26).json["code"] == "not_found"
    assert order(station, police, reason="").status_code == 422
    assert order(station, police, "administrator").status_code == 201


def test_the_word_needs_no_token_and_what_was_lost_is_told_by_number(station: Station) -> None:
    police = station.tablet("police").sign_in()
    tablet = notes(station, police, 11)
    send(police, tablet)
    name = order(station, police, forced=True).json["order"]
    notes(station, police, 3, tablet)
    station.clock.forward(minutes=1)
    (log,) = tablet.logs
    said = word(tablet, name, LostEntries(log=log, entries=Span(12, 14)))
    forged = replace(said, lost=())
    signature = keys.encode(keys.sign(tablet.key, word_bytes(write_word(said))))
    other = {"word": write_word(forged).decode(), "signature": signature}
    assert station.browser().post("/api/tablet/wiped", json=other).json["code"] == "proof_failed"
    assert say(station, tablet, said).status_code == 200
    assert say(station, tablet, said).status_code == 200
    (one,) = seen_by_lead(station)
    assert (one["need"], one["lost"], one["lost_files"]) == ("lost", 3, 0)
    assert one["gaps"] == [{"log": log, "outstanding": None, "lost": [12, 14]}]
    assert one["wipes"] == [
        {
            "signer": police.signer,
            "state": "wiped_with_loss",
            "reason": REASON,
            "forced": True,
            "ordered_at": "2027-02-09T07:00:00.000+00:00",
            "told_at": None,
            "wiped_at": "2027-02-09T07:01:00.000+00:00",
            "refused": None,
        }
    ]


def test_what_a_tablet_says_of_an_order_is_shown_to_the_lead(station: Station) -> None:
    police = station.tablet("police").sign_in()
    tablet = notes(station, police, 3)
    name = order(station, police).json["order"]
    tell(police, tablet, wipe={"order": "an order of somebody's", "word": "forged"})
    (one,) = seen_by_lead(station)
    assert [(told["state"], told["refused"]) for told in one["wipes"]] == [("ordered", "forged")]
    tell(police, tablet, wipe={"order": name, "word": "obeyed"})
    (one,) = seen_by_lead(station)
    assert [(told["state"], told["told_at"]) for told in one["wipes"]] == [
        ("sending", "2027-02-09T07:00:00.000+00:00")
    ]
    assert order(station, police).status_code == 201
    say(station, tablet, word(tablet, None))
    assert order(station, police).json["code"] == "wipe_done"


def test_what_is_no_word_is_refused(station: Station) -> None:
    for line in ("", "{}", "[]", "x" * 1000):
        body = {"word": line, "signature": "A" * 86}
        answer = station.browser().post("/api/tablet/wiped", json=body)
        assert answer.json["code"] in ("wipe_form", "not_strict_json"), line

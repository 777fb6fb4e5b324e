"""A lead orders that an officer's records leave a tablet, and sees how far it has come and what was lost."""

import pytest

from fieldops.desk.words import clock
from fieldops.domain.completeness import Span
from fieldops.domain.ids import SignerId
from fieldops.domain.wipe import LostEntries, LostFile, WipedWord, word_bytes, write_word
from fieldops.store.wipes import RefusedWipe, SignedOrder, note_refused, note_told, orders_of
from fieldops.sync import keys
from fieldops.sync.wipe import hear_word
from tests.desk.pen import Pen, pen
from tests.desk.reading import Seen, Visitor, at_the_desk
from tests.desk.test_tablets_page import HERE, tell
from tests.support.station import OPERATION, Station

REASON = "The officer leaves the operation"


@pytest.fixture
def police(station: Station) -> Pen:
    """A tablet from which one entry of three came."""
    on = pen(station, "police")
    on.write("START-03", "entered")
    on.send()
    station.clock.forward(minutes=20)
    for value in ("no_access", "entered"):
        on.write("START-03", value)
    tell(on)
    return on


def order(station: Station, on: Pen, **given: str) -> Visitor:
    lead = at_the_desk(station, "lead")
    form = {"reason": REASON, "how": "send_first"} | given
    answer = lead.send(f"{HERE}/devices/{on.at_hand.device}/wipe", signer=on.at_hand.signer, **form)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    return lead


def tablets(station: Station) -> Seen:
    return at_the_desk(station, "lead").open(f"{HERE}/devices")


def say(on: Pen, *, lost: tuple[LostEntries, ...] = (), files: tuple[LostFile, ...] = ()) -> None:
    signer = SignerId(on.at_hand.signer)
    word = WipedWord(
        order=None,
        signer=signer,
        forced=bool(lost),
        at=on.station.clock(),
        entries=3,
        lost=lost,
        files=files,
    )
    line = write_word(word)
    signed = SignedOrder(
        line=line.decode(), signature=keys.encode(keys.sign(on.at_hand.key, word_bytes(line)))
    )
    with on.station.store() as session:
        hear_word(session, word, signed, on.station.clock())


def told(on: Pen) -> None:
    with on.station.store() as session:
        signer = SignerId(on.at_hand.signer)
        note_told(session, signer, orders_of(session, OPERATION)[signer].order.id, on.station.clock())


def test_an_order_stands_with_the_tablet_until_it_is_carried_out(station: Station, police: Pen) -> None:
    order(station, police)
    ordered = clock(station.clock())
    assert f"Records of Officer police to be wiped, ordered {ordered} ({REASON})." in tablets(station).text
    assert "The tablet has not been told yet." in tablets(station).text
    station.clock.forward(minutes=1)
    told(police)
    page = tablets(station).text
    assert f"The tablet was told {clock(station.clock())} and sends what it has: 2 entries left." in page
    police.send()
    station.clock.forward(minutes=1)
    say(police)
    page = tablets(station).text
    assert f"Records of Officer police wiped {clock(station.clock())} ({REASON}). Nothing was lost." in page
    assert "All in" in page
    assert "Store emptied" not in page


def test_what_a_forced_wipe_lost_stands_at_the_desk_by_number(station: Station, police: Pen) -> None:
    order(station, police, how="forced", typed="wipe 1")
    assert "to be wiped by force" in tablets(station).text
    (log,) = police.tablet.logs
    station.clock.forward(minutes=1)
    file = LostFile(log=log, n=3, manifest="ab" * 32)
    say(police, lost=(LostEntries(log=log, entries=Span(2, 3)),), files=(file,))
    page = tablets(station).text
    assert "with known losses: 2 entries and 1 file." in page
    assert "Entries lost 2 entries and 1 file lost: held once, and nowhere now." in page
    assert "visit P04, class C0: entries 2 to 3 lost" in page
    assert "1 tablet lost what was stored: 2 entries and 1 file are nowhere now" in page
    station.clock.forward(minutes=1)
    police.send()
    page = tablets(station).text
    assert "visit P04, class C0" not in page
    assert "with known losses: 1 file." in page


def test_a_wipe_is_forced_only_by_whoever_types_it_and_ordered_only_with_a_reason(
    station: Station, police: Pen
) -> None:
    lead = at_the_desk(station, "lead")
    address = f"{HERE}/devices/{police.at_hand.device}/wipe"
    for given, words in (
        ({"how": "forced", "reason": REASON, "typed": "yes"}, "Type WIPE 1 to force it"),
        ({"how": "send_first", "reason": " "}, "Say why they leave it"),
    ):
        answer = lead.send(address, signer=police.at_hand.signer, **given)
        assert answer.status_code == 400
        assert words in answer.get_data(as_text=True)
    assert lead.send(address, signer="x", how="", reason=REASON).status_code == 400
    assert "to be wiped" not in tablets(station).text


def test_the_page_names_whose_records_are_left_and_what_of_them_is_not_here(
    station: Station, police: Pen
) -> None:
    lead = at_the_desk(station, "lead")
    address = f"{HERE}/devices/{police.at_hand.device}/wipe"
    assert address in tablets(station).links
    assert "Officer police, POL: 2 entries not here yet" in lead.open(address).text
    say(police)
    assert "No records are left on this tablet." in lead.open(address).text


def test_an_order_that_a_tablet_refused_is_shown(station: Station, police: Pen) -> None:
    with station.store() as session:
        refused = RefusedWipe(order="0" * 64, why="forged", at=station.clock())
        note_refused(session, SignerId(police.at_hand.signer), refused)
    page, at = tablets(station).text, clock(station.clock())
    assert f"was given an order to wipe and did not obey it ({at}): this server had not signed it so." in page


def test_an_officer_of_the_desk_orders_no_wipe(station: Station, police: Pen) -> None:
    at_the_desk(station, "police").open(f"{HERE}/devices/{police.at_hand.device}/wipe", 403)

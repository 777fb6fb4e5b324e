"""The report says which tablets are not yet in, how much of each is missing, and which entries these are."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from fieldops.domain.completeness import Claim, Said, Storage
from fieldops.domain.ids import LogId, class_of_stream
from fieldops.reports.figures import OutcomeFacts
from fieldops.reports.outcome import as_pdf
from fieldops.store.claims import keep_gone, keep_said
from fieldops.store.devices import signer
from tests.reports.copies import facts_for, pages_of
from tests.reports.late_hand import AFTERWARDS, LateHand, afterwards
from tests.support.demo_world import DemoWorld

Row = tuple[str, ...]


def tell(hand: LateHand, claims: Sequence[Claim]) -> None:
    """The word of the officer's tablet, a minute after it was last heard."""
    storage = Storage(
        stores=frozenset({hand.tablet.signer}),
        persisted=True,
        quota_mib=None,
        usage_mib=None,
        build="",
    )
    key = signer(hand.session, hand.tablet.signer)
    assert key is not None
    said = Said(claims=tuple(claims), whole=True, tablet=storage)
    keep_said(hand.session, key, said, AFTERWARDS + timedelta(minutes=1))


def rows_of(facts: OutcomeFacts, key: str) -> list[Row]:
    pieces = [piece for section in facts.sections for piece in section.pieces if piece.key == key]
    return [tuple(str(cell) for cell in row) for piece in pieces for row in piece.rows]


@pytest.fixture(scope="module")
def place() -> str:
    return "P04"


def test_a_tablet_that_says_it_holds_more_is_listed_with_the_numbers_and_the_entries(
    thimble: DemoWorld, place: str
) -> None:
    with afterwards(thimble) as session:
        before = {row[0] for row in rows_of(facts_for(session, "THIMBLE"), "tablets")}
        hand = LateHand.of(session, place, agency="POL")
        hand.say("START-05", 12)
        (log,) = hand.tablet.logs
        tell(hand, [Claim(log=log, held=4, files=2, file_bytes=9)])
        facts = facts_for(session, "THIMBLE")
    (listed,) = [row for row in rows_of(facts, "tablets") if row[0] not in before]
    assert listed[3] == "1 of 4"
    assert listed[4] == "Says it holds 3 entries that did not come; 2 files did not come"
    assert [row[0] for row in rows_of(facts, "gaps")] == [place]
    assert rows_of(facts, "gaps")[0][3:] == ("2 to 4", "still on it")
    assert "outstanding, at least 3 entries: " in facts.head.outstanding
    words = " ".join(pages_of(as_pdf(facts)))
    assert "Entries that are missing, by number" in words


def test_entries_lost_with_a_store_that_was_cleared_are_told_as_lost(thimble: DemoWorld, place: str) -> None:
    with afterwards(thimble) as session:
        hand = LateHand.of(session, place, agency="POL")
        hand.say("START-05", 12)
        (log,) = hand.tablet.logs
        tell(hand, [Claim(log=log, held=3)])
        tell(hand, [])
        facts = facts_for(session, "THIMBLE")
    assert [row[3:] for row in rows_of(facts, "gaps")] == [("2 to 3", "lost with its store")]


def test_what_a_forced_wipe_lost_is_told_by_number_and_a_whole_one_is_not_waited_for(
    thimble: DemoWorld, place: str
) -> None:
    with afterwards(thimble) as session:
        before = {row[0] for row in rows_of(facts_for(session, "THIMBLE"), "tablets")}
        hand = LateHand.of(session, place, agency="POL")
        hand.say("START-05", 12)
        (log,) = hand.tablet.logs
        key = signer(session, hand.tablet.signer)
        assert key is not None
        keep_gone(session, key, [Claim(log=log, held=3, files=1)], AFTERWARDS + timedelta(minutes=1))
        rows = rows_of(facts_for(session, "THIMBLE"), "tablets")
    (listed,) = [row for row in rows if row[0] not in before]
    assert "Lost its store, and with it 2 entries; lost 1 file with its store" in listed[4]


def test_a_tablet_that_came_in_whole_is_not_listed(thimble: DemoWorld, place: str) -> None:
    with afterwards(thimble) as session:
        before = rows_of(facts_for(session, "THIMBLE"), "tablets")
        hand = LateHand.of(session, place, agency="POL")
        hand.say("START-05", 12)
        (log,) = hand.tablet.logs
        tell(hand, [Claim(log=log, held=1)])
        assert rows_of(facts_for(session, "THIMBLE"), "tablets") == before


def test_what_is_missing_in_a_class_that_the_reader_may_not_open_is_not_told(
    thimble: DemoWorld, place: str
) -> None:
    with afterwards(thimble) as session:
        hand = LateHand.of(session, place, agency="POL")
        hand.say("START-05", 12)
        (log,) = hand.tablet.logs
        hidden = LogId(f"{hand.visit.id}.C11.{hand.tablet.signer}.1")
        announced = LogId(f"{hand.visit.id}.C6.{hand.tablet.signer}.1")
        closed = [Claim(log=one, held=9, files=9) for one in (hidden, announced)]
        tell(hand, [Claim(log=log, held=2), *closed])
        partner, lead = facts_for(session, "THIMBLE", "FWA"), facts_for(session, "THIMBLE")
    assert [row[1] for row in rows_of(partner, "gaps")] == [class_of_stream(log)]
    assert "at least 1 entry: " in partner.head.outstanding
    assert "C6" not in [row[1] for row in rows_of(lead, "gaps")]

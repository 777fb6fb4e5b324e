"""The tablets page says of each tablet what is here, what is missing by number; the worst first."""

from datetime import timedelta

import pytest

from fieldops.domain.completeness import Claim, Said, Storage
from fieldops.domain.ids import SignerId
from fieldops.store.claims import keep_said
from fieldops.store.devices import signer
from tests.desk.pen import Pen, pen
from tests.desk.reading import Seen, at_the_desk
from tests.support.station import Station

HERE = "/desk/operations/BOBBIN"


def tell(on: Pen, *, held: int | None = None, persisted: bool = True, stores: tuple[str, ...] = ()) -> None:
    """The tablet's word: that each of its logs holds what it does, or `held`."""
    claims = [
        Claim(log=log.name, held=len(log.entries) if held is None else held)
        for log in on.tablet.logs.values()
    ]
    storage = Storage(
        stores=frozenset(map(SignerId, stores or (on.at_hand.signer,))),
        persisted=persisted,
        quota_mib=2048,
        usage_mib=12,
        build="0123456789ab",
    )
    with on.station.store() as session:
        key = signer(session, SignerId(on.at_hand.signer))
        assert key is not None
        keep_said(session, key, Said(claims=tuple(claims), whole=True, tablet=storage), on.station.clock())


def page(station: Station, path: str = "/devices") -> Seen:
    return at_the_desk(station, "lead").open(f"{HERE}{path}")


@pytest.fixture
def police(station: Station) -> Pen:
    """A tablet from which one entry of two came."""
    on = pen(station, "police")
    on.write("START-03", "entered")
    on.send()
    station.clock.forward(minutes=20)
    return on


def test_a_tablet_from_which_all_came_is_all_in(station: Station, police: Pen) -> None:
    tell(police)
    assert "Officer police (POL) 1 of 1 All in 07:20:20 , 0 seconds ago" in page(station).text


def test_what_a_tablet_holds_alone_is_told_by_its_numbers(station: Station, police: Pen) -> None:
    for value in ("no_access", "entered"):
        police.write("START-03", value)
    tell(police)
    told = page(station).text
    assert "1 of 3 Outstanding At least 2 outstanding, on the tablet alone." in told
    assert "visit P04, class C0: entries 2 to 3 missing" in told


def test_a_tablet_that_lost_its_store_is_told_with_what_is_nowhere_now(station: Station, police: Pen) -> None:
    police.write("START-03", "no_access")
    tell(police)
    station.clock.forward(minutes=1)
    tell(police, held=0)
    told = page(station).text
    assert "Entries lost This tablet lost the store of Officer police: the server has 1 entry" in told
    assert "the tablet holds 0." in told
    assert "visit P04, class C0: entry 2 lost" in told
    for path in ("", "/devices"):
        assert "1 tablet lost what was stored: 1 entry" in page(station, path).text


def test_storage_that_the_browser_may_clear_wants_somebody(station: Station, police: Pen) -> None:
    tell(police, persisted=False)
    told = page(station).text
    assert "Clock or storage" in told
    assert "Storage: may be cleared by the browser Space: 2.0 GB free App: 0123456789ab" in told


def test_the_tablet_that_wants_somebody_most_stands_first(station: Station, police: Pen) -> None:
    tell(police)
    wages = pen(station, "wages")
    wages.write("START-03", "entered")
    tell(wages)
    told = page(station).text
    assert told.index("Officer wages (FWA)") < told.index("Officer police (POL)")
    assert "Of 1 of 2 tablets all is here that they told of. At least 1 entry missing from 1 tablet." in told


def test_a_tablet_never_heard_of_since_it_was_enrolled_is_said(station: Station) -> None:
    pen(station, "police")
    assert "Never heard never since it was enrolled" in page(station).text


def test_a_revoked_tablet_still_shows_what_it_holds_alone(station: Station, police: Pen) -> None:
    police.write("START-03", "no_access")
    tell(police)
    lead = at_the_desk(station, "lead")
    lead.send(f"{HERE}/devices/{police.at_hand.device}/revoke", typed="REVOKE 1", reason="Lost")
    station.clock.forward(hours=30)
    told = page(station).text
    assert "Outstanding At least 1 outstanding" in told
    assert "Revoked 07:20:40 on 9 February 2027" in told


def test_files_that_wait_on_a_tablet_are_counted(station: Station, police: Pen) -> None:
    (log,) = police.tablet.logs
    claim = Claim(log=log, held=1, files=3, file_bytes=7_000_000)
    storage = Storage(
        stores=frozenset({SignerId(police.at_hand.signer)}),
        persisted=None,
        quota_mib=None,
        usage_mib=None,
        build="",
    )
    with station.store() as session:
        key = signer(session, SignerId(police.at_hand.signer))
        assert key is not None
        said = Said(claims=(claim,), whole=True, tablet=storage)
        keep_said(session, key, said, station.clock() + timedelta(seconds=1))
    assert "3 files waiting on it (7 MB)." in page(station).text

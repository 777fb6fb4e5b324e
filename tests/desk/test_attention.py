"""The lead is warned in time: of a full disk, a wrong clock, entries that wait, tablets that fell silent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fieldops.app import create_app
from fieldops.desk.attention_sheet import Contact, clock_warning, offset_words
from fieldops.domain.ids import DeviceId
from fieldops.domain.people import Device
from tests.desk.pen import pen
from tests.desk.reading import at_the_desk
from tests.support.station import OPERATION, Station

HERE = "/desk/operations/BOBBIN"
PAGES = (HERE, f"{HERE}/devices")
NOON = datetime(2027, 2, 9, 12, tzinfo=UTC)


def tablets(*offsets_s: float | None) -> list[Contact]:
    """Tablets whose clocks differ from the server's by so many seconds."""
    return [
        Contact(
            device=Device(
                id=DeviceId(f"tablet{n}"),
                operation=OPERATION,
                number=n,
                name=f"Tablet {n}",
                enrolled_at=NOON,
                revoked_at=None,
            ),
            heard=NOON,
            offset=None if offset is None else timedelta(seconds=offset),
        )
        for n, offset in enumerate(offsets_s, start=1)
    ]


@pytest.fixture(autouse=True)
def roomy(station: Station) -> None:
    """However full the disk of this machine is."""
    station.app.config["SETTINGS"] = replace(station.settings, low_free_bytes=0)


def test_when_all_is_well_nobody_is_warned(station: Station) -> None:
    police = pen(station, "police")
    police.write("START-03", "entered")
    police.send()
    for path in PAGES:
        assert "Needs attention" not in at_the_desk(station, "lead").open(path).text


@pytest.mark.parametrize("path", PAGES)
def test_a_tablet_that_fell_silent_is_named_with_when_it_was_last_heard(station: Station, path: str) -> None:
    police = pen(station, "police")
    police.write("START-03", "entered")
    police.send()
    station.clock.forward(hours=12, minutes=1)
    page = at_the_desk(station, "lead").open(path)
    assert "1 tablet not heard of for 12 hours: 1, Tablet of police (last heard 07:00:20)" in page.text


def test_a_tablet_taken_out_of_use_is_not_called_silent(station: Station) -> None:
    police = pen(station, "police")
    lead = at_the_desk(station, "lead")
    lead.send(f"{HERE}/devices/{police.at_hand.device}/revoke", typed="REVOKE 1", reason="Lost")
    station.clock.forward(hours=13)
    assert "Needs attention" not in at_the_desk(station, "lead").open(f"{HERE}/devices").text


def test_entries_that_wait_in_quarantine_are_counted(station: Station) -> None:
    police = pen(station, "police")
    police.at_hand.sign_in()
    police.write("START-03", "entered")
    lead = at_the_desk(station, "lead")
    lead.send(f"{HERE}/devices/{police.at_hand.device}/revoke", typed="REVOKE 1", reason="Lost")
    police.hand_in()
    page = lead.open(HERE)
    assert "1 entry waits in quarantine for a decision. Decide" in page.text


def test_a_disk_that_is_nearly_full_is_told_before_it_is(station: Station) -> None:
    crowded = replace(station, app=create_app(replace(station.settings, low_free_bytes=2**60), station.clock))
    for path in PAGES:
        assert "The server's disk has only" in at_the_desk(crowded, "lead").open(path).text


def test_a_partner_is_told_nothing_of_tablets_and_disk(station: Station) -> None:
    crowded = replace(station, app=create_app(replace(station.settings, low_free_bytes=2**60), station.clock))
    pen(station, "police")
    station.clock.forward(hours=13)
    assert "Needs attention" not in at_the_desk(crowded, "partner").open(HERE).text


def test_a_tablet_whose_clock_is_wrong_is_shown_with_its_offset(station: Station) -> None:
    police = pen(station, "police")
    police.tablet.clock = lambda: station.clock() + timedelta(minutes=7)
    police.write("START-03", "entered")
    police.send()
    assert "Clock: 7 minutes ahead" in at_the_desk(station, "lead").open(f"{HERE}/devices").text


def test_many_tablets_off_by_the_same_amount_point_at_the_server() -> None:
    (told,) = clock_warning(tablets(420, 425, 415, 2))
    assert "The server's clock may be wrong: it is 6 minutes behind 3 of 4 tablets" in told.text
    (told,) = clock_warning(tablets(-7200, -7201, -7199))
    assert "2 hours ahead of 3 of 3 tablets" in told.text


@pytest.mark.parametrize(
    "offsets", [(420, 1, 2, -1), (600, -600, 0, 90), (420, 420), (None, 420, 420), (20, 21, 22)]
)
def test_tablets_that_are_wrong_each_in_their_own_way_do_not(offsets: tuple[float | None, ...]) -> None:
    assert list(clock_warning(tablets(*offsets))) == []


def test_a_clock_is_said_in_words() -> None:
    assert offset_words(None) == "not known"
    assert offset_words(timedelta(seconds=-4)) == "the same"
    assert offset_words(timedelta(minutes=-7)) == "7 minutes behind"

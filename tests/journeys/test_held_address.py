"""The addresses of a strike are held back: a tablet has them sealed until the release, or a code by radio.

The browsers, the server and the profiles on the disk are real; the network goes and comes back.
"""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from fieldops.domain.operation import Premises
from fieldops.domain.who import Role
from fieldops.store.directory import holders, officers_of
from fieldops.store.operations import operation_coded, premises_of
from fieldops.store.plans import members, teams
from tests.journeys.test_hand_over import enrolled
from tests.support import at_tablet
from tests.support.at_desk import desk
from tests.support.browser import open_profile, small_targets, violations
from tests.support.demo_people import Person, officers, people, store
from tests.support.running import Running

STRIKE, MEET = "L2", "Lay-by at the canal bridge"
WRONG = "ZZZZ-ZZZZ-ZZ4"
SERVER = "**/api/**"


@pytest.fixture(scope="module")
def lead(server: Running) -> Person:
    with store(server) as session:
        where = operation_coded(session, "THIMBLE")
        assert where is not None
        names = {one.id: one.username for one in officers_of(session, where.id)}
        leads = {names[one] for one in holders(session, where.id, Role.LEAD)}
    return next(one for one in people(server) if one.username in leads)


def sites(server: Running, team: str) -> tuple[Person, Premises]:
    """The lead of a team that goes to the strike, and where it goes."""
    with store(server) as session:
        where = operation_coded(session, "THIMBLE")
        assert where is not None
        names = {one.id: one.username for one in officers_of(session, where.id)}
        (found,) = (one for one in teams(session, where.id) if one.code == team)
        led_by = names[members(session, found.id)[0].officer]
        premises = {one.code: one for one in premises_of(session, where.id)}
    goes = {"T1": "P20", "T2": "P29"}[team]
    return next(one for one in officers(server) if one.username == led_by), premises[goes]


def hold_back(page: Page, server: Running) -> None:
    page.goto(f"{server.url}/desk/operations/THIMBLE/strikes")
    assert violations(page) == []
    page.get_by_role("link", name=f"Hold back the addresses of strike {STRIKE}").click()
    assert violations(page) == []
    page.get_by_label("Release them how long before the strike?").fill("30")
    page.get_by_label("Where do the teams meet?").fill(MEET)
    page.get_by_role("button", name="Hold back").click()
    expect(page.get_by_role("main")).to_contain_text("Held back until 09:30")
    assert violations(page) == []


def radio_code(page: Page, server: Running, team: str) -> str:
    page.goto(f"{server.url}/desk/operations/THIMBLE/strikes")
    page.get_by_role("link", name=f"Radio code for team {team}, strike {STRIKE}").click()
    page.get_by_label("Why is the code needed?").fill("No signal at the meeting point")
    page.get_by_role("button", name="Show the code").click()
    assert violations(page) == []
    return page.locator("#radio-code").inner_text()


def lies_nowhere(profile: Path, place: Premises) -> None:
    """No word from which the place could be learnt is on the disk, in either form that a browser writes."""
    words = (place.name, place.address, place.uprn, place.company_no)
    forms = [form for word in words for form in (word.encode(), word.encode("utf-16-le"))]
    files = [one for one in profile.rglob("*") if one.is_file()]
    assert files
    assert [one.name for one in files if any(form in one.read_bytes() for form in forms)] == []


def open_held(page: Page, place: Premises) -> None:
    at_tablet.open_visit(page, place.code)
    expect(page.get_by_role("heading", name="Address at")).to_contain_text("or by radio code")


def type_code(page: Page, code: str) -> None:
    page.get_by_label("Radio code").fill(code)
    at_tablet.press(page, "Open the address")


def out_of_signal(context: BrowserContext) -> None:
    context.route(SERVER, lambda route: route.abort())
    context.set_offline(True)


def test_an_address_is_opened_by_a_radio_code_offline_and_by_sync_after_the_release(
    playwright: Playwright, server: Running, profiles: Path, lead: Person
) -> None:
    (first, ours), (second, theirs) = sites(server, "T1"), sites(server, "T2")
    with desk(playwright, server.url, lead) as office:
        hold_back(office, server)
        code, other = radio_code(office, server, "T1"), radio_code(office, server, "T2")

        context = open_profile(playwright, profiles / "first")
        page = context.pages[0]
        enrolled(page, server, first, "Tablet A")
        open_held(page, ours)
        expect(page.locator("body")).to_contain_text(MEET)
        for word in (ours.name, ours.address):
            assert word not in page.content()
        assert violations(page) == []
        assert small_targets(page) == []
        context.close()
        lies_nowhere(profiles / "first", ours)

        context = open_profile(playwright, profiles / "first")
        out_of_signal(context)
        page = context.pages[0]
        page.goto(f"{server.url}/app/")
        at_tablet.unlock(page)
        expect(page.get_by_role("heading", name="Address at")).to_be_visible()
        type_code(page, other)
        expect(page.get_by_role("alert")).to_contain_text("does not open this address")
        type_code(page, code[:-1] + ("1" if code[-1] != "1" else "2"))
        expect(page.get_by_role("alert")).to_contain_text("misheard")
        type_code(page, code.lower().replace("-", " "))
        expect(page.get_by_role("heading", level=1, name=ours.name)).to_be_visible()
        expect(page.locator("body")).to_contain_text(ours.address)
        context.unroute(SERVER)
        with page.expect_response("**/api/sync/addresses", timeout=60_000):
            context.set_offline(False)  # what was typed goes out, and then that the address is here
        expect(page.locator("body")).to_contain_text("All received", timeout=60_000)
        context.close()
        lies_nowhere(profiles / "first", ours)

        with_sync(playwright, server, profiles / "second", office, (second, theirs))
        office.goto(f"{server.url}/desk/operations/THIMBLE/strikes")
        told = office.get_by_role("main").inner_text()
        for words in ("wrong code (try 1)", "misheard (try 2)", "opened (try 3)", "by radio code", "by sync"):
            assert words in told


def with_sync(
    playwright: Playwright, server: Running, profile: Path, office: Page, sent: tuple[Person, Premises]
) -> None:
    """Wrong codes are slowed down; after the release the address comes by itself."""
    officer, place = sent
    context = open_profile(playwright, profile)
    page = context.pages[0]
    enrolled(page, server, officer, "Tablet B")
    open_held(page, place)
    for _ in range(4):
        type_code(page, WRONG)
        expect(page.get_by_role("alert")).to_contain_text("does not open this address")
        page.get_by_label("Radio code").fill("")
    type_code(page, WRONG)
    expect(page.get_by_role("alert")).to_contain_text("Too many wrong codes")
    office.goto(f"{server.url}/desk/operations/THIMBLE/strikes")
    office.get_by_role("button", name=f"Release the addresses of strike {STRIKE} now").click()
    expect(office.get_by_role("main")).to_contain_text("Released by")
    context.set_offline(True)
    context.set_offline(False)  # signal returns, and the app asks by itself
    expect(page.get_by_role("heading", level=1, name=place.name)).to_be_visible(timeout=60_000)
    expect(page.locator("body")).to_contain_text(place.address)
    context.close()
    lies_nowhere(profile, place)

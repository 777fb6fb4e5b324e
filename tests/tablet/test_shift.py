"""Both ends of a shift on a real tablet: ready to go, all received, and a store that was cleared."""

import json
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect

from fieldops.store.devices import signers_on
from fieldops.store.directory import officer_named
from fieldops.store.operations import operation_coded
from tests.support import at_tablet as officer
from tests.support.browser import LANDSCAPE, PORTRAIT, open_profile, small_targets, violations
from tests.support.demo_people import Person, code_for, officers, people, store
from tests.support.running import Running
from tests.tablet import tour

COLOURS = ("Light", "Dark", "High contrast")


def faults(page: Page) -> list[str]:
    return [*violations(page), *small_targets(page)]


def in_every_colour(page: Page) -> list[str]:
    """What is wrong with the page that is open, in each colour scheme."""
    found: list[str] = []
    for colours in COLOURS:
        officer.wear(page, colours)
        found += faults(page)
    officer.wear(page, COLOURS[0])
    return found


def enrolled(playwright: Playwright, server: Running, folder: Path, person: Person) -> BrowserContext:
    context = open_profile(playwright, folder, PORTRAIT)
    enrol(context.pages[0], server, person, code_for(server, person))
    return context


def enrol(page: Page, server: Running, person: Person, code: str) -> None:
    officer.start(
        page, server.url, code=code, username=person.username, password=person.password, name="Tablet 4"
    )


def answer(page: Page, words: str) -> None:
    expect(page.locator(".verdict")).to_contain_text(words, timeout=30_000)


def clear_store(page: Page, server: Running) -> None:
    """What a browser does that runs out of room: the database goes, and nobody is asked."""
    page.goto("about:blank")
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": server.url, "storageTypes": "indexeddb"})


def tablet_number(server: Running, person: Person) -> int:
    with store(server) as session:
        known = officer_named(session, person.username)
        where = operation_coded(session, "THIMBLE")
        assert known is not None
        assert where is not None
        return max(key.device_number for key in signers_on(session, where.id) if key.officer == known[0].id)


def at_the_desk(playwright: Playwright, server: Running, folder: Path) -> Locator:
    """The lead's page of tablets."""
    lead = next(one for one in people(server) if one.role == "Tactical lead")
    page = open_profile(playwright, folder / "desk", LANDSCAPE).pages[0]
    page.goto(f"{server.url}/desk/sign-in")
    page.get_by_label("User name").fill(lead.username)
    page.get_by_label("Password", exact=True).fill(lead.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Operations")
    page.goto(f"{server.url}/desk/operations/THIMBLE/devices")
    return page.locator("main")


def shot(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def test_a_shift_begins_ready_ends_all_received_and_misses_a_store_that_was_cleared(
    playwright: Playwright, server: Running, tmp_path: Path
) -> None:
    person = officers(server)[6]
    context, desk = enrolled(playwright, server, tmp_path / "Tablet 4", person), None
    try:
        page = context.pages[0]
        officer.press(page, "Ready for the field?")
        expect(page.locator(".verdict")).to_be_visible()
        expect(page.get_by_text("Visits:")).to_be_visible()
        assert in_every_colour(page) == []
        shot(page, tmp_path, "ready")
        officer.back(page)
        premises = tour.premises_of(page)
        context.set_offline(True)
        tour.to_section(page, premises, "Arrival")
        officer.choose(page, "START-03", "entered")
        page.locator(".badge").click()
        officer.press(page, "All received?")
        answer(page, "No. 1 entry of 1 is only on this tablet.")
        assert in_every_colour(page) == []
        shot(page, tmp_path, "not_received")
        context.set_offline(False)
        officer.press(page, "Send now")
        answer(page, "the server had your 1 entry.")
        shot(page, tmp_path, "received")
        noted = json.loads(page.evaluate("localStorage.getItem('held')"))
        assert [(len(key), held) for key, (held, _) in noted.items()] == [(26, 1)]
        number = tablet_number(server, person)
        context.route("**/api/sync/push", lambda route: route.abort())
        officer.back(page)
        officer.back(page)
        officer.choose(page, "START-03", "closed")
        page.locator(".badge").click()
        officer.press(page, "Send now")
        expect(page.locator(".badge")).to_contain_text("1 not yet received")
        desk = at_the_desk(playwright, server, tmp_path)
        expect(desk).to_contain_text("At least 1 outstanding, on the tablet alone.")
        clear_store(page, server)
        page.goto(f"{server.url}/app/")
        expect(page.get_by_role("alert")).to_contain_text("2 entries, of which 1 had not been received")
        assert faults(page) == []
        shot(page, tmp_path, "cleared")
        officer.press(page, "I have told the desk")
        enrol(page, server, person, code_for(server, person, tablet=number))
        officer.press(page, "All received?")
        expect(page.get_by_text("entry 2. The server has 1.")).to_be_visible()
        assert faults(page) == []
        shot(page, tmp_path, "lost")
        desk.page.reload()
        expect(desk).to_contain_text("the server has 1 entry, the tablet holds 0.")
        expect(desk).to_contain_text("entry 2 lost")
        shot(desk.page, tmp_path, "desk")
    finally:
        context.close()
        if desk is not None:
            desk.page.context.close()

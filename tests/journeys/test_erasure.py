"""What is recorded about a worker is erased by two people at the desk, and goes from the tablet as well.

The browsers, the server, the pages at the desk and the profile on the disk are real.
"""

import re
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.journeys.test_hand_over import CANARY, enrolled, nothing_readable_lies_in
from tests.journeys.test_wipe import rooms
from tests.support import at_tablet
from tests.support.at_desk import desk
from tests.support.browser import kill, open_profile, small_targets, violations
from tests.support.demo_people import Person, officers, people
from tests.support.running import Running

RETENTION = "/desk/operations/THIMBLE/retention"
FIRST, GATE = "Talking with a worker: before you start", "WK0-06"
SECTION, QUESTION = "How you are treated", "WK4-01"
ERASED = "Erased by law"
WORKER = re.compile("^Worker ")
DECIDE = ("Strategic lead", "Disclosure officer")


def leads(server: Running) -> tuple[Person, Person]:
    """Two people who may decide about it."""
    first, second = (one for one in people(server) if one.role in DECIDE)
    return first, second


def met_a_worker(page: Page) -> None:
    """A card, her words, and a photo of what she shows; all of it with the server."""
    premises = page.locator("button.visit bdi").first.inner_text()
    at_tablet.open_visit(page, premises)
    at_tablet.open_section(page, "Arrival")
    at_tablet.choose(page, "START-03", "entered")
    at_tablet.back(page)
    at_tablet.press(page, "+ Add a person")
    at_tablet.open_section(page, FIRST)
    at_tablet.choose(page, GATE, "Y")
    at_tablet.back(page)
    at_tablet.open_section(page, SECTION)
    at_tablet.write(page, QUESTION, CANARY)
    at_tablet.back(page)
    page.locator("button.item").filter(has_text="Photo, recording or signature").click()
    at_tablet.press(page, "Photo")
    at_tablet.press(page, "Take the photo")
    expect(page.locator("button.item").filter(has_text="is kept")).to_be_visible(timeout=20_000)
    at_tablet.back(page)
    sent(page)


def sent(page: Page) -> None:
    page.locator(".badge").click()
    at_tablet.press(page, "Send now")
    expect(page.locator(".badge")).to_contain_text("All received", timeout=30_000)
    at_tablet.back(page)


def about_the_worker(page: Page, server: Running) -> None:
    page.goto(f"{server.url}{RETENTION}")
    page.get_by_role("main").get_by_role("link", name=WORKER).click()


def erased_at_the_desk(playwright: Playwright, server: Running) -> None:
    asks, agrees = leads(server)
    with desk(playwright, server.url, asks) as page:
        about_the_worker(page, server)
        page.get_by_role("group", name="On which ground?").get_by_role("radio").first.check()
        page.locator("#reason").fill("She asked for it in writing.")
        page.get_by_role("button", name="Ask for the erasure").click()
        expect(page.get_by_role("main")).to_contain_text("Another person must agree")
    with desk(playwright, server.url, agrees) as page:
        about_the_worker(page, server)
        page.get_by_role("button", name="Agree and erase").click()
        expect(page.get_by_role("main")).to_contain_text("The words are erased")
        about_the_worker(page, server)
        expect(page.get_by_role("main")).to_contain_text("will erase it at the next contact")


def test_what_the_desk_erases_about_a_worker_goes_from_the_tablet_and_the_desk_says_so(
    playwright: Playwright, server: Running, profiles: Path
) -> None:
    officer = officers(server)[0]
    context = open_profile(playwright, profiles / "one")
    page = context.pages[0]
    enrolled(page, server, officer, "Tablet A")
    met_a_worker(page)
    assert rooms(page)["media"] > 0
    erased_at_the_desk(playwright, server)
    at_tablet.open_section(page, SECTION)
    expect(at_tablet.question(page, QUESTION).locator("textarea").first).to_have_value(CANARY)
    sent(page)
    expect(page.get_by_role("main")).not_to_contain_text(CANARY)
    at_tablet.back(page)
    is_erased(page)
    assert "media" not in rooms(page)
    with desk(playwright, server.url, leads(server)[0]) as at_desk:
        about_the_worker(at_desk, server)
        expect(at_desk.get_by_role("main")).to_contain_text("Erased on tablet")
        expect(at_desk.get_by_role("main")).not_to_contain_text("will erase it")
    with context.expect_event("close"):
        assert kill(profiles / "one")
    context = open_profile(playwright, profiles / "one")
    context.set_offline(True)
    page = context.pages[0]
    page.goto(f"{server.url}/app/")
    at_tablet.unlock(page)
    is_erased(page)
    context.close()
    nothing_readable_lies_in([one for one in (profiles / "one").rglob("*") if one.is_file()])


def is_erased(page: Page) -> None:
    """On the card, at a question and in its history: the words are gone, and that they were there is said."""
    expect(page.get_by_role("main")).to_contain_text("What was recorded about this person was erased by law")
    assert [*violations(page), *small_targets(page)] == []
    at_tablet.open_section(page, FIRST)
    asked = at_tablet.question(page, GATE)
    expect(asked).to_contain_text(ERASED)
    assert [*violations(page), *small_targets(page)] == []
    at_tablet.press(asked, "History")
    expect(page.locator("ol.timeline")).to_contain_text(ERASED)
    assert [*violations(page), *small_targets(page)] == []
    at_tablet.back(page)
    at_tablet.back(page)
    assert CANARY not in page.content()

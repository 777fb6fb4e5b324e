"""An officer who forgot the tablet's secret works on with the same tablet, and nothing they recorded is lost.

The way is the officer's own: a sealed file first, for there is no signal; then a code for this tablet, and a
new secret. What the old store held is at the server once, whichever way it came.
"""

from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.journeys.test_hand_over import (
    CANARY,
    TAPS,
    enrolled,
    save_without_unlocking,
    takes_in,
    write_at_the_first_visit,
)
from tests.support import at_tablet
from tests.support.at_desk import desk, look
from tests.support.browser import open_profile, small_targets, violations
from tests.support.demo_people import code_for, officers, people
from tests.support.running import Running

NEW_SECRET = "another five quiet herons"
WRONG = "I thought it was this"
AGAIN = "Add another officer to this tablet, or one who forgot their secret"


def test_a_new_code_and_a_new_secret_bring_everything_to_the_server_once(
    playwright: Playwright, server: Running, profiles: Path
) -> None:
    author = officers(server)[0]
    context = open_profile(playwright, profiles / "one")
    page = context.pages[0]
    enrolled(page, server, author, "Tablet A")
    server.kill()
    premises = write_at_the_first_visit(page)
    file = save_without_unlocking(page, profiles)
    is_not_let_in(page)

    server.start()
    code = code_for(server, author, tablet=1)
    at_tablet.press(page, AGAIN)
    at_tablet.enrol(page, code=code, username=author.username, password=author.password, name="Tablet A")
    at_tablet.set_secret(page, NEW_SECRET)
    expect(page.locator("button.visit").first).to_be_visible(timeout=30_000)
    page.locator("button.badge").click()
    at_tablet.press(page, "Send now")
    at_tablet.back(page)
    at_tablet.open_visit(page, premises)
    at_tablet.open_section(page, "Arrival")
    chosen = at_tablet.question(page, "START-03").locator('[data-option="entered"]')
    expect(chosen).to_have_attribute("aria-pressed", "true")
    page.reload()
    tells_the_stores_apart(page, author.name)
    at_tablet.unlock(page, NEW_SECRET)
    context.close()

    lead = next(one for one in people(server) if one.role == "Tactical lead")
    with desk(playwright, server.url, lead) as at_desk:
        takes_in(at_desk, server, file, f"{TAPS} of {TAPS} are here")
        look(at_desk, f"{server.url}/desk/operations/THIMBLE/visits/{premises}?about=all")
        assert at_desk.get_by_role("main").inner_text().count(CANARY) == 1
        at_desk.goto(f"{server.url}/desk/operations/THIMBLE/devices")
        assert "outstanding" not in at_desk.get_by_role("main").inner_text()


def is_not_let_in(page: Page) -> None:
    page.get_by_label("Your secret").fill(WRONG)
    at_tablet.press(page, "Unlock")
    expect(page.get_by_role("alert").first).to_be_visible()


def tells_the_stores_apart(page: Page, name: str) -> None:
    """The newer stands first; both are empty of what the server lacks; the first is picked."""
    lines = page.locator("button.officer")
    expect(lines).to_have_count(2)
    expect(lines.first).not_to_contain_text("earlier secret")
    expect(lines.last).to_contain_text("opens with your earlier secret")
    expect(page.get_by_text("not yet received by the server")).to_have_count(0)
    assert (violations(page), small_targets(page)) == ([], [])
    lines.first.click()
    expect(page.get_by_text(name).first).to_be_visible()

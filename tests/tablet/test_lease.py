"""A tablet out of signal for too long shows nothing until it hears from the server, and loses nothing."""

from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.support import at_tablet as officer
from tests.support.browser import open_profile, small_targets, violations
from tests.support.demo_people import code_for, officers
from tests.support.running import Running
from tests.tablet import tour

HOUR_MS = 3_600_000


def test_after_three_days_without_a_word_the_visits_are_closed_until_one_contact(
    playwright: Playwright, server: Running, tmp_path: Path
) -> None:
    person = officers(server)[8]
    context = open_profile(playwright, tmp_path / "Tablet 3")
    try:
        page = context.pages[0]
        page.clock.install()
        code = code_for(server, person)
        officer.start(
            page, server.url, code=code, username=person.username, password=person.password, name="Tablet 3"
        )
        premises = tour.premises_of(page)
        context.set_offline(True)
        tour.to_section(page, premises, "Arrival")
        officer.choose(page, "START-03", "refused")
        page.clock.fast_forward(73 * HOUR_MS)
        officer.heading(page, "Locked")
        officer.unlock(page)
        officer.heading(page, "Find some signal first")
        expect(page.get_by_text("1 entry that you recorded is safe on this tablet")).to_be_visible()
        assert premises not in page.locator("body").inner_text()
        assert violations(page) == []
        assert small_targets(page) == []
        context.set_offline(False)  # signal returns, and the app goes on by itself
        asked = officer.question(page, "START-03")
        expect(asked.locator('[data-option="refused"]')).to_have_attribute("aria-pressed", "true")
        expect(asked.locator(".foot .save-state")).to_contain_text("received", timeout=30_000)
    finally:
        context.close()

"""The tablet left alone: it locks by itself, keeps the work, and takes a new version only when told to."""

import shutil
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.support import at_tablet as officer
from tests.support.browser import open_profile
from tests.support.demo_people import code_for, officers
from tests.support.running import Running
from tests.tablet import tour


def half_typed(page: Page) -> None:
    """In the middle of a sentence about a child."""
    tour.to_section(page, tour.premises_of(page), "Arrival")
    officer.choose(page, "START-03", "entered")
    tour.to_people_first(page)
    officer.choose(page, "SAFE-02", "Y")
    officer.question(page, "SAFE-04").locator("textarea").fill("Told the duty desk at ten")


def test_a_tablet_that_nobody_touches_locks_itself_and_keeps_what_was_typed(
    playwright: Playwright, server: Running, tmp_path: Path
) -> None:
    person = officers(server)[3]
    context = open_profile(playwright, tmp_path / "Tablet 4")
    try:
        page = context.pages[0]
        page.clock.install()
        code = code_for(server, person)
        officer.start(
            page, server.url, code=code, username=person.username, password=person.password, name="Tablet 4"
        )
        half_typed(page)
        page.clock.fast_forward("04:30")
        expect(page.get_by_role("button", name="Lock", exact=True)).to_be_visible()
        page.clock.fast_forward("01:00")
        officer.heading(page, "Locked")
        expect(page.get_by_text("because nobody used it")).to_be_visible()
        officer.unlock(page)
        typed = officer.question(page, "SAFE-04").locator("textarea")
        expect(typed).to_have_value("Told the duty desk at ten")
    finally:
        context.close()


def renew(built: Path) -> None:
    """Puts a newer version in the place of the built one."""
    worker = built / "sw.js"
    worker.write_text(worker.read_text() + "// newer\n")


def test_a_new_version_is_offered_and_taken_only_on_the_officers_word_and_the_work_is_kept(
    playwright: Playwright, server: Running, built: Path, tmp_path: Path
) -> None:
    person = officers(server)[4]
    kept = tmp_path / "sw.js"
    shutil.copy(built / "sw.js", kept)
    context = tour.enrolled(playwright, server, tmp_path / "Tablet 6", person)
    try:
        page = context.pages[0]
        tour.to_section(page, tour.premises_of(page), "Arrival")
        officer.choose(page, "START-03", "refused")
        renew(built)
        officer.press(page, "Menu")
        officer.press(page, "Look for a new version")
        expect(page.get_by_text("A new version of the app is ready")).to_be_visible(timeout=20_000)
        officer.press(page, "Change over now")
        officer.heading(page, "Locked")
        officer.unlock(page)
        officer.back(page)
        pressed = officer.question(page, "START-03").locator('[data-option="refused"]')
        expect(pressed).to_have_attribute("aria-pressed", "true")
    finally:
        shutil.copy(kept, built / "sw.js")
        context.close()


def test_a_ruling_settles_it_on_both_tablets_and_the_losing_answer_stays_legible(
    playwright: Playwright, server: Running, tmp_path: Path
) -> None:
    context = tour.disagree(playwright, server, tmp_path)
    try:
        page = context.pages[0]
        officer.open_section(page, "People first")
        officer.press(page, "Compare")
        rivals = page.locator(".rival")
        expect(rivals).to_have_count(2)
        for words in ("Happened", "Recorded", "Received", "Fair Work Agency", "Police"):
            expect(page.locator(".rivals")).to_contain_text(words)
        officer.press(rivals.filter(has_text="Not known"), "Let this stand")
        page.get_by_label("Reason").fill("The school badge says year ten.")
        officer.press(page, "Rule")
        officer.heading(page, "People first")
        asked = officer.question(page, "SAFE-02")
        expect(asked.get_by_role("button", name="Compare")).to_have_count(0)
        expect(asked.locator('[data-option="U"]')).to_have_attribute("aria-pressed", "true")
        officer.press(asked, "History")
        expect(page.locator(".timeline .struck")).to_have_count(2)
        expect(page.locator(".timeline")).to_contain_text("The school badge says year ten.")
    finally:
        context.close()

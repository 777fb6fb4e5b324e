"""A day with the tablet: every question can be answered; no crash, glance or pause costs a word."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.support import at_tablet as officer
from tests.support.browser import kill, open_profile
from tests.support.demo_people import officers
from tests.support.running import Running
from tests.tablet import tour
from tests.tablet.filling import Filler, checklist

AWAY = """(away) => {
    const value = away ? "hidden" : "visible";
    Object.defineProperty(document, "visibilityState", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


NAME = "Tablet 5"


@pytest.fixture(scope="session")
def profile(playwright: Playwright, server: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is on the disk of a tablet just enrolled by a team's lead, with the team's visits on it."""
    folder = tmp_path_factory.mktemp("enrolled") / NAME
    tour.enrolled(playwright, server, folder, officers(server)[2]).close()
    return folder


@pytest.fixture
def tablet(playwright: Playwright, server: Running, profile: Path, tmp_path: Path) -> BrowserContext:
    """That tablet, out of signal, at its visits. It never meets the server again, so a copy will do."""
    shutil.copytree(profile, tmp_path / NAME, ignore=shutil.ignore_patterns("Singleton*"))
    context = open_profile(playwright, tmp_path / NAME)
    context.set_offline(True)
    page = context.pages[0]
    page.goto(f"{server.url}/app/")
    officer.unlock(page)
    return context


def in_arrival(tablet: BrowserContext) -> Page:
    page = tablet.pages[0]
    tour.to_section(page, tour.premises_of(page), "Arrival")
    return page


def test_every_question_of_the_checklist_can_be_answered_on_the_tablet(tablet: BrowserContext) -> None:
    page = in_arrival(tablet)
    filler = Filler(page)
    try:
        _fill_run(page, filler)
        officer.back(page)
        officer.press(page, "+ Add a person")
        page.locator("button.item").first.click()
        expect(page.locator("[data-question]").first).to_be_visible()
        _fill_run(page, filler)
        assert filler.met == {question["id"] for question in checklist()["questions"]}
    finally:
        tablet.close()


def _fill_run(page: Page, filler: Filler) -> None:
    """This section and, by its Next button, all after it."""
    filler.section()
    while (onward := page.locator(".feet .button.main")).inner_text() != "Done":
        title = onward.inner_text().removeprefix("Next: ")
        onward.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        filler.section()


def test_a_killed_browser_reopens_at_the_same_question_with_every_answer(
    tablet: BrowserContext, playwright: Playwright, tmp_path: Path
) -> None:
    page = in_arrival(tablet)
    url = page.url
    officer.choose(page, "START-01", "Y")
    officer.choose(page, "START-03", "entered")
    officer.choose(page, "START-04", "left")
    assert kill(tmp_path / NAME) > 0
    again = open_profile(playwright, tmp_path / NAME)
    try:
        page = again.pages[0]
        page.goto(url)
        officer.unlock(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Arrival")
        for name, option in (("START-01", "Y"), ("START-03", "entered"), ("START-04", "left")):
            pressed = officer.question(page, name).locator(f'[data-option="{option}"]')
            expect(pressed).to_have_attribute("aria-pressed", "true")
        expect(officer.question(page, "START-04")).to_be_in_viewport()
    finally:
        again.close()


def test_words_half_typed_are_kept_when_the_app_goes_to_the_background(tablet: BrowserContext) -> None:
    try:
        page = in_arrival(tablet)
        officer.choose(page, "START-03", "entered")
        page.get_by_role("button", name="Next: People first").click()
        officer.choose(page, "SAFE-02", "Y")
        officer.question(page, "SAFE-04").locator("textarea").fill("Told the duty desk at")
        page.evaluate(AWAY, True)
        officer.saved(officer.question(page, "SAFE-04"))
        expect(page.locator(".app-body")).to_have_css("visibility", "hidden")
        page.evaluate(AWAY, False)
        expect(page.locator(".app-body")).to_have_css("visibility", "visible")
        expect(officer.question(page, "SAFE-04").locator("textarea")).to_have_value("Told the duty desk at")
    finally:
        tablet.close()


def test_locking_in_mid_sentence_keeps_the_sentence_and_the_place(tablet: BrowserContext) -> None:
    try:
        page = in_arrival(tablet)
        officer.choose(page, "START-03", "entered")
        page.get_by_role("button", name="Next: People first").click()
        officer.choose(page, "SAFE-02", "Y")
        officer.question(page, "SAFE-04").locator("textarea").fill("Told the duty desk")
        officer.press(page, "Lock")
        officer.heading(page, "Locked")
        expect(page.get_by_text("nothing is sent by itself and no alert reaches you")).to_be_visible()
        assert "Pellow" not in page.content()
        officer.unlock(page)
        expect(officer.question(page, "SAFE-04").locator("textarea")).to_have_value("Told the duty desk")
    finally:
        tablet.close()


def test_hide_shows_a_page_that_says_nothing_of_the_work(tablet: BrowserContext) -> None:
    try:
        page = in_arrival(tablet)
        officer.press(page, "Hide")
        seen = page.locator("body").inner_text()
        assert "Daybook" in seen
        assert "Arrival" not in seen
        assert "Operation" not in seen
        officer.press(page, "Continue")
        officer.heading(page, "Arrival")
    finally:
        tablet.close()


def test_an_urgent_answer_is_told_at_once_with_numbers_to_call_and_no_signal(tablet: BrowserContext) -> None:
    try:
        page = in_arrival(tablet)
        officer.choose(page, "START-03", "entered")
        page.get_by_role("button", name="Next: People first").click()
        officer.choose(page, "SAFE-01", "Y")
        told = officer.question(page, "SAFE-01").get_by_role("alert")
        for number in ("999", "101", "0800 0121 700"):
            expect(told.get_by_role("link", name=number)).to_be_visible()
    finally:
        tablet.close()


def test_a_note_takes_three_taps(tablet: BrowserContext) -> None:
    try:
        page = tablet.pages[0]
        officer.open_visit(page, tour.premises_of(page))
        officer.press(page, "Quick note")  # one
        page.keyboard.type("Van left by the rear gate, WX11 ABC.")  # the field already has the focus
        officer.press(page, "Keep the note")  # two
        expect(page.locator(".timeline li").first).to_contain_text("Van left by the rear gate")
    finally:
        tablet.close()


def test_the_devices_own_back_button_goes_back_and_leaves_nothing_in_the_address(
    tablet: BrowserContext,
) -> None:
    try:
        page = in_arrival(tablet)
        address = page.url
        page.go_back()
        expect(page.get_by_role("button", name="Quick note")).to_be_visible()
        page.go_back()
        expect(page.get_by_label("Search visits")).to_be_visible()
        assert page.url == address
    finally:
        tablet.close()


def test_an_answer_out_of_its_limits_is_told_and_not_written(tablet: BrowserContext) -> None:
    try:
        page = in_arrival(tablet)
        officer.choose(page, "START-03", "entered")
        asked = officer.question(page, "START-05")
        asked.locator("input").fill("1000")
        asked.locator("input").blur()
        expect(asked.get_by_role("alert")).to_contain_text("from 0 to 999")
        expect(asked.locator(".foot .save-state")).not_to_contain_text(officer.SAVED)
    finally:
        tablet.close()

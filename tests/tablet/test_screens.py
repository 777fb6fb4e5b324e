"""Every screen in every colour scheme is for everybody: WCAG 2.2 AA by axe, and targets a glove can hit. None
asks another place for anything, or goes against the policy of the page."""

from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.support import at_tablet as officer
from tests.support.browser import open_profile, small_targets, strays, violations
from tests.support.demo_people import code_for, officers
from tests.support.running import Running
from tests.support.static_app import StaticApp
from tests.tablet import tour

COLOURS = ("Light", "Dark", "High contrast")
LEAST_SCREENS = 14


def faults(page: Page, screen: str) -> list[str]:
    return [f"{screen}: {one}" for one in (*violations(page), *small_targets(page))]


def test_every_open_screen_is_accessible_in_every_colour_scheme(
    playwright: Playwright, server: Running, tmp_path: Path
) -> None:
    context = tour.disagree(playwright, server, tmp_path)
    try:
        page = context.pages[0]
        found = strays(context, server.url)
        seen: set[str] = set()
        tour.furnish(page)
        for colours in COLOURS:
            officer.wear(page, colours)
            for screen in tour.stops(page):
                seen.add(screen)
                found += faults(page, f"{colours}, {screen}")
        officer.back(page)
        found += faults(page, "visits")
        page.get_by_label("Search visits").fill("no such words")
        found += faults(page, "nothing found")
        assert found == []
        assert len(seen) >= LEAST_SCREENS
    finally:
        context.close()


def test_the_screens_before_the_work_is_open_are_accessible(
    playwright: Playwright, server: Running, tmp_path: Path
) -> None:
    person = officers(server)[1]
    context = open_profile(playwright, tmp_path / "Tablet 3")
    try:
        page = context.pages[0]
        found = strays(context, server.url)
        page.goto(f"{server.url}/app/")
        officer.heading(page, "Set up this tablet")
        found += faults(page, "enrol")
        officer.press(page, "Continue")
        expect(page.get_by_role("alert")).to_contain_text("Still needed")
        found += faults(page, "enrol, refused")
        code = code_for(server, person)
        officer.enrol(page, code=code, username=person.username, password=person.password, name="Tablet 3")
        page.get_by_label("Secret", exact=True).fill("short")
        found += faults(page, "secret")
        officer.set_secret(page)
        officer.press(page, "Lock")
        officer.heading(page, "Locked")
        found += faults(page, "lock")
        page.get_by_label("Your secret").fill("not the secret at all")
        officer.press(page, "Unlock")
        expect(page.get_by_role("alert")).to_be_visible(timeout=20_000)
        found += faults(page, "lock, wrong secret")
        assert found == []
    finally:
        context.close()


def test_a_target_too_small_for_a_glove_is_noticed(
    playwright: Playwright, served: StaticApp, tmp_path: Path
) -> None:
    context = open_profile(playwright, tmp_path / "tablet")
    try:
        page = context.pages[0]
        page.goto(served.url)
        officer.heading(page, "Set up this tablet")
        page.evaluate("document.querySelector('.button').classList.remove('button')")
        assert len(small_targets(page)) == 1
    finally:
        context.close()

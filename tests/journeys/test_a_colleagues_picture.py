"""A photo of one officer is looked at on another's tablet: fetched once, and kept locked for later looks."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.support import at_tablet as officer
from tests.support.browser import kill, open_profile, small_targets, violations
from tests.support.demo_people import Person, code_for, officers
from tests.support.running import Running


def enrolled(playwright: Playwright, server: Running, profile: Path, person: Person) -> BrowserContext:
    context = open_profile(playwright, profile)
    who = {"username": person.username, "password": person.password, "name": profile.name}
    officer.start(context.pages[0], server.url, code=code_for(server, person), **who)
    return context


def sent(page: Page) -> None:
    page.locator(".badge").click()
    officer.press(page, "Send now")
    expect(page.locator(".badge")).to_contain_text("All received", timeout=30_000)
    officer.back(page)


def exhibits(page: Page, premises: str) -> None:
    officer.open_visit(page, premises)
    page.locator("button.item").filter(has_text="Exhibits").click()
    officer.heading(page, "Exhibits")


def photographed(playwright: Playwright, server: Running, profile: Path, by: Person) -> str:
    """A photo at the first visit, with the server; the name of the premises."""
    with enrolled(playwright, server, profile, by) as context:
        page = context.pages[0]
        premises = page.locator("button.visit bdi").first.inner_text()
        officer.open_visit(page, premises)
        officer.press(page, "Photo")
        officer.press(page, "Take the photo")
        expect(page.locator("button.item").filter(has_text="is kept")).to_be_visible(timeout=20_000)
        sent(page)
    return premises


def test_a_colleagues_photo_is_fetched_when_asked_for_and_stays_locked_on_the_tablet(
    playwright: Playwright, server: Running, profiles: Path
) -> None:
    lead, colleague = officers(server)[:2]
    premises = photographed(playwright, server, profiles / "Tablet 21", colleague)
    profile = profiles / "Tablet 22"
    context = enrolled(playwright, server, profile, lead)
    page = context.pages[0]
    exhibits(page, premises)
    line = page.locator("button.item").filter(has_text="Photo")
    expect(line).to_be_visible(timeout=30_000)
    expect(line.locator("img")).to_have_count(0)
    line.click()
    context.set_offline(True)
    officer.press(page, "Fetch the picture")
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    assert [*violations(page), *small_targets(page)] == []
    context.set_offline(False)
    officer.press(page, "Fetch the picture")
    expect(page.locator(".viewer img")).to_be_visible(timeout=20_000)
    for colours in ("Dark", "Light"):
        officer.wear(page, colours)
        assert [*violations(page), *small_targets(page)] == []
    officer.back(page)
    expect(line.locator("img")).to_be_visible()
    with context.expect_event("close"):
        assert kill(profile)
    context = open_profile(playwright, profile)
    context.set_offline(True)
    page = context.pages[0]
    page.goto(f"{server.url}/app/")
    officer.unlock(page)
    while page.get_by_label("Search visits").count() == 0:
        officer.back(page)
    exhibits(page, premises)
    expect(page.locator("button.item").filter(has_text="Photo").locator("img")).to_be_visible()
    context.close()
    (shown,) = [file.read_bytes() for file in (server.folder / "views").iterdir()]
    middle = shown[len(shown) // 2 :][:64]
    assert not [file for file in profile.rglob("*") if file.is_file() and middle in file.read_bytes()]

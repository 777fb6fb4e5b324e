"""A walk past every screen of the open app, on a visit that has something on each of them."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.support import at_tablet as officer
from tests.support.browser import LANDSCAPE, open_profile
from tests.support.demo_people import Person, code_for, colleague, officers
from tests.support.running import Running


def enrolled(playwright: Playwright, server: Running, profile: Path, person: Person) -> BrowserContext:
    context = open_profile(playwright, profile, LANDSCAPE)
    code = code_for(server, person)
    page = context.pages[0]
    officer.start(
        page, server.url, code=code, username=person.username, password=person.password, name=profile.name
    )
    return context


def to_section(page: Page, premises: str, title: str) -> None:
    officer.open_visit(page, premises)
    officer.open_section(page, title)


def premises_of(page: Page) -> str:
    """The name of the first visit of the day."""
    return page.locator("button.visit bdi").first.inner_text()


def disagree(playwright: Playwright, server: Running, folder: Path) -> BrowserContext:
    """Two officers of two agencies answer one question apart; the first one's tablet, where both stand."""
    lead = officers(server)[0]
    first = enrolled(playwright, server, folder / "Tablet 7", lead)
    second = enrolled(playwright, server, folder / "Tablet 9", colleague(server, lead))
    here, there = first.pages[0], second.pages[0]
    premises = premises_of(here)
    first.set_offline(True)
    second.set_offline(True)
    to_section(here, premises, "Arrival")
    officer.choose(here, "START-03", "entered")
    to_people_first(here)
    officer.choose(here, "SAFE-02", "N")
    to_section(there, premises, "Arrival")
    officer.choose(there, "START-03", "entered")
    to_people_first(there)
    officer.choose(there, "SAFE-02", "U")
    for context in (second, first):
        context.set_offline(False)
        send(context.pages[0])
    second.close()
    officer.back(here)
    expect(here.get_by_role("button", name="Compare")).to_be_visible()
    officer.back(here)
    return first


def to_people_first(page: Page) -> None:
    page.get_by_role("button", name="Next: People first").click()
    officer.heading(page, "People first")


def send(page: Page) -> None:
    """Sends now and waits until everything is received."""
    page.locator(".badge").click()
    officer.press(page, "Send now")
    expect(page.locator(".badge")).to_contain_text("All received", timeout=30_000)


def furnish(page: Page) -> None:
    """From the visit's page: a note, and a person met with a judgement, so that no screen is empty."""
    officer.press(page, "Quick note")
    page.get_by_label("Note").fill("Rear door chained from outside.")
    officer.press(page, "Keep the note")
    expect(page.locator(".timeline")).to_contain_text("Rear door")
    officer.back(page)
    officer.press(page, "+ Add a person")
    officer.open_section(page, "Decision on each person")
    officer.choose(page, "IDN-01", "Y")
    officer.write(page, "IDN-02", "Says he may not leave. The door was open when we came.")
    officer.back(page)
    officer.back(page)


def stops(page: Page) -> Iterator[str]:
    """From the visit's page past every screen and back to it; the name of each while one stands there."""
    yield "visit"
    yield from _sections(page)
    yield from _lists(page)
    yield from _person(page)
    yield from _app(page)


def _sections(page: Page) -> Iterator[str]:
    officer.open_section(page, "People first")
    yield "section"
    officer.press(officer.question(page, "SAFE-07"), "Not asked")
    yield "not asked"
    officer.press(officer.question(page, "SAFE-07"), "Note")
    yield "note on a question"
    officer.press(page, "Compare")
    officer.press(page, "Let this stand")
    yield "conflict"
    officer.back(page)
    officer.press(officer.question(page, "SAFE-02"), "History")
    yield "history"
    officer.back(page)
    officer.back(page)


def _lists(page: Page) -> Iterator[str]:
    page.get_by_role("button", name="What is still missing").click()
    officer.heading(page, "What is still missing")
    yield "missing"
    officer.back(page)
    page.locator("button.item").filter(has_text="Acts").first.click()
    officer.heading(page, "Acts")
    yield "acts"
    page.get_by_role("button", name="A notice served").click()
    yield "an act's form"
    officer.back(page)
    officer.press(page, "Quick note")
    officer.heading(page, "Notes")
    yield "notes"
    officer.back(page)


def _person(page: Page) -> Iterator[str]:
    page.locator(".workers .item").first.click()
    expect(page.get_by_role("button", name="Indicators")).to_be_visible()
    yield "person"
    officer.open_section(page, "Talking with a worker: before you start")
    page.get_by_text("More languages").first.click()
    yield "worker's section with languages"
    officer.back(page)
    page.get_by_role("button", name="Indicators").click()
    expect(page.locator(".dimension").first).to_be_visible()
    yield "indicators"
    officer.back(page)
    officer.back(page)


def _app(page: Page) -> Iterator[str]:
    page.locator(".badge").click()
    officer.heading(page, "Sending and receiving")
    yield "sync"
    officer.press(page, "Menu")
    officer.heading(page, "Menu")
    yield "menu"
    officer.press(page, "Hide")
    yield "hidden"
    officer.press(page, "Continue")
    officer.back(page)
    officer.back(page)

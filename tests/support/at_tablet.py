"""What an officer does at the tablet, by the words on its buttons, so that a journey reads like one."""

import re

from playwright.sync_api import Locator, Page, expect

SECRET = "four quiet grey herons"
SAVED = re.compile("saved on this tablet|sending|received")


def heading(page: Page, words: str) -> None:
    """The page with this heading is there."""
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible(timeout=20_000)


def press(place: Page | Locator, words: str) -> None:
    place.get_by_role("button", name=words, exact=True).first.click()


def enrol(page: Page, *, code: str, username: str, password: str, name: str) -> None:
    """From the first start to the secret."""
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Name of this tablet").fill(name)
    press(page, "Continue")
    heading(page, "Choose your secret")


def set_secret(page: Page, secret: str = SECRET) -> None:
    page.get_by_label("Secret", exact=True).fill(secret)
    page.get_by_label("The same again").fill(secret)
    press(page, "Open the app")
    opened(page)


def unlock(page: Page, secret: str = SECRET) -> None:
    page.get_by_label("Your secret").fill(secret)
    press(page, "Unlock")
    opened(page)


def opened(page: Page) -> None:
    """The app is open on some page: it can be locked."""
    expect(page.get_by_role("button", name="Lock", exact=True)).to_be_visible(timeout=30_000)


def open_visit(page: Page, premises: str) -> None:
    """From the list of visits into one, by its name or code; search looks over all days."""
    page.get_by_label("Search visits").fill(premises)
    page.locator("button.visit").first.click()
    expect(page.get_by_role("button", name="Quick note")).to_be_visible()


def open_section(page: Page, title: str) -> None:
    page.locator("button.item").filter(has=page.get_by_text(title, exact=True)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def question(page: Page, name: str) -> Locator:
    return page.locator(f'[data-question="{name}"]')


def choose(page: Page, name: str, option: str) -> None:
    """Taps an option, and is told that it is saved."""
    asked = question(page, name)
    asked.locator(f'[data-option="{option}"]').click()
    expect(asked.locator(f'[data-option="{option}"]')).to_have_attribute("aria-pressed", "true")
    saved(asked)


def write(page: Page, name: str, words: str) -> None:
    """Types into a question's one field, leaves it, and is told that it is saved."""
    asked = question(page, name)
    asked.locator("textarea, input").first.fill(words)
    asked.locator("textarea, input").first.blur()
    saved(asked)


def not_asked(page: Page, name: str, reason: str) -> None:
    asked = question(page, name)
    press(asked, "Not asked")
    asked.locator(f'[data-reason="{reason}"]').click()
    saved(asked)


def saved(asked: Locator) -> None:
    """The tablet says that it holds the answer for good, or that the server already does."""
    expect(asked.locator(".foot .save-state")).to_contain_text(SAVED)


def back(page: Page) -> None:
    press(page, "Back")


def start(page: Page, url: str, *, code: str, username: str, password: str, name: str) -> None:
    """A new tablet from its first start to the list of visits."""
    page.goto(f"{url}/app/")
    enrol(page, code=code, username=username, password=password, name=name)
    set_secret(page)
    expect(page.locator("button.visit").first).to_be_visible(timeout=30_000)


def wear(page: Page, colours: str) -> None:
    """Through the menu, in these colours, and back."""
    press(page, "Menu")
    press(page, colours)
    back(page)

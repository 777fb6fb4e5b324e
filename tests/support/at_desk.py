"""What somebody does at the desk, by the words on its pages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Download, Page, Playwright

from tests.support.browser import LANDSCAPE, chrome, flags
from tests.support.demo_people import Person


@contextmanager
def desk(playwright: Playwright, url: str, person: Person, *, javascript: bool = True) -> Iterator[Page]:
    """A browser of their own, signed in."""
    browser = playwright.chromium.launch(executable_path=chrome(), args=flags())
    try:
        context = browser.new_context(
            viewport=LANDSCAPE,  # type: ignore[arg-type]
            locale="en-GB",
            java_script_enabled=javascript,
            accept_downloads=True,
        )
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.goto(f"{url}/desk/sign-in")
        page.get_by_label("User name").fill(person.username)
        page.get_by_label("Password", exact=True).fill(person.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile("/desk/operations"))
        yield page
    finally:
        browser.close()


def code_for_tablet(page: Page, url: str, operation: str, officer: str) -> str:
    """Make a one-time code at the desk for the officer of this name; answers the code as it is read out."""
    page.goto(f"{url}/desk/operations/{operation}/devices/new")
    officers = page.get_by_label("Officer", exact=True)
    wanted = officers.locator("option").filter(has_text=officer).first.get_attribute("value")
    officers.select_option(wanted)
    page.get_by_role("button", name="Make a code").click()
    page.locator("#enrolment-code").wait_for()
    return page.locator("#enrolment-code").inner_text().strip()


def download(page: Page, words: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=words).click()
    got: Download = waiting.value
    return got.path().read_bytes()


def look(page: Page, address: str, why: str = "reading what was recorded") -> None:
    """Open a record, and say why one looks if one is asked."""
    page.goto(address)
    reason = page.get_by_label("Your reason")
    if reason.count():
        reason.fill(why)
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(lambda now: now == address)


def download_for(page: Page, words: str, why: str) -> bytes:
    """The first download in a while: one says why it is made."""
    page.get_by_role("button", name=words).click()
    page.get_by_label("Your reason").fill(why)
    return download(page, "Continue")

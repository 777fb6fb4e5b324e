"""The agreement's pages in a real Chromium, wide and narrow: read, changed, previewed, refused."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.desk.test_agreement_page import AGREEMENT, EDIT
from tests.desk.test_in_chromium import NARROW, WIDE, faults, served, sign_in
from tests.support.browser import chrome, flags
from tests.support.station import Station


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=chrome(), args=flags())
    yield chromium
    chromium.close()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_lead_changes_who_sees_what(station: Station, browser: Browser, size: dict[str, int]) -> None:
    found: dict[str, list[str]] = {}
    with served(station) as url:
        page = browser.new_context(viewport=size).new_page()  # type: ignore[arg-type]
        sign_in(page, url, "lead")
        page.goto(url + AGREEMENT)
        page.get_by_text("Each agency in words").click()
        found["read"] = faults(page)
        page.goto(url + EDIT)
        page.locator("summary").filter(has_text="Agency HSE (HSE)").click()
        found["form"] = faults(page)
        page.get_by_label("Is given, Worker account, Agency HSE").select_option("pseudonym")
        page.get_by_label("Law by which Agency HSE shares").fill("")
        page.get_by_role("button", name="Preview").click()
        page.get_by_role("link", name="Say by which law HSE shares and is given data").click()
        law = page.get_by_label("Law by which Agency HSE shares")
        expect(law).to_be_focused()
        found["form, with a fault"] = faults(page)
        law.fill("Health and Safety at Work etc. Act 1974")
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_text("waits until a second person confirms it")).to_be_visible()
        page.get_by_role("button", name="Ask for this change").click()
        expect(page.get_by_role("link", name="Say why: it is kept with the version")).to_be_visible()
        found["preview, with a fault"] = faults(page)
        page.get_by_role("button", name="Go back and change it").click()
        expect(page.get_by_label("Is given, Worker account, Agency HSE")).to_have_value("pseudonym")
        page.get_by_role("button", name="Preview").click()
        page.get_by_label("Why?").fill("They now serve notices about hours")
        page.get_by_role("button", name="Ask for this change").click()
        page.get_by_role("row").filter(has_text="Waits to be confirmed").get_by_role("link").click()
        expect(page.get_by_role("button", name="Withdraw this change")).to_be_visible()
        found["a version that waits"] = faults(page)
        page.context.close()
    assert {name: lines for name, lines in found.items() if lines} == {}

"""The pages of accounts in a real Chromium: whole by themselves, and within every rule of WCAG 2.2 AA."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from fieldops.domain.totp import STEP_S, code_at, step_of
from fieldops.store.accounts import appoint
from tests.desk.test_in_chromium import HERE, NARROW, WIDE, faults, served, sign_in
from tests.support.authenticator import secret_in
from tests.support.browser import chrome, flags
from tests.support.station import PASSWORD, Station, officer_id

FRESH = "seven quiet lanterns"


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=chrome(), args=flags())
    yield chromium
    chromium.close()


def told(page: Page, heading: str) -> None:
    """The page with this heading is there."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_second_factor_is_added_shown_and_everything_else_signed_out(
    station: Station, browser: Browser, size: dict[str, int]
) -> None:
    found: dict[str, list[str]] = {}
    with served(station) as url:
        page = browser.new_context(viewport=size).new_page()  # type: ignore[arg-type]
        sign_in(page, url, "lead")
        page.goto(f"{url}/desk/account/second-factor")
        found["none yet"] = faults(page)
        page.get_by_role("button", name="Add an authenticator app").click()
        secret = secret_in(page.locator("#app-secret").inner_text())
        page.get_by_role("button", name="It works").click()
        expect(page.get_by_text("There is a problem")).to_be_visible()
        found["app, with faults"] = faults(page)
        page.get_by_label("Code").fill(code_at(secret, step_of(station.clock())))
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="It works").click()
        expect(page.locator("#recovery-codes li")).to_have_count(10)
        found["recovery codes"] = faults(page)
        page.get_by_role("link", name="I have kept them").click()
        told(page, "Second factor")
        page.get_by_role("button", name="Change it").click()
        expect(page.get_by_text("There is a problem")).to_be_visible()
        found["change, with faults"] = faults(page)

        other = browser.new_context(viewport=size).new_page()  # type: ignore[arg-type]
        other.goto(f"{url}/desk/sign-in")
        other.get_by_label("User name").fill("lead")
        other.get_by_label("Password", exact=True).fill(PASSWORD)
        other.get_by_role("button", name="Sign in", exact=True).click()
        expect(other.get_by_role("heading", level=1)).to_have_text("Show that it is you")
        other.get_by_role("button", name="Go on").click()
        expect(other.get_by_text("There is a problem")).to_be_visible()
        found["second step, with faults"] = faults(other)
        station.clock.forward(seconds=STEP_S)
        other.get_by_label("Code").fill(code_at(secret, step_of(station.clock())))
        other.get_by_role("button", name="Go on").click()
        expect(other.get_by_role("heading", level=1)).to_have_text("Operations")
        other.goto(f"{url}/desk/account")
        found["own account"] = faults(other)
        other.get_by_role("button", name="Sign out everywhere else").click()
        expect(other.get_by_text("Signed out there.")).to_be_visible()
        page.goto(f"{url}/desk/account")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to the desk")
        other.context.close()
        page.context.close()
    assert {step: lines for step, lines in found.items() if lines} == {}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_an_officer_is_added_and_every_page_on_the_way_keeps_the_rules(
    station: Station, browser: Browser, size: dict[str, int]
) -> None:
    with station.store() as session:
        appoint(session, officer_id("lead"), keeps=True)
    found: dict[str, list[str]] = {}
    with served(station) as url:
        page = browser.new_context(viewport=size).new_page()  # type: ignore[arg-type]
        sign_in(page, url, "lead")
        page.goto(f"{url}/desk/accounts")
        found["accounts"] = faults(page)
        page.get_by_role("button", name="Open an account").click()
        page.get_by_role("button", name="Open it and make a link").click()
        expect(page.get_by_text("There is a problem")).to_be_visible()
        found["open, with faults"] = faults(page)
        page.get_by_label("Officer's name").fill("DS R. Tanwell")
        page.get_by_label("User name").fill("r.tanwell")
        page.get_by_role("button", name="Open it and make a link").click()
        address = page.locator("#set-link").inner_text()
        found["link"] = faults(page)
        page.get_by_role("link", name="Back to the account").click()
        told(page, "DS R. Tanwell")
        found["account kept"] = faults(page)
        for path in (f"{HERE}/people/roles", "/desk/account", "/desk/account/password"):
            page.goto(url + path)
            found[path] = faults(page)

        fresh = browser.new_context(viewport=size).new_page()  # type: ignore[arg-type]
        fresh.goto(f"{url}/desk/set-password")
        found["code"] = faults(fresh)
        fresh.goto(address)
        found["set password"] = faults(fresh)
        fresh.get_by_label("New password").fill("tanwell")
        fresh.get_by_role("button", name="Set it").click()
        expect(fresh.get_by_role("link", name="Use at least 12 characters")).to_be_visible()
        found["set password, with faults"] = faults(fresh)
        fresh.get_by_label("New password").fill(FRESH)
        fresh.get_by_role("button", name="Set it").click()
        told(fresh, "Sign in to the desk")
        found["sign in"] = faults(fresh)
        fresh.get_by_label("Password", exact=True).fill(FRESH)
        fresh.get_by_role("button", name="Sign in", exact=True).click()
        told(fresh, "Since you last signed in")
        found["news"] = faults(fresh)
        fresh.get_by_role("button", name="I have read this").click()
        expect(fresh.get_by_role("heading", level=1)).to_have_text("Operations")
        fresh.context.close()
        page.context.close()
    assert {step: lines for step, lines in found.items() if lines} == {}

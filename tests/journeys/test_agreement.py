"""The lead takes a class away from an agency: it leaves its tablet, and comes back when it is given again.

Two tablets in real browsers and the desk's form in a third, which runs no script.
"""

from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect

from tests.journeys.test_hand_over import enrolled, write_at_the_first_visit
from tests.journeys.test_wipe import rooms
from tests.support import at_tablet
from tests.support.at_desk import desk
from tests.support.browser import open_profile
from tests.support.demo_people import Person, colleague, officers, people
from tests.support.running import Running

AGENCY, ACCOUNT = "Fair Work Agency (FWA)", "Worker account"


def serving_as(server: Running, post: str) -> Person:
    return next(one for one in people(server) if one.role == post)


def tablet(playwright: Playwright, profile: Path, server: Running, officer: Person) -> BrowserContext:
    context = open_profile(playwright, profile)
    enrolled(context.pages[0], server, officer, f"Tablet of {officer.username}")
    return context


def send(page: Page) -> None:
    page.locator(".badge").click()
    at_tablet.press(page, "Send now")
    expect(page.locator(".badge")).to_contain_text("All received", timeout=30_000)
    at_tablet.back(page)


def ask(page: Page, server: Running, level: str, button: str) -> None:
    """Fill in the form, look at the preview, and go on."""
    page.goto(f"{server.url}/desk/operations/THIMBLE/agreement/edit")
    page.locator("summary").filter(has_text=AGENCY).click()
    page.get_by_label(f"Is given, {ACCOUNT}, Fair Work Agency").select_option(level)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("main")).to_contain_text(f"{ACCOUNT}: reading it at every visit")
    page.get_by_label("Why?").fill("As their controller asked")
    page.get_by_role("button", name=button).click()


def confirm(page: Page, server: Running) -> None:
    page.goto(f"{server.url}/desk/operations/THIMBLE")
    page.get_by_role("link", name="See the agreement").first.click()
    page.get_by_role("row").filter(has_text="Waits to be confirmed").get_by_role("link").click()
    page.get_by_label("Yes, from now on").check()
    page.get_by_label("Why?").fill("The law they rely on covers it")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("main")).to_contain_text("The change is in force.")


def pulled(page: Page) -> int:
    """How many records of others lie on the tablet's disk."""
    return rooms(page).get("pulled", 0)


def the_record(page: Page, server: Running, premises: str) -> None:
    """The visit opened anew from the list."""
    while page.get_by_label("Search visits").count() == 0:
        at_tablet.back(page)
    at_tablet.open_visit(page, premises)


def says(page: Page, card: Locator, words: str) -> None:
    """What the officer reads out before a talk holds this sentence."""
    card.click()
    at_tablet.open_section(page, "Talking with a worker: before you start")
    expect(page.get_by_role("main")).to_contain_text(words)


def test_what_is_taken_from_an_agency_leaves_its_tablet_and_comes_back_when_given(
    playwright: Playwright, server: Running, profiles: Path
) -> None:
    author = officers(server)[0]
    fellow = colleague(server, author)
    first = tablet(playwright, profiles / "first", server, author)
    second = tablet(playwright, profiles / "second", server, fellow)
    premises = write_at_the_first_visit(first.pages[0])
    at_tablet.back(first.pages[0])
    send(first.pages[0])
    page = second.pages[0]
    send(page)
    the_record(page, server, premises)
    card = page.get_by_role("region", name="People met").locator("button.item")
    expect(card.first).to_be_visible(timeout=30_000)
    held = pulled(page)

    with desk(playwright, server.url, serving_as(server, "Strategic lead"), javascript=False) as at_desk:
        ask(at_desk, server, "none", "Publish this version")
        expect(at_desk.get_by_role("main")).to_contain_text("The new version is in force.")
        while page.get_by_label("Search visits").count() == 0:
            at_tablet.back(page)
        send(page)
        taken = pulled(page)
        assert taken < held
        the_record(page, server, premises)
        expect(card).to_have_count(0)

        ask(at_desk, server, "pseudonym", "Ask for this change")
        expect(at_desk.get_by_role("main")).to_contain_text("sent to a second person")
    with desk(
        playwright, server.url, serving_as(server, "Disclosure officer"), javascript=False
    ) as second_desk:
        confirm(second_desk, server)
    while page.get_by_label("Search visits").count() == 0:
        at_tablet.back(page)
    send(page)
    assert pulled(page) == held
    the_record(page, server, premises)
    expect(card.first).to_be_visible(timeout=30_000)

    says(page, card.first, "Immigration officers are not with us on this visit")
    with desk(playwright, server.url, serving_as(server, "Strategic lead"), javascript=False) as at_desk:
        at_desk.goto(f"{server.url}/desk/operations/THIMBLE/agreement/edit")
        at_desk.get_by_label("A. Immigration Enforcement is not a partner").check()
        at_desk.get_by_role("button", name="Preview").click()
        at_desk.get_by_label("Why?").fill("They take no part any more")
        at_desk.get_by_role("button", name="Publish this version").click()
    while page.get_by_label("Search visits").count() == 0:
        at_tablet.back(page)
    send(page)
    the_record(page, server, premises)
    says(page, card.first, "No immigration officers are with us")
    second.close()
    first.close()

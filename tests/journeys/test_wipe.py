"""Records leave a tablet by order of the desk: all is sent first; what a forced wipe loses has its number.

The browsers, the server and the profile on the disk are real; the network goes and comes back.
"""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.journeys.test_hand_over import TAPS, enrolled, nothing_readable_lies_in, write_at_the_first_visit
from tests.support import at_tablet
from tests.support.at_desk import desk
from tests.support.browser import open_profile, small_targets, violations
from tests.support.demo_people import Person, officers, people
from tests.support.running import Running

TRIES = 40
COUNTER = 1  # the tablet's own: how many labels its officers were given
SERVER = "**/api/**"
PUSH = "**/api/sync/push"
REASON = "The officer leaves the operation"
HELD = """async () => {
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open("fieldops");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const count = (room) => new Promise((resolve) => {
    const request = database.transaction(room).objectStore(room).count();
    request.onsuccess = () => resolve([room, request.result]);
  });
  const held = Object.fromEntries(await Promise.all([...database.objectStoreNames].map(count)));
  database.close();
  return held;
}"""


def tablet(playwright: Playwright, profile: Path, server: Running, officer: Person) -> BrowserContext:
    """Enrolled, and out of signal with some answers that nobody else has."""
    context = open_profile(playwright, profile)
    enrolled(context.pages[0], server, officer, f"Tablet of {officer.username}")
    go_out_of_signal(context)
    write_at_the_first_visit(context.pages[0])
    return context


def go_out_of_signal(context: BrowserContext) -> None:
    """Requests under way are cut, too: nothing slips through that was begun before."""
    context.route(SERVER, lambda route: route.abort())
    context.set_offline(True)


def only_push_is_lost(context: BrowserContext) -> None:
    """The tablet hears the server and is heard, but what it sends does not arrive."""
    context.route(PUSH, lambda route: route.abort())
    context.unroute(SERVER)
    context.set_offline(False)


def lead_of(server: Running) -> Person:
    return next(one for one in people(server) if one.role == "Tactical lead")


def order(page: Page, server: Running, officer: Person, *, forced: bool) -> None:
    page.goto(f"{server.url}/desk/operations/THIMBLE/devices")
    line = page.get_by_role("row").filter(has_text=officer.name)
    line.get_by_role("link", name="Remove records").click()
    page.get_by_label("Why do they leave the tablet?").fill(REASON)
    if forced:
        page.get_by_label("Remove it all the same", exact=True).check()
        number = page.get_by_role("heading", level=1).inner_text().split()[-1]
        page.get_by_label("to remove it all the same").fill(f"WIPE {number}")
    assert violations(page) == []
    page.get_by_role("button", name="Order it").click()
    expect(page.get_by_role("main")).to_contain_text("waits for its next contact")


def told(page: Page, server: Running, officer: Person, words: str) -> None:
    """The desk's page says so, as soon as the tablet has told it."""
    line = page.get_by_role("row").filter(has_text=officer.name)
    for _ in range(TRIES):
        page.goto(f"{server.url}/desk/operations/THIMBLE/devices")
        if words in line.inner_text():
            break
    expect(line).to_contain_text(words)
    assert violations(page) == []


def rooms(page: Page) -> dict[str, int]:
    held: dict[str, int] = page.evaluate(HELD)
    return {room: count for room, count in held.items() if count}


def test_an_ordered_wipe_sends_all_first_and_then_leaves_nothing(
    playwright: Playwright, server: Running, profiles: Path
) -> None:
    officer = officers(server)[0]
    context = tablet(playwright, profiles / "one", server, officer)
    page = context.pages[0]
    with desk(playwright, server.url, lead_of(server)) as at_desk:
        order(at_desk, server, officer, forced=False)
        told(at_desk, server, officer, "The tablet has not been told yet.")
        only_push_is_lost(context)
        at_tablet.heading(page, "Your records leave this tablet")
        expect(page.get_by_role("main")).to_contain_text(f"The server does not have {TAPS} entries yet.")
        assert (violations(page), small_targets(page)) == ([], [])
        told(at_desk, server, officer, f"sends what it has: {TAPS} entries left.")
        go_out_of_signal(context)
        page.reload()
        at_tablet.unlock(page)
        at_tablet.heading(page, "Your records leave this tablet")
        assert rooms(page)["own"] > 0
        context.unroute(PUSH)
        context.unroute(SERVER)
        context.set_offline(False)
        at_tablet.heading(page, "Set up this tablet")
        expect(page.get_by_role("main")).to_contain_text("The server had all of it.")
        assert (violations(page), small_targets(page)) == ([], [])
        assert rooms(page).keys() == {"officers"}
        at_tablet.press(page, "I have read this")
        page.wait_for_function(f"async () => (await ({HELD})())['officers'] === {COUNTER}")
        page.reload()
        at_tablet.heading(page, "Set up this tablet")
        expect(page.get_by_role("main")).not_to_contain_text("removed from this tablet")
        told(at_desk, server, officer, f"({REASON}). Nothing was lost.")
    assert rooms(page) == {"officers": COUNTER}
    context.close()
    nothing_readable_lies_in([one for one in (profiles / "one").rglob("*") if one.is_file()])


def test_a_forced_wipe_shows_at_the_desk_by_number_what_is_lost(
    playwright: Playwright, server: Running, profiles: Path
) -> None:
    officer = officers(server)[2]
    context = tablet(playwright, profiles / "two", server, officer)
    page = context.pages[0]
    with desk(playwright, server.url, lead_of(server)) as at_desk:
        order(at_desk, server, officer, forced=True)
        only_push_is_lost(context)
        at_tablet.heading(page, "Set up this tablet")
        expect(page.get_by_role("main")).to_contain_text(f"{TAPS} entries of it never reached the server.")
        assert violations(page) == []
        told(at_desk, server, officer, f"with known losses: {TAPS} entries.")
        told(at_desk, server, officer, "entry 1 lost")
    assert rooms(page).keys() <= {"officers"}
    context.close()

"""The desk in a real Chromium under its own policy: no page breaks a rule of WCAG 2.2 AA or runs off it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect
from werkzeug.serving import make_server

from fieldops.store.published import publish
from tests.desk.pen import pen
from tests.desk.reading import at_the_desk, every_page
from tests.desk.test_exhibit_page import taken
from tests.desk.test_visit_page import record_a_visit
from tests.support.browser import chrome, flags, strays, violations
from tests.support.station import PASSWORD, WHY, Station, officer_id

NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}
HERE = "/desk/operations/BOBBIN"


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=chrome(), args=flags())
    yield chromium
    chromium.close()


@contextmanager
def served(station: Station) -> Iterator[str]:
    """The station's app at an address of its own."""
    server = make_server("127.0.0.1", 0, station.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.port}"
    finally:
        server.shutdown()
        thread.join()


def sign_in(page: Page, url: str, username: str) -> None:
    page.context.set_extra_http_headers({"Access-Reason": WHY})
    page.goto(f"{url}/desk/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Operations")


def runs_off(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands."""
    wide = runs_off(page)
    return violations(page) + ([f"runs {wide} px off the screen"] if wide > 0 else [])


def busy(station: Station) -> str:
    """A station where every page has something to say; answers the id of a tablet."""
    police, _ = record_a_visit(station)
    spare = pen(station, "police")
    spare.at_hand.sign_in()
    spare.write("PREM-02", "written after it was lost")
    lead = at_the_desk(station, "lead")
    lead.send(f"{HERE}/devices/{spare.at_hand.device}/revoke", typed="REVOKE 3", reason="Lost")
    spare.hand_in()
    words = {"name": "A. Nobody", "role": "Lead", "agency": "Police", "can": "Look round"}
    people = [{**words, "username": "a.nobody", "password": "not-a-secret-at-all"}]
    operations = [{"code": "X", "name": "Operation X", "sentence": "Try it."}]
    with station.store() as session:
        paper = {"people": people, "operations": operations}
        publish(session, "welcome", "start", json.dumps(paper).encode())
    return police.at_hand.device


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_keeps_the_rules_and_its_policy(
    station: Station, browser: Browser, size: dict[str, int]
) -> None:
    tablet = busy(station)
    officer, exhibit = taken(station)
    officer.sync()
    found: dict[str, list[str]] = {}
    with served(station) as url:
        context = browser.new_context(viewport=size)  # type: ignore[arg-type]
        page = context.new_page()
        said = strays(context, url)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        for path in ("/", "/desk/sign-in"):
            page.goto(url + path)
            found[path] = faults(page)
        sign_in(page, url, "lead")
        paths = [*every_page("BOBBIN", "P04"), "/desk/operations", f"{HERE}/visits/P04?about=all"]
        paths.append(f"{HERE}/visits/P04/exhibits/{exhibit}")
        for path in [*paths, f"{HERE}/devices/{tablet}/revoke"]:
            page.goto(url + path)
            found[path] = faults(page)
        page.get_by_role("button", name="Revoke this tablet").click()
        expect(page.get_by_text("There is a problem")).to_be_visible()
        found["revoke, with faults"] = faults(page)
        page.goto(f"{url}{HERE}/devices/new")
        page.get_by_label("Officer").select_option(officer_id("wages"))
        page.get_by_role("button", name="Make a code").click()
        expect(page.get_by_role("img", name="The enrolment link for")).to_be_visible()
        found["enrolment code"] = faults(page)
        assert not [line for line in said if "400" not in line]
        context.close()
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_lead_decides_about_what_was_put_aside(
    station: Station, browser: Browser, size: dict[str, int]
) -> None:
    busy(station)
    found: dict[str, list[str]] = {}
    with served(station) as url:
        page = browser.new_context(viewport=size).new_page()  # type: ignore[arg-type]
        sign_in(page, url, "lead")
        page.goto(f"{url}{HERE}/quarantine")
        page.get_by_role("link", name="Decide about 1 entry").click()
        expect(page.get_by_text("written after it was lost")).to_be_visible()
        found["what waits"] = faults(page)
        page.get_by_role("button", name="Sign the decision").click()
        expect(page.get_by_role("link", name="Say why: it is kept with the decision")).to_be_visible()
        found["with faults"] = faults(page)
        page.get_by_label("Release them into the record").check()
        page.get_by_label("Why?").fill("It lay in the van, and she wrote it there.")
        page.get_by_role("button", name="Sign the decision").click()
        expect(page.get_by_text("It lay in the van, and she wrote it there.")).to_be_visible()
        found["decided"] = faults(page)
        page.goto(f"{url}{HERE}/visits/P04?about=all")
        expect(page.get_by_text("written after it was lost")).to_be_visible()
        page.context.close()
    assert {step: lines for step, lines in found.items() if lines} == {}


def test_a_partners_pages_keep_the_rules_too(station: Station, browser: Browser) -> None:
    busy(station)
    found: dict[str, list[str]] = {}
    with served(station) as url:
        page = browser.new_context(viewport=WIDE).new_page()  # type: ignore[arg-type]
        sign_in(page, url, "partner")
        for path in (f"{HERE}/visits/P04", f"{HERE}/people", f"{HERE}/quarantine", "/desk/nowhere"):
            page.goto(url + path)
            found[path] = faults(page)
        page.context.close()
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_the_desk_is_whole_without_javascript(station: Station, browser: Browser) -> None:
    record_a_visit(station)
    with served(station) as url:
        page = browser.new_context(java_script_enabled=False).new_page()
        sign_in(page, url, "lead")
        page.get_by_role("link", name="Operation BOBBIN").click()
        page.get_by_role("link", name="Visits", exact=True).click()
        page.get_by_role("link", name="P04 Pellow Cut & Trim Ltd").click()
        expect(page.get_by_text("Not agreed: 2 answers stand side by side")).to_be_visible()
        page.get_by_role("link", name="Worker W1-1").click()
        expect(page.get_by_text("the worker sleeps beside the machines")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("button", name="Sign in to the desk")).to_be_visible()
        page.context.close()


def test_a_visit_is_printed_whole_and_without_the_navigation(station: Station, browser: Browser) -> None:
    record_a_visit(station)
    with served(station) as url:
        page = browser.new_context(viewport=WIDE).new_page()  # type: ignore[arg-type]
        sign_in(page, url, "lead")
        page.goto(f"{url}{HERE}/visits/P04?about=all")
        page.emulate_media(media="print")
        expect(page.get_by_role("navigation")).to_have_count(0)
        expect(page.get_by_text("OFFICIAL-SENSITIVE").first).to_be_visible()
        assert page.pdf(format="A4").startswith(b"%PDF-")
        page.context.close()

"""A tablet without signal whose secret is forgotten: its file reaches the desk, or a colleague's tablet.

The browser, its download, its file picker and the server are real; what is saved is looked through for words.
"""

import json
import re
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.support import at_tablet
from tests.support.at_desk import desk, look
from tests.support.browser import open_profile, small_targets, violations
from tests.support.demo_people import Person, code_for, colleague, officers, people
from tests.support.running import Running

CANARY = "She keeps nine wage slips under a loose board"
TAPS = 4


def enrolled(page: Page, server: Running, officer: Person, name: str) -> None:
    code = code_for(server, officer)
    given = {"code": code, "username": officer.username, "password": officer.password, "name": name}
    at_tablet.start(page, server.url, **given)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def write_at_the_first_visit(page: Page) -> str:
    """Three answers and a card, and the code of the premises."""
    first = page.locator("button.visit").first
    premises = re.findall(r"\bP\d\d\b", first.inner_text())[0]
    at_tablet.open_visit(page, premises)
    at_tablet.open_section(page, "Arrival")
    at_tablet.choose(page, "START-03", "entered")
    at_tablet.back(page)
    at_tablet.press(page, "+ Add a person")
    at_tablet.open_section(page, "Talking with a worker: before you start")
    at_tablet.choose(page, "WK0-06", "Y")
    at_tablet.back(page)
    at_tablet.open_section(page, "How you are treated")
    at_tablet.write(page, "WK4-01", CANARY)
    expect(page.locator("button.badge")).to_contain_text(f"{TAPS} not yet received")
    return premises


def save_without_unlocking(page: Page, into: Path) -> Path:
    """The app is started anew and asked for its file; nobody types a secret."""
    page.reload()
    section = page.get_by_role("region", name="Hand over without signal")
    expect(section).to_contain_text(f"{TAPS} entries of 1 officer are not at the server yet")
    assert (violations(page), small_targets(page)) == ([], [])
    with page.expect_download() as waiting:
        section.get_by_role("button", name="Save to a file").click()
    expect(section).to_contain_text(f"Saved {TAPS} entries")
    saved = into / waiting.value.suggested_filename
    waiting.value.save_as(saved)
    return saved


def nothing_readable_lies_in(files: list[Path]) -> None:
    forms = [form for word in (CANARY, "wage slips") for form in (word.encode(), word.encode("utf-16-le"))]
    assert files
    assert [path.name for path in files if any(form in path.read_bytes() for form in forms)] == []


def test_a_forgotten_secret_costs_no_evidence_and_a_colleague_may_carry_it(
    playwright: Playwright, server: Running, profiles: Path
) -> None:
    author = officers(server)[0]
    fellow = colleague(server, author)
    first = open_profile(playwright, profiles / "first")
    second = open_profile(playwright, profiles / "second")
    enrolled(first.pages[0], server, author, "Tablet A")
    enrolled(second.pages[0], server, fellow, "Tablet B")
    server.kill()
    premises = write_at_the_first_visit(first.pages[0])
    file = save_without_unlocking(first.pages[0], profiles)
    first.close()
    nothing_readable_lies_in([file, *(one for one in (profiles / "first").rglob("*") if one.is_file())])

    second.set_offline(True)
    carry(second.pages[0], file)
    cut = the_file_with_one_part_less(file)
    server.start()
    lead = next(one for one in people(server) if one.role == "Tactical lead")
    with desk(playwright, server.url, lead) as page:
        takes_in(page, server, cut, f"{TAPS - 1} of {TAPS} are here")
        expect(page.get_by_role("main")).to_contain_text("The file names these, and they are not here")
        expect(page.get_by_role("main")).to_contain_text(author.name)
    second.set_offline(False)
    second.pages[0].locator("button.badge").click()
    at_tablet.press(second.pages[0], "Send now")
    expect(second.pages[0].get_by_role("region", name="A colleague’s file")).not_to_contain_text("You carry")
    second.close()
    with desk(playwright, server.url, lead) as page:
        takes_in(page, server, file, f"{TAPS} of {TAPS} are here")
        expect(page.get_by_role("main")).to_contain_text("All of it is in the record")
        look(page, f"{server.url}/desk/operations/THIMBLE/visits/{premises}?about=all")
        assert CANARY in page.get_by_role("main").inner_text()
        assert author.name in page.get_by_role("main").inner_text()


def test_a_tablet_that_nobody_unlocks_hands_in_what_it_holds_when_there_is_signal(
    playwright: Playwright, server: Running, profiles: Path
) -> None:
    author = officers(server)[2]  # of another team, whose first visit nobody wrote at
    context = open_profile(playwright, profiles / "one")
    page = context.pages[0]
    enrolled(page, server, author, "Tablet A")
    server.kill()
    premises = write_at_the_first_visit(page)
    page.reload()
    section = page.get_by_role("region", name="Hand over without signal")
    section.get_by_role("button", name="Send to the server").click()
    expect(section).to_contain_text("The server cannot be reached")
    server.start()
    section.get_by_role("button", name="Send to the server").click()
    expect(section).to_contain_text(f"The server has all {TAPS} entries")
    expect(section).to_contain_text("Nothing is left here")
    assert (violations(page), small_targets(page)) == ([], [])
    context.close()
    lead = next(one for one in people(server) if one.role == "Tactical lead")
    with desk(playwright, server.url, lead) as at_desk:
        look(at_desk, f"{server.url}/desk/operations/THIMBLE/visits/{premises}?about=all")
        assert CANARY in at_desk.get_by_role("main").inner_text()
        at_desk.goto(f"{server.url}/desk/operations/THIMBLE/bundle")
        expect(at_desk.get_by_role("main")).to_contain_text("Sent by a tablet that nobody unlocked")
        assert violations(at_desk) == []


def carry(page: Page, file: Path) -> None:
    """A colleague without signal takes the file in, and is told what they carry; they read none of it."""
    page.locator("button.badge").click()
    page.get_by_label("Take in a file").set_input_files(file)
    section = page.get_by_role("region", name="A colleague’s file")
    expect(section).to_contain_text(f"{TAPS} entries taken in")
    expect(section).to_contain_text(f"You carry {TAPS} entries of 1 other officer")
    assert (violations(page), small_targets(page)) == ([], [])
    at_tablet.back(page)


def the_file_with_one_part_less(file: Path) -> Path:
    """What a carrier makes of it who would rather that the last answer did not arrive."""
    said = json.loads(file.read_text(encoding="utf-8"))
    cut = file.with_name("cut.fieldops")
    cut.write_text(json.dumps({**said, "parts": said["parts"][:-1]}), encoding="utf-8")
    return cut


def takes_in(page: Page, server: Running, file: Path, words: str) -> None:
    page.goto(f"{server.url}/desk/operations/THIMBLE/devices")
    page.get_by_role("link", name="Take in a file from a tablet").click()
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("main")).to_contain_text(words)
    assert violations(page) == []

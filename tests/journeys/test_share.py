"""Two officers of a team without a network: what one wrote at a visit is read on the other's tablet.

The browsers, the file between them and the server, which is killed while there is to be no network, are real.
"""

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.support import at_tablet
from tests.support.browser import LANDSCAPE, open_profile, small_targets, violations
from tests.support.demo_people import Person, code_for, colleague, officers
from tests.support.running import Running

CANARY = "A second door leads to a room with nine mattresses"


def enrolled(playwright: Playwright, server: Running, profile: Path, officer: Person) -> BrowserContext:
    context = open_profile(playwright, profile, LANDSCAPE)
    code = code_for(server, officer)
    given = {"code": code, "username": officer.username, "password": officer.password, "name": profile.name}
    at_tablet.start(context.pages[0], server.url, **given)
    return context


def send(page: Page) -> None:
    page.locator("button.badge").click()
    at_tablet.press(page, "Send now")
    expect(page.get_by_role("button", name="Send now")).to_be_enabled()
    at_tablet.back(page)


@pytest.fixture
def pair(playwright: Playwright, server: Running, profiles: Path, leads: int) -> tuple[Page, Page, str]:
    """Both tablets have met the server since both were enrolled; now it is gone. One holds an answer and a
    note at the first visit of its officer, who `leads` a team in that place of the list."""
    author = officers(server)[leads]
    first = enrolled(playwright, server, profiles / "first", author)
    second = enrolled(playwright, server, profiles / "second", colleague(server, author))
    for context in (second, first):
        send(context.pages[0])
    server.kill()
    here, there = first.pages[0], second.pages[0]
    premises = here.locator("button.visit bdi").first.inner_text()
    at_tablet.open_visit(here, premises)
    at_tablet.open_section(here, "Arrival")
    at_tablet.choose(here, "START-03", "entered")
    at_tablet.back(here)
    note(here, f"{CANARY}. Numbers on the sacks: {secrets.token_hex(1000)}")
    return here, there, premises


def note(page: Page, words: str) -> None:
    page.get_by_role("button", name="Notes").click()
    page.get_by_label("Note", exact=True).fill(words)
    at_tablet.press(page, "Keep the note")
    expect(page.get_by_role("listitem")).to_contain_text(words)
    at_tablet.back(page)


def share_page(page: Page) -> None:
    page.get_by_role("button", name="Share with a colleague").click()
    expect(page.get_by_role("heading", name="Share this visit with a colleague")).to_be_visible()


@pytest.mark.parametrize("leads", [0])
def test_what_one_officer_wrote_is_read_by_the_colleague_who_was_chosen(
    pair: tuple[Page, Page, str], server: Running, profiles: Path
) -> None:
    here, there, premises = pair
    share_page(here)
    colleagues = here.get_by_role("group", name="Colleagues").get_by_role("button")
    chosen = colleagues.filter(has_text="May read all 2 entries").first
    chosen.click()
    for theme in ("light", "dark"):
        here.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        here.screenshot(path=profiles / f"share-{theme}.png")
        assert (violations(here), small_targets(here)) == ([], [])
    with here.expect_download() as waiting:
        at_tablet.press(here, "Save to a file")
    expect(here.get_by_role("main")).to_contain_text("Saved 2 entries to shared-")
    file = profiles / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert CANARY.encode() not in file.read_bytes()
    read_there(there, premises, file, profiles)
    server.start()
    send(there)
    at_tablet.open_visit(there, premises)
    there.get_by_role("button", name="Notes").click()
    expect(there.get_by_role("listitem")).to_have_count(1)
    expect(there.get_by_role("listitem")).to_contain_text("received")


@pytest.mark.parametrize("leads", [4])
def test_codes_on_one_screen_are_read_by_the_other_tablets_camera(
    playwright: Playwright, pair: tuple[Page, Page, str], server: Running, profiles: Path
) -> None:
    here, there, premises = pair
    there.context.close()
    share_page(here)
    colleagues = here.get_by_role("group", name="Colleagues").get_by_role("button")
    colleagues.filter(has_text="May read all 2 entries").first.click()
    at_tablet.press(here, "Show as codes")
    shown = codes_shown(here)
    assert len(shown) > 3
    for theme in ("light", "dark"):
        here.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        here.screenshot(path=profiles / f"codes-{theme}.png")
        assert (violations(here), small_targets(here)) == ([], [])
    film = as_film(shown, profiles / "held-before-the-camera.y4m")
    camera = (f"--use-file-for-fake-video-capture={film}",)
    with playwright_profile(playwright, profiles / "second", camera) as page:
        page.goto(f"{server.url}/app/")
        at_tablet.unlock(page)
        page.locator("button.badge").click()
        section = page.get_by_role("region", name="A colleague’s file")
        at_tablet.press(section, "Read codes")
        expect(section.get_by_role("status")).to_contain_text(f"of {len(shown)} codes read")
        page.screenshot(path=profiles / "reading.png", full_page=True)
        assert (violations(page), small_targets(page)) == ([], [])
        expect(section).to_contain_text("You find them at their visit", timeout=60_000)
        at_tablet.back(page)
        at_tablet.open_visit(page, premises)
        page.get_by_role("button", name="Notes").click()
        expect(page.get_by_role("listitem")).to_contain_text(CANARY)


@contextmanager
def playwright_profile(playwright: Playwright, profile: Path, more_flags: tuple[str, ...]) -> Iterator[Page]:
    """The tablet again, with another camera."""
    context = open_profile(playwright, profile, LANDSCAPE, more_flags)
    try:
        yield context.pages[0]
    finally:
        context.close()


def codes_shown(page: Page) -> list[bytes]:
    """A picture of each code, stepped through by hand."""
    section = page.get_by_role("region", name="Codes to read")
    at_tablet.press(section, "Pause")
    words = section.get_by_text(re.compile(r"^code \d+ of \d+$"))
    pictures: dict[str, bytes] = {}
    while (label := words.inner_text()) not in pictures:
        canvas = section.locator("canvas")
        expect(canvas).to_have_attribute("data-drawn", label)
        pictures[label] = canvas.screenshot()
        at_tablet.press(section, "One on")
        expect(words).not_to_have_text(label)
    return list(pictures.values())


def as_film(pictures: list[bytes], file: Path) -> Path:
    """What a camera sees of them: askew, not quite sharp, grey, begun in the middle, half a second each."""
    side, rate, middle = 720, 10, len(pictures) // 2
    grey = bytes([128]) * (side * side // 2)
    with file.open("wb") as film:
        film.write(f"YUV4MPEG2 W{side} H{side} F{rate}:1 Ip A1:1 C420jpeg\n".encode())
        for n, picture in enumerate(pictures[middle:] + pictures[:middle]):
            code = Image.open(BytesIO(picture)).convert("L").resize((560, 560))
            seen = Image.new("L", (side, side), 170)
            seen.paste(code.point(lambda light: 30 + light * 200 // 255), (80, 80))
            seen = seen.rotate(3 * (n % 5 - 2), fillcolor=170).filter(ImageFilter.GaussianBlur(0.8))
            film.write((b"FRAME\n" + seen.tobytes() + grey) * (rate // 2))
    return file


def read_there(page: Page, premises: str, file: Path, profiles: Path) -> None:
    """An altered file is refused; the true one is shown at its visit, marked."""
    page.locator("button.badge").click()
    section = page.get_by_role("region", name="A colleague’s file")
    said = json.loads(file.read_text())
    altered = file.with_name("altered.fieldops")
    altered.write_text(json.dumps({**said, "parts": said["parts"][1:]}))
    page.get_by_label("Take in a file").set_input_files(altered)
    expect(section).to_contain_text("This file was changed on its way")
    page.get_by_label("Take in a file").set_input_files(file)
    expect(section).to_contain_text("You find them at their visit")
    page.screenshot(path=profiles / "taken-in.png")
    assert (violations(page), small_targets(page)) == ([], [])
    at_tablet.back(page)
    at_tablet.open_visit(page, premises)
    expect(page.get_by_role("main")).to_contain_text(
        "2 entries from colleagues’ tablets, not yet at the server"
    )
    page.get_by_role("button", name="Notes").click()
    expect(page.get_by_role("listitem")).to_contain_text(CANARY)
    expect(page.get_by_role("listitem")).to_contain_text("from a colleague’s tablet, not yet at the server")
    page.screenshot(path=profiles / "read-there.png")
    at_tablet.back(page)
    at_tablet.back(page)

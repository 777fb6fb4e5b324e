"""Evidence on a real tablet at a real server: taken without signal, through kills of both, byte for byte.

The picture is made here, with words in it that must be found nowhere on the tablet's disk.
"""

import random
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from fieldops.domain.attachment import CHUNK_BYTES, manifest_of
from tests.support import at_tablet as officer
from tests.support.browser import PHONE, kill, open_profile, small_targets, violations
from tests.support.demo_people import officers
from tests.support.running import Running
from tests.tablet import tour

NAME = "Tablet 6"
CANARY = b"Eleven passports lay in a biscuit tin under the stairs"
SIDE = 640


def picture() -> bytes:
    """A PNG of noise that no packing makes smaller, with words in its comments and more than a few chunks."""
    rows = random.Random(5)
    raw = b"".join(b"\0" + rows.randbytes(3 * SIDE) for _ in range(SIDE))
    header = SIDE.to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    parts = [
        (b"IHDR", header),
        (b"tEXt", b"Comment\0" + CANARY),
        (b"IDAT", zlib.compress(raw, 0)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, parts))


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    name, content = part
    return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")


@pytest.fixture(scope="session")
def profile(playwright: Playwright, server: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The disk of a tablet just enrolled."""
    folder = tmp_path_factory.mktemp("evidence") / NAME
    tour.enrolled(playwright, server, folder, officers(server)[3]).close()
    return folder


@dataclass(kw_only=True)
class Tablet:
    """A tablet over a profile, at a visit; it can be ended in mid-write and opened again."""

    playwright: Playwright
    server: Running
    folder: Path
    context: BrowserContext

    @property
    def page(self) -> Page:
        return self.context.pages[0]

    def fall_and_rise(self, room_bytes: int | None = None) -> None:
        """The browser is killed and opened again, with so much room left where that is given."""
        with self.context.expect_event("close"):
            assert kill(self.folder)
        self.context = open_profile(self.playwright, self.folder)
        if room_bytes is not None:
            tools, origin = self.context.new_cdp_session(self.page), {"origin": self.server.url}
            usage = tools.send("Storage.getUsageAndQuota", origin)["usage"]
            tools.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": usage + room_bytes})
        self.page.goto(f"{self.server.url}/app/")
        officer.unlock(self.page)

    def at_the_visit(self) -> Page:
        while self.page.get_by_label("Search visits").count() == 0:
            officer.back(self.page)
        officer.open_visit(self.page, tour.premises_of(self.page))
        return self.page

    def exhibits(self) -> Page:
        page = self.at_the_visit()
        page.locator("button.item").filter(has_text="Exhibits").click()
        officer.heading(page, "Exhibits")
        return page


@pytest.fixture
def tablet(playwright: Playwright, server: Running, profile: Path, tmp_path: Path) -> Iterator[Tablet]:
    """That tablet, out of signal, at its first visit; each test has a copy of the disk."""
    folder = tmp_path / NAME
    shutil.copytree(profile, folder, ignore=shutil.ignore_patterns("Singleton*"))
    context = open_profile(playwright, folder)
    context.set_offline(True)
    made = Tablet(playwright=playwright, server=server, folder=folder, context=context)
    made.page.goto(f"{server.url}/app/")
    officer.unlock(made.page)
    made.at_the_visit()
    yield made
    made.context.close()


def kept(page: Page) -> None:
    """The tablet says that the exhibit is on its disk."""
    expect(page.locator("button.item").filter(has_text="is kept")).to_be_visible(timeout=20_000)


def test_a_photo_takes_two_taps_from_the_open_visit_and_no_signal(tablet: Tablet) -> None:
    page, taps = tablet.page, 0
    for words in ("Photo", "Take the photo"):
        expect(page.get_by_role("button", name=words, exact=True)).to_be_visible()
        officer.press(page, words)
        taps += 1
    kept(page)
    assert taps <= 3
    page = tablet.exhibits()
    line = page.locator("button.item").filter(has_text="Photo")
    expect(line).to_contain_text(re.compile(r"\d\d:\d\d"))
    expect(line.locator("img")).to_be_visible()


def test_each_kind_of_evidence_is_taken_by_touch_or_by_keyboard_alone(tablet: Tablet, tmp_path: Path) -> None:
    page = tablet.page
    officer.press(page, "Photo")
    officer.press(page, "Recording")
    officer.press(page, "Start recording")
    expect(page.get_by_role("timer")).to_contain_text("0:02", timeout=10_000)
    officer.press(page, "Stop and keep")
    kept(page)
    officer.press(page, "Signature")
    page.get_by_label("Who signs").focus()
    page.keyboard.type("Maria Ionescu")
    page.get_by_role("button", name="Sign with the typed name").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Keep the signature").focus()
    page.keyboard.press("Enter")
    kept(page)
    officer.press(page, "Document or file")
    paper = tmp_path / "ledger.xyz"
    paper.write_bytes(b"a file of a type that nobody knows")
    page.get_by_label("Choose a file").set_input_files(paper)
    kept(page)
    officer.press(page, "Object")
    page.get_by_label("What it is, and where it was").fill("Cash box, under the till")
    officer.press(page, "Write it down")
    kept(page)
    page = tablet.exhibits()
    for words in ("Recording", "Signature", "Document or file", "Object. Cash box"):
        expect(page.locator("button.item").filter(has_text=words)).to_have_count(1)


def test_a_recording_in_progress_is_kept_when_the_app_is_locked(tablet: Tablet) -> None:
    page = tablet.page
    officer.press(page, "Photo")
    officer.press(page, "Recording")
    officer.press(page, "Start recording")
    expect(page.get_by_role("timer")).to_contain_text("0:01", timeout=10_000)
    officer.press(page, "Lock")
    officer.heading(page, "Locked")
    officer.unlock(page)
    page = tablet.exhibits()
    expect(page.locator("button.item").filter(has_text="Recording")).to_have_count(1)


def test_an_exhibit_tells_through_whose_hands_it_went(tablet: Tablet) -> None:
    page = tablet.page
    officer.press(page, "Photo")
    officer.press(page, "Object")
    page.get_by_label("What it is, and where it was").fill("Ledger, top shelf")
    page.get_by_label("From whom").fill("The manager")
    page.get_by_label("Seal number").fill("A1001")
    officer.press(page, "Write it down")
    kept(page)
    page.locator("button.item").filter(has_text="is kept").click()
    officer.press(page, "Say more about it")
    page.get_by_label("What it shows, or where it was").fill("Wage ledger of 2026, top shelf")
    officer.press(page, "Write it down")
    expect(page.get_by_text("Wage ledger of 2026")).to_be_visible()
    officer.press(page, "Hand it over")
    officer.press(page, "Write the hand-over")
    expect(page.get_by_role("alert").filter(has_text="are needed")).to_be_visible()
    page.get_by_label("To whom").fill("Store at Mill Lane")
    page.get_by_label("Seal number now").fill("A1002")
    officer.press(page, "Write the hand-over")
    record = page.locator(".timeline li")
    expect(record).to_have_count(2)
    expect(record.first).to_contain_text("from The manager, seal A1001")
    expect(record.last).to_contain_text("to Store at Mill Lane")
    expect(record.last).to_contain_text("seal A1002")
    expect(page.get_by_role("button", name="Say more about it")).to_have_count(0)


@pytest.mark.parametrize("colours", ["Light", "Dark", "High contrast"])
def test_everything_about_evidence_is_open_to_everybody(tablet: Tablet, colours: str) -> None:
    page = tablet.page
    officer.wear(page, colours)
    officer.press(page, "Photo")
    faults: dict[str, list[str]] = {}

    def look(name: str) -> None:
        faults[name] = [*violations(page), *small_targets(page)]

    for kind in ("Recording", "Signature", "Document or file", "Object", "Photo"):
        officer.press(page, kind)
        look(kind)
    expect(page.get_by_role("button", name="Take the photo")).to_be_visible()
    officer.press(page, "Take the photo")
    kept(page)
    page.locator("button.item").filter(has_text="is kept").click()
    officer.press(page, "Enlarge the picture")
    expect(page.locator(".viewer img")).to_be_visible()
    officer.press(page, "Hand it over")
    expect(page.get_by_label("To whom")).to_be_visible()
    expect(page.locator(".settle")).to_have_css("opacity", "1")
    look("an exhibit")
    page.set_viewport_size(PHONE)
    look("an exhibit on a phone")
    tablet.exhibits()
    look("exhibits")
    assert {name: found for name, found in faults.items() if found} == {}


def test_a_photo_survives_kills_of_browser_and_server_and_reaches_the_server_byte_for_byte(
    tablet: Tablet, tmp_path: Path
) -> None:
    file = tmp_path / "IMG_0001.png"
    file.write_bytes(picture())
    manifest = manifest_of(picture(), "image/png")
    assert len(manifest.chunks) >= 4
    officer.press(tablet.page, "Photo")
    tablet.page.get_by_label("Choose a picture").set_input_files(file)
    kept(tablet.page)
    tablet.fall_and_rise()
    _cut_after(tablet.context, parts=2, then=tablet.server.kill)
    page = tablet.exhibits()
    line = page.locator("button.item").filter(has_text="Photo")
    expect(line).to_contain_text(re.compile(r"2 of \d parts"), timeout=30_000)
    tablet.fall_and_rise()
    tablet.server.start()
    page = tablet.exhibits()
    page.locator(".badge").click()
    officer.press(page, "Send now")
    expect(page.locator(".badge")).to_contain_text("All received", timeout=30_000)
    page = tablet.exhibits()
    expect(page.locator("button.item").filter(has_text="Photo")).to_contain_text(
        re.compile(r"Received \d\d:\d\d")
    )
    blobs = tablet.server.folder / "blobs"
    assert b"".join((blobs / one[:2] / one[2:]).read_bytes() for one in manifest.chunks) == picture()
    tablet.context.close()
    assert _found_on(tablet.folder, CANARY, picture()[5000:5064], file.name.encode()) == []


def _cut_after(context: BrowserContext, *, parts: int, then: Callable[[], None]) -> None:
    """Lets so many parts of large files through; at the next one the server falls, and nothing answers."""
    seen = [0]

    def pass_on(route, request) -> None:  # type: ignore[no-untyped-def]
        large = len(request.post_data_buffer or b"") > CHUNK_BYTES // 2
        seen[0] += large
        if seen[0] <= parts:
            route.continue_()
            return
        then()
        route.abort()

    context.route("**/api/sync/attachments/**", pass_on)


def _found_on(folder: Path, *words: bytes) -> list[str]:
    """The files of a tablet's disk in which any of these lies readable."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files for word in words if word in path.read_bytes()]


def test_a_photo_that_finds_no_room_is_refused_in_plain_words_and_an_answer_is_still_taken(
    tablet: Tablet, tmp_path: Path
) -> None:
    tablet.fall_and_rise(room_bytes=9_000_000)
    page = tablet.at_the_visit()
    officer.press(page, "Photo")
    refused, taken = page.locator(".toast"), 0
    while not refused.is_visible():
        assert taken < 9
        taken += 1
        file = tmp_path / f"large {taken}.png"
        file.write_bytes(picture() + bytes([taken]))
        page.get_by_label("Choose a picture").set_input_files(file)
        expect(page.get_by_text(f"/{taken + 1}. The time").or_(refused).first).to_be_visible(timeout=20_000)
    expect(page.locator(".toast")).to_contain_text("There is no room for this on the tablet")
    officer.press(page, "Seen")
    officer.back(page)
    officer.open_section(page, "Arrival")
    officer.choose(page, "START-03", "entered")
    tablet.fall_and_rise()
    page = tablet.at_the_visit()
    officer.open_section(page, "Arrival")
    pressed = officer.question(page, "START-03").locator('[data-option="entered"]')
    expect(pressed).to_have_attribute("aria-pressed", "true")


def test_photos_that_are_to_wait_stay_on_the_tablet_until_the_officer_sends_them(
    playwright: Playwright, server: Running, tmp_path: Path
) -> None:
    with tour.enrolled(playwright, server, tmp_path / "Tablet 8", officers(server)[4]) as context:
        page = context.pages[0]
        officer.press(page, "Menu")
        officer.press(page, "Later")
        officer.back(page)
        officer.open_visit(page, tour.premises_of(page))
        officer.press(page, "Photo")
        expect(page.get_by_role("button", name="Take the photo")).to_be_visible()
        officer.press(page, "Take the photo")
        kept(page)
        page.locator(".badge").click()
        officer.press(page, "Send now")
        expect(page.locator(".badge")).to_contain_text("1 file kept for later", timeout=30_000)
        officer.press(page, "Menu")
        officer.press(page, "Now")
        expect(page.locator(".badge")).to_contain_text("All received", timeout=30_000)

"""The page that checks bundles, in real Chromium, opened from a disk: it gives the verdict of `verify.py`."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from fieldops.verify import verify
from tests.evidence.conftest import Kept
from tests.evidence.test_tampering import reorder_receipts
from tests.support.browser import LANDSCAPE, PHONE, chrome, flags, violations
from tests.support.static_app import build_app
from tests.support.station import Station, open_station


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_app(tmp_path_factory.mktemp("app") / "dist") / "verify.html"


@pytest.fixture
def browser_page(playwright: Playwright) -> Iterator[Page]:
    browser = playwright.chromium.launch(executable_path=chrome(), args=flags())
    context = browser.new_context(viewport=LANDSCAPE, locale="en-GB", accept_downloads=True, offline=True)
    context.set_default_timeout(20_000)
    yield context.new_page()
    browser.close()


def checked(page: Page, file: Path, bundle: Path, note: str = "") -> str:
    """Opens the page from the disk, checks this bundle, and answers the heading of the verdict."""
    page.goto(file.as_uri())
    page.get_by_label("The bundle").set_input_files(bundle)
    page.get_by_label("Or a checkpoint as text").fill(note)
    page.get_by_role("button", name="Check", exact=True).click()
    return page.locator("#verdict h2").inner_text()


def saved(page: Page) -> object:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Save the verdict").click()
    return json.loads(waiting.value.path().read_text(encoding="utf-8"))


def test_a_reader_without_a_network_sees_that_a_bundle_is_whole_and_saves_the_verdict(
    kept: Kept, page_file: Path, browser_page: Page
) -> None:
    bundle, note = kept.export(), kept.witness.read_text(encoding="utf-8")
    pasted = "  " + note.replace("\n\n", "\n").replace("\n", "  \r\n")  # as it comes out of a printed page
    assert checked(browser_page, page_file, bundle, pasted) == "Whole"
    assert "the checkpoint that was kept agrees" in browser_page.locator("#verdict").inner_text()
    assert saved(browser_page) == json.loads(json.dumps(verify(bundle, [kept.witness])))
    assert violations(browser_page) == []


def test_what_was_altered_stands_on_the_page_in_words_in_light_and_dark_and_on_a_telephone(
    kept: Kept, page_file: Path, browser_page: Page
) -> None:
    reorder_receipts(kept)
    bundle = kept.export()
    for scheme, size in (("light", LANDSCAPE), ("dark", PHONE)):
        browser_page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        browser_page.set_viewport_size(size)
        assert checked(browser_page, page_file, bundle) == "Not whole"
        (found,) = verify(bundle)["findings"]
        told = browser_page.locator("#verdict").inner_text()
        assert "Altered (1)" in told
        assert found["where"] in told
        assert found["words"] in told
        assert violations(browser_page) == []
        assert browser_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_no_bundle_is_said_to_be_none(page_file: Path, browser_page: Page, tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"PK" + bytes(100))
    assert checked(browser_page, page_file, tmp_path / "no.zip") == "Cannot be read"


def test_the_page_is_served_to_anybody_and_lies_in_every_bundle(page_file: Path, tmp_path: Path) -> None:
    station: Station = open_station(tmp_path / "data", tablet_app_folder=page_file.parent)
    answer = station.browser().get("/verify")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.data == page_file.read_bytes()


def test_nothing_on_the_page_can_leave_the_device(page_file: Path) -> None:
    page = page_file.read_text(encoding="utf-8")
    policy = page.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "connect-src" not in policy
    assert "unsafe" not in policy
    assert policy.endswith("require-trusted-types-for 'script'; trusted-types 'none'")


def test_the_page_in_the_bundle_is_the_one_that_was_handed_in(kept: Kept) -> None:
    with zipfile.ZipFile(kept.export()) as opened:
        assert opened.read("verify.html") == b"<p>the page that checks bundles</p>"
        assert "verify.html" in opened.read("README.txt").decode()

"""A partner's browser keeps the server's checkpoints, and says on every page when history was rewritten."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect
from sqlalchemy import text

from fieldops.settings import RateLimit
from fieldops.store.meta import begin_epoch
from tests.desk.test_in_chromium import HERE, WIDE, faults, served, sign_in
from tests.desk.test_visit_page import record_a_visit
from tests.support.browser import chrome, flags
from tests.support.station import Station, open_station

WITNESS = f"{HERE}/history/witness"


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=chrome(), args=flags())
    yield chromium
    chromium.close()


@pytest.fixture
def watched(tmp_path: Path) -> Station:
    """A visit was recorded; browsers ask at every page, and every checkpoint that lacks something is old."""
    made = open_station(tmp_path / "data", desk_witness_s=0, checkpoint_s=0)
    record_a_visit(made)
    return made


@pytest.fixture
def page(watched: Station, browser: Browser) -> Iterator[Page]:
    with served(watched) as url:
        context = browser.new_context(viewport=WIDE, base_url=url)  # type: ignore[arg-type]
        shown = context.new_page()
        sign_in(shown, url, "partner")
        yield shown
        context.close()


def looked_at(page: Page, path: str = HERE) -> Locator:
    """The place of the alarm, once the browser has asked and kept what it was shown."""
    with page.expect_response(lambda answer: answer.url.endswith(WITNESS)):
        page.goto(path)
    expect(page.locator("#witness[data-kept]")).to_be_attached()
    return page.locator("#witness")


def changed(station: Station, *statements: str) -> None:
    with station.store() as session:
        for one in statements:
            session.execute(text(one))
        session.commit()


FORGET_THE_TREE = ("DELETE FROM leaves", "DELETE FROM tiles", "DELETE FROM checkpoints")


def rewritten(station: Station) -> None:
    """Receipts are moved in time, and the tree is made anew over them with the server's own secret."""
    changed(station, "UPDATE arrivals SET received_ms = received_ms + 3600000", *FORGET_THE_TREE)


def test_a_server_that_only_adds_raises_no_alarm(watched: Station, page: Page) -> None:
    expect(looked_at(page)).to_be_hidden()
    first = page.locator("#witness").get_attribute("data-kept")
    record_a_visit(watched)
    expect(looked_at(page, f"{HERE}/visits")).to_be_hidden()
    assert int(page.locator("#witness").get_attribute("data-kept") or 0) > int(first or 0)


def test_a_rewritten_history_is_told_on_every_page_until_somebody_ends_it(
    watched: Station, page: Page
) -> None:
    looked_at(page)
    rewritten(watched)
    for path in (HERE, f"{HERE}/visits", f"{HERE}/report"):
        alarm = looked_at(page, path)
        expect(alarm.get_by_role("heading")).to_have_text("History does not match")
        assert faults(page) == []
    with page.expect_download() as waiting:
        alarm.get_by_role("link", name="Save both notes").click()
    saved = waiting.value.path().read_text(encoding="utf-8")
    assert saved.count("\u2014 fieldops/") == 2
    page.reload()
    alarm.get_by_role("button", name="It is reported").click()
    expect(alarm).to_be_hidden()
    expect(looked_at(page)).to_be_hidden()


def test_history_that_was_taken_away_is_told_too(watched: Station, page: Page) -> None:
    record_a_visit(watched)
    looked_at(page)
    last = "(SELECT max(key) FROM arrivals)"
    forget = f"DELETE FROM quarantine WHERE arrival = {last}"
    looks = "DELETE FROM looks"  # one came with each page
    changed(watched, *FORGET_THE_TREE, forget, looks, f"DELETE FROM arrivals WHERE key = {last}")
    expect(looked_at(page)).to_contain_text("shows less of its history")


def test_a_server_that_says_it_was_put_back_is_told_apart(watched: Station, page: Page) -> None:
    looked_at(page)
    with watched.store() as session:
        begin_epoch(session, lambda count: bytes(range(count)))
        session.commit()
    notice = looked_at(page)
    expect(notice.get_by_role("heading")).to_have_text("The server was put back")
    notice.get_by_role("button", name="I have read this").click()
    expect(looked_at(page)).to_be_hidden()


def test_who_does_not_serve_is_shown_nothing_and_who_asks_too_often_waits(tmp_path: Path) -> None:
    few = RateLimit(attempts=2, window_s=300)
    station = open_station(tmp_path / "data", witness_by_officer=few)
    record_a_visit(station)
    told = [station.desk("partner").post(WITNESS, {"size": 0}) for _ in range(3)]
    assert [answer.status_code for answer in told] == [200, 200, 429]
    assert station.desk("stranger").post(WITNESS, {"size": 0}).status_code == 404
    assert station.desk("lead").post(WITNESS, {"size": -1}).status_code == 422

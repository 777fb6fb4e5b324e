"""Indicators at the desk: after the officer's own judgement, with their working and no closed answer."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright

from fieldops.desk.indicator_sheet import WITHHELD
from tests.desk.pen import Pen, pen
from tests.desk.reading import Seen, at_the_desk
from tests.desk.test_in_chromium import NARROW, WIDE, faults, served, sign_in
from tests.support.browser import chrome, flags
from tests.support.station import Station

VISIT_PAGE = "/desk/operations/BOBBIN/visits/P04"
KEY = "worker-" + "a" * 16
SUBJECT = "worker:" + "a" * 16
JUDGEMENT, REASONS = "IDN-01", "IDN-02"
THREAT = "WK4-03"  # an answer that touches the person's status


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=chrome(), args=flags())
    yield chromium
    chromium.close()


def talked(station: Station) -> Pen:
    """A worker talks: the passport is kept, somebody threatened to call the police, nobody is locked in."""
    police = pen(station, "police")
    police.write("START-03", "entered")
    police.write("OBS-05", "Y")
    police.write("PAY-03", "N")
    police.write("worker", {"label": "W1-1"}, kind="worker", subject=SUBJECT)
    police.write("WK0-06", "Y", subject=SUBJECT)
    police.write("WK3-01", "cannot", subject=SUBJECT)
    police.write(THREAT, "Y", subject=SUBJECT)
    police.send()
    return police


def judged(station: Station) -> None:
    police = talked(station)
    police.write(JUDGEMENT, "Y", subject=SUBJECT)
    police.write(REASONS, "Papers kept, and what was said of the manager", subject=SUBJECT)
    police.send()


def about(station: Station, username: str, part: str = KEY) -> Seen:
    return at_the_desk(station, username).open(f"{VISIT_PAGE}?about={part}")


def test_no_indicator_of_a_person_is_told_before_the_officers_own_judgement_and_its_reasons(
    station: Station,
) -> None:
    police = talked(station)
    for field, value in ((JUDGEMENT, "Y"), (REASONS, "Papers kept")):
        page = about(station, "lead")
        assert "The indicators open once an officer's own judgement is recorded" in page.text
        assert "Pattern:" not in page.text
        police.write(field, value, subject=SUBJECT)
        police.send()
    assert "Pattern:" in about(station, "lead").text


def test_each_indicator_names_the_answers_that_led_to_it_and_whose_they_are(station: Station) -> None:
    judged(station)
    page = about(station, "lead")
    assert "Where is your passport or ID now?" in page.text
    assert f"?about={KEY}#{KEY}-WK3-01" in page.links
    assert "?about=visit#visit-OBS-05" in page.links
    assert "(seen of the premises)" in page.text
    assert "Officer police, Agency POL" in page.text
    assert "Questions that would settle it" in page.text


@pytest.mark.parametrize("username", ["lead", "wages"])
def test_an_announced_answer_shows_an_indicator_and_neither_its_question_nor_its_author(
    station: Station, username: str
) -> None:
    judged(station)
    page = about(station, username)
    assert page.text.count(WITHHELD) == 1
    assert "Has anyone said they would call" not in page.text
    assert THREAT not in " ".join([page.text, *page.links, *page.ids])


def test_what_is_hidden_is_left_out_of_the_indicators_as_if_it_were_not_there(station: Station) -> None:
    judged(station)
    for part in (KEY, "visit", "all"):
        page = about(station, "borders", part)
        assert "Indicators: Worker" not in page.text
        assert WITHHELD not in page.text
        assert "passports" not in page.text
    assert "Do the records match opening hours" in about(station, "borders", "visit").text


def test_a_partner_without_the_persons_account_is_told_of_the_premises_alone(station: Station) -> None:
    judged(station)
    page = about(station, "partner", "all")
    assert "Indicators: the premises" in page.text
    assert "Pattern:" not in page.text
    assert "?about=visit#visit-OBS-05" in page.links
    assert KEY not in " ".join([*page.links, *page.ids])


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_indicators_keep_the_rules_in_a_browser_without_javascript(
    station: Station, browser: Browser, size: dict[str, int]
) -> None:
    judged(station)
    found: dict[str, list[str]] = {}
    with served(station) as url:
        for username in ("lead", "partner"):
            context = browser.new_context(viewport=size)  # type: ignore[arg-type]
            page = context.new_page()
            sign_in(page, url, username)
            for part in (KEY, "visit", "all"):
                page.goto(f"{url}{VISIT_PAGE}?about={part}")
                found[f"{username} {part}"] = faults(page)
            context.close()
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        sign_in(page, url, "lead")
        page.goto(f"{url}{VISIT_PAGE}?about={KEY}")
        page.get_by_text("Not known:").first.click()
        assert page.locator("details[open] li").first.is_visible()
        context.close()
    assert {path: lines for path, lines in found.items() if lines} == {}

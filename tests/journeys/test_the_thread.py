"""One visit, from tablets without signal to the report: two officers, a lead and a partner.

The server is really killed, the browsers are really ended and opened again on the same profiles.
"""

import io
import json
import re
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect
from pypdf import PdfReader

from tests.support import at_tablet
from tests.support.at_desk import code_for_tablet, desk, download, download_for, look
from tests.support.browser import kill, open_profile, violations
from tests.support.demo_people import Person, people
from tests.support.running import Running

PREMISES = "P04"
DISPUTED = "OBS-05"
CANARY = "The man in the red office keeps eleven passports in a biscuit tin"


def of_team(server: Running, team: str, agency: str) -> Person:
    return next(
        one for one in people(server) if one.role.startswith(f"Team {team}:") and agency in one.agency
    )


def of_role(server: Running, role: str, agency: str = "") -> Person:
    return next(one for one in people(server) if one.role == role and agency in one.agency)


class OnTablet:
    """One officer's tablet over its own profile."""

    def __init__(self, playwright: Playwright, folder: Path, server: Running, officer: Person) -> None:
        self.playwright, self.folder, self.server, self.officer = playwright, folder, server, officer
        self.page = self.open()

    def open(self) -> Page:
        self.context = open_profile(self.playwright, self.folder)
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.goto(f"{self.server.url}/app/")
        return page

    def enrol(self, code: str, name: str) -> None:
        at_tablet.enrol(
            self.page, code=code, username=self.officer.username, password=self.officer.password, name=name
        )
        at_tablet.set_secret(self.page)
        expect(self.page.locator("button.visit").first).to_be_visible(timeout=30_000)
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def fall_and_rise(self) -> None:
        """The browser dies as in a crash and is opened again on the same profile."""
        with self.context.expect_event("close"):
            assert kill(self.folder)
        self.page = self.open()

    def go_to(self, section: str) -> None:
        at_tablet.open_visit(self.page, PREMISES)
        at_tablet.open_section(self.page, section)

    def send(self) -> None:
        self.page.locator("button.badge").click()
        at_tablet.press(self.page, "Send now")
        expect(self.page.locator("button.badge")).to_contain_text("All received", timeout=30_000)
        at_tablet.back(self.page)


def test_a_visit_goes_from_tablets_without_signal_to_the_report(
    playwright: Playwright, server: Running, profiles: Path
) -> None:
    police, inspector = of_team(server, "Alder", "Police"), of_team(server, "Alder", "Fair Work")
    lead = of_role(server, "Tactical lead")
    with desk(playwright, server.url, lead) as page:
        codes = [code_for_tablet(page, server.url, "THIMBLE", who.name) for who in (police, inspector)]
    first = OnTablet(playwright, profiles / "first", server, police)
    first.enrol(codes[0], "Tablet A")
    second = OnTablet(playwright, profiles / "second", server, inspector)
    second.enrol(codes[1], "Tablet B")

    the_visits_stand_in_order(first.page)
    first.go_to("Arrival")
    at_tablet.choose(first.page, "START-03", "entered")
    server.kill()
    first.fall_and_rise()
    at_tablet.unlock(first.page)
    the_first_goes_on_without_a_server(first)
    the_second_answers_the_same_question_otherwise(second)

    server.start()
    first.send()
    second.send()
    first.send()
    both_stand_until_one_rules(first)
    the_lead_reads_who_said_what_and_when(playwright, server, lead, (police, inspector))
    the_partner_sees_what_the_agreement_gives(playwright, server)
    nothing_readable_lies_on_the_disk([first, second])


def the_visits_stand_in_order(page: Page) -> None:
    times = re.findall(r"\b\d\d:\d\d\b", " ".join(page.locator("button.visit").all_inner_texts()))
    assert len(times) >= 2
    assert times == sorted(times)
    assert violations(page) == []


def the_first_goes_on_without_a_server(tablet: OnTablet) -> None:
    """After a cold start with nothing listening: the answer is there, and the work goes on."""
    page = tablet.page
    entered = page.locator('[data-question="START-03"] [data-option="entered"]')
    if not entered.is_visible():
        tablet.go_to("Arrival")
    expect(entered).to_have_attribute("aria-pressed", "true")
    at_tablet.back(page)
    at_tablet.open_section(page, "What we see")
    at_tablet.choose(page, DISPUTED, "Y")
    at_tablet.back(page)
    at_tablet.press(page, "+ Add a person")
    at_tablet.open_section(page, "Talking with a worker: before you start")
    at_tablet.choose(page, "WK0-06", "Y")
    at_tablet.back(page)
    at_tablet.open_section(page, "How you are treated")
    at_tablet.write(page, "WK4-01", CANARY)
    expect(page.locator("button.badge")).to_contain_text("not yet received")
    assert violations(page) == []


def the_second_answers_the_same_question_otherwise(tablet: OnTablet) -> None:
    tablet.go_to("Arrival")
    at_tablet.choose(tablet.page, "START-03", "entered")
    at_tablet.back(tablet.page)
    at_tablet.open_section(tablet.page, "What we see")
    at_tablet.choose(tablet.page, DISPUTED, "N")
    expect(tablet.page.locator("button.badge")).to_contain_text("not yet received")


def both_stand_until_one_rules(tablet: OnTablet) -> None:
    """Both answers side by side with agency and author; a ruling ends the conflict and takes nothing away."""
    page = tablet.page
    while page.get_by_label("Search visits").count() == 0:
        at_tablet.back(page)
    at_tablet.open_visit(page, PREMISES)
    page.get_by_role("button", name=re.compile("passports")).first.click()
    rivals = page.locator("li.rival")
    expect(rivals).to_have_count(2)
    expect(page.locator(".rivals")).to_contain_text(tablet.officer.name)
    assert violations(page) == []
    rivals.filter(has_text=tablet.officer.name).get_by_role("button", name="Let this stand").click()
    page.get_by_label("Reason").fill("I opened the drawer myself and counted them.")
    at_tablet.press(page, "Rule")
    expect(page.get_by_role("button", name="Quick note")).to_be_visible()
    tablet.send()


def the_lead_reads_who_said_what_and_when(
    playwright: Playwright, server: Running, lead: Person, authors: tuple[Person, Person]
) -> None:
    with desk(playwright, server.url, lead) as page:
        look(page, f"{server.url}/desk/operations/THIMBLE/visits/{PREMISES}?about=all")
        ruled = page.locator(f"#visit-{DISPUTED}").inner_text()
        for author in authors:
            assert author.name in ruled
        assert "I opened the drawer myself" in ruled
        assert re.search(r"[Hh]appened", ruled)
        assert re.search(r"received.*\d\d:\d\d", ruled)
        assert CANARY in page.get_by_role("main").inner_text()
        assert violations(page) == []
        page.goto(f"{server.url}/desk/operations/THIMBLE/report")
        figures = json.loads(download_for(page, "Download the figures", "for the debrief"))["figures"]
        page.goto(f"{server.url}/desk/operations/THIMBLE/report")
        leaves = PdfReader(io.BytesIO(download(page, "Download the report"))).pages
        text = " ".join(" ".join(leaf.extract_text() for leaf in leaves).split())
    attended = {name.partition(".")[2] for name in figures if name.startswith("attendances.")}
    assert (figures["visits"]["value"], figures["attempts"]["value"], len(attended)) == (1, 1, 2)
    assert figures["talks_held"]["value"] == 1
    assert "stood at the door 1 time" in text
    assert CANARY not in text


def the_partner_sees_what_the_agreement_gives(playwright: Playwright, server: Running) -> None:
    """They read of the premises; the worker's account is a number; what is hidden leaves no trace."""
    with desk(playwright, server.url, of_role(server, "Partner reviewer", "Health and Safety")) as page:
        look(page, f"{server.url}/desk/operations/THIMBLE/visits/{PREMISES}?about=all")
        seen = page.content()
        ruled = page.locator(f"#visit-{DISPUTED}").inner_text()
        assert violations(page) == []
    assert "Fair Work Agency" in ruled
    assert re.search(r"[12] answers? withheld", " ".join(seen.split()))
    for trace in (CANARY, "biscuit", "(C5)", "(C6)", "(C7p)", "W1-1"):
        assert trace not in seen


def nothing_readable_lies_on_the_disk(tablets: list[OnTablet]) -> None:
    canaries = [
        form for word in (CANARY, at_tablet.SECRET) for form in (word.encode(), word.encode("utf-16-le"))
    ]
    for tablet in tablets:
        tablet.context.close()
        files = [path for path in tablet.folder.rglob("*") if path.is_file()]
        assert files
        found = [path.name for path in files if any(canary in path.read_bytes() for canary in canaries)]
        assert found == []

"""Security keys in a real Chromium with virtual authenticators, and what a browser might make up of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, CDPSession, Page, Playwright, expect

from fieldops.store.second_factor import SecurityKey, add_security_key, security_keys
from tests.desk.reading import Visitor, at_the_desk, read
from tests.desk.test_in_chromium import NARROW, WIDE, faults, served, sign_in
from tests.support.browser import chrome, flags
from tests.support.station import PASSWORD, Station, officer_id

PAGE, SECOND = "/desk/account/second-factor", "/desk/sign-in/second"
USB = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "isUserVerified": True}
KEY = USB | {"hasUserVerification": True, "automaticPresenceSimulation": True}


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=chrome(), args=flags())
    yield chromium
    chromium.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """The keys that are plugged into one browser."""

    wire: CDPSession

    @classmethod
    def in_page(cls, page: Page) -> "Ring":
        wire = page.context.new_cdp_session(page)
        wire.send("WebAuthn.enable")
        return cls(wire=wire)

    def plug_in(self) -> str:
        made = self.wire.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        return str(made["authenticatorId"])

    def pull_out(self, key: str) -> None:
        self.wire.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})


def add_key(page: Page, url: str, name: str) -> None:
    page.goto(url + PAGE)
    page.get_by_role("button", name="Add a security key").click()
    page.get_by_label("What should it be called?").fill(name)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on with the key").click()


def sign_out(page: Page, url: str) -> None:
    page.goto(f"{url}/desk/account")
    page.locator("form[action='/desk/sign-out'] button").evaluate("button => button.click()")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Joint visits")


def half_way(page: Page, url: str) -> None:
    page.goto(f"{url}/desk/sign-in")
    page.get_by_label("User name").fill("lead")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Show that it is you")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_somebody_adds_two_keys_signs_in_by_one_and_removes_the_other(
    station: Station, browser: Browser, size: dict[str, int]
) -> None:
    found: dict[str, list[str]] = {}
    with served(station) as url:
        page = browser.new_context(viewport=size).new_page()  # type: ignore[arg-type]
        ring = Ring.in_page(page)
        blue = ring.plug_in()
        sign_in(page, url, "lead")
        page.goto(url + PAGE)
        page.get_by_role("button", name="Add a security key").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Add a security key")
        found["new key"] = faults(page)
        add_key(page, url, "Blue key")
        expect(page.locator("#recovery-codes li")).to_have_count(10)
        ring.pull_out(blue)
        ring.plug_in()
        station.clock.forward(seconds=1)
        add_key(page, url, "Red key")
        expect(page.get_by_text("Blue key, Red key")).to_be_visible()
        found["two keys"] = faults(page)

        sign_out(page, url)
        half_way(page, url)
        found["second step"] = faults(page)
        page.get_by_role("button", name="Use your security key").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Operations")
        page.goto(url + PAGE)
        page.get_by_label("Remove the security key Blue key").check()
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Change it").click()
        expect(page.get_by_text("Blue key")).to_have_count(0)
        expect(page.get_by_text("Red key").first).to_be_visible()
        page.context.close()
    with station.store() as session:
        (left,) = security_keys(session, officer_id("lead"))
    assert left.name == "Red key"
    assert left.used_at is not None
    assert {step: lines for step, lines in found.items() if lines} == {}


def test_a_key_that_is_another_persons_signs_nobody_in(station: Station, browser: Browser) -> None:
    with served(station) as url:
        page = browser.new_context(viewport=WIDE).new_page()  # type: ignore[arg-type]
        ring = Ring.in_page(page)
        own = ring.plug_in()
        sign_in(page, url, "lead")
        add_key(page, url, "Blue key")
        expect(page.locator("#recovery-codes li")).to_have_count(10)
        sign_out(page, url)
        ring.pull_out(own)
        ring.plug_in()
        half_way(page, url)
        page.get_by_role("button", name="Use your security key").click()
        expect(page.get_by_text("it is not one of yours")).to_be_visible()
        page.goto(f"{url}/desk/account")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to the desk")
        page.context.close()


def with_a_key(station: Station) -> Visitor:
    """Somebody half way in, of whom a key is known."""
    key = SecurityKey(
        id="AAAA", name="Blue", public_key=b"\xa0", uses=0, added_at=station.clock(), used_at=None
    )
    with station.store() as session:
        add_security_key(session, officer_id("lead"), key)
    visitor = Visitor(client=station.browser())
    visitor.send("/desk/sign-in", username="lead", password=PASSWORD)
    return visitor


NOTHING = {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA"}
MADE = {"clientDataJSON": "e30", "attestationObject": "oA"}
MADE_UP = [
    "{}",
    "[]",
    "not JSON",
    "\x00",
    "x" * 100_000,
    "[" * 5_000,
    json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": NOTHING}),
    json.dumps({"id": "BBBB", "rawId": "BBBB", "type": "public-key", "response": NOTHING}),
    json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": MADE}),
    json.dumps({"id": 7, "rawId": [], "type": None, "response": {}}),
]


@pytest.mark.parametrize("sent", MADE_UP)
def test_what_a_browser_makes_up_is_refused_and_breaks_nothing(station: Station, sent: str) -> None:
    visitor = with_a_key(station)
    assert "could not show that it is yours" in read(visitor.send(SECOND, credential=sent), 401).text
    assert visitor.client.get("/desk/account").status_code == 303
    police = at_the_desk(station, "police")
    page = read(police.client.post(f"{PAGE}/keys/new", data=police.open(PAGE).fields))
    given = page.fields | {"name": "Made up", "credential": sent, "password": PASSWORD}
    assert "could not be added" in read(police.client.post(f"{PAGE}/keys", data=given), 401).text
    with station.store() as session:
        assert security_keys(session, officer_id("police")) == []


def test_an_open_desk_alone_adds_no_key(station: Station) -> None:
    police = at_the_desk(station, "police")
    page = read(police.client.post(f"{PAGE}/keys/new", data=police.open(PAGE).fields))
    given = page.fields | {"name": "Mine now", "credential": "{}", "password": "wrong"}
    assert "#password" in read(police.client.post(f"{PAGE}/keys", data=given), 401).links

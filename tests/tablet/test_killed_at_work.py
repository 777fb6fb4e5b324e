"""A browser killed in mid-write, again and again: what the screen called saved is there and received once.

The page itself says when it taps and when the words "saved" stand there; the kill falls right behind a tap.
"""

import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, Playwright

from fieldops.domain.ids import OperationId, signer_of_log
from fieldops.store.devices import signers_of
from fieldops.store.directory import officer_named
from fieldops.store.operations import operation_coded
from tests.support import at_tablet as officer
from tests.support.browser import LANDSCAPE, kill, open_profile
from tests.support.demo_people import officers, store
from tests.support.held import entries_held
from tests.support.running import Running
from tests.tablet import tour

KILLS = int(os.environ.get("FIELDOPS_TABLET_KILLS", "20"))
SEED = int(os.environ.get("FIELDOPS_TABLET_SEED", "1"))
MOST_TAPS = 6

# Taps options in turn and tells of each before it is made and when it is saved. The last is not waited for.
TAPPING = """async ([taps]) => {
    for (let turn = 1; ; turn += 1) {
        const options = [...document.querySelectorAll("[data-question] [data-option]:not(.many)")]
            .filter((option) => option.getAttribute("aria-pressed") === "false");
        const option = options[turn * 7 % options.length];
        const question = option.closest("[data-question]");
        const state = () => question.querySelector(".foot .save-state").textContent;
        const until = (holds) => new Promise((done) => {
            const look = () => { if (holds()) { watch.disconnect(); done(); } };
            const watch = new MutationObserver(look);
            watch.observe(question, { subtree: true, childList: true, characterData: true });
            look();
        });
        const told = [question.dataset.question, option.dataset.option];
        tell("tap", ...told);
        option.click();
        if (turn === taps) await new Promise(() => undefined);
        await until(() => state() === "saving");
        await until(() => /saved on this tablet|sending|received/.test(state()));
        tell("saved", ...told);
    }
}"""
PRESSED = """() => {
    const options = document.querySelectorAll("[data-question] [data-option]:not(.many)");
    const pressed = [...options].filter((option) => option.getAttribute("aria-pressed") === "true");
    const told = (option) => [option.closest("[data-question]").dataset.question, option.dataset.option];
    return Object.fromEntries(pressed.map(told));
}"""


@dataclass
class Told:
    """What the page said while it was tapped, until the browser was killed."""

    end: Callable[[], object]
    taps_left: int
    saved: dict[str, str] = field(default_factory=dict)
    count: int = 0
    under_way: tuple[str, str] | None = None

    def hear(self, _: object, what: str, question: str, option: str) -> None:
        if what == "saved":
            self.saved[question] = option
            self.count += 1
            self.under_way = None
            return
        self.under_way = (question, option)
        self.taps_left -= 1
        if self.taps_left == 0:
            self.end()


@pytest.fixture(scope="module")
def profile(
    playwright: Playwright, server: Running, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A tablet in the middle of a section, out of signal from then on."""
    folder = tmp_path_factory.mktemp("killed") / "Tablet 12"
    context = tour.enrolled(playwright, server, folder, officers(server)[10])
    page = context.pages[0]
    tour.to_section(page, tour.premises_of(page), "Arrival")
    officer.choose(page, "START-03", "entered")
    tour.to_people_first(page)
    tour.send(page)
    officer.back(page)
    context.close()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def reopened(playwright: Playwright, server: Running, profile: Path) -> Page:
    """The app after a cold start out of signal, at the place where it was."""
    context = open_profile(playwright, profile, LANDSCAPE)
    context.set_offline(True)
    page = context.pages[0]
    page.goto(f"{server.url}/app/")
    officer.unlock(page)
    officer.heading(page, "People first")
    return page


def tap_until_killed(page: Page, profile: Path, taps: int) -> Told:
    told = Told(end=lambda: kill(profile), taps_left=taps)
    page.context.expose_binding("tell", told.hear)
    with pytest.raises(Error):
        page.evaluate(TAPPING, [taps])
    return told


def test_twenty_kills_in_mid_write_cost_nothing_that_was_called_saved(
    playwright: Playwright, server: Running, profile: Path
) -> None:
    chance = random.Random(SEED)
    page = reopened(playwright, server, profile)
    saved, stands = 0, page.evaluate(PRESSED)
    for _ in range(KILLS):
        told = tap_until_killed(page, profile, chance.randint(2, MOST_TAPS))
        saved += told.count
        page = reopened(playwright, server, profile)
        stands = as_told(stands | told.saved, told.under_way, page.evaluate(PRESSED))
    page.context.set_offline(False)
    tour.send(page)
    page.context.close()
    written = answers_of(server, officers(server)[10].username)
    assert saved < len(written) <= saved + KILLS + 1
    assert len(set(written)) == len(written)


def as_told(
    saved: dict[str, str], half_done: tuple[str, str] | None, found: dict[str, str]
) -> dict[str, str]:
    """What is found after the kill: what was saved, or at most the one tap more that was under way."""
    for question, option in saved.items():
        assert (question, found.get(question)) in ((question, option), half_done)
    return found


def answers_of(server: Running, username: str) -> list[str]:
    """The ids of the answers of this officer, as the server holds them."""
    with store(server) as session:
        known, operation = officer_named(session, username), operation_coded(session, "THIMBLE")
        assert known is not None
        assert operation is not None
        keys = signers_of(session, [known[0].id], OperationId(operation.id))
        return [one.id for one in entries_held(session) if signer_of_log(one.log) in keys]

"""`python -m bench.tablet` prints how heavy and how quick the tablet app is.

The app, the server and the demo operation are the real ones. The server is ended before anything is timed:
a tablet in the field has none.
"""

import argparse
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, Playwright, sync_playwright

from bench.tablet.in_page import FIRST_SIGHT, PACKED, READ_FIRST_SIGHT, TAPS, UNLOCK
from tests.support import at_tablet
from tests.support.browser import open_profile
from tests.support.demo_people import code_for, officers
from tests.support.running import Running
from tests.support.static_app import CLIENT, build_app

SPEEDS = (1, 4, 6)  # how many times slower the processor is made
MOST_ADDED = 1000
FIRST_TAPS = 100  # by then everything that is made once is made


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Milliseconds at one speed."""

    slower: int
    cold_ms: float
    unlock_ms: float
    tap_painted_ms: list[float]
    tap_saved_ms: list[float]


@contextmanager
def at_speed(playwright: Playwright, profile: Path, slower: int) -> Iterator[Page]:
    """A page of a browser just started, on a processor so many times slower, not yet anywhere."""
    context = open_profile(playwright, profile)
    try:
        page = context.pages[0]
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.set_default_timeout(120_000)
        yield page
    finally:
        context.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What a tablet held, and its page's memory before and after the taps that filled it."""

    records: int
    before: dict[str, float]
    after: dict[str, float]


def in_memory(page: Page) -> dict[str, float]:
    """Megabytes, elements and listeners that the page keeps alive once the rubbish is collected."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return {
        "MB": found["JSHeapUsedSize"] / 1e6,
        "elements": found["Nodes"],
        "listeners": found["JSEventListeners"],
    }


def prepare(playwright: Playwright, server: Running, profile: Path) -> Filled:
    """A tablet filled through its screens, left in a section, since when it was locked and opened once."""
    officer = officers(server)[0]
    context = open_profile(playwright, profile)
    page = context.pages[0]
    page.goto(f"{server.url}/app/")
    code = code_for(server, officer)
    at_tablet.enrol(
        page, code=code, username=officer.username, password=officer.password, name="Tablet of the bench"
    )
    at_tablet.set_secret(page)
    page.locator("button.visit").first.click()
    at_tablet.open_section(page, "Arrival")
    at_tablet.choose(page, "START-03", "entered")
    at_tablet.press(page, "Next: People first")
    page.evaluate(TAPS, [FIRST_TAPS])
    before = in_memory(page)
    page.evaluate(TAPS, [MOST_ADDED - FIRST_TAPS])
    after = in_memory(page)
    at_tablet.press(page, "Lock")
    at_tablet.unlock(page)
    held = int(page.evaluate(PACKED))
    context.close()
    return Filled(records=held, before=before, after=after)


def timed(playwright: Playwright, url: str, profile: Path, slower: int, taps: int) -> Timed:
    """A cold start without a server, an unlock, and taps on the section one was at."""
    with at_speed(playwright, profile, slower) as page:
        page.add_init_script(FIRST_SIGHT)
        page.goto(url)
        cold = float(page.evaluate(READ_FIRST_SIGHT))
        page.get_by_label("Your secret").fill(at_tablet.SECRET)
        unlock = float(page.evaluate(UNLOCK))
        page.locator("[data-question]").first.wait_for()
        pairs = page.evaluate(TAPS, [taps])
    return Timed(
        slower=slower,
        cold_ms=cold,
        unlock_ms=unlock,
        tap_painted_ms=[pair[0] for pair in pairs],
        tap_saved_ms=[pair[1] for pair in pairs],
    )


PARTS = {
    "script of all screens": r"app-.*\.js",
    "worker that stretches the secret (Argon2id)": r"secret-.*\.js",
    "styles": r"app-.*\.css",
    "page": r"index\.html",
    "worker that serves the app's files": r"sw\.js",
}


def sizes() -> dict[str, dict[str, int]]:
    """Bytes of what a tablet fetches in each form the server gives, icons apart."""
    files = json.loads((CLIENT / "dist" / "build.json").read_text())["files"]
    return {
        part: next(size for name, size in files.items() if re.fullmatch(form, name))
        for part, form in PARTS.items()
    }


def rounded(found: dict[str, float]) -> str:
    return ", ".join(f"{value:.0f} {name}" for name, value in found.items())


def spread(values: list[float]) -> str:
    return f"{median(values):.0f} ({quantiles(values, n=20)[-1]:.0f})"


def told(filled: Filled, runs: list[Timed]) -> str:
    """The figures as the README prints them."""
    lines = ["| what the tablet fetches | brotli | gzip |", "|---|---|---|"]
    lines += [
        f"| {part} | {size['brotli'] / 1000:.1f} kB | {size['gzip'] / 1000:.1f} kB |"
        for part, size in sizes().items()
    ]
    taps = len(runs[0].tap_saved_ms)
    lines += [
        "",
        f"in memory after {FIRST_TAPS} taps: {rounded(filled.before)}",
        f"in memory after {MOST_ADDED} taps: {rounded(filled.after)}",
        "",
        f"{MOST_ADDED} answers in {filled.records} records; ms, median (95th of 100) of {taps} taps",
    ]
    lines += ["| processor | cold start to the lock | unlock | tap, painted | tap, painted and saved |"]
    lines += ["|---|---|---|---|---|"]
    lines += [
        f"| {run.slower}x slower | {run.cold_ms:.0f} | {run.unlock_ms:.0f}"
        f" | {spread(run.tap_painted_ms)} | {spread(run.tap_saved_ms)} |"
        for run in runs
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--taps", type=int, default=60)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    build_app(CLIENT / "dist")
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Path(folder)
        server = Running(folder=place / "server")
        server.folder.mkdir()
        server.seeded("--enact", "none").start()
        try:
            filled = prepare(playwright, server, place / "tablet")
        finally:
            server.kill()
        runs = [
            timed(playwright, f"{server.url}/app/", place / "tablet", slower, given.taps) for slower in SPEEDS
        ]
    print(told(filled, runs))
    print(f"\nload of the machine meanwhile: {os.getloadavg()[1]:.1f} on {os.cpu_count()} processors")
    if given.json is not None:
        given.json.write_text(
            json.dumps([{name: getattr(run, name) for name in Timed.__slots__} for run in runs])
        )


if __name__ == "__main__":
    main()

"""`python -m bench.tablet` prints how heavy and how quick the tablet app is.

The app, the server and the demo operation are the real ones. The server is ended before anything is timed:
a tablet in the field has none.
"""

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, Playwright, sync_playwright

from bench.tablet.in_page import FIRST_SIGHT, HELD, READ_FIRST_SIGHT, TAPS, UNLOCK
from tests.support import at_tablet
from tests.support.browser import open_profile
from tests.support.demo_people import code_for, officers
from tests.support.running import Running
from tests.support.static_app import CLIENT, build_app

SPEEDS = (1, 4, 6)  # how many times slower the processor is made
MOST_ADDED = 1000


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


def prepare(playwright: Playwright, server: Running, profile: Path) -> int:
    """A tablet enrolled, filled through its screens, left in a section; answers how many records it holds."""
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
    page.evaluate(TAPS, [MOST_ADDED])
    held = int(page.evaluate(HELD))
    context.close()
    return held


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


def sizes() -> dict[str, int]:
    """Compressed bytes of what a tablet fetches, icons apart."""
    files = json.loads((CLIENT / "dist" / "build.json").read_text())["files"]
    return {
        "app (script, styles, page)": sum(
            size["gzip"] for name, size in files.items() if name.startswith("app-") or name == "index.html"
        ),
        "script alone": next(
            size["gzip"] for name, size in files.items() if name.endswith(".js") and name != "sw.js"
        ),
        "service worker": files["sw.js"]["gzip"],
    }


def spread(values: list[float]) -> str:
    return f"{median(values):.0f} ({quantiles(values, n=20)[-1]:.0f})"


def told(held: int, runs: list[Timed]) -> str:
    """The figures as the README prints them."""
    lines = [f"{name}: {size / 1000:.1f} kB gz" for name, size in sizes().items()]
    lines += [
        "",
        f"{held} records on the tablet; ms, median (95th of 100) of {len(runs[0].tap_saved_ms)} taps",
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
            held = prepare(playwright, server, place / "tablet")
        finally:
            server.kill()
        runs = [
            timed(playwright, f"{server.url}/app/", place / "tablet", slower, given.taps) for slower in SPEEDS
        ]
    print(told(held, runs))
    print(f"\nload of the machine meanwhile: {os.getloadavg()[1]:.1f} on {os.cpu_count()} processors")
    if given.json is not None:
        given.json.write_text(
            json.dumps([{name: getattr(run, name) for name in Timed.__slots__} for run in runs])
        )


if __name__ == "__main__":
    main()

"""A real Chromium over a profile of its own: opened, killed as by a crash, opened again, checked by axe.

The rule: the page's own security policy stays on. Nothing waits by sleeping; it asks the page or the system.
"""

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, ViewportSize

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "offline_client/node_modules/axe-core/axe.min.js"
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
PORTRAIT: ViewportSize = {"width": 800, "height": 1280}
LANDSCAPE: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def chrome() -> str:
    """Where Chromium is: CHROME, or what the system calls it."""
    named = os.environ.get("CHROME")
    found = named or next(
        filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None
    )
    if not found:
        raise RuntimeError("No Chromium here: install it, or name it in CHROME.")
    return found


def flags() -> list[str]:
    """Chromium refuses its own sandbox to root, so root alone goes without."""
    return [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def open_profile(
    playwright: Playwright,
    profile: Path,
    viewport: ViewportSize = PORTRAIT,
    more_flags: tuple[str, ...] = (),
) -> BrowserContext:
    """A browser over the profile's directory, as one tablet: what it stores outlives it."""
    profile.mkdir(parents=True, exist_ok=True)
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=chrome(),
        args=[*flags(), *more_flags],
        headless=True,
        viewport=viewport,
        has_touch=True,
        locale="en-GB",
        timezone_id="Europe/London",
    )
    context.set_default_timeout(20_000)
    return context


def strays(context: BrowserContext, url: str) -> list[str]:
    """A list that fills with what goes against a page's policy, and with every request to another place."""
    found: list[str] = []
    policy = re.compile("Content Security Policy|TrustedHTML|TrustedScript|TrustedTypePolicy")

    def asked(address: str) -> None:
        if not address.startswith((f"{url}/", "data:", "blob:")):
            found.append(f"asks {address}")

    def said(words: str) -> None:
        if policy.search(words):
            found.append(words)

    context.on("request", lambda request: asked(request.url))
    context.on("console", lambda message: said(message.text))
    context.on("weberror", lambda error: said(str(error.error)))
    return found


@contextmanager
def tablet(
    playwright: Playwright, profile: Path, url: str, viewport: ViewportSize = PORTRAIT
) -> Iterator[Page]:
    """One page of the app in a browser that closes tidily."""
    context = open_profile(playwright, profile, viewport)
    try:
        page = context.pages[0] if context.pages else context.new_page()
        page.goto(url)
        yield page
    finally:
        context.close()


def processes_of(profile: Path) -> list[int]:
    """The processes whose command line names exactly this profile."""
    mark = f"--user-data-dir={profile}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if mark in words:
            found.append(int(entry.parent.name))
    return found


def kill(profile: Path) -> int:
    """Ends this profile's browser with SIGKILL, in mid-write if it writes; answers how many fell."""
    fallen = processes_of(profile)
    for process in fallen:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
    for lock in profile.glob("Singleton*"):
        lock.unlink(missing_ok=True)
    return len(fallen)


@cache
def axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA on the page as it stands: one line each, with the elements."""
    page.evaluate(axe_source())
    found = page.evaluate(
        """async (tags) => {
            const result = await axe.run(document, { runOnly: { type: "tag", values: tags } });
            const where = (node) => node.target.join(" ") + " " + (node.any[0]?.message ?? "");
            return result.violations.map((one) => `${one.id}: ${one.nodes.map(where).join(" ; ")}`);
        }""",
        list(WCAG),
    )
    return [str(line) for line in found]


def small_targets(page: Page, least_px: int = 60) -> list[str]:
    """Controls in sight that a gloved finger would miss: lower than `least_px`, less a rounding."""
    found = page.evaluate(
        """(least) => [...document.querySelectorAll("button, a, input, textarea, summary, select")]
            .map((element) => [element, element.getBoundingClientRect()])
            .filter(([, box]) => box.height > 0 && (Math.min(box.height, box.width) < least - 0.01))
            .map(([one, box]) => `${one.tagName} ${one.textContent} ${box.width}x${box.height}`)""",
        least_px,
    )
    return [str(line) for line in found]

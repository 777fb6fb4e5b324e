"""The tablet's disk in a real browser: what is acknowledged is there, whatever becomes of window or room."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.support.browser import kill, open_profile
from tests.support.static_app import CLIENT, NODE, StaticApp

BUNDLE = """
import { build } from "esbuild";
const [entry, outfile] = process.argv.slice(1);
await build({ entryPoints: [entry], outfile, bundle: true });
"""
POLICY = "default-src 'none'; script-src 'self'"
MEGABYTE = 1_000_000
# The store as the app's first version made it, with records in it, before this version opens it.
FIRST_VERSION = """(names) => new Promise((done, wrong) => {
    const asked = indexedDB.open("trial", 1);
    asked.onupgradeneeded = () => {
        const rooms = ["officers", "own", "segments", "streams", "pulled", "papers", "small"];
        for (const room of rooms) asked.result.createObjectStore(room);
    };
    asked.onerror = () => wrong(asked.error);
    asked.onsuccess = () => {
        const begun = asked.result.transaction(["own"], "readwrite", { durability: "strict" });
        for (const name of names) begun.objectStore("own").put({ ct: new Uint8Array(2000) }, ["o", name]);
        begun.oncomplete = () => { asked.result.close(); done(); };
    };
})"""


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaticApp]:
    """A page that holds nothing but the vault's disk."""
    folder = tmp_path_factory.mktemp("trial")
    page = CLIENT / "test/browser/disk_page.ts"
    bundle = [NODE, "--input-type=module", "-e", BUNDLE, page, folder / "disk.js"]
    subprocess.run(bundle, cwd=CLIENT, check=True, capture_output=True, timeout=60)
    (folder / "index.html").write_text(
        '<!doctype html><title>disk</title><script type="module" src="disk.js"></script>', encoding="utf-8"
    )
    (folder / "build.json").write_text(json.dumps({"csp": POLICY}), encoding="utf-8")
    with StaticApp(folder) as served:
        yield served


@pytest.fixture
def page(playwright: Playwright, trial: StaticApp, tmp_path: Path) -> Iterator[Page]:
    context = open_profile(playwright, tmp_path / "profile")
    opened = context.pages[0]
    enter(opened, trial)
    yield opened
    context.close()


def enter(page: Page, trial: StaticApp) -> None:
    page.goto(trial.url)
    expect(page).to_have_title("disk")


def ask(page: Page, call: str) -> Any:
    return page.evaluate(f"() => trial.{call}")


def test_what_is_acknowledged_outlives_a_browser_killed_at_once(
    playwright: Playwright, trial: StaticApp, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    enter(page := open_profile(playwright, profile).pages[0], trial)
    for name in ("1", "2", "3"):
        assert ask(page, f"save('{name}', 1000)") == {"ok": True}
    assert kill(profile) > 0
    again = open_profile(playwright, profile)
    enter(again.pages[0], trial)
    assert ask(again.pages[0], "names()") == ["1", "2", "3"]
    again.close()


def test_every_write_waits_for_the_disk_to_flush(page: Page) -> None:
    ask(page, "save('1', 10)")
    ask(page, "saveTwo('2', null)")
    assert ask(page, "durabilities()") == ["strict"]


def test_a_connection_cut_in_the_background_is_opened_again_for_the_next_tap(page: Page) -> None:
    ask(page, "save('1', 10)")
    for name in ("2", "3"):
        ask(page, "cut()")
        assert ask(page, f"save('{name}', 10)") == {"ok": True}
    assert ask(page, "names()") == ["1", "2", "3"]


def test_a_tablet_without_room_says_so_and_keeps_what_it_has(page: Page, trial: StaticApp) -> None:
    devtools = page.context.new_cdp_session(page)
    origin = trial.url.removesuffix("/app/")
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": MEGABYTE})
    kept = []
    for name in "abcdefghijklmnopqrst":  # the browser looks at the room that is left only now and then
        answer = ask(page, f"save('{name}', {5 * MEGABYTE})")
        if not answer["ok"]:
            break
        kept.append(name)
    assert (answer["ok"], answer["code"]) == (False, "full")
    assert "no room" in answer["why"]
    assert ask(page, "names()") == kept


def test_one_officer_s_records_are_not_among_another_s(page: Page) -> None:
    ask(page, "save('1', 10)")
    assert (ask(page, "countOf('o')"), ask(page, "countOf('p')")) == (1, 0)


def test_an_outbox_of_the_first_version_is_whole_after_the_store_was_brought_up_to_date(page: Page) -> None:
    names = [f"{n:03}" for n in range(400)]
    page.evaluate(FIRST_VERSION, names)
    assert ask(page, "names()") == names
    assert ask(page, "save('later', 10)") == {"ok": True}
    assert ask(page, "names()") == [*names, "later"]
    assert page.evaluate("indexedDB.databases().then((all) => all[0].version)") > 1


def test_only_one_window_writes(page: Page, trial: StaticApp) -> None:
    assert ask(page, "pen()") is True
    second = page.context.new_page()
    enter(second, trial)
    assert ask(second, "pen()") is False
    page.close()
    second.reload()
    assert ask(second, "pen()") is True

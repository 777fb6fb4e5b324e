"""The app's own files: whole or absent, there without a server, changed only when the officer says so."""

import json
import shutil
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.support.browser import open_profile, tablet
from tests.support.static_app import StaticApp, build_app

SETTLED = """() => navigator.serviceWorker.ready.then((r) => new Promise((done) => {
    const look = () => r.active?.state === "activated" ? done(true) : setTimeout(look, 20);
    look();
}))"""
NEWCOMER = """async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const before = registration.active;
    const fate = new Promise((done) => registration.addEventListener("updatefound", () => {
        const worker = registration.installing;
        const settled = () => { if (worker.state !== "installing") done(worker.state); };
        worker.addEventListener("statechange", settled);
    }));
    await registration.update().catch(() => undefined);
    return [await fate, registration.active === before];
}"""


def first_page(page: Page) -> None:
    expect(page.get_by_role("heading", name="Set up this tablet")).to_be_visible()


def version(folder: Path) -> str:
    return str(json.loads((folder / "build.json").read_text())["version"])


def another_version(built: Path, out: Path) -> Path:
    """The same app with other words in its manifest: another version, by its hashes."""
    shutil.copytree(built, out)
    worker = (out / "sw.js").read_text().replace(version(built), "another-one-")
    (out / "sw.js").write_text(worker)
    return out


def test_the_app_starts_cold_with_the_server_gone(
    playwright: Playwright, served: StaticApp, tmp_path: Path
) -> None:
    with tablet(playwright, tmp_path / "tablet", served.url) as page:
        first_page(page)
        assert page.evaluate(SETTLED)
    served.stop()
    with tablet(playwright, tmp_path / "tablet", served.url) as page:
        first_page(page)


def test_one_altered_byte_keeps_a_new_version_out_and_the_old_one_goes_on(
    playwright: Playwright, served: StaticApp, built: Path, tmp_path: Path
) -> None:
    with tablet(playwright, tmp_path / "tablet", served.url) as page:
        first_page(page)
        page.evaluate(SETTLED)
        spoiled = another_version(built, tmp_path / "spoiled")
        script = next(spoiled.glob("app-*.js"))
        script.write_bytes(script.read_bytes() + b" ")
        served.folder = spoiled
        assert page.evaluate(NEWCOMER) == ["redundant", True]
        page.reload()
        first_page(page)


def test_a_new_version_waits_until_the_officer_says_so(
    playwright: Playwright, served: StaticApp, built: Path, tmp_path: Path
) -> None:
    with tablet(playwright, tmp_path / "tablet", served.url) as page:
        first_page(page)
        page.evaluate(SETTLED)
        served.folder = another_version(built, tmp_path / "next")
        assert page.evaluate(NEWCOMER) == ["installed", True]
        page.reload()
        first_page(page)
        names = page.evaluate("caches.keys()")
        assert f"shell-{version(built)}" in names


def test_the_worker_never_answers_for_the_server(
    playwright: Playwright, served: StaticApp, tmp_path: Path
) -> None:
    with tablet(playwright, tmp_path / "tablet", served.url) as page:
        first_page(page)
        page.evaluate(SETTLED)
        page.reload()
        asking = "fetch('/api/sync/papers').then((reply) => reply.status)"
        assert [page.evaluate(asking), page.evaluate(asking)] == [404, 404]
        assert served.asked.count("/api/sync/papers") == 2
        held = page.evaluate("caches.match('/api/sync/papers').then((found) => found === undefined)")
        assert held is True


def test_the_code_of_the_link_is_filled_in_and_leaves_the_address(
    playwright: Playwright, served: StaticApp, tmp_path: Path
) -> None:
    with tablet(playwright, tmp_path / "tablet", f"{served.url}#enrol=abcd-efgh-2345") as page:
        expect(page.get_by_label("Code")).to_have_value("abcd-efgh-2345")
        assert page.url == served.url


def test_over_plain_http_on_another_name_the_app_says_why_it_cannot_run(
    playwright: Playwright, served: StaticApp, tmp_path: Path
) -> None:
    # Any name but localhost is an insecure origin; the browser is told that this one is the same machine.
    here = ("--host-resolver-rules=MAP tablet.example 127.0.0.1",)
    context = open_profile(playwright, tmp_path / "tablet", more_flags=here)
    try:
        page = context.pages[0]
        page.goto(f"http://tablet.example:{served.port}/app/")
        expect(page.get_by_role("heading", name="The app cannot run here")).to_be_visible()
        expect(page.get_by_text("must start with https")).to_be_visible()
    finally:
        context.close()


def test_the_same_sources_build_the_same_bytes(built: Path, tmp_path: Path) -> None:
    again = build_app(tmp_path / "again")
    first, second = ({file.name: file.read_bytes() for file in folder.iterdir()} for folder in (built, again))
    assert first == second


def test_the_app_asks_nothing_of_any_other_host(
    playwright: Playwright, served: StaticApp, tmp_path: Path
) -> None:
    context = open_profile(playwright, tmp_path / "tablet")
    try:
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        page = context.pages[0]
        page.goto(served.url)
        first_page(page)
        assert asked
        assert [url for url in asked if not url.startswith(served.url)] == []
    finally:
        context.close()

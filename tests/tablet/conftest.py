"""One Chromium driver and one build of the app for all tests of the tablet's screens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.support.static_app import StaticApp, build_app


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_app(tmp_path_factory.mktemp("app") / "dist")


@pytest.fixture
def served(built: Path) -> Iterator[StaticApp]:
    with StaticApp(built) as app:
        yield app

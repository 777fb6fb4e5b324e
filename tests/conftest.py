"""Fixtures that more than one promise is held with."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, sync_playwright

pytest_plugins = ["tests.support.database"]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one driver of browsers; a process can have no second one."""
    with sync_playwright() as driver:
        yield driver

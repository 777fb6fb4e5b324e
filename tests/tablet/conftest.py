"""One Chromium driver, one build of the app and one seeded server for all tests of the tablet's screens."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.running import Running
from tests.support.static_app import StaticApp, build_app


@dataclass(kw_only=True)
class Serving(Running):
    """A server that serves this build of the app, whatever else lies in the tree."""

    app: Path

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "FIELDOPS_TABLET_APP": str(self.app)}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_app(tmp_path_factory.mktemp("app") / "dist")


@pytest.fixture
def served(built: Path) -> Iterator[StaticApp]:
    """The app's files alone, for what needs no server behind them."""
    with StaticApp(built) as app:
        yield app


@pytest.fixture(scope="session")
def server(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A real server with Operation THIMBLE planned from today on, of which nothing has happened yet."""
    running = Serving(folder=tmp_path_factory.mktemp("server"), app=built)
    running.seeded("--enact", "none").start()
    try:
        yield running
    finally:
        running.kill()

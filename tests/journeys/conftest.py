"""A seeded server, a browser driver and the people of the demo, for journeys from end to end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.running import Running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """THIMBLE on its first day, before anybody has gone out. Each journey has its own."""
    running = Running(folder=tmp_path_factory.mktemp("server")).seeded("--enact", "none").start()
    yield running
    running.kill()


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    """Where this test's tablets keep what they store."""
    return tmp_path

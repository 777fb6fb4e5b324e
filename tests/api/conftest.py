"""The server that the tests of the doors knock at."""

from pathlib import Path

import pytest

from tests.support.station import Station, open_station


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return open_station(tmp_path / "data")

"""The server that the desk's tests look at, and officers who record at its one visit."""

from pathlib import Path

import pytest

from tests.support.station import Station, open_station


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return open_station(tmp_path / "data")

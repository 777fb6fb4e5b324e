"""Operation THIMBLE, enacted whole and once, for every test of its report."""

from datetime import date

import pytest

from fieldops.seeding.demo import DemoOrder
from tests.support.demo_world import DemoWorld
from tests.support.thimble import THIMBLE


@pytest.fixture(scope="session")
def thimble(tmp_path_factory: pytest.TempPathFactory) -> DemoWorld:
    made = DemoWorld.in_folder(tmp_path_factory.mktemp("report"))
    made.load(DemoOrder(file=THIMBLE, start=date(2027, 2, 9)))
    return made

"""Operation THIMBLE, enacted whole: every figure of its truth comes back out of the ledger, and nothing more."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from fieldops.domain.counting_rules import WHOLE
from fieldops.seeding.demo import DemoOrder
from tests.support.demo_world import DemoWorld, Figures
from tests.support.thimble import THIMBLE
from tests.support.truth_totals import expected

START = date(2027, 2, 9)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> DemoWorld:
    made = DemoWorld(tmp_path_factory.mktemp("thimble"))
    made.load(DemoOrder(file=THIMBLE, start=START))
    return made


@pytest.fixture(scope="module")
def figures(world: DemoWorld) -> Figures:
    return world.figures("THIMBLE")


@pytest.mark.parametrize("figure", sorted(expected(THIMBLE)))
def test_each_figure_of_the_truth_comes_out_of_the_ledger(figures: Figures, figure: str) -> None:
    counted = {split.replace(WHOLE, ""): amount for split, amount in figures[figure].items() if amount}
    assert counted == expected(THIMBLE)[figure]

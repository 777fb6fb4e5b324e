"""Nothing lost, nothing changed, nothing shown too far: a simulated field with every fault that a seed draws.

The long form takes FIELDOPS_TORTURE_STEPS (see docs/reliability.md); a seed that fails prints the command by
which it happens again.
"""

import os

import pytest

from tests.torture.oracles import Broken
from tests.torture.simulation import Simulation

STEPS_A_DAY = 2000
DAYS = int(os.environ.get("FIELDOPS_TORTURE_STEPS", "100000")) // STEPS_A_DAY
FIRST_SEED = int(os.environ.get("FIELDOPS_TORTURE_SEED", "1"))


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + DAYS))
def test_whatever_befalls_network_server_and_tablets_nothing_is_lost_or_shown_too_far(seed: int) -> None:
    day = Simulation(seed)
    try:
        day.run(STEPS_A_DAY)
    except Broken as fault:
        raise AssertionError(f"{fault}\nagain: python -m tests.torture {seed} {STEPS_A_DAY}") from fault
    assert day.steps == STEPS_A_DAY
    assert day.promised


def test_a_seed_tells_the_same_day_twice() -> None:
    first, second = Simulation(7), Simulation(7)
    for day in (first, second):
        day.run(600)
    assert first.look() == second.look()
    assert first.sent == second.sent

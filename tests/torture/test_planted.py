"""The simulation can fail: every mistake that is planted in a server, a tablet or a screen is seen."""

import pytest

from tests.torture.mistakes import MISTAKES, with_mistake
from tests.torture.oracles import Broken, Oracle

STEPS = 600
MOST_DAYS = 24
PLANTED = list(MISTAKES.items())


@pytest.mark.parametrize(("mistake", "seen_by"), PLANTED, ids=[one.__name__ for one, _ in PLANTED])
def test_a_mistake_that_others_lost_data_by_is_seen(mistake: object, seen_by: set[Oracle]) -> None:
    """Each of them is seen within a few days, and by the oracle that is there for it."""
    seen: set[Oracle] = set()
    for seed in range(1, MOST_DAYS + 1):
        try:
            with_mistake(mistake, seed).run(STEPS)
        except Broken as fault:
            seen.add(fault.oracle)
            break
    assert seen & seen_by, seen

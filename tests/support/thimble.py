"""The demo operation, as a planner sees it."""

from pathlib import Path

from fieldops.planning.problem import Problem
from fieldops.seeding.operation_file import planning_problem, read_operation_file

THIMBLE = Path(__file__).resolve().parents[2] / "seeds" / "demo" / "thimble.yaml"


def thimble_problem() -> Problem:
    return planning_problem(read_operation_file(THIMBLE))

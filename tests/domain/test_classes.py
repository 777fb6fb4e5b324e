"""Every entry falls into the class that the shared vectors say, whatever it is dressed as."""

import json
from typing import Any

import pytest

from fieldops.domain.classes import class_of, parse_classes
from tests.support.checklists import paper
from tests.support.write_vectors import VECTORS

HELD = json.loads((VECTORS / "classes.json").read_text(encoding="utf-8"))
CLASSES = parse_classes(HELD["classes"])


def test_the_vectors_carry_the_table_that_is_published() -> None:
    assert HELD["classes"] == paper("classes/classes.yaml")


@pytest.mark.parametrize("case", HELD["cases"], ids=lambda case: case["name"])
def test_an_entry_falls_into_its_class(case: dict[str, Any]) -> None:
    found = class_of(
        CLASSES, field=case["field"], kind=case["kind"], subject=case["subject"], value=case["value"]
    )
    assert found == case["class"]

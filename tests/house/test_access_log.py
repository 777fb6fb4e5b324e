"""Every door says what it leaves in the access log, or why nothing; no figure is made from the log."""

import ast
from pathlib import Path

import pytest
from flask import Flask

from fieldops.domain.looks import LookKind
from fieldops.web.guard import full_name
from fieldops.web.looks import DECLARED
from tests.support.station import open_station

ROOT = Path(__file__).resolve().parents[2] / "fieldops"
STATIC = frozenset({"desk.static"})  # files of our own that are the same for everybody
THE_LOG = frozenset({"accesslog", "looks", "look_rules", "look_review"})
FIGURES = [
    *sorted(ROOT.glob("reports/**/*.py")),
    *sorted(ROOT.glob("planning/**/*.py")),
    ROOT / "domain" / "counting.py",
    ROOT / "domain" / "counting_rules.py",
    ROOT / "domain" / "scoring.py",
    ROOT / "desk" / "progress.py",
]


def undeclared(app: Flask) -> list[str]:
    return [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in STATIC and full_name(app.view_functions[rule.endpoint]) not in DECLARED
    ]


def test_every_door_says_what_it_leaves_in_the_access_log_or_why_nothing(tmp_path: Path) -> None:
    assert undeclared(open_station(tmp_path).app) == []


def test_a_new_door_that_says_nothing_of_it_is_noticed(tmp_path: Path) -> None:
    app = open_station(tmp_path).app
    app.add_url_rule("/new", view_func=lambda: "who they are")
    assert undeclared(app) == ["/new"]


def test_a_door_that_leaves_nothing_gives_a_reason_in_words() -> None:
    reasons = [one.nothing_because for one in DECLARED.values() if not one.kinds]
    assert reasons
    assert all(reason and len(reason.split()) >= 4 for reason in reasons)


def test_each_of_the_six_kinds_of_the_act_is_left_by_something() -> None:
    by_doors = {kind for one in DECLARED.values() for kind in one.kinds}
    in_sync = (ROOT / "sync" / "collected.py").read_text("utf-8")
    by_doors |= {kind for kind in LookKind if f"LookKind.{kind.name}" in in_sync}
    assert by_doors == set(LookKind)


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_figure_is_made_from_the_access_log(path: Path) -> None:
    found = ast.walk(ast.parse(path.read_text("utf-8")))
    named = {one.module for one in found if isinstance(one, ast.ImportFrom) and one.module}
    assert {name for name in named if name.rpartition(".")[2] in THE_LOG} == set()

"""Every door is guarded or declared open, every refusal has one status, and the description is the truth."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from marshmallow import Schema

from fieldops.api.describing import PLACE, describe, doors
from fieldops.domain.who import Action
from fieldops.web.guard import DOORS, full_name
from fieldops.web.problems import BY_STATUS, PROBLEMS
from fieldops.web.spoken import SPOKEN
from tests.support.station import open_station

ROOT = Path(__file__).resolve().parents[2] / "fieldops"
API = "fieldops.api."
STATIC = frozenset({"desk.static"})  # files of our own that are the same for everybody
DOOR_LINES = 8


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return open_station(tmp_path_factory.mktemp("doors")).app


def test_every_door_is_guarded_or_says_why_it_is_open(app: Flask) -> None:
    unkept = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in STATIC and full_name(app.view_functions[rule.endpoint]) not in DOORS
    ]
    assert unkept == []


def test_an_open_door_gives_a_reason_in_words() -> None:
    reasons = [door.open_because for door in DOORS.values() if door.action is None]
    assert reasons
    assert all(reason and len(reason.split()) >= 4 for reason in reasons)


def test_there_is_no_right_that_nothing_asks_for() -> None:
    code = "\n".join(path.read_text("utf-8") for path in ROOT.rglob("*.py") if path.name != "access.py")
    assert [right.name for right in Action if f"Action.{right.name}" not in code] == []


def test_every_door_of_the_api_says_what_it_takes_and_gives(app: Flask) -> None:
    views = {full_name(view) for view in app.view_functions.values()}
    assert {view for view in views if view.startswith(API)} <= SPOKEN.keys()


def test_a_door_reads_its_body_by_the_schema_that_describes_it(app: Flask) -> None:
    for told in doors(app):
        module = inspect.getmodule(app.view_functions[_endpoint(app, told.path, told.method)])
        assert isinstance(module, ModuleType)
        view = ast.parse(inspect.getsource(module))
        read = _schema_read(view, told.name.rpartition(".")[2])
        named = None if read is None else getattr(module, read)
        assert named is told.spoken.takes, told.name


def test_a_door_is_a_few_lines() -> None:
    for path in sorted((ROOT / "api").glob("*.py")):
        for function in _functions(path):
            if any(_is_route(one) for one in function.decorator_list):
                lines = _body_lines(function)
                assert lines <= DOOR_LINES, f"{path.name}: {function.name} has {lines} lines"


def test_the_description_names_exactly_the_doors_that_answer(app: Flask) -> None:
    described = {(path, method) for path, methods in describe(app)["paths"].items() for method in methods}
    answering = {
        (PLACE.sub(r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if full_name(app.view_functions[rule.endpoint]).startswith(API)
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert described == answering


def test_the_description_resolves_and_describes_every_body(app: Flask) -> None:
    description = describe(app)
    assert description["openapi"] == "3.1.0"
    known = description["components"]["schemas"]
    for name in re.findall(r"#/components/schemas/([A-Za-z0-9]+)", str(description)):
        assert name in known
    takes = [told for told in doors(app) if isinstance(told.spoken.takes, Schema)]
    assert all("requestBody" in description["paths"][told.path][told.method] for told in takes)


def test_the_readable_page_shows_every_door_and_every_code(app: Flask) -> None:
    answer = app.test_client().get("/api/docs")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<script" not in page
    assert "style=" not in page
    for told in doors(app):
        assert told.path in page
    for code in PROBLEMS:
        assert f'id="{code}"' in page


def test_every_refusal_in_the_code_has_one_status_in_the_one_table() -> None:
    raised = set(_codes())
    assert raised - PROBLEMS.keys() == set()


def test_the_table_holds_no_code_that_nothing_refuses_with() -> None:
    everywhere = "\n".join(
        path.read_text("utf-8") for path in ROOT.rglob("*.py") if path.name != "problems.py"
    )
    unused = [code for code in PROBLEMS if f'"{code}"' not in everywhere and code not in BY_STATUS.values()]
    assert set(unused) <= {"internal", "database_away", "storage_full"}


def test_every_refusal_that_a_door_names_is_in_the_table() -> None:
    assert {code for spoken in SPOKEN.values() for code in spoken.refuses} <= PROBLEMS.keys()


def test_statuses_are_known_in_one_file_only() -> None:
    for path in ROOT.rglob("*.py"):
        if path.parent.name == "domain" or path.parent.name == "store":
            assert not re.search(r"\b(status_code|HTTPStatus|abort\()", path.read_text("utf-8")), path


def _endpoint(app: Flask, path: str, method: str) -> str:
    return next(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if PLACE.sub(r"{\1}", rule.rule) == path and method.upper() in rule.methods
    )


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(path.read_text("utf-8"))
    return (node for node in tree.body if isinstance(node, ast.FunctionDef))


def _is_route(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and getattr(called.value, "id", "") == "blueprint"


def _body_lines(function: ast.FunctionDef) -> int:
    """Lines of a function behind its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def _schema_read(tree: ast.Module, function: str) -> str | None:
    """The name of the schema by which a door reads its body."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "read_body":
                    return getattr(call.args[0], "id", None)
    return None


def _codes() -> Iterator[str]:
    """The code of every refusal that is written out anywhere."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal" and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield code.value

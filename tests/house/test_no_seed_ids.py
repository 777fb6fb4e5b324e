"""Questions, indicators, agencies, classes and agreements are data: none of their ids stands in code."""

import ast
import re
from pathlib import Path

import pytest

from tests.support.checklists import paper

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted((ROOT / "fieldops").rglob("*.py"))
TYPESCRIPT = sorted(
    path for ending in ("*.ts", "*.tsx") for path in (ROOT / "offline_client" / "src").rglob(ending)
)
ONLY_HERE = "fieldops/domain/access.py"
STORIES = ROOT / "fieldops" / "seeding"  # casts officers for a demo's parts, and grants nobody anything


def seed_ids() -> frozenset[str]:
    checklist = paper("checklists/victim-identification-visit.yaml")
    indicators = paper("indicators/ilo-ec-delphi-2009-labour.yaml")
    marks = {checklist["anybody"], checklist["visit_lead"]}
    return frozenset(
        {question["id"] for question in checklist["questions"]}
        | {one["code"] for one in indicators["indicators"]}
        | {one["code"] for one in paper("agencies/agencies.yaml")["agencies"]}
        | (set(checklist["agencies"]) - marks)
        | {one["code"] for one in paper("classes/classes.yaml")["classes"]}
        | {paper("agreements/thimble.yaml")["id"], checklist["id"], indicators["id"]}
    )


IDS = seed_ids()


def python_texts(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]


def typescript_texts(path: Path) -> list[str]:
    return re.findall(r"""["'`]([^"'`\n]*)["'`]""", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_seed_id_stands_in_python(path: Path) -> None:
    assert [text for text in python_texts(path) if text.split(":")[0] in IDS] == []


@pytest.mark.parametrize("path", TYPESCRIPT, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_seed_id_stands_in_typescript(path: Path) -> None:
    assert [text for text in typescript_texts(path) if text.split(":")[0] in IDS] == []


def speaks_of_permission(operand: ast.expr) -> bool:
    """Whether one side of a comparison is a role, somebody's agency, or a level of the agreement."""
    words = ast.unparse(operand)
    return re.search(r"^(Role|Level)\.|\.(roles|agency|level)$", words) is not None


def compares_permission(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
        return ast.unparse(node.left).endswith(".roles") or ast.unparse(node.right).endswith(".roles")
    if not isinstance(node, ast.Compare):
        return False
    sides = [node.left, *node.comparators]
    return not any(ast.unparse(side) == "None" for side in sides) and any(map(speaks_of_permission, sides))


JUDGED = [path for path in PYTHON if path != ROOT / ONLY_HERE and STORIES not in path.parents]


@pytest.mark.parametrize("path", JUDGED, ids=lambda path: str(path.relative_to(ROOT)))
def test_permission_is_compared_in_one_file_only(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [f"{node.lineno}: {ast.unparse(node)}" for node in ast.walk(tree) if compares_permission(node)]
    assert found == []

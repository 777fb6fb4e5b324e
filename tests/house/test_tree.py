"""What keeps the tree easy to read, held by tests so that nobody has to remember it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted((ROOT / "fieldops").rglob("*.py"))
TYPESCRIPT = sorted(
    path for ending in ("*.ts", "*.tsx") for path in (ROOT / "offline_client" / "src").rglob(ending)
)
TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def hits(paths: list[Path], pattern: str, besides: tuple[str, ...] = ()) -> list[str]:
    """Lines that match, as `file:line text`; `besides` names the files where they belong."""
    found = []
    for path in paths:
        if name(path) not in besides:
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [
                f"{name(path)}:{n} {line.strip()}"
                for n, line in enumerate(lines, 1)
                if re.search(pattern, line)
            ]
    return found


@pytest.mark.parametrize("path", PYTHON + TYPESCRIPT, ids=name)
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_a_function_fits_on_a_screen_and_takes_few_arguments(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            arguments = len(node.args.args) + len(node.args.kwonlyargs)
            assert length <= 40, f"{node.name}: {length} lines"
            assert arguments <= 6, f"{node.name}: {arguments} arguments"


@pytest.mark.parametrize("path", [p for p in PYTHON if p.stat().st_size], ids=name)
def test_a_module_says_what_it_holds(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_imports_stand_at_the_top_where_the_floors_can_be_seen() -> None:
    late = []
    for path in PYTHON:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        late += [
            f"{name(path)}:{inner.lineno}"
            for function in functions
            for inner in ast.walk(function)
            if isinstance(inner, ast.Import | ast.ImportFrom)
        ]
    assert late == []
    assert hits(PYTHON, r"\bTYPE_CHECKING\b") == []


def test_a_transaction_is_ended_in_one_place_only() -> None:
    assert hits(PYTHON, r"\.(commit|rollback)\(", ("fieldops/web/transaction.py", "fieldops/cli.py")) == []


def test_the_domain_knows_no_clock_no_disk_and_no_chance() -> None:
    domain = [path for path in PYTHON if "domain" in path.parts]
    assert hits(domain, r"datetime\.now|time\.time|uuid4|import random|\bopen\(|environ") == []


def test_the_environment_is_read_by_the_settings_alone() -> None:
    assert hits(PYTHON, r"os\.environ|os\.getenv", ("fieldops/settings.py",)) == []


def test_no_fault_is_swallowed() -> None:
    assert hits(PYTHON, r"except( Exception| BaseException)?( as \w+)?:") == []
    assert hits(TYPESCRIPT, r"catch\s*(\(\w+\))?\s*\{\s*\}") == []


def test_every_write_on_the_tablet_reaches_the_disk_before_it_is_called_saved() -> None:
    transactions = hits(TYPESCRIPT, r"\.transaction\(")
    assert transactions
    assert [line for line in transactions if "durability" not in line] == []


def test_typescript_has_no_hole_in_its_types() -> None:
    assert hits(TYPESCRIPT, r":\s*any\b|\bas any\b|<any>|@ts-ignore|@ts-nocheck") == []


def test_the_tests_use_the_real_things() -> None:
    fakes = r"monkeypatch|Mock\(|mocker|unittest\.mock|pytest\.skip|mark\.skip|importorskip|xfail|time\.sleep"
    assert hits(TESTS, fakes) == []


def test_every_vector_is_read_by_both_languages() -> None:
    vectors = sorted((ROOT / "fieldops" / "sync" / "protocol" / "vectors").glob("*.json"))
    python = "\n".join(path.read_text(encoding="utf-8") for path in TESTS)
    node = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "offline_client" / "test").rglob("*.ts"))
    assert vectors
    assert [path.name for path in vectors if path.name not in python or path.name not in node] == []


def test_a_lock_file_names_no_registry_host() -> None:
    locks = [
        ROOT / "requirements.lock",
        ROOT / "requirements-test.lock",
        ROOT / "offline_client" / "package-lock.json",
    ]
    assert (
        hits(
            [path for path in locks if path.exists()],
            r"https?://(?!.*(opencollective|github|patreon|paypal|tidelift|buymeacoffee))",
        )
        == []
    )


def test_what_is_made_is_never_kept() -> None:
    left_out = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert {".venv/", "__pycache__/", "node_modules/", "dist/", "/instance/", "*.db"} <= set(left_out)

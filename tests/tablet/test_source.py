"""What the sources of the tablet's screens must hold, whatever they draw."""

import json
import re
from pathlib import Path

CLIENT = Path(__file__).resolve().parents[2] / "offline_client"
SCREENS = sorted([*CLIENT.glob("src/screens/**/*.tsx"), *CLIENT.glob("src/ui/*.tsx")])
STYLES = sorted(CLIENT.glob("styles/*.css"))


def sources(pattern: str, paths: list[Path]) -> list[str]:
    return [path.name for path in paths if re.search(pattern, path.read_text())]


FIELD = re.compile(r"<(input|textarea|form)\b(?:[^>{]|\{[^}]*\}|=>)*>", re.DOTALL)


def test_no_typed_word_is_offered_to_the_browsers_memory() -> None:
    fields = [(path.name, found.group(0)) for path in SCREENS for found in FIELD.finditer(path.read_text())]
    assert len(fields) >= 3
    assert [(name, text) for name, text in fields if 'autocomplete="off"' not in text] == []


def test_every_place_to_type_is_seen_by_the_test_above() -> None:
    opened = sum(len(re.findall(r"<(?:input|textarea|form)\b", path.read_text())) for path in SCREENS)
    matched = sum(len(FIELD.findall(path.read_text())) for path in SCREENS)
    assert opened == matched


def test_no_screen_carries_a_style_that_the_security_policy_would_drop() -> None:
    assert sources(r"\bstyle=|innerHTML|dangerouslySet", SCREENS) == []


def test_nothing_needs_a_hovering_finger_or_a_long_drop_down() -> None:
    assert sources(":hover", STYLES) == []
    assert sources(r"<select|onMouse(Enter|Over)|onTouchMove", SCREENS) == []


def test_nothing_of_the_work_is_kept_where_it_lies_readable() -> None:
    kept = sources(r"localStorage|sessionStorage|document\.cookie", sorted(CLIENT.glob("src/**/*.ts*")))
    assert set(kept) <= {
        "settings.ts",
        "browser.ts",
        "island.ts",
    }  # the look, how much each store holds, at the desk a checkpoint: no word of it


def test_the_lock_names_no_host_to_fetch_from() -> None:
    lock = json.loads((CLIENT / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []

"""Fills in a whole checklist at the tablet, section by section, each kind of question in its own way."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Locator, Page, expect

from tests.support import at_tablet as officer

SEED = Path(__file__).resolve().parents[2] / "seeds/reference/checklists/victim-identification-visit.yaml"
LIST_TYPES = frozenset({"exhibit_list", "media_list", "referral_list"})


def checklist() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load(SEED.read_text(encoding="utf-8"))
    return loaded


def wanted_options(paper: Mapping[str, Any]) -> Mapping[str, list[str]]:
    """For each question the options on which others depend, so that choosing one opens them."""
    wanted: dict[str, list[str]] = {}
    for question in paper["questions"]:
        for rule in _rules(question.get("show_if")):
            wanted.setdefault(rule["q"], []).extend(rule["in"])
    return wanted


def _rules(condition: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    if condition is None:
        return []
    parts = condition.get("all") or condition.get("any")
    return [rule for part in parts for rule in _rules(part)] if parts else [condition]


class Filler:
    """Answers what it meets, and remembers which questions those were."""

    def __init__(self, page: Page) -> None:
        paper = checklist()
        self.page = page
        self.types = {question["id"]: question["type"] for question in paper["questions"]}
        self.wanted = wanted_options(paper)
        self.met: set[str] = set()
        self.ways: Mapping[str, Callable[[str, Locator], None]] = {
            "single": self._tap,
            "multi": self._tap,
            "language": self._tap,
            "multi_language": self._tap,
            "number": lambda name, asked: self._type(asked, "12"),
            "money": lambda name, asked: self._type(asked, "10.50"),
            "signoff": self._look,
        }

    def section(self) -> None:
        """Everything the open section asks, and what the answers bring into it."""
        while fresh := [name for name in self._shown() if name not in self.met]:
            self._answer(fresh[0])

    def _shown(self) -> list[str]:
        found = self.page.locator("[data-question]").evaluate_all(
            "all => all.map((one) => one.dataset.question)"
        )
        return [str(name) for name in found]

    def _answer(self, name: str) -> None:
        self.met.add(name)
        asked = officer.question(self.page, name)
        kind = self.types[name]
        if kind in LIST_TYPES:
            self._list(asked)
        else:
            self.ways.get(kind, self._tell)(name, asked)
        if kind != "signoff":
            officer.saved(asked)

    def _tap(self, name: str, asked: Locator) -> None:
        values = asked.locator("[data-option]").evaluate_all("all => all.map((one) => one.dataset.option)")
        options = {str(value) for value in values}
        value = next((one for one in self.wanted.get(name, []) if one in options), sorted(options)[0])
        option = asked.locator(f'[data-option="{value}"]')
        if option.get_attribute("aria-pressed") == "false":
            option.click()
        expect(option).to_have_attribute("aria-pressed", "true")

    def _type(self, asked: Locator, words: str) -> None:
        for field in asked.locator("textarea:visible, input:visible").all():
            field.fill(words)
            field.blur()

    def _tell(self, name: str, asked: Locator) -> None:
        self._type(asked, "As told on the day.")

    def _list(self, asked: Locator) -> None:
        self._type(asked, "One line of it")
        for group in asked.locator("[role=group]").all():
            group.get_by_role("button").first.click()
        officer.press(asked, "Add to the list")
        expect(asked.locator(".items li")).to_have_count(1)

    def _look(self, name: str, asked: Locator) -> None:
        expect(asked).to_be_visible()

"""Graded intelligence: what is known, by 3x5x2, and the conditions under which it may be passed on.

An item without a grade is none: it has not the shape of its kind. P may be shared lawfully; C carries its
conditions in words, and those that a machine keeps: not outside one agency, no further, sanitised only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fieldops.domain.forms import is_text
from fieldops.domain.ids import AgencyCode
from fieldops.domain.strict_json import Json

SOURCES: Final[Mapping[str, str]] = {"1": "reliable", "2": "untested", "3": "not reliable"}
CONTENTS: Final[Mapping[str, str]] = {
    "A": "known directly",
    "B": "known indirectly but corroborated",
    "C": "known indirectly",
    "D": "not known",
    "E": "suspected false",
}
SHAREABLE, CONDITIONAL = "P", "C"
YES = "Y"
_AGENCY = re.compile(r"[A-Z0-9_]{1,16}")
_PARTS = frozenset({"text", "source", "content", "handling", "conditions", "only", "no_further", "sanitised"})
_CONDITIONS = _PARTS - {"text", "source", "content", "handling"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """One item. `only`: not to be disclosed outside this agency and its author's."""

    text: str
    source: str
    content: str
    handling: str
    conditions: str = ""
    only: AgencyCode | None = None
    no_further: bool = False
    sanitised: str = ""

    @property
    def grade(self) -> str:
        """As it is written: `2CP`."""
        return f"{self.source}{self.content}{self.handling}"


def is_graded(value: Json) -> bool:
    """Whether a value is an item with its grade, and with its conditions where the handling is C."""
    if not isinstance(value, dict) or not _is_whole(value):
        return False
    if value.get("handling") == SHAREABLE:
        return not value.keys() & _CONDITIONS
    return value.get("handling") == CONDITIONAL and "conditions" in value and _coded(value)


def _is_whole(value: Mapping[str, Json]) -> bool:
    """Whether it has its parts and no other, each a text, and the first two grades."""
    texts = all(map(is_text, value.values())) and "text" in value and value.keys() <= _PARTS
    return texts and value.get("source") in SOURCES and value.get("content") in CONTENTS


def _coded(value: Mapping[str, Json]) -> bool:
    only = value.get("only")
    agency = only is None or (isinstance(only, str) and _AGENCY.fullmatch(only) is not None)
    return agency and value.get("no_further", YES) == YES


def read_graded(value: Json) -> Graded | None:
    """The item; None for what is none."""
    if not isinstance(value, dict) or not is_graded(value):
        return None
    words = {name: str(part) for name, part in value.items()}
    only = words.get("only")
    return Graded(
        text=words["text"],
        source=words["source"],
        content=words["content"],
        handling=words["handling"],
        conditions=words.get("conditions", ""),
        only=None if only is None else AgencyCode(only),
        no_further=words.get("no_further") == YES,
        sanitised=words.get("sanitised", ""),
    )


def handling_words(item: Graded) -> str:
    """The handling with all its conditions, as it stands beside the item wherever that is shown."""
    if item.handling == SHAREABLE:
        return "P: may be shared lawfully"
    coded = [
        "" if item.only is None else f"not outside {item.only}",
        "no further dissemination" if item.no_further else "",
        "sanitised words only" if item.sanitised else "",
    ]
    return "; ".join([f"C: {item.conditions}", *filter(None, coded)])


def grade_words(item: Graded) -> str:
    """The grade in words: `2C, source untested, known indirectly`."""
    return f"{item.source}{item.content}: source {SOURCES[item.source]}, {CONTENTS[item.content]}"

"""Plausible answers to what the truth leaves open, drawn from data and never from the figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from fieldops.domain.reading import Part, expect_schema
from fieldops.seeding.rules import Choice, choice

SCHEMA = "fieldops/demo-answers"
ANY = "any"

Words = Mapping[str, str | int | tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """For each question and each tag, the choices to draw from."""

    choices: Mapping[str, Mapping[str, tuple[Choice, ...]]]

    def draw(self, question: str, tags: Sequence[str], words: Words, rng: Random) -> Choice:
        """An answer for the first of the tags that the question knows; None leaves it unanswered."""
        known = self.choices.get(question, {})
        found = next((known[tag] for tag in (*tags, ANY) if tag in known), None)
        return None if found is None else told(rng.choice(found), words)


def read_book(paper: Part) -> Book:
    """The book from its file."""
    expect_schema(paper, SCHEMA)
    return Book(
        choices={
            question: {tag: _choices(row, tag) for tag in row.value}
            for question, row in paper.part("answers").named()
        }
    )


def told(answer: Choice, words: Words) -> Choice:
    """The answer with its placeholders filled; one that is a placeholder alone takes the word as it is."""
    if isinstance(answer, str):
        whole = words.get(answer[1:-1]) if answer.startswith("{") and answer.endswith("}") else None
        return answer.format(**words) if whole is None else whole
    if isinstance(answer, Mapping):
        return {key: part.format(**words) if isinstance(part, str) else part for key, part in answer.items()}
    return answer


def _choices(row: Part, tag: str) -> tuple[Choice, ...]:
    found = row.value[tag]
    if not isinstance(found, list) or not found:
        raise row.fault(tag, "a list of choices")
    return tuple(choice(one, row, tag) for one in found)

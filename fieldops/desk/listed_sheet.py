"""What a visit's page lists beside answers: acts, exhibits and referrals passed on, and notes.

What was replaced or taken back follows, struck through, as it does among the answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fieldops.desk.answer_words import form_words, plain_words
from fieldops.desk.record_sheet import Book, struck_words
from fieldops.desk.said_sheet import Said, Struck
from fieldops.desk.words import DECIDED
from fieldops.domain.entry import Entry
from fieldops.domain.kinds import CONTINUITY, DECISION, EXHIBIT, KINDS, Sort
from fieldops.domain.strict_json import Json
from fieldops.domain.visit import Standing, question_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One act, item or note, standing or struck through."""

    title: str
    about: str
    said: Said | None
    struck: tuple[Struck, ...]


def act_lines(book: Book) -> tuple[Listed, ...]:
    """Acts but exhibits, in the order of the clocks; those that were replaced follow, struck through."""
    kinds = {name for name, kind in KINDS.items() if kind.sort is Sort.ACT}
    return _listed(book, book.known.acts, kinds, shown_apart=frozenset({EXHIBIT, CONTINUITY}))


def item_lines(book: Book) -> tuple[Listed, ...]:
    """Exhibits, media and referrals that were listed."""
    return _listed(book, book.known.items, {"item"})


def note_lines(book: Book) -> tuple[Listed, ...]:
    """Notes."""
    return _listed(book, book.known.notes, {"note"})


def _listed(
    book: Book, current: Sequence[Standing], kinds: set[str], shown_apart: frozenset[str] = frozenset()
) -> tuple[Listed, ...]:
    lines = [
        Listed(
            title=_title(book, one.entry),
            about=book.subject(one.entry.subject),
            said=book.teller.said(one, _list_words(book, one.entry)),
            struck=(),
        )
        for one in current
        if one.entry.kind not in shown_apart
    ]
    standing_now = {one.entry.id for one in current}
    for one in book.standings:
        if one.entry.kind in kinds and one.entry.id not in standing_now:
            struck = struck_words(book, one, _list_words(book, one.entry))
            title, about = _title(book, one.entry), book.subject(one.entry.subject)
            lines.append(Listed(title=title, about=about, said=None, struck=(struck,)))
    return tuple(lines)


def _title(book: Book, entry: Entry) -> str:
    wording = book.worded(entry)
    if entry.kind == DECISION:
        return "Decision about entries that had been put aside"
    if entry.kind in wording.acts:
        return wording.acts[entry.kind].title
    question = wording.checklist.questions.get(question_of(entry.field))
    if question is not None:
        return question.ask
    return entry.kind.replace("_", " ").capitalize()


def _list_words(book: Book, entry: Entry) -> str:
    if entry.erased:
        return "The words were erased by law"
    wording = book.worded(entry)
    if entry.kind == DECISION and isinstance(entry.value, dict):
        return decision_words(entry.value)
    if entry.kind == "item":
        question = wording.checklist.questions.get(question_of(entry.field))
        return form_words(wording, wording.items.get(question.type if question else ""), entry.value)
    if isinstance(entry.value, dict):
        return form_words(wording, wording.acts.get(entry.kind), entry.value)
    return plain_words(entry.value)


def decision_words(said: Mapping[str, Json]) -> str:
    """What a lead decided, about which places of which log, and why."""
    how = DECIDED[str(said["choice"])]
    return f"{how}: no. {said['from']} to {said['to']} of log {said['log']}\n{said['why']}"

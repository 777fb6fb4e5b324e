"""What a visit's page says: the record, what the agreement keeps back, what waits, and what is missing.

What is kept back shows as a number beside the name of its class where the agreement announces it. A hidden
class is not in what this is made from, so nothing here could show it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fieldops.desk.exhibit_sheet import ExhibitLine, Files, exhibit_lines
from fieldops.desk.listed_sheet import Listed, act_lines, item_lines, note_lines
from fieldops.desk.record_sheet import (
    VISIT,
    Book,
    Part,
    conflict_links,
    parts,
)
from fieldops.desk.words import count, listed
from fieldops.domain.agreement import Level
from fieldops.domain.checklist.evaluation import Evaluation
from fieldops.domain.classes import Classes
from fieldops.domain.ids import ClassCode
from fieldops.domain.who import Reader
from fieldops.store.records import VisitRecord

ALL = "all"
NEED_WORDS: Mapping[str, str] = {
    "must": "Must be answered, or given a reason, before sign-off",
    "should": "Should be answered",
}
LEVEL_WORDS: Mapping[Level, str] = {
    Level.COUNTS: "Your agency is given counts of this class only.",
    Level.SUPPRESSED: "Your agency is given counts of this class, once small numbers are masked.",
    Level.OWN: "Your agency is given what its own officers recorded of this class.",
    Level.NONE: "Your agency is not given this class.",
    Level.FULL: "Your agency is given this class only where its officers are sent, or in a named role.",
    Level.PSEUDONYM: "Your agency is given this class only where its officers are sent, or in a named role.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldLine:
    """Answers of one class that are kept back and announced."""

    count: str
    code: ClassCode
    name: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertBlock:
    """A flag that is up, with the questions whose answers put it up and about whom."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentsLine:
    """One part of the record, and how much it holds."""

    key: str
    title: str
    summary: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSheet:
    """The page of one visit for one reader. `parts` are those that were asked for."""

    parts: tuple[Part, ...]
    whole: bool  # the lists and what is missing stand with the visit as a whole, not with a worker
    contents: tuple[ContentsLine, ...]
    withheld: tuple[WithheldLine, ...]
    alerts: tuple[AlertBlock, ...]
    conflicts: tuple[tuple[str, str], ...]
    exhibits: tuple[ExhibitLine, ...]
    acts: tuple[Listed, ...]
    items: tuple[Listed, ...]
    notes: tuple[Listed, ...]
    unread: str
    missing: tuple[tuple[str, tuple[str, ...]], ...]


def visit_sheet(
    book: Book,
    evaluation: Evaluation,
    classes: Classes,
    record: VisitRecord,
    files: Files,
    about: str,
) -> VisitSheet:
    """Everything the page says about the visit as a whole, about one worker, or (`all`) about everybody."""
    drawn = parts(book)
    shown = tuple(part for part in drawn if about in (part.key, ALL))
    whole = about in (VISIT, ALL) or not shown
    reader = book.teller.reader
    return VisitSheet(
        parts=shown if shown or about == ALL else drawn[:1],
        whole=whole,
        contents=_contents(drawn, VISIT if whole and about != ALL else about),
        withheld=withheld_lines(reader, classes, record.withheld),
        alerts=alert_blocks(book, evaluation),
        conflicts=conflict_links(drawn),
        exhibits=exhibit_lines(book, files),
        acts=act_lines(book),
        items=item_lines(book),
        notes=note_lines(book),
        unread=_unread(book),
        missing=missing_lines(book, evaluation),
    )


def withheld_lines(
    reader: Reader, classes: Classes, withheld: Mapping[ClassCode, int]
) -> tuple[WithheldLine, ...]:
    """`3 answers withheld` for each announced class, from the most open to the strictest."""
    ordered = sorted((code for code, number in withheld.items() if number), key=classes.strictness)
    return tuple(
        WithheldLine(
            count=f"{count(withheld[code], 'answer')} withheld",
            code=code,
            name=classes.name(code),
            rule=LEVEL_WORDS[reader.agreement.given(reader.agency, code).level],
        )
        for code in ordered
    )


def alert_blocks(book: Book, evaluation: Evaluation) -> tuple[AlertBlock, ...]:
    """One block for each urgent flag, naming the answers that put it up."""
    raised: dict[str, dict[str, list[str]]] = {}
    for alert in evaluation.alerts:
        if alert.urgent:
            asked = raised.setdefault(alert.flag, {})
            asked.setdefault(alert.question, []).append(book.subject(alert.subject))
    questions = book.checklist.questions
    return tuple(
        AlertBlock(
            title=book.checklist.flags[flag].words,
            lines=tuple(f"{questions[one].ask} ({listed(about)})" for one, about in asked.items()),
        )
        for flag, asked in raised.items()
    )


def missing_lines(book: Book, evaluation: Evaluation) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is not answered, by how much it is needed. What the reader could not see is not called missing."""
    grouped: dict[str, list[str]] = {words: [] for words in NEED_WORDS.values()}
    for one in evaluation.missing:
        if one.need in NEED_WORDS:
            question = book.checklist.questions[one.question].ask
            grouped[NEED_WORDS[one.need]].append(f"{book.subject(one.subject)}: {question}")
    return tuple((need, tuple(lines)) for need, lines in grouped.items() if lines)


def _unread(book: Book) -> str:
    number = len(book.known.unread)
    if not number:
        return ""
    return f"{count(number, 'entry', 'entries')} of a kind that this version does not know, kept as received."


def _contents(drawn: Sequence[Part], current: str) -> tuple[ContentsLine, ...]:
    """The parts of the record, and all of them on one page."""
    lines = [(part.key, part.title, part.summary) for part in drawn]
    if len(drawn) > 1:
        lines.append((ALL, "Everything on one page", "to print or to search"))
    return tuple(
        ContentsLine(key=key, title=title, summary=summary, current=key == current)
        for key, title, summary in lines
    )

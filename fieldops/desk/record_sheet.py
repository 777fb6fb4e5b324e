"""The record of a visit as a page: questions by section and person, rivals side by side.

Nothing that was ever recorded is left out: what stands no longer shows below what replaced it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from fieldops.desk.answer_words import TICKED, answer_words
from fieldops.desk.said_sheet import Said, Struck, Teller
from fieldops.desk.wording import Wording
from fieldops.desk.words import count, listed
from fieldops.domain.checklist.answers import read_answers
from fieldops.domain.checklist.paper import Checklist, Question
from fieldops.domain.entry import Entry
from fieldops.domain.ids import AgencyCode, EntryId, SubjectId
from fieldops.domain.visit import UNHEEDED, Known, Register, Standing, question_of

VISIT = SubjectId("visit")
WITHDRAWN_WORDS = "[withdrawn: kept for disclosure only]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question about one subject."""

    anchor: str
    id: str
    question: str
    said: tuple[Said, ...]
    conflict: bool
    who_may_rule: str
    struck: tuple[Struck, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionBlock:
    """One section of the checklist, with the questions that have entries."""

    anchor: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Everything about the visit as a whole, or about one worker."""

    key: str
    subject: SubjectId
    title: str
    sections: tuple[SectionBlock, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for section in self.sections for row in section.rows)

    @property
    def summary(self) -> str:
        """How much there is, for a list of contents."""
        conflicts = sum(row.conflict for row in self.rows)
        answered = count(len(self.rows), "question")
        return f"{answered}, {conflicts} not agreed" if conflicts else answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All that the record is drawn from. `shows_withdrawn` is whether this reader reads withdrawn words."""

    known: Known
    standings: Sequence[Standing]
    wordings: Mapping[str, Wording]  # by the checklist that an entry was recorded under
    wording: Wording  # the operation's own
    teller: Teller
    shows_withdrawn: bool
    replaced_by: Mapping[EntryId, Standing]
    disputed: frozenset[tuple[SubjectId, str]]  # questions on which officers differ

    @property
    def checklist(self) -> Checklist:
        return self.wording.checklist

    def worded(self, entry: Entry) -> Wording:
        return self.wordings.get(entry.schema, self.wording)

    def subject(self, subject: SubjectId) -> str:
        """What a subject is called."""
        for worker in self.known.workers:
            if worker.subject == subject:
                return f"Worker {worker.label}" if worker.label else "A worker whose card you may not read"
        return "The visit"


def replacements(standings: Iterable[Standing]) -> dict[EntryId, Standing]:
    """For each entry that another names as replaced, that other; one with the right to do so comes first."""
    found: dict[EntryId, Standing] = {}
    for later in standings:
        honoured = not later.flags & UNHEEDED
        for earlier in later.entry.supersedes:
            if honoured or earlier not in found:
                found[earlier] = later
    return found


def disputed_in(known: Known, checklist: Checklist) -> frozenset[tuple[SubjectId, str]]:
    """The questions that nobody has ruled on."""
    return frozenset((one.subject, one.question) for one in read_answers(checklist, known).disputes)


def parts(book: Book) -> tuple[Part, ...]:
    """The visit first, then each worker in the order in which they were met."""
    subjects = dict.fromkeys([VISIT, *(worker.subject for worker in book.known.workers)])
    subjects |= dict.fromkeys(subject for subject, _ in book.known.registers)
    drawn = [_part(book, subject) for subject in subjects]
    return tuple(part for part in drawn if part.sections)


def conflict_links(drawn: Sequence[Part]) -> tuple[tuple[str, str], ...]:
    """A link to each question that is not agreed."""
    return tuple(
        (f"?about={part.key}#{row.anchor}", f"{part.title}: {row.question}")
        for part in drawn
        for row in part.rows
        if row.conflict
    )


def _part(book: Book, subject: SubjectId) -> Part:
    anchor = subject.replace(":", "-")
    sections = []
    for section in book.checklist.sections.values():
        drawn = [_row(book, subject, question, anchor) for question in book.checklist.asked_in(section.id)]
        rows = tuple(row for row in drawn if row is not None)
        if rows:
            sections.append(SectionBlock(anchor=f"{anchor}-{section.id}", title=section.title, rows=rows))
    others = _unknown(book, subject, anchor)
    if others:
        title = "Not in the operation's checklist"
        sections.append(SectionBlock(anchor=f"{anchor}-others", title=title, rows=others))
    return Part(key=anchor, subject=subject, title=book.subject(subject), sections=tuple(sections))


def _unknown(book: Book, subject: SubjectId, anchor: str) -> tuple[Row, ...]:
    """Answers recorded under another checklist, to questions that the operation's own does not ask."""
    found: dict[str, list[Register]] = {}
    for (about, name), register in book.known.registers.items():
        if about == subject and question_of(name) not in book.checklist.questions:
            found.setdefault(question_of(name), []).append(register)
    return tuple(_drawn(book, name, name, registers, anchor) for name, registers in sorted(found.items()))


def _row(book: Book, subject: SubjectId, question: Question, anchor: str) -> Row | None:
    registers = _registers(book.known, subject, question)
    return _drawn(book, question.id, question.ask, registers, anchor) if registers else None


def _drawn(book: Book, name: str, asked: str, registers: Sequence[Register], anchor: str) -> Row:
    conflict = any((register.subject, name) in book.disputed for register in registers)
    said = list(chain.from_iterable(_said_in(book, register) for register in registers))
    return Row(
        anchor=f"{anchor}-{name}",
        id=name,
        question=asked,
        said=tuple(said) if conflict else _together(said),
        conflict=conflict,
        who_may_rule=_who_may_rule(book, name) if conflict else "",
        struck=tuple(chain.from_iterable(_struck_in(book, register) for register in registers)),
    )


def _registers(known: Known, subject: SubjectId, question: Question) -> list[Register]:
    """The question's own register and those of its options, in the checklist's order."""
    names = [question.id, *(f"{question.id}:{option.value}" for option in question.options)]
    found = [known.registers.get((subject, name)) for name in names]
    return [register for register in found if register is not None]


def _says(register: Register, standing: Standing) -> bool:
    """An option taken back is told by the struck-through line below; never chosen, it is an answer."""
    taken_back = ":" in register.field and standing.entry.value != TICKED and len(register.history) > 1
    return register.conflict or not taken_back


def _said_in(book: Book, register: Register) -> list[Said]:
    return [
        book.teller.said(one, answer_words(book.worded(one.entry), one.entry))
        for one in register.current
        if _says(register, one)
    ]


def _together(said: Sequence[Said]) -> tuple[Said, ...]:
    """Options that one officer chose at the same moment stand together under one line of who and when."""
    groups: dict[Said, list[str]] = {}
    for one in said:
        groups.setdefault(replace(one, value=""), []).append(one.value)
    return tuple(replace(one, value="\n".join(values)) for one, values in groups.items())


def _struck_in(book: Book, register: Register) -> list[Struck]:
    """What stood in a register once. A withdrawal is told beside the answer that it took back."""
    return [
        struck_words(book, one, answer_words(book.worded(one.entry), one.entry))
        for one in register.history
        if one not in register.current and one.entry.kind != "withdrawal"
    ]


def struck_words(book: Book, standing: Standing, words: str) -> Struck:
    """Withdrawn words, every free text beside them, and the reason why they were withdrawn stay for those who
    disclose."""
    taken_out = book.known.withdrawn
    later = book.replaced_by.get(standing.entry.id)
    if book.shows_withdrawn or standing.entry.id not in taken_out:
        return book.teller.struck(standing, words, later)
    bare = replace(standing, entry=replace(standing.entry, note=None, late_reason=None))
    return replace(book.teller.struck(bare, WITHDRAWN_WORDS, later), why="")


def _who_may_rule(book: Book, question: str) -> str:
    right = book.checklist.right(question)
    if right.anybody:
        return "Anybody on the visit, or the operation's lead, may rule on it on a tablet, with a reason."
    marks, called = book.checklist.agencies, book.wording.agencies
    names = [called.get(AgencyCode(code)) or marks.get(code, code) for code in sorted(right.agencies)]
    return f"It may be ruled on, on a tablet and with a reason, by the operation's lead or: {listed(names)}."

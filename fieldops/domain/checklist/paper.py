"""A published checklist as typed values: sections, questions, options, and what each answer gives rise to."""

from collections.abc import Mapping
from dataclasses import dataclass

from fieldops.domain.access import WriteRight
from fieldops.domain.checklist.conditions import (
    BELOW_RATE,
    COMPUTED,
    Condition,
    is_threshold,
    parse_condition,
    questions_in,
)
from fieldops.domain.checklist.meaning import Meaning, parse_meaning
from fieldops.domain.reading import Part, as_part, expect_schema, malformed
from fieldops.domain.visit import question_of

SCHEMA = "fieldops/checklist"
OPTION_TYPES = frozenset({"multi", "multi_language"})  # each option is a register of its own
LIST_TYPES = frozenset({"exhibit_list", "media_list", "referral_list"})  # answered by adding items
NEEDS = ("must", "should", "could")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer that may be chosen. An exclusive one puts all others off."""

    value: str
    label: str
    exclusive: bool
    sensitivity: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Answers that speak for an indicator: directly, or as a prompt to ask more."""

    code: str
    when: tuple[str, ...]
    direct: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    """Answers that put up a flag."""

    flag: str
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `to` says who is asked or how it is known; `need` whether it may be left."""

    id: str
    section: str
    ask: str
    type: str
    to: str
    owner: str
    need: str
    sensitivity: str
    options: tuple[Option, ...]
    show_if: Condition | None
    evidences: tuple[Evidence, ...]
    raises: Raise | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Questions asked together. A repeated section is asked for each worker met."""

    id: str
    title: str
    who: tuple[str, ...]
    repeated: bool
    sensitivity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """What an alert is about; urgent ones go to command at once."""

    code: str
    words: str
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """A published checklist. Sections and questions are in the order of asking."""

    id: str
    version: str
    indicator_set: str
    sections: Mapping[str, Section]
    questions: Mapping[str, Question]
    flags: Mapping[str, Flag]
    not_asked: Mapping[str, str]
    agencies: Mapping[str, str]
    anybody: str
    meaning: Meaning
    speaking_for: Mapping[str, tuple[tuple[Question, Evidence], ...]]  # by indicator, in the order of asking

    def right(self, field: str) -> WriteRight:
        """Who may write a field: the section's agencies and the question's owner."""
        question = self.questions.get(question_of(field))
        if question is None:
            return WriteRight(agencies=frozenset(), anybody=False)
        who = {*self.sections[question.section].who, question.owner}
        return WriteRight(agencies=frozenset(who), anybody=self.anybody in who)

    def asked_in(self, section: str) -> tuple[Question, ...]:
        """The questions of a section, in order."""
        return tuple(one for one in self.questions.values() if one.section == section)

    def repeated(self, question: str) -> bool:
        """Whether a question is asked for each worker."""
        return self.sections[self.questions[question].section].repeated

    def label(self, question: str, value: str) -> str:
        """The words of an option; the value itself where it has none."""
        for option in self.questions[question].options:
            if option.value == value:
                return option.label
        return value


def parse_checklist(data: object) -> Checklist:
    """The checklist from its published JSON. Every reference in it must lead somewhere."""
    paper = as_part(data, "checklist")
    expect_schema(paper, SCHEMA)
    sections = {one.id: one for one in (_section(part) for part in paper.parts("sections"))}
    questions = tuple(_question(part, sections, paper) for part in paper.parts("questions"))
    checklist = Checklist(
        id=paper.text("id"),
        version=paper.text("version"),
        indicator_set=paper.text("indicator_set"),
        sections=sections,
        questions={one.id: one for one in questions},
        flags={
            one.text("code"): Flag(code=one.text("code"), words=one.text("words"), urgent=one.flag("urgent"))
            for one in paper.parts("flags")
        },
        not_asked={one.text("code"): one.text("words") for one in paper.parts("not_asked")},
        agencies=paper.part("agencies").words(),
        anybody=paper.text("anybody"),
        meaning=parse_meaning(paper.part("meaning")),
        speaking_for=_speaking_for(questions),
    )
    for question in checklist.questions.values():
        _check_references(question, checklist)
    return checklist


def _speaking_for(questions: tuple[Question, ...]) -> dict[str, tuple[tuple[Question, Evidence], ...]]:
    found: dict[str, tuple[tuple[Question, Evidence], ...]] = {}
    for question in questions:
        for rule in question.evidences:
            found[rule.code] = (*found.get(rule.code, ()), (question, rule))
    return found


def _section(part: Part) -> Section:
    return Section(
        id=part.text("id"),
        title=part.text("title"),
        who=part.texts("who"),
        repeated=part.has("repeat"),
        sensitivity=part.text("sensitivity"),
    )


def _question(part: Part, sections: Mapping[str, Section], paper: Part) -> Question:
    section = sections.get(part.text("section"))
    if section is None:
        raise part.fault("section", "a section of this checklist")
    if part.text("need") not in NEEDS:
        raise part.fault("need", "must, should or could")
    raised = part.part("raises")
    return Question(
        id=part.text("id"),
        section=section.id,
        ask=part.text("ask"),
        type=part.text("type"),
        to=part.text("to"),
        owner=part.text("owner"),
        need=part.text("need"),
        sensitivity=part.text("sensitivity", section.sensitivity),
        options=_languages(paper) if part.text("type") == "multi_language" else _options(part),
        show_if=parse_condition(part.part("show_if")) if part.has("show_if") else None,
        evidences=tuple(_evidence(one) for one in part.parts("evidences")),
        raises=Raise(flag=raised.text("flag"), when=raised.texts("when")) if part.has("raises") else None,
    )


def _options(part: Part) -> tuple[Option, ...]:
    raised = part.part("option_sensitivity").words()
    return tuple(
        Option(
            value=one.text("value"),
            label=one.text("label"),
            exclusive=one.flag("exclusive"),
            sensitivity=raised.get(one.text("value")),
        )
        for one in part.parts("options")
    )


def _languages(paper: Part) -> tuple[Option, ...]:
    return tuple(
        Option(value=one.text("code"), label=one.text("name"), exclusive=False, sensitivity=None)
        for one in paper.parts("languages")
    )


def _evidence(part: Part) -> Evidence:
    grade = part.text("grade")
    if grade not in ("direct", "support"):
        raise part.fault("grade", "direct or support")
    return Evidence(code=part.text("code"), when=part.texts("when"), direct=grade == "direct")


def _check_references(question: Question, checklist: Checklist) -> None:
    for other in questions_in(question.show_if) if question.show_if is not None else ():
        if other not in checklist.questions:
            raise malformed(f"questions.{question.id}.show_if", f"looks at {other}, which is not asked")
    for when in _whens(question):
        if not _is_answer(question, when):
            raise malformed(f"questions.{question.id}", f"cannot be answered with {when}")
    if question.raises is not None and question.raises.flag not in checklist.flags:
        raise malformed(f"questions.{question.id}.raises", "puts up a flag that is not listed")


def _whens(question: Question) -> tuple[str, ...]:
    raised = question.raises.when if question.raises is not None else ()
    return raised + tuple(when for one in question.evidences for when in one.when)


def _is_answer(question: Question, when: str) -> bool:
    if when in COMPUTED:
        return when != BELOW_RATE or question.type in ("text", "money")
    if is_threshold(when):
        return question.type == "number"
    return when in {option.value for option in question.options}

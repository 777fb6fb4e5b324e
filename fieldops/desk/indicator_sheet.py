"""The indicators of each worker, and of the premises, with the answers that led to them and what is open.

A score is a prompt: it opens once an officer's own judgement is recorded and read, and decides nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from fieldops.desk.answer_words import answer_words
from fieldops.desk.record_sheet import VISIT, Book
from fieldops.domain.checklist.age import Path
from fieldops.domain.checklist.answers import Answered
from fieldops.domain.checklist.evaluation import Evaluation
from fieldops.domain.evidence import OF_THE_PREMISES, OVERHEARD, Finding, Presence, Source
from fieldops.domain.ids import EntryId, SubjectId
from fieldops.domain.indicators import Dimension, IndicatorSet
from fieldops.domain.scoring import DimensionResult, Result, Scoring, masked, score
from fieldops.domain.visit import Standing

WITHHELD = "Source withheld"
LOWERED_WORDS: Mapping[str, str] = {
    OVERHEARD: "said within hearing of those in charge",
    OF_THE_PREMISES: "seen of the premises",
}
PRESENCE_WORDS: Mapping[Presence, str] = {
    Presence.PRESENT: "Present",
    Presence.NOT_KNOWN: "Not known",
    Presence.ABSENT: "Absent",
}
RESULT_WORDS: Mapping[Result, str] = {
    Result.POSITIVE: "Shown",
    Result.NEGATIVE: "Not shown",
    Result.UNDETERMINED: "Open: not enough is known",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """An answer that speaks for an indicator, with whose it is and a link; a withheld one has neither."""

    words: str
    by: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorLine:
    """An indicator for which something speaks: directly, or only as a prompt to ask more."""

    label: str
    strength: str
    state: str
    direct: tuple[Reason, ...]
    support: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionBlock:
    """The indicators of one dimension. The premises, not judged as a whole, have no `result`."""

    title: str
    result: str
    lines: tuple[IndicatorLine, ...]
    absent: tuple[str, ...]
    not_known: tuple[str, ...]
    settle: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorBlock:
    """The indicators of one subject, or what has to be answered first: the officer's own judgement."""

    title: str
    first: tuple[str, ...]
    guardrail: str
    set: str
    pattern: str
    scored_as: str
    dimensions: tuple[DimensionBlock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What indicators are told from: what the reader reads, and beside it what they may know exists."""

    book: Book
    indicators: IndicatorSet
    own: Evaluation
    wider: Evaluation


def indicator_blocks(scored: Scored, keys: Iterable[str]) -> dict[str, IndicatorBlock]:
    """A block for each of these parts of the record of which the reader may be told one."""
    subjects = {subject.replace(":", "-"): subject for subject in (VISIT, *scored.own.answers.workers)}
    made = {key: _block(scored, subjects[key]) for key in keys if key in subjects}
    return {key: block for key, block in made.items() if block is not None}


def _block(scored: Scored, subject: SubjectId) -> IndicatorBlock | None:
    if subject == VISIT or subject in scored.own.indicator_view:
        return _open(scored, subject)
    answers = scored.own.answers
    questions = answers.checklist.meaning.indicator_view
    states = {question: answers.of(question, subject).state for question in questions}
    if Answered.UNSEEN in states.values():
        return None
    first = [
        answers.checklist.questions[one].ask for one in questions if states[one] is not Answered.ANSWERED
    ]
    return _titled(scored, subject, first=tuple(first))


def _titled(scored: Scored, subject: SubjectId, first: tuple[str, ...] = ()) -> IndicatorBlock:
    about = "the premises" if subject == VISIT else scored.book.subject(subject)
    return IndicatorBlock(
        title=f"Indicators: {about}",
        first=first,
        guardrail=f"{_begun_large(next(iter(scored.indicators.guardrails), ''))}.",
        set=f"{scored.indicators.id}, version {scored.indicators.version}",
        pattern="",
        scored_as="",
        dimensions=(),
    )


def _begun_large(text: str) -> str:
    return text[:1].upper() + text[1:]


def _open(scored: Scored, subject: SubjectId) -> IndicatorBlock:
    told = _told(scored, subject)
    pairs = zip(scored.indicators.dimensions, told.dimensions, strict=True)
    drawn = [_dimension(scored, told, dimension, result) for dimension, result in pairs]
    if subject == VISIT:
        asked = tuple(one for one in drawn if one.lines or one.absent or one.settle)
        return replace(_titled(scored, subject), dimensions=asked)
    return replace(
        _titled(scored, subject),
        pattern=told.category.words,
        scored_as="Scored as a child" if told.child else "",
        dimensions=tuple(drawn),
    )


def _told(scored: Scored, subject: SubjectId) -> Scoring:
    """The score for this reader; whoever might be under 18 is scored as a child, as far as they know it."""
    child = scored.own.paths.get(subject) is Path.CHILD
    own, wider = (score(scored.indicators, one, subject, child=child) for one in (scored.own, scored.wider))
    return masked(scored.indicators, own, wider)


def _dimension(
    scored: Scored, told: Scoring, dimension: Dimension, result: DimensionResult
) -> DimensionBlock:
    inside = [one for one in told.findings if one.indicator.dimension == dimension.code]
    others = [one for one in inside if not _spoken_for(one)]
    of_the_premises = told.subject == VISIT
    return DimensionBlock(
        title=dimension.name.capitalize(),
        result="" if of_the_premises else RESULT_WORDS[result.result],
        lines=tuple(_line(scored, told, one) for one in filter(_spoken_for, inside)),
        absent=_labels(others, Presence.ABSENT),
        not_known=_labels(others, Presence.NOT_KNOWN),
        settle=_settle(scored, inside if of_the_premises else (), result),
    )


def _spoken_for(finding: Finding) -> bool:
    return bool(finding.direct or finding.support)


def _labels(findings: Sequence[Finding], presence: Presence) -> tuple[str, ...]:
    return tuple(_begun_large(one.indicator.label) for one in findings if one.presence is presence)


def _settle(scored: Scored, findings: Sequence[Finding], result: DimensionResult) -> tuple[str, ...]:
    """The questions that would settle it; none that may have been answered where this reader cannot see."""
    answers = scored.own.answers
    named = dict.fromkeys((*result.settle, *chain.from_iterable(one.settle for one in findings)))
    return tuple(answers.checklist.questions[one].ask for one in named if one not in answers.unseen)


def _line(scored: Scored, told: Scoring, finding: Finding) -> IndicatorLine:
    return IndicatorLine(
        label=_begun_large(finding.indicator.label),
        strength=finding.indicator.strength(child=told.child) or "",
        state=PRESENCE_WORDS[finding.presence],
        direct=_reasons(scored.book, finding.direct),
        support=_reasons(scored.book, finding.support),
    )


def _reasons(book: Book, sources: Sequence[Source]) -> tuple[Reason, ...]:
    """Each answer once; however many are withheld, it is said once."""
    standings = {one.entry.id: one for one in book.standings}
    return tuple(dict.fromkeys(_reason(book, standings, one) for one in sources))


def _reason(book: Book, standings: Mapping[EntryId, Standing], source: Source) -> Reason:
    if source.entry is None or source.question is None:
        return Reason(words=WITHHELD)
    standing = standings[source.entry]
    entry = standing.entry
    ask = book.checklist.questions[source.question].ask
    words = f"{ask if ask.endswith('?') else f'{ask}:'} {answer_words(book.worded(entry), entry)}"
    if source.lowered is not None:
        words = f"{words} ({LOWERED_WORDS[source.lowered]})"
    part = entry.subject.replace(":", "-")
    return Reason(
        words=words, by=book.teller.author(standing.author), href=f"?about={part}#{part}-{source.question}"
    )

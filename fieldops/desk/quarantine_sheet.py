"""What the quarantine page says: entries that were kept aside, gathered by tablet log and reason.

It tells where they came from and why they wait; what is in them stays with those who may read their class.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from fieldops.desk.answer_words import answer_words, form_words
from fieldops.desk.plan import Plan
from fieldops.desk.wording import Wording
from fieldops.desk.words import DECIDED, Moment, count, moment
from fieldops.domain.classes import Classes
from fieldops.domain.entry import Entry, read_entry
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import ClassCode, EntryId, SignerId, class_of_stream, scope_of
from fieldops.domain.kinds import KEEP, RELEASE
from fieldops.domain.looks import Shown
from fieldops.domain.operation import Premises
from fieldops.domain.people import Signer
from fieldops.domain.visit import question_of
from fieldops.store.decisions import Decision
from fieldops.store.quarantine import Quarantined
from fieldops.sync.collected import shown_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideLine:
    """Entries of one log that wait for one reason."""

    visit: str
    visit_name: str  # what the visit page is asked for by; empty for the operation's own entries
    holds: str
    signer: str
    entries: str
    numbers: str
    reason: str
    code: str
    received: Moment
    log: str
    decided: str  # what was decided, by whom and when; empty while it waits
    why: str
    released: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """One entry that waits, for a reader who may read its class."""

    number: int
    recorded: Moment
    asks: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the lines are worded by."""

    plan: Plan
    classes: Classes
    signers: Mapping[SignerId, Signer]
    decisions: Mapping[EntryId, Decision]
    now: datetime


def aside_lines(known: Known, quarantined: Sequence[Quarantined]) -> tuple[AsideLine, ...]:
    """One line for each log, reason and decision: what waits first, then the newest."""

    def together(one: Quarantined) -> tuple[str, str, str]:
        return one.log, one.code, one.decision or ""

    ordered = sorted(quarantined, key=lambda one: (*together(one), one.n))
    groups = [list(group) for _, group in groupby(ordered, key=together)]
    in_order = sorted(groups, key=lambda group: (bool(group[0].decision), -_newest(group)))
    return tuple(_line(known, group) for group in in_order)


def entry_lines(
    wordings: Mapping[str, Wording], usual: str, group: Sequence[Quarantined], now: datetime
) -> tuple[EntryLine, ...]:
    """What each entry says, in the order recorded; without what cannot be read, or not by this reader."""
    found = []
    for one in sorted(group, key=lambda one: one.n):
        with suppress(Refusal):
            if one.header:
                entry = read_entry(one.header, one.body)
                found.append(_entry_line(wordings.get(entry.schema, wordings[usual]), entry, now))
    return tuple(found)


def aside_shown(operation: str, group: Sequence[Quarantined]) -> Shown:
    """What of these is shown, for the access log: the entries that the reader may read."""
    return shown_of(operation, [(one.stream, 1) for one in group if one.header])


def _entry_line(wording: Wording, entry: Entry, now: datetime) -> EntryLine:
    question = wording.checklist.questions.get(question_of(entry.field))
    form = wording.acts.get(entry.kind)
    if question is not None:
        asks, says = question.ask, answer_words(wording, entry)
    else:
        asks = entry.kind.replace("_", " ").capitalize() if form is None else form.title
        says = form_words(wording, form, entry.value)
    return EntryLine(number=entry.n, recorded=moment(entry.recorded, beside=now), asks=asks, says=says)


def _newest(group: Sequence[Quarantined]) -> int:
    return max(one.received_ms for one in group)


def number_words(numbers: Sequence[int]) -> str:
    """`1 to 50`, `3`, `3, 7 and more`: the places in the log, shortly."""
    ordered = sorted(set(numbers))
    if len(ordered) == 1:
        return f"no. {ordered[0]}"
    if ordered[-1] - ordered[0] + 1 == len(ordered):
        return f"no. {ordered[0]} to {ordered[-1]}"
    return "no. " + ", ".join(str(n) for n in ordered[:8]) + (" and more" if len(ordered) > 8 else "")


def _line(known: Known, group: Sequence[Quarantined]) -> AsideLine:
    first = group[0]
    place = _place(known.plan, scope_of(first.stream))
    newest = datetime.fromtimestamp(_newest(group) / 1000, tz=UTC)
    decision = None if first.decision is None else known.decisions.get(first.decision)
    return AsideLine(
        visit="the operation itself" if place is None else f"{place.code} {place.name}",
        visit_name="" if place is None else place.code,
        holds=known.classes.name(ClassCode(class_of_stream(first.stream))),
        signer=_signer(known.signers.get(first.signer)),
        entries=count(len(group), "entry", "entries"),
        numbers=number_words([one.n for one in group]),
        reason=first.detail,
        code=first.code,
        received=moment(newest, beside=known.now),
        log=first.log,
        decided="" if decision is None else _decided(decision, first.released, known.now),
        why="" if decision is None else decision.why,
        released=first.released,
    )


def _decided(decision: Decision, released: bool, now: datetime) -> str:
    how = DECIDED[RELEASE if released else KEEP]
    return f"{how} by {decision.by.name}, {decision.by.agency}, {moment(decision.at, beside=now).text}"


def _place(plan: Plan, scope: str) -> Premises | None:
    """The premises of a visit; None for the operation's own streams."""
    return next((plan.premises_of(visit) for visit in plan.visits if visit.id == scope), None)


def _signer(signer: Signer | None) -> str:
    if signer is None:
        return "a key that is not known"
    return f"{signer.name}, {signer.agency}, on tablet {signer.device_number}"

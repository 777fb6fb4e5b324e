"""What is known of a visit: its entries folded into registers, with rivals side by side.

The fold is a function of the set of entries alone. Order, duplicates and late arrivals change nothing,
and no entry is ever dropped: what was replaced or taken back stays in the history.
"""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import product

from fieldops.domain.access import WriteRight, may_rule, may_write, same_hand
from fieldops.domain.author import Author
from fieldops.domain.entry import Entry
from fieldops.domain.ids import EntryId, SubjectId
from fieldops.domain.kinds import KINDS, Sort
from fieldops.domain.strict_json import Json

NO_RIGHT = "no_right"  # it meant to replace an entry that its author has no right to replace
WRONG_TARGET = "wrong_target"  # it meant to replace an entry of another question, person or sort
NO_RULING = "no_ruling"  # a plain answer meant to settle a conflict, which takes a ruling and its reason

NOT_ASKED = "not_asked"  # a kind, and what a ruling's value is called that lets "not asked" stand
UNHEEDED = frozenset({NO_RIGHT, WRONG_TARGET, NO_RULING})
_WITH_REASON = frozenset({"ruling", "withdrawal"})

Rights = Callable[[str], WriteRight]  # a field, or one option of it -> who may write it


class State(StrEnum):
    """What an entry says of its field."""

    ANSWERED = "answered"
    NOT_ASKED = "not_asked"
    CLEARED = "cleared"
    ERASED = "erased"  # there was an answer; its words are gone by law


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An entry, who stands behind it, and when the server had it (None: it has not yet)."""

    entry: Entry
    author: Author
    received: datetime | None = None
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Said:
    """The meaning of a register's entry: two officers agree when these are equal."""

    state: State
    value: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One field of one subject. `current` holds what stands now; more than one value is a conflict."""

    subject: SubjectId
    field: str
    current: tuple[Standing, ...] = ()
    history: tuple[Standing, ...] = ()  # everything ever written here, in the order of the clocks
    withdrawn: frozenset[EntryId] = frozenset()  # of its history, what was taken out at a person's wish

    @property
    def conflict(self) -> bool:
        """Whether officers said different things and nobody has ruled yet."""
        return any(said(one.entry) != said(self.current[0].entry) for one in self.current[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A person met. The label is what officers call them; it is missing where their card is not readable."""

    subject: SubjectId
    label: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that the entries at hand say, of a visit or of an operation."""

    registers: Mapping[tuple[SubjectId, str], Register] = field(default_factory=dict)
    workers: tuple[Worker, ...] = ()
    cards: tuple[Standing, ...] = ()  # by which people were put down, and named
    notes: tuple[Standing, ...] = ()
    items: tuple[Standing, ...] = ()
    acts: tuple[Standing, ...] = ()
    unread: tuple[Standing, ...] = ()  # of a kind that this version does not know
    flagged: tuple[Standing, ...] = ()
    withdrawn: frozenset[EntryId] = frozenset()  # taken out at a person's wish, and what that had replaced


def question_of(name: str) -> str:
    """The question a field belongs to: options of a multiple choice are fields of their own."""
    return name.split(":", 1)[0]


def said(entry: Entry) -> Said:
    """What a register's entry says of its field."""
    if entry.erased:
        return Said(State.ERASED)
    if entry.kind == NOT_ASKED:
        return Said(State.NOT_ASKED, entry.value)
    value = entry.value
    if entry.kind == "ruling" and isinstance(value, dict):
        value = value.get("value")
        if isinstance(value, dict) and value.keys() == {NOT_ASKED}:
            return Said(State.NOT_ASKED, value[NOT_ASKED])
    return Said(State.CLEARED) if value is None else Said(State.ANSWERED, value)


def fold(entries: Iterable[Standing], rights: Rights) -> Known:
    """What the entries say together. An entry without right to what it replaces stays, as a rival."""
    by_id = {standing.entry.id: standing for standing in entries}
    replaced: set[EntryId] = set()
    taken_out: set[EntryId] = set()
    honoured: dict[EntryId, frozenset[EntryId]] = {}
    judged: list[Standing] = []
    for standing in sorted(by_id.values(), key=_place):
        targets = [by_id[one] for one in standing.entry.supersedes if one in by_id]
        contested = _contested(standing, targets, judged, replaced)
        verdicts = {one.entry.id: _verdict(standing, one, rights, contested) for one in targets}
        honoured[standing.entry.id] = _honoured(verdicts)
        replaced.update(_honoured(verdicts))
        if _takes_back(standing):
            taken_out.update(_honoured(verdicts))
        judged.append(_flagged(standing, frozenset(filter(None, verdicts.values()))))
    return _known(judged, frozenset(replaced), _with_earlier(taken_out, honoured))


def _with_earlier(
    taken_out: set[EntryId], honoured: Mapping[EntryId, frozenset[EntryId]]
) -> frozenset[EntryId]:
    """What was withdrawn, and everything that it had replaced: its earlier words were taken out with it."""
    found, left = set(taken_out), list(taken_out)
    while left:
        earlier = honoured[left.pop()] - found
        found |= earlier
        left += earlier
    return frozenset(found)


def _honoured(verdicts: Mapping[EntryId, str | None]) -> frozenset[EntryId]:
    return frozenset(target for target, verdict in verdicts.items() if verdict is None)


def _flagged(standing: Standing, flags: frozenset[str]) -> Standing:
    return replace(standing, flags=standing.flags | flags) if flags else standing


def _place(standing: Standing) -> tuple[int, int, str]:
    """Where an entry shows among others: a display order only, decided by clocks and then by id."""
    return (standing.entry.hlc.ms, standing.entry.hlc.counter, standing.entry.id)


def _verdict(
    standing: Standing, target: Standing, rights: Rights, contested: frozenset[EntryId]
) -> str | None:
    """Why an entry may not replace another; None when it may."""
    entry, other = standing.entry, target.entry
    if entry.subject != other.subject or question_of(entry.field) != question_of(other.field):
        return WRONG_TARGET
    if not _same_sort(entry.kind, other.kind):
        return WRONG_TARGET
    if same_hand(standing.author, target.author):
        return None
    allowed = may_rule if entry.kind in _WITH_REASON else may_write
    if not allowed(standing.author, rights(entry.field)):
        return NO_RIGHT
    return NO_RULING if other.id in contested else None


def _contested(
    standing: Standing, targets: list[Standing], before: list[Standing], replaced: set[EntryId]
) -> frozenset[EntryId]:
    """The words of others that a plain answer names in vain: a conflict is settled by a ruling alone.

    Its author is held to what they can be shown to have known: the rivals named, and their own word.
    """
    others = {one.entry.id for one in targets if not same_hand(standing.author, one.author)}
    if not others or not _is_plain(standing.entry.kind):
        return frozenset()
    shown = [one for one in (*targets, *_by(standing.author, before)) if _stands(one, replaced)]
    return _contradicted(others, shown)


def _by(author: Author, standings: Iterable[Standing]) -> list[Standing]:
    return [one for one in standings if same_hand(author, one.author)]


def _is_plain(kind: str) -> bool:
    return _is_register(kind) and kind not in _WITH_REASON


def _contradicted(names: AbstractSet[EntryId], shown: list[Standing]) -> frozenset[EntryId]:
    """Those of these names that something shown contradicts."""
    named = [one for one in shown if one.entry.id in names]
    return frozenset(one.entry.id for one, other in product(named, shown) if _rivals(one, other))


def _rivals(one: Standing, other: Standing) -> bool:
    """Whether two entries say different things of one field, neither meaning to replace the other."""
    a, b = one.entry, other.entry
    if (a.subject, a.field) != (b.subject, b.field) or not (_is_register(a.kind) and _is_register(b.kind)):
        return False
    return said(a) != said(b) and a.id not in b.supersedes and b.id not in a.supersedes


def _same_sort(kind: str, other: str) -> bool:
    if kind == "withdrawal" or kind == other:
        return True
    return _is_register(kind) and _is_register(other)


def _known(judged: list[Standing], replaced: frozenset[EntryId], withdrawn: frozenset[EntryId]) -> Known:
    standing_now = [one for one in judged if one.entry.id not in replaced]

    def of_kind(wanted: Callable[[str], bool]) -> tuple[Standing, ...]:
        return tuple(one for one in standing_now if wanted(one.entry.kind))

    return Known(
        registers=_registers(judged, replaced, withdrawn),
        workers=_workers(judged, standing_now),
        cards=of_kind(lambda kind: kind == "worker"),
        notes=of_kind(lambda kind: kind == "note"),
        items=of_kind(lambda kind: kind == "item"),
        acts=of_kind(lambda kind: kind in KINDS and KINDS[kind].sort is Sort.ACT),
        unread=of_kind(lambda kind: kind not in KINDS),
        flagged=tuple(one for one in judged if one.flags & UNHEEDED),
        withdrawn=withdrawn,
    )


def _registers(
    judged: list[Standing], replaced: frozenset[EntryId], withdrawn: frozenset[EntryId]
) -> dict[tuple[SubjectId, str], Register]:
    histories: dict[tuple[SubjectId, str], list[Standing]] = {}
    for one in judged:
        if _is_register(one.entry.kind):
            histories.setdefault((one.entry.subject, one.entry.field), []).append(one)
    return {
        (subject, name): Register(
            subject=subject,
            field=name,
            current=tuple(one for one in history if _stands(one, replaced)),
            history=tuple(history),
            withdrawn=withdrawn.intersection(one.entry.id for one in history),
        )
        for (subject, name), history in histories.items()
        if not all(map(_takes_back, history))
    }


def _is_register(kind: str) -> bool:
    return kind in KINDS and KINDS[kind].sort is Sort.REGISTER


def _stands(standing: Standing, replaced: AbstractSet[EntryId]) -> bool:
    return standing.entry.id not in replaced and not _takes_back(standing)


def _takes_back(standing: Standing) -> bool:
    return standing.entry.kind == "withdrawal"


def _workers(judged: list[Standing], standing_now: list[Standing]) -> tuple[Worker, ...]:
    """People met, in order of first appearance. A card taken back goes only if nothing was said on it."""
    met = {one.entry.subject for one in standing_now if not _takes_back(one)}
    labels = card_labels(judged)
    people = filter(_is_worker, dict.fromkeys(one.entry.subject for one in judged))
    return tuple(Worker(subject=one, label=labels.get(one)) for one in people if one in met)


def _is_worker(subject: SubjectId) -> bool:
    return subject.startswith("worker:")


def card_labels(judged: Iterable[Standing]) -> dict[SubjectId, str | None]:
    """What officers call the workers whose cards are among these entries."""
    return {one.entry.subject: _label(one.entry) for one in judged if one.entry.kind == "worker"}


def _label(entry: Entry) -> str | None:
    label = entry.value.get("label") if isinstance(entry.value, dict) else None
    return label if isinstance(label, str) else None

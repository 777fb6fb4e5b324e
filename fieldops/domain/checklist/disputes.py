"""What officers differ about and nobody has ruled on: one definition, which every screen and report asks.

Three things are a dispute: rival values in one register; a word on a question as a whole beside an option or
item of another hand; an option that excludes the others beside another option of another hand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, permutations, product

from fieldops.domain.access import same_hand
from fieldops.domain.checklist.paper import LIST_TYPES, OPTION_TYPES, Question
from fieldops.domain.ids import SubjectId
from fieldops.domain.strict_json import Json
from fieldops.domain.visit import Register, Said, Standing, State, question_of


@dataclass(frozen=True, slots=True)
class Given:
    """One value that stands, and the entry that holds it."""

    value: Json
    standing: Standing


Whole = Sequence[tuple[Said, Standing]]  # what is said of a question itself, not of one of its options


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """Entries that cannot all stand. `field` is the register with rival values, or the question as a whole.

    `outweighed` are the options that do not count meanwhile, for a rival that excludes them weighs more.
    """

    subject: SubjectId
    field: str
    rivals: tuple[Standing, ...]
    outweighed: frozenset[str] = frozenset()

    @property
    def question(self) -> str:
        return question_of(self.field)


def in_registers(registers: Iterable[Register]) -> tuple[Dispute, ...]:
    """The registers that hold rival values."""
    return tuple(
        Dispute(subject=one.subject, field=one.field, rivals=one.current) for one in registers if one.conflict
    )


def on_the_whole(question: Question, given: Sequence[Given], whole: Whole) -> tuple[Dispute, ...]:
    """The dispute between what is said of a question's options or items and what excludes them, if any."""
    if question.type not in OPTION_TYPES | LIST_TYPES:
        return ()
    spoken = [standing for one, standing in whole if one.state is not State.CLEARED]
    chosen = [one.standing for one in given]
    exclusive = frozenset(f"{question.id}:{option.value}" for option in question.options if option.exclusive)
    excluding = [(a, b) for a, b in permutations(chosen, 2) if _excludes(exclusive, a, b)]
    if all(same_hand(a.author, b.author) for a, b in chain(product(spoken, chosen), excluding)):
        return ()
    rivals = (*spoken, *chosen)
    top = max(rivals, key=weight)
    outweighed = chosen if top in spoken else [one for one in chosen if _exclude(exclusive, top, one)]
    return (
        Dispute(
            subject=top.entry.subject,
            field=question.id,
            rivals=rivals,
            outweighed=frozenset(one.entry.field for one in outweighed),
        ),
    )


def _excludes(exclusive: frozenset[str], one: Standing, other: Standing) -> bool:
    return one.entry.field in exclusive and one.entry.field != other.entry.field


def _exclude(exclusive: frozenset[str], one: Standing, other: Standing) -> bool:
    return _excludes(exclusive, one, other) or _excludes(exclusive, other, one)


def weight(standing: Standing) -> tuple[bool, int, int, str]:
    """Whose word is counted while rivals stand: the visit lead's, or else the latest. It settles nothing."""
    hlc = standing.entry.hlc
    return (standing.author.visit_lead, hlc.ms, hlc.counter, standing.entry.id)

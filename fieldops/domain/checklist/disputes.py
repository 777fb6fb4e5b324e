"""What officers differ about and nobody has ruled on: one definition, which every screen and report asks.

Three things are a dispute: rival values in one register; a word on a question as a whole beside an option or
item of another hand; an option that excludes the others beside another option of another hand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations, product, starmap

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
    against = [*product(spoken, chosen), *_excluding(question, chosen)]
    if all(starmap(_by_one_hand, against)):
        return ()
    rivals = (*spoken, *chosen)
    top = max(rivals, key=weight)
    outweighed = frozenset(other.entry.field for one, other in against if one is top)
    return (Dispute(subject=top.entry.subject, field=question.id, rivals=rivals, outweighed=outweighed),)


def _by_one_hand(one: Standing, other: Standing) -> bool:
    return same_hand(one.author, other.author)


def _excluding(question: Question, chosen: Sequence[Standing]) -> list[tuple[Standing, Standing]]:
    """Pairs of options of which one excludes the other, both ways round."""
    exclusive = {f"{question.id}:{option.value}" for option in question.options if option.exclusive}
    pairs = ((one, other, {one.entry.field, other.entry.field}) for one, other in permutations(chosen, 2))
    return [(one, other) for one, other, fields in pairs if len(fields) == 2 and fields & exclusive]


def weight(standing: Standing) -> tuple[bool, int, int, str]:
    """Whose word is counted while rivals stand: the visit lead's, or else the latest. It settles nothing."""
    hlc = standing.entry.hlc
    return (standing.author.visit_lead, hlc.ms, hlc.counter, standing.entry.id)

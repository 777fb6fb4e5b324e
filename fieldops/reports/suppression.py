"""Small numbers of people, hidden so that no total gives them back.

The one rule: what is masked depends on the counts alone, never on who reads, so that two copies of one report
mask the same cells and cannot be subtracted from each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fieldops.reports.figures import Given

FLOOR = 5  # needs a practitioner: people counts below this are not printed for partners
SHARES_FROM = 10  # no percentage, no mean, and no telling nought, on fewer people than this

UNDER_FLOOR = f"under {FLOOR}"
COVERED = "hidden to protect a small number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """What of one count may be told: the value where it is exact, and the words for it in any case."""

    given: Given
    value: int | None
    shown: str


def exact(count: int) -> Masked:
    """A count as it is."""
    return Masked(given=Given.EXACT, value=count, shown=f"{count:,}")


SMALL = Masked(given=Given.SMALL, value=None, shown=UNDER_FLOOR)
COVER = Masked(given=Given.COVERED, value=None, shown=COVERED)


def is_small(count: int, group: int) -> bool:
    """1 to 4 is small; in a group under 10 nought is too, for it tells of everybody in the group."""
    return 0 < count < FLOOR or (count == 0 and 0 < group < SHARES_FROM)


def one(count: int) -> Masked:
    """A count that stands alone."""
    return SMALL if 0 < count < FLOOR else exact(count)


def parts_of_known(counts: Sequence[int]) -> tuple[Masked, ...]:
    """The parts of a total that is printed elsewhere and so can no longer be hidden.

    Whether they are told at all is settled by the total and the number of parts alone, known anyway: with
    five or more to each part on the average, some part is large enough to hide behind.
    """
    if 0 < sum(counts) < FLOOR * len(counts):
        return (COVER,) * len(counts)
    return parts(counts)[1]


def parts(counts: Sequence[int]) -> tuple[Masked, tuple[Masked, ...]]:
    """A total and the parts it is made of, in the order given.

    After the small parts the smallest of the others are hidden, until each small one could have been at least
    two different numbers for somebody who knows the total, the rest, and this rule. Where no part is left to
    hide, the total goes.
    """
    total = sum(counts)
    small = frozenset(at for at, count in enumerate(counts) if is_small(count, total))
    hidden = _hidden(counts, small)
    told = one(total)
    if told.given is Given.EXACT and not _uncertain(counts, small, hidden):
        told = COVER
    shown = {**dict.fromkeys(hidden, COVER), **dict.fromkeys(small, SMALL)}
    return told, tuple(shown.get(at) or exact(count) for at, count in enumerate(counts))


def _hidden(counts: Sequence[int], small: frozenset[int]) -> set[int]:
    """The small parts, and as many of the others as it takes to keep each of them uncertain."""
    covers = sorted((count, at) for at, count in enumerate(counts) if count >= FLOOR)
    hidden = set(small)
    while covers and not _uncertain(counts, small, hidden):
        hidden.add(covers.pop(0)[1])
    return hidden


def _uncertain(counts: Sequence[int], small: frozenset[int], hidden: set[int]) -> bool:
    """Whether the sum of the hidden parts leaves each small one at least two numbers to be."""
    if not small:
        return True
    total, held_back = sum(counts), sum(counts[at] for at in hidden)
    lowest = 0 if total < SHARES_FROM else 1
    others = len(small) - 1
    least_covered = FLOOR * (len(hidden) - len(small))
    most = min(FLOOR - 1, held_back - others * lowest - least_covered)
    least = lowest if least_covered else max(lowest, held_back - others * (FLOOR - 1))
    return most > least


def steps(counts: Sequence[int]) -> tuple[Masked, ...]:
    """Counts of which each is a part of the one before, such as talks offered, held, and held in private.

    A step that differs from the last one told by 1 to 4 is hidden: the difference is people too.
    """
    told: list[Masked] = []
    last = None
    for count in counts:
        masked = one(count)
        if masked.given is Given.EXACT and last is not None and 0 < last - count < FLOOR:
            masked = COVER
        last = count if masked.given is Given.EXACT else last
        told.append(masked)
    return tuple(told)

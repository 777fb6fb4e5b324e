"""What makes a log trustworthy: every entry's place and content are chained into one head.

A log is 1, 2, 3 ... without holes. What is offered either continues it, is held already, leaves a gap
or forks; the last two are facts to be shown, never reasons to throw anything away.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fieldops.domain.ids import LogId

_PREFIX = b"fieldops/log/1\n"


@dataclass(frozen=True, slots=True)
class Held:
    """How far a log is held, and the head there (32 raw bytes)."""

    have: int
    head: bytes


class Fit(StrEnum):
    """How an offered run of entries lies against what is held."""

    NEXT = "next"  # continues it, after a prefix that is held already
    HELD = "held"  # nothing new in it
    GAP = "gap"  # entries between are missing
    FORK = "fork"  # other content at a place that is taken


def head_zero(log: LogId) -> bytes:
    """The head of a log with no entry yet; binds the chain to the log's name."""
    return hashlib.sha256(_PREFIX + log.encode("ascii")).digest()


def extend(head: bytes, entry_ids: Iterable[bytes]) -> bytes:
    """The head after these raw entry ids, in order."""
    for entry_id in entry_ids:
        head = hashlib.sha256(head + entry_id).digest()
    return head


def fit(held: Held, first: int, previous: bytes, entry_ids: Sequence[bytes]) -> Fit:
    """Where a run from `first`, chained on `previous`, lies against the held log.

    A run that ends before the held head can only be told apart by comparing ids, which `first_difference`
    does with the ids held there: such a run answers HELD here.
    """
    last = first + len(entry_ids) - 1
    if first > held.have + 1:
        return Fit.GAP
    if last < held.have:
        return Fit.HELD
    overlap = held.have - first + 1
    if extend(previous, entry_ids[:overlap]) != held.head:
        return Fit.FORK
    return Fit.HELD if last == held.have else Fit.NEXT


def first_difference(held_ids: Sequence[bytes], offered: Sequence[bytes]) -> int | None:
    """The index of the first offered id that is not the one held at its place, or None."""
    for index, (ours, theirs) in enumerate(zip(held_ids, offered, strict=False)):
        if ours != theirs:
            return index
    return None

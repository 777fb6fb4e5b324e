"""Exhibits as the entries tell of them: which stand, and through whose hands each went."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from fieldops.domain.forms import is_time
from fieldops.domain.ids import EntryId, SubjectId
from fieldops.domain.kinds import CONTINUITY, EXHIBIT
from fieldops.domain.visit import Known, Standing


class Here(StrEnum):
    """How much of the file that an exhibit was captured as is at the server."""

    WHOLE = "whole"
    PARTLY = "partly"
    NOT_YET = "not_yet"
    ANOTHER = "another"  # every part came, and together they are not the file that was named
    NO_FILE = "no_file"


class Hands(StrEnum):
    """Whether each who handed an exhibit on was the one who had it."""

    COMPLETE = "complete"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An exhibit as it is counted: of whom or what, and its parts by name."""

    subject: SubjectId
    parts: Mapping[str, str]


def exhibits_of(known: Known) -> list[Standing]:
    """The exhibits that stand, in the order of the clocks."""
    return [one for one in known.acts if one.entry.kind == EXHIBIT]


def taken(known: Known, standings: Iterable[Standing], here: Mapping[EntryId, Here]) -> tuple[Taken, ...]:
    """Every exhibit that stands: what it was taken as, what of its file is here, and if a hand is missing.
    `here` says it of those that name a file."""
    named = list(standings)
    return tuple(
        Taken(
            subject=one.entry.subject,
            parts={
                "what": value_of(one).get("what", ""),
                "file": here.get(one.entry.id, Here.NO_FILE),
                "hands": _hands(moves_of(known, named, one)),
            },
        )
        for one in exhibits_of(known)
    )


def moves_of(known: Known, standings: Iterable[Standing], exhibit: Standing) -> list[Standing]:
    """The hand-overs of an exhibit, in the order of the times that were told."""
    names = _names_of(standings, exhibit)
    moves = [one for one in known.acts if one.entry.kind == CONTINUITY and _names(one) in names]
    return sorted(moves, key=lambda one: (moved_at(one), one.entry.id))


def moved_at(move: Standing) -> datetime:
    """When it changed hands, as it was told; when it was written down where no time was told."""
    told = value_of(move).get("at")
    return datetime.fromisoformat(told) if told is not None and is_time(told) else move.entry.happened


def value_of(one: Standing) -> Mapping[str, str]:
    """What an entry says of an exhibit, part by part; nothing where that was erased."""
    value = one.entry.value
    return {key: str(part) for key, part in value.items()} if isinstance(value, dict) else {}


def _hands(moves: Sequence[Standing]) -> Hands:
    """The first hand-over is from whoever took it, whom its entry names. Each other one is from the one to
    whom it went before, in the same words."""
    words = [value_of(one) for one in moves]
    follow = all(_same(one.get("to", ""), then.get("from", "")) for one, then in pairwise(words))
    return Hands.COMPLETE if follow else Hands.BROKEN


def _same(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split() != []


def _names_of(standings: Iterable[Standing], exhibit: Standing) -> frozenset[str]:
    """The entry and those that it corrects: what named an earlier one speaks of this."""
    earlier = {one.entry.id: one.entry.supersedes for one in standings}
    names: set[EntryId] = set()
    left = [exhibit.entry.id]
    while left:
        name = left.pop()
        if name not in names:
            names.add(name)
            left += earlier.get(name, ())
    return frozenset(names)


def _names(move: Standing) -> str:
    return value_of(move).get("exhibit", "")

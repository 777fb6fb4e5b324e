"""What the quarantine page says: entries that were kept aside, gathered by tablet log and reason.

It tells where they came from and why they wait; what is in them stays with those who may read their class.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from fieldops.desk.plan import Plan
from fieldops.desk.words import Moment, count, moment
from fieldops.domain.classes import Classes
from fieldops.domain.ids import ClassCode, SignerId, class_of_stream, scope_of
from fieldops.domain.operation import Premises
from fieldops.domain.people import Signer
from fieldops.store.quarantine import Quarantined


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


def aside_lines(
    plan: Plan,
    classes: Classes,
    signers: Mapping[SignerId, Signer],
    quarantined: Sequence[Quarantined],
    now: datetime,
) -> tuple[AsideLine, ...]:
    """One line for each log and reason, the newest first."""
    ordered = sorted(quarantined, key=lambda one: (one.log, one.code, one.n))
    groups = [list(group) for _, group in groupby(ordered, key=lambda one: (one.log, one.code))]
    newest_first = sorted(groups, key=lambda group: -max(one.received_ms for one in group))
    return tuple(_line(plan, classes, signers, group, now) for group in newest_first)


def number_words(numbers: Sequence[int]) -> str:
    """`1 to 50`, `3`, `3, 7 and more`: the places in the log, shortly."""
    ordered = sorted(set(numbers))
    if len(ordered) == 1:
        return f"no. {ordered[0]}"
    if ordered[-1] - ordered[0] + 1 == len(ordered):
        return f"no. {ordered[0]} to {ordered[-1]}"
    return "no. " + ", ".join(str(n) for n in ordered[:8]) + (" and more" if len(ordered) > 8 else "")


def _line(
    plan: Plan,
    classes: Classes,
    signers: Mapping[SignerId, Signer],
    group: Sequence[Quarantined],
    now: datetime,
) -> AsideLine:
    first = group[0]
    signer = signers.get(first.signer)
    place = _place(plan, scope_of(first.stream))
    newest = datetime.fromtimestamp(max(one.received_ms for one in group) / 1000, tz=UTC)
    return AsideLine(
        visit="the operation itself" if place is None else f"{place.code} {place.name}",
        visit_name="" if place is None else place.code,
        holds=classes.name(ClassCode(class_of_stream(first.stream))),
        signer=_signer(signer),
        entries=count(len(group), "entry", "entries"),
        numbers=number_words([one.n for one in group]),
        reason=first.detail,
        code=first.code,
        received=moment(newest, beside=now),
    )


def _place(plan: Plan, scope: str) -> Premises | None:
    """The premises of a visit; None for the operation's own streams."""
    return next((plan.premises_of(visit) for visit in plan.visits if visit.id == scope), None)


def _signer(signer: Signer | None) -> str:
    if signer is None:
        return "a key that is not known"
    return f"{signer.name}, {signer.agency}, on tablet {signer.device_number}"

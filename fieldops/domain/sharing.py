"""What an agreement comes to: what an agency sees of a class under it, and what a change gives or takes.

Nothing is decided here. Every answer is asked of the rules in `access`, for an officer of the agency.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from fieldops.domain.access import (
    may_count,
    may_count_masked,
    may_read_plan,
    may_read_premises,
    may_see,
    names_officer,
    withheld,
)
from fieldops.domain.agreement import Agreement, Terms, Withheld
from fieldops.domain.ids import (
    AgencyCode,
    ClassCode,
    OfficerId,
    OperationId,
    StreamId,
    VisitId,
    derived_id,
    stream_id,
)
from fieldops.domain.postures import Postures
from fieldops.domain.who import Reader, Role, Through

_SENT, _NOT_SENT = VisitId(derived_id("sharing", "sent")), VisitId(derived_id("sharing", "elsewhere"))
_NOBODY = AgencyCode("")  # an agency that is no reader's own
HOURS = {
    "tablet_lease_hours": "How long a tablet shows what it holds without the server",
    "visit_hours_before": "How long before it begins a visit is on its team's tablets",
    "visit_hours_after": "How long after its end a visit stays on its team's tablets",
}


class Sight(StrEnum):
    """One thing that an agency is given of a class."""

    EVERYWHERE = "reads at every visit"
    WHERE_SENT = "reads where its officers are sent"
    DETAILS = "is given names, addresses or times"
    COUNTED = "is given figures over the operation"
    MASKED = "is given figures with small numbers hidden"
    TOLD = "is told how much there is"


Cell = tuple[AgencyCode, ClassCode]
Sights = frozenset[Sight]


def sights(agreement: Agreement, agency: AgencyCode, code: ClassCode) -> Sights:
    """All that an officer of the agency is given of a class; their own entries they always read."""
    reader = _reader(agreement, agency)
    there = stream_id(_NOT_SENT, code)
    given = {
        Sight.EVERYWHERE: may_see(reader, there),
        Sight.WHERE_SENT: may_see(reader, stream_id(_SENT, code)),
        Sight.DETAILS: _details(reader, code),
        Sight.COUNTED: may_count(reader, code),
        Sight.MASKED: may_count_masked(reader, code),
        Sight.TOLD: withheld(reader, there) is not Withheld.HIDDEN,
    }
    return frozenset(one for one, holds in given.items() if holds)


def within(agreement: Agreement, cell: Cell, most: Terms | None) -> bool:
    """Whether an agency is given no more of a class than `most` would give it; None would give it nothing."""
    agency, code = cell
    bounded = {} if most is None else {cell: most}
    return sights(agreement, agency, code) <= sights(replace(agreement, terms=bounded), agency, code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What another agreement gives and takes, cell by cell; and what else it opens, in words."""

    gained: Mapping[Cell, Sights]
    lost: Mapping[Cell, Sights]
    opens: tuple[str, ...]

    @property
    def widens(self) -> bool:
        """Whether anybody is given more than before, or for longer, or for another purpose."""
        return bool(self.gained or self.opens)


def difference(
    before: Agreement, after: Agreement, codes: Iterable[ClassCode], postures: Postures | None
) -> Difference:
    """What changes from one agreement to the other, over all parties of both."""
    gained: dict[Cell, Sights] = {}
    lost: dict[Cell, Sights] = {}
    for code in codes:
        for agency in sorted(before.agencies | after.agencies):
            old, new = sights(before, agency, code), sights(after, agency, code)
            if new - old:
                gained[agency, code] = new - old
            if old - new:
                lost[agency, code] = old - new
    return Difference(gained=gained, lost=lost, opens=tuple(_opens(before, after, postures)))


def seer(reader: Reader) -> Callable[[StreamId], bool]:
    """`may_see` for a reader of many streams: asked once for each class and for each way in which the reader
    stands to a visit, which is all that it goes by."""
    known: dict[tuple[str, bool, bool, bool], bool] = {}

    def sees(stream: StreamId) -> bool:
        scope, _, code = stream.partition(".")
        stands = (code, scope in reader.assigned, scope in reader.commanded, scope == reader.operation)
        found = known.get(stands)
        if found is None:
            found = known[stands] = may_see(reader, stream)
        return found

    return sees


def _opens(before: Agreement, after: Agreement, postures: Postures | None) -> Iterable[str]:
    if after.ends_on > before.ends_on:
        yield f"It ends later: on {after.ends_on.isoformat()} and not on {before.ends_on.isoformat()}."
    for purpose in after.purposes:
        if purpose not in before.purposes:
            yield f"Another purpose: {purpose}"
    yield from _longer(before, after)
    old, new = before.posture.code, after.posture.code
    if old != new and (postures is None or postures.nearer(new, old)):
        yield f"Firewall posture {new} instead of {old}: {after.posture.meaning}"


def _longer(before: Agreement, after: Agreement) -> Iterable[str]:
    for hours, words in HOURS.items():
        if getattr(after, hours) > getattr(before, hours):
            yield f"{words}: {getattr(after, hours)} hours and not {getattr(before, hours)}"


def _reader(agreement: Agreement, agency: AgencyCode) -> Reader:
    return Reader(
        officer=OfficerId(derived_id("sharing", agency)),
        name="",
        agency=agency,
        operation=OperationId(derived_id("sharing", "operation")),
        roles=frozenset({Role.OFFICER}),
        assigned=frozenset({_SENT}),
        signers=frozenset(),
        through=Through.DESK,
        agreement=agreement,
    )


def _details(reader: Reader, code: ClassCode) -> bool:
    """The names, addresses and times that follow from how a class is given."""
    paper = reader.agreement
    asked = {
        paper.officer_details: names_officer(reader, _NOBODY),
        paper.premises_details: may_read_premises(reader),
        paper.plan_details: may_read_plan(reader),
    }
    return asked.get(code, False)

"""By which edition of the checklist a visit began, as its first entries say."""

from collections.abc import Iterator, Sequence

from fieldops.domain.entry import ACTS_SCHEMA, read_header
from fieldops.domain.ids import PaperHash, VisitId, scope_of
from fieldops.domain.segment import split_lines
from fieldops.store.ledger import Delivery


def beginnings(deliveries: Sequence[Delivery]) -> Iterator[tuple[VisitId, PaperHash, int]]:
    """Each visit of which logs begin here, the edition of its earliest answer by the clocks, and how many
    entries are delivered to it in all."""
    delivered = [one for one in deliveries if one.count]
    for scope in {scope_of(one.log) for one in delivered if one.before.have == 0}:
        given = [one for one in delivered if scope_of(one.log) == scope]
        if edition := _edition(given):
            yield VisitId(scope), edition, sum(one.count for one in given)


def _edition(given: Sequence[Delivery]) -> PaperHash | None:
    """The edition of the earliest answer among them; None where there are only acts and notes."""
    headers = (read_header(header) for one in given for header, _ in split_lines(one.lines))
    answers = [head for head in headers if head["schema"] != ACTS_SCHEMA]
    earliest = min(answers, key=lambda head: str(head["hlc"]), default=None)
    return None if earliest is None else PaperHash(str(earliest["schema"]))

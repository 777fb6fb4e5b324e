"""By which edition of the checklist a visit began, as its first entries say."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from fieldops.domain.entry import ACTS_SCHEMA, read_entry
from fieldops.domain.ids import PaperHash, VisitId, scope_of
from fieldops.domain.segment import split_lines
from fieldops.store.ledger import Delivery


def beginnings(deliveries: Sequence[Delivery]) -> Iterator[tuple[VisitId, PaperHash, int]]:
    """Each visit of which a log begins here, the edition of its earliest answer by the clocks, and how many
    entries are delivered to it in all."""
    given: dict[str, list[Delivery]] = defaultdict(list)
    for one in deliveries:
        given[scope_of(one.log)].append(one)
    for scope, all_of_it in given.items():
        edition = _edition(all_of_it)
        if edition is not None and _begins(all_of_it):
            yield VisitId(scope), edition, sum(one.count for one in all_of_it)


def _begins(given: Sequence[Delivery]) -> bool:
    """Whether at least one of these logs was not known before."""
    return any(one.before.have == 0 for one in given)


def _edition(given: Sequence[Delivery]) -> PaperHash | None:
    """The edition of the earliest answer among them; None where there are only acts and notes."""
    headers = (header for one in given if one.count for header, _ in split_lines(one.lines))
    answers = [one for one in (read_entry(header, b"") for header in headers) if one.schema != ACTS_SCHEMA]
    earliest = min(answers, key=lambda one: one.hlc, default=None)
    return None if earliest is None else PaperHash(earliest.schema)

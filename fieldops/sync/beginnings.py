"""By which edition of the checklist a visit began, as its first entries say."""

from collections.abc import Iterator, Sequence

from fieldops.domain.entry import ACTS_SCHEMA, read_header
from fieldops.domain.ids import PaperHash, VisitId, scope_of
from fieldops.domain.segment import split_lines
from fieldops.store.ledger import Delivery


def beginnings(deliveries: Sequence[Delivery]) -> Iterator[tuple[VisitId, PaperHash, int]]:
    """Each visit of which logs begin here, the edition of its earliest answer by the clocks, and how many
    entries are delivered to it in all."""
    for scope in {scope_of(one.log) for one in deliveries if one.before.have == 0 and one.count}:
        given = [one for one in deliveries if scope_of(one.log) == scope and one.count]
        heads = (read_header(header) for one in given for header, _ in split_lines(one.lines))
        answers = [(head["hlc"], str(head["schema"])) for head in heads if head["schema"] != ACTS_SCHEMA]
        if answers:
            _, edition = min(answers, key=lambda one: str(one))
            yield VisitId(scope), PaperHash(edition), sum(one.count for one in given)

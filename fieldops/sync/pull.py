"""Giving a reader what is new in the streams they may see: stored bytes behind the positions they hold.

An idle question compares heads and reads no entry. A stream that was taken away, one that is hidden and
one that never was are all answered alike: as gone.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from fieldops.domain.ids import OperationId, StreamId
from fieldops.domain.looks import Shown
from fieldops.domain.who import Reader
from fieldops.store.meta import epoch
from fieldops.store.pages import OpenStream, Stretch, open_streams, read_streams, stretches, whole_arrival
from fieldops.sync.collected import shown_of
from fieldops.sync.wire import MAX_PULL_LIMIT, Page, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A question for what is new. Positions of another epoch count for nothing."""

    epoch: str | None
    positions: Mapping[StreamId, int]
    limit: int
    now_ms: int


def pull(session: Session, reader: Reader, question: Pull) -> Page:
    """The next page; about `limit` entries, for a segment is never broken."""
    now_in = epoch(session)
    open_to = open_streams(session, reader)
    positions = _believed(question.positions, open_to) if question.epoch == now_in else {}
    wanted = stretches(open_to, positions, max(1, min(question.limit, MAX_PULL_LIMIT)))
    wanted = [one if one.last == one.head else whole_arrival(session, one) for one in wanted]
    return Page(
        time_ms=question.now_ms,
        epoch=now_in,
        spans=tuple(_span(one) for one in wanted),
        granted=_without(open_to, question.positions),
        gone=_without(question.positions, open_to),
        more=_given(wanted) < _ahead(open_to, positions),
        arrivals=tuple(read_streams(session, wanted)),
    )


def given(operation: OperationId, page: Page) -> Shown | None:
    """What a page gives, for the access log; None for one that gives nothing."""
    new = [(span.stream, span.last - span.first + 1) for span in page.spans]
    return shown_of(operation, new) if page.arrivals else None


def _believed(
    positions: Mapping[StreamId, int], open_to: Mapping[StreamId, OpenStream]
) -> dict[StreamId, int]:
    """Where the reader stands. Beyond our own head means that this server was restored from an older copy and
    did not say so: answered from the beginning, so that the tablet finds the hole.
    """
    return {
        name: held
        for name, held in positions.items()
        if (one := open_to.get(name)) is not None and held <= one.head
    }


def _without(names: Iterable[StreamId], known: Container[StreamId]) -> tuple[StreamId, ...]:
    return tuple(name for name in names if name not in known)


def _span(one: Stretch) -> Span:
    return Span(stream=one.stream, first=one.first, last=one.last, head=one.head)


def _given(wanted: Sequence[Stretch]) -> int:
    return sum(one.last - one.first + 1 for one in wanted)


def _ahead(open_to: Mapping[StreamId, OpenStream], positions: Mapping[StreamId, int]) -> int:
    return sum(max(0, one.head - positions.get(name, 0)) for name, one in open_to.items())

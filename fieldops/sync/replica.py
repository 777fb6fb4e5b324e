"""What a tablet holds of others' entries, stream by stream, as it came from the server.

A position moves only over entries that are really here and contiguous: a page with a hole changes
nothing in its stream, and the hole is reported.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import attrgetter

from fieldops.domain.arrival import Arrival
from fieldops.domain.entry import read_header
from fieldops.domain.errors import Refusal
from fieldops.domain.hlc import Hlc, adopt
from fieldops.domain.ids import LogId, SignerId, StreamId, signer_of_log
from fieldops.domain.log import extend, head_zero
from fieldops.domain.retention import whose
from fieldops.domain.segment import Statement, merkle_root, read_statement, signed_bytes, split_lines
from fieldops.sync import keys
from fieldops.sync.wire import Page, Span

KeyOf = Callable[[SignerId], bytes | None]


def _unknown(_: SignerId) -> None:
    return None


@dataclass(slots=True, kw_only=True)
class Replica:
    """Streams as pulled. `key_of` gives a signer's public point from its certificate, where known."""

    key_of: KeyOf = _unknown
    epoch: str | None = None
    positions: dict[StreamId, int] = field(default_factory=dict)
    entries: dict[StreamId, list[tuple[bytes, bytes]]] = field(default_factory=dict)
    ids: dict[LogId, dict[int, bytes]] = field(default_factory=dict)  # of each log, by place
    holes: list[Span] = field(default_factory=list)
    unproven: list[bytes] = field(default_factory=list)  # statements whose signature or chain does not hold

    def apply(self, page: Page, last: Hlc) -> Hlc:
        """Take a page in; gives the clock after what was seen."""
        if page.epoch != self.epoch:
            self._begin(page.epoch)
        for stream in page.gone:
            self._forget(stream)
        for span in page.spans:
            arrivals = sorted(
                (one for one in page.arrivals if one.stream == span.stream), key=attrgetter("first_seq")
            )
            if not self._continues(span, arrivals):
                self.holes.append(span)
                continue
            for arrival in arrivals:
                last = self._take(arrival, last, page.time_ms)
            self.positions[span.stream] = span.last
        return last

    def erase(self, ref: str) -> None:
        """Whatever holds a person's words is forgotten, and pulled again without them."""
        for stream, held in list(self.entries.items()):
            if any(body and whose(header, stream) == ref for header, body in held):
                self._forget(stream)

    def _begin(self, epoch: str) -> None:
        """Another epoch: the server was restored, so its sequence numbers are new. Start over."""
        self.epoch = epoch
        self.positions, self.entries, self.ids = {}, {}, {}

    def _forget(self, stream: StreamId) -> None:
        self.positions.pop(stream, None)
        self.entries.pop(stream, None)

    def _continues(self, span: Span, arrivals: Iterable[Arrival]) -> bool:
        expected = self.positions.get(span.stream, 0) + 1
        if span.first != expected:
            return False
        for arrival in arrivals:
            if arrival.first_seq != expected:
                return False
            expected += arrival.count
        return expected == span.last + 1

    def _take(self, arrival: Arrival, last: Hlc, now_ms: int) -> Hlc:
        held = self.entries.setdefault(arrival.stream, [])
        statement = read_statement(arrival.statement)
        ids = self.ids.setdefault(statement.log, {})
        ids.update(arrival.held_back)
        for header, body in split_lines(arrival.lines):
            held.append((header, body))
            try:
                head = read_header(header)
            except Refusal:
                continue  # kept as it came; the fold shows what cannot be read
            ids[int(str(head["n"]))] = hashlib.sha256(header).digest()
            last = adopt(last, _clock(head["hlc"]), now_ms)
        if not self._proven(statement, arrival, ids):
            self.unproven.append(arrival.statement)
        return last

    def _proven(self, statement: Statement, arrival: Arrival, ids: dict[int, bytes]) -> bool:
        run = _at(ids, statement.first, statement.last)
        before = _at(ids, 1, statement.first - 1)
        if run is None or merkle_root(run) != statement.root:
            return False
        if before is not None and extend(head_zero(statement.log), before) != statement.previous:
            return False
        point = self.key_of(signer_of_log(statement.log))
        return point is None or keys.verify(point, arrival.signature, signed_bytes(arrival.statement))


def _at(ids: dict[int, bytes], first: int, last: int) -> list[bytes] | None:
    """The ids at these places, or None where one is missing."""
    places = range(first, last + 1)
    return [ids[n] for n in places] if all(n in ids for n in places) else None


def _clock(value: object) -> Hlc:
    return Hlc(int(value[0]), int(value[1])) if isinstance(value, list) else Hlc(0, 0)

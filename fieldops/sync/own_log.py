"""One log as its author's tablet holds it: every entry since the first, and how many are confirmed.

Of a log that forked the server keeps a second branch aside. It is never continued, and never let go of.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec

from fieldops.domain.entry import Draft, Sealed, seal
from fieldops.domain.hlc import Hlc
from fieldops.domain.ids import EntryId, LogId, stream_of
from fieldops.domain.log import extend, head_zero
from fieldops.domain.retention import whose
from fieldops.domain.segment import (
    MAX_ENTRIES,
    ClockReading,
    Statement,
    merkle_root,
    signed_bytes,
    write_statement,
)
from fieldops.sync import keys
from fieldops.sync.wire import LogState, Offered


@dataclass(slots=True)
class OwnLog:
    """`heads[n]` is the head after n entries, so that any run can be signed again. `aside` are the places of
    entries that the server keeps on a second branch."""

    name: LogId
    entries: list[Sealed] = field(default_factory=list)
    ids: list[bytes] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    confirmed: int = 0
    forked: bool = False
    aside: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin the chain with the log's own name."""
        self.heads.append(head_zero(self.name))

    def append(self, draft: Draft, hlc: Hlc, salt: bytes) -> EntryId:
        """Fix a draft as the next entry."""
        sealed = seal(draft, log=self.name, n=len(self.entries) + 1, hlc=hlc, salt=salt)
        entry_id = sealed.id
        self.entries.append(sealed)
        self.ids.append(entry_id)
        self.heads.append(extend(self.heads[-1], (entry_id,)))
        return EntryId(entry_id.hex())

    def segment(self, first: int, last: int, clock: ClockReading, key: ec.EllipticCurvePrivateKey) -> Offered:
        """Entries first..last under one signature, made without chance so that seeding repeats."""
        statement = write_statement(
            Statement(
                log=self.name,
                first=first,
                last=last,
                previous=self.heads[first - 1],
                root=merkle_root(self.ids[first - 1 : last]),
                clock=clock,
            )
        )
        lines = b"\n".join(
            part for sealed in self.entries[first - 1 : last] for part in (sealed.header, sealed.body)
        )
        return Offered(statement, keys.sign(key, signed_bytes(statement), repeatable=True), lines)

    def unsent(self) -> list[int]:
        """The places of the entries that the server has neither confirmed nor put aside."""
        return [n for n in range(self.confirmed + 1, len(self.entries) + 1) if n not in self.aside]

    def unconfirmed(self) -> Iterator[tuple[int, int]]:
        """The runs of these, each short enough for one segment."""
        places = self.unsent()
        while places:
            first = places[0]
            run = [n for at, n in enumerate(places[:MAX_ENTRIES]) if n == first + at]
            yield first, run[-1]
            places = places[len(run) :]

    def erase(self, ref: str) -> bool:
        """The words about a person go from what the server has. Whether none of them is left here."""
        stream = stream_of(self.name)
        unsent = set(self.unsent())
        about = [n for n, one in enumerate(self.entries, start=1) if whose(one.header, stream) == ref]
        for n in about:
            if n not in unsent:
                self.entries[n - 1] = Sealed(self.entries[n - 1].header, b"")
        return not unsent.intersection(about)

    def learn(self, state: LogState) -> None:
        """What the server says it holds, believed only if its head is this log's own.

        A smaller number than before (a restored server) makes the rest be offered again.
        """
        if state.have <= len(self.entries) and self.heads[state.have] == state.head:
            self.confirmed = state.have
        else:
            self.forked = True

    def learn_shared(self, first: int, last: int) -> None:
        """The server has these places, though its head is of another history."""
        if self.forked and first <= self.confirmed + 1:
            self.confirmed = max(self.confirmed, last)

    def learn_fork(self, first: int, last: int) -> None:
        """The server keeps these places on a second branch. It named the first that differs: it has those
        before."""
        self.forked = True
        if not any(n < first for n in self.aside):
            self.confirmed = max(self.confirmed, first - 1)
        self.aside.update(range(first, min(last, len(self.entries)) + 1))

    def begin_epoch(self, state: LogState | None) -> None:
        """The server was put back to an older day: branches that it kept may be gone there, and a log of
        which it has another history now is offered from its beginning."""
        self.aside.clear()
        if state is not None and (state.have > len(self.entries) or self.heads[state.have] != state.head):
            self.confirmed = 0

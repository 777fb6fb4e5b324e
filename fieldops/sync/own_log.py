"""One log as its author's tablet holds it: every entry since the first, and how many are confirmed."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec

from fieldops.domain.entry import Draft, Sealed, seal
from fieldops.domain.hlc import Hlc
from fieldops.domain.ids import EntryId, LogId
from fieldops.domain.log import extend, head_zero
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
    """`heads[n]` is the head after n entries, so that any run can be signed again."""

    name: LogId
    entries: list[Sealed] = field(default_factory=list)
    ids: list[bytes] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    confirmed: int = 0
    forked: bool = False

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

    def unconfirmed(self) -> Iterator[tuple[int, int]]:
        """The runs that the server has not confirmed, each short enough for one segment."""
        for first in range(self.confirmed + 1, len(self.entries) + 1, MAX_ENTRIES):
            yield first, min(first + MAX_ENTRIES - 1, len(self.entries))

    def learn(self, state: LogState) -> None:
        """What the server says it holds, believed only if its head is this log's own.

        A smaller number than before (a restored server) makes the rest be offered again.
        """
        if state.have <= len(self.entries) and self.heads[state.have] == state.head:
            self.confirmed = state.have
        else:
            self.forked = True

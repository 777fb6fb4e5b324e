"""Entries of one segment as they came to the server and lie in a stream."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldops.domain.ids import StreamId

CLOCK_FLAG_MS = 5 * 60 * 1000  # an offset beyond this is shown with the entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A run of `count` entries from `first_seq` onwards. `lines` are theirs in one piece, header and body in
    turn, exactly as signed.

    `offset_ms` is the device's clock minus the server's, where both were read at once; `held_back` names
    entries of the segment (place in the log -> raw id) that lie in quarantine and are not delivered.
    `decision` is the raw id of the entry by which these were let in, where they had been put aside first.
    """

    stream: StreamId
    first_seq: int
    statement: bytes
    signature: bytes
    received_ms: int
    offset_ms: int | None
    via: str | None
    count: int
    lines: bytes
    held_back: Mapping[int, bytes] = field(default_factory=dict)
    decision: bytes | None = None

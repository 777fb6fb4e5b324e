"""A run of a log's entries under one signature: what was recorded between two sends.

The statement names the log, the places, the head before and the Merkle root of the entry ids (RFC 6962),
so that one signature carries up to a hundred entries and each of them can be proven alone.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fieldops.domain import ids
from fieldops.domain.errors import Refusal
from fieldops.domain.forms import is_exactly
from fieldops.domain.ids import LogId
from fieldops.domain.strict_json import MAX_INTEGER, Json, read_line, write_line
from fieldops.domain.tree import root_of

VERSION = 1
MAX_ENTRIES = 100
MAX_STATEMENT_BYTES = 1024
_SIGNED_PREFIX = b"fieldops/segment/1\n"
_KEYS = frozenset(("v", "log", "from", "to", "prev", "root", "clock"))
_CLOCK_KEYS = frozenset(("server", "device", "monotonic"))


Pair = tuple[bytes, bytes]  # the header line and the body line of an entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """What the device's clocks showed at signing, in ms; `server` is its last time from the server, if any.

    Three readings let the time of offline entries be bounded afterwards, whatever the clock was set to.
    """

    server: int | None
    device: int
    monotonic: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What the signature stands for: entries first..last of a log, after the head `previous`."""

    log: LogId
    first: int
    last: int
    previous: bytes
    root: bytes
    clock: ClockReading


def merkle_root(entry_ids: Sequence[bytes]) -> bytes:
    """The RFC 6962 tree hash over raw entry ids (leaf prefix 0x00, node prefix 0x01)."""
    return root_of([hashlib.sha256(b"\x00" + entry_id).digest() for entry_id in entry_ids])


def signed_bytes(statement_line: bytes) -> bytes:
    """The bytes under the signature of a segment."""
    return _SIGNED_PREFIX + statement_line


def write_statement(statement: Statement) -> bytes:
    """The statement's line."""
    clock = statement.clock
    return write_line(
        {
            "v": VERSION,
            "log": statement.log,
            "from": statement.first,
            "to": statement.last,
            "prev": statement.previous.hex(),
            "root": statement.root.hex(),
            "clock": {"server": clock.server, "device": clock.device, "monotonic": clock.monotonic},
        }
    )


def read_statement(line: bytes) -> Statement:
    """The statement a line holds; raises Refusal `segment_statement`."""
    if len(line) > MAX_STATEMENT_BYTES:
        raise _bad("larger than 1 KiB")
    said = read_line(line)
    if not isinstance(said, dict) or said.keys() != _KEYS or not is_exactly(said["v"], VERSION):
        raise _bad("keys missing or unknown, or another version")
    if not ids.is_log(said["log"]):
        raise _bad("log is not the name of a log")
    first, last = _run(said["from"], said["to"])
    return Statement(
        log=LogId(str(said["log"])),
        first=first,
        last=last,
        previous=_hash(said["prev"], "prev"),
        root=_hash(said["root"], "root"),
        clock=_clock(said["clock"]),
    )


def join_lines(pairs: Iterable[Pair]) -> bytes:
    """The lines of a segment, in one piece."""
    return b"\n".join(line for pair in pairs for line in pair)


def split_lines(lines: bytes) -> list[Pair]:
    """The header and body lines of a segment, in pairs; an erased body is an empty line."""
    parts = lines.split(b"\n")
    if len(parts) % 2:
        raise Refusal("segment_lines", "The lines of a segment come in pairs of header and body.")
    return list(zip(parts[::2], parts[1::2], strict=True))


def _run(first: Json, last: Json) -> tuple[int, int]:
    if type(first) is int and type(last) is int and 1 <= first <= last < first + MAX_ENTRIES:
        return first, last
    raise _bad("from and to are not a run of 1 to 100 entries")


def _hash(value: Json, key: str) -> bytes:
    if not isinstance(value, str) or not ids.is_hash(value):
        raise _bad(f"{key} is not a hash")
    return bytes.fromhex(value)


def _clock(value: Json) -> ClockReading:
    if not isinstance(value, dict) or value.keys() != _CLOCK_KEYS:
        raise _bad("clock is not three readings")
    server = value["server"]
    return ClockReading(
        server=None if server is None else _ms(server),
        device=_ms(value["device"]),
        monotonic=_ms(value["monotonic"]),
    )


def _ms(value: Json) -> int:
    if type(value) is int and 0 <= value <= MAX_INTEGER:
        return value
    raise _bad("a clock does not read a time")


def _bad(reason: str) -> Refusal:
    return Refusal("segment_statement", f"The statement cannot be read: {reason}.", {"reason": reason})

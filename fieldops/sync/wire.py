"""What travels between a tablet and the server, as values; the protocol's README says what each field means.

Entries stay bytes from end to end: a page is written from stored lines, and nobody serialises them anew.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from fieldops.domain.arrival import Arrival
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import LogId, StreamId
from fieldops.domain.strict_json import Json, read_line
from fieldops.sync import keys

MAX_PUSH_ENTRIES = 500
MAX_PUSH_BYTES = 512 * 1024
MAX_PULL_LIMIT = 5000
PAGE_TYPE = "application/x-ndjson"


class Verdict(StrEnum):
    """What became of a run of entries that did not simply go to its stream."""

    GAP = "gap"  # earlier entries of the log are missing here: offer them first
    FORK = "fork"  # other content at places that are taken: kept in quarantine, begin a new incarnation
    QUARANTINED = "quarantined"  # kept, with the reason, for the lead to look at
    REFUSED = "refused"  # the bytes do not prove what they claim; nothing is kept


@dataclass(frozen=True, slots=True)
class Offered:
    """One segment as a tablet offers it: its statement, the signature over it, and the lines it covers."""

    statement: bytes
    signature: bytes
    lines: bytes


@dataclass(frozen=True, slots=True)
class LogState:
    """How far the server holds a log, and the head there."""

    log: LogId
    have: int
    head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """A run of entries that did not simply go to its stream, and why."""

    log: str
    first: int
    last: int
    verdict: Verdict
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushReply:
    """What the server answers to a push: a row for each log, and the exceptions; nothing for each entry."""

    time_ms: int
    epoch: str
    logs: tuple[LogState, ...]
    setbacks: tuple[Setback, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How far one stream moves in a page. `head` is the newest sequence number at the server."""

    stream: StreamId
    first: int
    last: int
    head: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer to a pull."""

    time_ms: int
    epoch: str
    spans: tuple[Span, ...]
    granted: tuple[StreamId, ...]
    gone: tuple[StreamId, ...]
    more: bool
    arrivals: tuple[Arrival, ...]


def offered_segments(items: Iterable[Mapping[str, str]]) -> list[Offered]:
    """The segments of a push whose shell the door has read; raises Refusal `not_base64url`."""
    return [
        Offered(
            item["statement"].encode("utf-8"), keys.decode(item["signature"]), item["lines"].encode("utf-8")
        )
        for item in items
    ]


def push_body(segments: Iterable[Offered], via: str | None = None) -> bytes:
    """A push as a tablet writes it."""
    body: dict[str, object] = {
        "segments": [
            {
                "statement": one.statement.decode("utf-8"),
                "signature": keys.encode(one.signature),
                "lines": one.lines.decode("utf-8"),
            }
            for one in segments
        ]
    }
    if via is not None:
        body["via"] = via
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def push_reply_fields(reply: PushReply) -> dict[str, object]:
    """The answer to a push as a door gives it."""
    return {
        "time": reply.time_ms,
        "epoch": reply.epoch,
        "logs": log_rows(reply.logs),
        "exceptions": [
            {
                "log": one.log,
                "from": one.first,
                "to": one.last,
                "verdict": str(one.verdict),
                "code": one.code,
                "detail": one.detail,
            }
            for one in reply.setbacks
        ],
    }


def log_rows(logs: Iterable[LogState]) -> list[dict[str, object]]:
    """Have-vectors as a door gives them."""
    return [{"log": one.log, "have": one.have, "head": one.head.hex()} for one in logs]


def page_lines(page: Page) -> Iterator[bytes]:
    """A page as it is sent: one line for the whole, then each arrival's line and its stored lines."""
    yield _dump(
        {
            "time": page.time_ms,
            "epoch": page.epoch,
            "streams": [
                {"stream": span.stream, "from": span.first, "to": span.last, "head": span.head}
                for span in page.spans
            ],
            "granted": page.granted,
            "gone": page.gone,
            "more": page.more,
        }
    )
    for arrival in page.arrivals:
        yield _arrival_line(arrival)
        yield arrival.lines


def page_bytes(page: Page) -> bytes:
    """The whole page; every line ends with a line feed."""
    return b"\n".join([*page_lines(page), b""])


def read_page(data: bytes) -> Page:
    """A page as a tablet reads it; raises Refusal `page_malformed` when it was cut short."""
    lines = data.split(b"\n")
    if lines.pop() != b"":
        raise _malformed("it does not end with its last line")
    rest = iter(lines)
    head = _fields(next(rest, b""))
    spans = tuple(
        Span(
            stream=StreamId(str(one["stream"])),
            first=_whole(one["from"]),
            last=_whole(one["to"]),
            head=_whole(one["head"]),
        )
        for one in _objects(head["streams"])
    )
    return Page(
        time_ms=_whole(head["time"]),
        epoch=str(head["epoch"]),
        spans=spans,
        granted=_streams(head["granted"]),
        gone=_streams(head["gone"]),
        more=head["more"] is True,
        arrivals=tuple(_read_arrivals(rest)),
    )


def _read_arrivals(rest: Iterator[bytes]) -> Iterator[Arrival]:
    for line in rest:
        said = _fields(line)
        count = _whole(said["count"])
        lines = list(islice(rest, 2 * count))
        if len(lines) != 2 * count:
            raise _malformed("an arrival is cut short")
        held_back = said.get("held_back", {})
        offset, via = said["offset_ms"], said["via"]
        yield Arrival(
            stream=StreamId(str(said["stream"])),
            first_seq=_whole(said["seq"]),
            statement=str(said["statement"]).encode("utf-8"),
            signature=keys.decode(str(said["signature"])),
            received_ms=_whole(said["received"]),
            offset_ms=offset if isinstance(offset, int) else None,
            via=via if isinstance(via, str) else None,
            count=count,
            lines=b"\n".join(lines),
            held_back=_held_back(held_back),
            decision=bytes.fromhex(str(said["decision"])) if "decision" in said else None,
        )


def _arrival_line(arrival: Arrival) -> bytes:
    said: dict[str, object] = {
        "stream": arrival.stream,
        "seq": arrival.first_seq,
        "count": arrival.count,
        "statement": arrival.statement.decode("utf-8"),
        "signature": keys.encode(arrival.signature),
        "received": arrival.received_ms,
        "offset_ms": arrival.offset_ms,
        "via": arrival.via,
    }
    if arrival.held_back:
        said["held_back"] = {str(n): raw.hex() for n, raw in arrival.held_back.items()}
    if arrival.decision is not None:
        said["decision"] = arrival.decision.hex()
    return _dump(said)


def _dump(value: object) -> bytes:
    return _WRITER.encode(value).encode("utf-8")


_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _fields(line: bytes) -> dict[str, Json]:
    said = read_line(line)
    if not isinstance(said, dict):
        raise _malformed("a line is no object")
    return said


def _objects(value: Json) -> list[dict[str, Json]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _streams(value: Json) -> tuple[StreamId, ...]:
    return tuple(StreamId(str(one)) for one in value) if isinstance(value, list) else ()


def _held_back(value: Json) -> dict[int, bytes]:
    return {int(n): bytes.fromhex(str(raw)) for n, raw in value.items()} if isinstance(value, dict) else {}


def _whole(value: Json) -> int:
    if not isinstance(value, int):
        raise _malformed("a number is missing")
    return value


def _malformed(reason: str) -> Refusal:
    return Refusal("page_malformed", f"The page cannot be read: {reason}.", {"reason": reason})

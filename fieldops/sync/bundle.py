"""A bundle: sealed segments in a file that anybody may carry, and the way by which the server takes it in.

What it says in the clear is only a claim, held against what came. Each part that opens goes the way of a
push, so a bundle can do nothing that its authors' tablets could not, and the same one again changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import LogId, OfficerId, OperationId, is_id, is_log
from fieldops.domain.looks import Looking
from fieldops.domain.reading import Part, as_part
from fieldops.domain.segment import read_statement
from fieldops.domain.strict_json import Json, read_document
from fieldops.store.bundles import TakenBundle, Way, note_taken
from fieldops.store.holders import Holder
from fieldops.sync import keys
from fieldops.sync.push import Push, Sessions, receive
from fieldops.sync.sealing import IV_BYTES, open_content_key, open_part, part_label
from fieldops.sync.wire import (
    MAX_PUSH_BYTES,
    MAX_PUSH_ENTRIES,
    LogState,
    Offered,
    PushReply,
    Setback,
    Verdict,
)

FORM = "fieldops/bundle/1"
MAX_BUNDLE_BYTES = 960 * 1024
MAX_PARTS = 2000
MAX_KEYS = 200
MAX_PLACE = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Run:
    """Entries of one log, by number."""

    log: LogId
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPart:
    """One segment, sealed under the content key that it names."""

    run: Run
    key: str
    iv: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle as read. `named` is what it says it holds; `keys` are the sealed content keys by name."""

    operation: OperationId
    named: tuple[Run, ...]
    keys: Mapping[str, bytes]
    parts: tuple[SealedPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a bundle. `named` and `came` count entries: what it said, and what of this is here.
    `brought` are the entries of its parts that are proven and here, in their stream or in quarantine."""

    reply: PushReply
    named: int
    came: int
    brought: int

    @property
    def whole(self) -> bool:
        """Whether all that it named is here as its authors signed it."""
        bad = (Verdict.REFUSED, Verdict.GAP)
        return not any(one.verdict in bad for one in self.reply.setbacks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A bundle as it was handed in: when, which way, by whom if they signed in, on whose tablet if on any,
    and who is told of in the access log."""

    bundle: Bundle
    received_ms: int
    way: Way
    taken_by: OfficerId | None = None
    carrier: Holder | None = None
    looking: Looking | None = None


def read_bundle(data: bytes) -> Bundle:
    """A bundle's file; raises Refusal `bundle_malformed`, and `not_strict_json` for what is no JSON."""
    return bundle_of(read_document(data, max_bytes=MAX_BUNDLE_BYTES))


def bundle_of(document: Json) -> Bundle:
    """A bundle as its JSON says it; raises Refusal `bundle_malformed`."""
    try:
        said = as_part(document, "bundle")
        bundle = Bundle(
            operation=OperationId(said.text("operation")),
            named=tuple(_run(one) for one in said.parts("logs")),
            keys={one.text("id"): keys.decode(one.text("sealed")) for one in said.parts("keys")},
            parts=tuple(map(_part, said.parts("parts"))),
        )
        within = len(bundle.keys) <= MAX_KEYS and len(bundle.parts) <= MAX_PARTS
        sound = said.text("bundle") == FORM and is_id(bundle.operation) and within
    except Refusal as fault:
        raise _malformed() from fault
    if not sound:
        raise _malformed()
    return bundle


def take_in(reading: Sessions, writing: Sessions, carried: Carried, key: ec.EllipticCurvePrivateKey) -> Taken:
    """Open what opens, push it, and say what was named and did not come."""
    offered, refused = opened(carried.bundle, key)
    at, by = carried.received_ms, carried.carrier
    told = carried.looking
    pushes = [Push(offered=batch, received_ms=at, carrier=by, looking=told) for batch in _batches(offered)]
    replies = [receive(reading, writing, push) for push in pushes]
    taken = _taken(carried.bundle, replies, refused)
    if taken.brought:
        with writing() as session:
            note_taken(session, _remembered(carried, taken))
    return taken


def _remembered(carried: Carried, taken: Taken) -> TakenBundle:
    return TakenBundle(
        operation=carried.bundle.operation,
        taken_at=datetime.fromtimestamp(carried.received_ms / 1000, UTC),
        way=carried.way,
        taken_by=carried.taken_by,
        via=None if carried.carrier is None else carried.carrier.key.id,
        brought=taken.brought,
        whole=taken.whole,
    )


def _taken(bundle: Bundle, replies: Sequence[PushReply], refused: Sequence[Setback]) -> Taken:
    logs = {state.log: state for reply in replies for state in reply.logs}
    told = [setback for reply in replies for setback in reply.setbacks]
    missing = [gap for run in bundle.named for gap in _missing(run, logs.get(run.log))]
    last, setbacks = replies[-1], (*refused, *told, *missing)
    reply = PushReply(time_ms=last.time_ms, epoch=last.epoch, logs=tuple(logs.values()), setbacks=setbacks)
    named = sum(map(_entries, bundle.named))
    brought = _brought(bundle.parts, logs, setbacks)
    return Taken(reply=reply, named=named, came=named - sum(map(_entries, missing)), brought=brought)


def _brought(parts: Sequence[SealedPart], logs: Mapping[LogId, LogState], told: Sequence[Setback]) -> int:
    """Entries of the parts that are kept. Where a signature of these places failed they do not count:
    otherwise anybody could ask by forged ones how much of a log is here."""
    return sum(_entries(part.run) for part in parts if _is_here(part.run, logs, told))


def _is_here(run: Run, logs: Mapping[LogId, LogState], told: Sequence[Setback]) -> bool:
    about = [one for one in told if _touches(one, run)]
    if any(one.verdict is Verdict.REFUSED for one in about):
        return False
    return _is_held(run, logs) or any(_holds(one, run) for one in about)


def _touches(setback: Setback, run: Run) -> bool:
    return setback.log == run.log and setback.first <= run.last and run.first <= setback.last


def _is_held(run: Run, logs: Mapping[LogId, LogState]) -> bool:
    return run.log in logs and logs[run.log].have >= run.last


def _holds(aside: Setback, run: Run) -> bool:
    """Whether all of a run was put aside."""
    within = aside.first <= run.first and run.last <= aside.last
    return within and aside.verdict in (Verdict.QUARANTINED, Verdict.FORK)


def _entries(run: Run | Setback) -> int:
    return run.last - run.first + 1


def opened(bundle: Bundle, key: ec.EllipticCurvePrivateKey) -> tuple[list[Offered], list[Setback]]:
    """The segments of the parts that open, and a refusal for each part that does not."""
    content_keys = {
        name: open_content_key(key, bundle.operation, sealed) for name, sealed in bundle.keys.items()
    }
    offered, refused = [], []
    for part in bundle.parts:
        segment = _segment(bundle.operation, part, content_keys.get(part.key))
        if segment is None:
            refused.append(_refused(part.run))
        else:
            offered.append(segment)
    return offered, refused


def _segment(operation: OperationId, part: SealedPart, content_key: bytes | None) -> Offered | None:
    if content_key is None:
        return None
    label = part_label(operation, part.run.log, part.run.first, part.run.last)
    plain = open_part(content_key, part.iv, part.sealed, label)
    if plain is None:
        return None
    try:
        said = as_part(read_document(plain, max_bytes=MAX_PUSH_BYTES), "part")
        statement, lines = said.text("statement").encode("utf-8"), said.text("lines").encode("utf-8")
        segment = Offered(statement, keys.decode(said.text("signature")), lines)
        return segment if _says(statement, part.run) else None
    except Refusal:
        return None


def _says(statement: bytes, run: Run) -> bool:
    """Whether a statement is about the entries that its part says it holds."""
    read = read_statement(statement)
    return (read.log, read.first, read.last) == (run.log, run.first, run.last)


def _batches(offered: Sequence[Offered]) -> Iterator[list[Offered]]:
    """In pushes of no more entries than one may hold; always one, for its answer names the epoch."""
    batch: list[Offered] = []
    entries = 0
    for segment in offered:
        count = (segment.lines.count(b"\n") + 1) // 2
        if batch and entries + count > MAX_PUSH_ENTRIES:
            yield batch
            batch, entries = [], 0
        batch.append(segment)
        entries += count
    yield batch


def _missing(run: Run, state: LogState | None) -> list[Setback]:
    """What the bundle named of a log and the server lacks after taking it in. Of a log from which nothing
    came it is not said how far the server holds it: naming a log gives no right to know that."""
    first = max(run.first, (0 if state is None else state.have) + 1)
    if first > run.last:
        return []
    detail = "The bundle names these entries, and they did not come."
    return [_told(Run(run.log, first, run.last), Verdict.GAP, "bundle_missing", detail)]


def _refused(run: Run) -> Setback:
    detail = "This part does not open: it was changed, or sealed for somebody else."
    return _told(run, Verdict.REFUSED, "bundle_part", detail)


def _told(run: Run, verdict: Verdict, code: str, detail: str) -> Setback:
    return Setback(log=run.log, first=run.first, last=run.last, verdict=verdict, code=code, detail=detail)


def _part(said: Part) -> SealedPart:
    iv = keys.decode(said.text("iv"))
    if len(iv) != IV_BYTES:
        raise _malformed()
    return SealedPart(run=_run(said), key=said.text("key"), iv=iv, sealed=keys.decode(said.text("sealed")))


def _run(said: Part) -> Run:
    log, first, last = said.text("log"), said.whole("from"), said.whole("to")
    if not is_log(log) or not 1 <= first <= last <= MAX_PLACE:
        raise _malformed()
    return Run(LogId(log), first, last)


def _malformed() -> Refusal:
    return Refusal("bundle_malformed", "This is no bundle of Fieldops, or it was cut short.")

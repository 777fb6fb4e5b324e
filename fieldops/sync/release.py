"""Deciding about entries that were put aside: letting them into their stream, or keeping them where they are.

A decision is an entry of its own, signed for the lead who made it, in the stream of the log that it is about.
What is let in arrives a second time, as it was signed and with the time at which it first came. Only who sent
an entry, or when, can be overruled so: what cannot be read, would lie in too weak a class, or stands at a
place that is taken, stays aside whatever is decided.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from fieldops.domain.entry import ACTS_SCHEMA, SALT_BYTES, Draft, Sealed, seal
from fieldops.domain.errors import Refusal
from fieldops.domain.hlc import START, tick
from fieldops.domain.ids import (
    EntryId,
    LogId,
    OperationId,
    StreamId,
    SubjectId,
    class_of_stream,
    log_id,
    scope_of,
    stream_id,
    stream_of,
)
from fieldops.domain.kinds import DECISION, RELEASE
from fieldops.domain.log import Held, extend
from fieldops.domain.people import Officer
from fieldops.domain.segment import (
    MAX_ENTRIES,
    ClockReading,
    Statement,
    join_lines,
    merkle_root,
    read_statement,
    signed_bytes,
    write_statement,
)
from fieldops.domain.strict_json import Json
from fieldops.store import ledger
from fieldops.store.decisions import Waiting, note_decided, waiting
from fieldops.store.ledger import Delivery
from fieldops.store.operations import operation
from fieldops.store.plans import visit_ids
from fieldops.store.published import editions
from fieldops.store.quarantine import ids_aside
from fieldops.sync import keys
from fieldops.sync.desk_key import DeskKey, desk_key
from fieldops.sync.enrol import Server
from fieldops.sync.judge import BARRED, fault_of
from fieldops.sync.push import Sessions
from fieldops.sync.senders import placing_of

RELEASABLE = frozenset(BARRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody decides about what waits of one log for one reason."""

    operation: OperationId
    officer: Officer
    log: LogId
    code: str
    choice: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The desk's side: the secret from which its keys follow, what certifies them, and the time."""

    seed: bytes
    server: Server
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """How many entries it was decided about, and how many wait on because they could not be let in."""

    entries: int
    unfit: int


def decide(writing: Sessions, asked: Asked, desk: Desk) -> Decided:
    """Write the decision down and do as it says, all or nothing.

    Raises Refusal `nothing_waits` where it has been decided already, `not_releasable` where nothing of it can
    be let in.
    """
    while True:
        with suppress(ledger.Moved), writing() as session:
            return _decide(session, asked, desk)


def _decide(session: Session, asked: Asked, desk: Desk) -> Decided:
    found = waiting(session, asked.operation, asked.log, asked.code)
    if not found:
        raise Refusal("nothing_waits", "Nothing of this waits for a decision any more.")
    fit = _fit(session, asked, found) if asked.choice == RELEASE else found
    if not fit:
        raise Refusal(
            "not_releasable", "This cannot stand in the record as it is. It can only be kept aside."
        )
    key = desk_key(session, asked.officer, asked.operation, desk.seed, desk.server, desk.now)
    log = log_id(_stream(session, asked), key.signer.id, "1")
    made = _write_down(session, log, key, asked, _runs(fit), desk)
    for run, decision in made:
        if asked.choice == RELEASE:
            _let_in(session, asked.log, run, bytes.fromhex(decision))
        note_decided(session, run, decision, released=asked.choice == RELEASE)
    return Decided(entries=len(fit), unfit=len(found) - len(fit))


def _fit(session: Session, asked: Asked, found: Sequence[Waiting]) -> list[Waiting]:
    """Those that may lie in the stream of their log."""
    serving = operation(session, asked.operation)
    if serving is None or asked.code not in RELEASABLE or not _is_here(session, asked):
        return []
    placing = placing_of(session, serving.papers.classes, editions(session, "checklist"))
    return [
        one
        for one in found
        if fault_of(one.kept.n, (one.kept.header, one.kept.body), asked.log, placing) is None
    ]


def _is_here(session: Session, asked: Asked) -> bool:
    """Whether the log's scope is the operation or a visit of it: a key may have signed for any other."""
    return scope_of(asked.log) in {asked.operation, *visit_ids(session, asked.operation)}


def _stream(session: Session, asked: Asked) -> StreamId:
    """Where the decision lies: beside what it is about, so that the same people read both."""
    if _is_here(session, asked):
        return stream_of(asked.log)
    return stream_id(asked.operation, class_of_stream(stream_of(asked.log)))


def _runs(entries: Sequence[Waiting]) -> list[list[Waiting]]:
    """Neighbours together, for each of which one decision is written down."""
    places = enumerate(entries)
    return [[one for _, one in run] for _, run in groupby(places, key=lambda at: at[1].kept.n - at[0])]


def _write_down(
    session: Session, log: LogId, key: DeskKey, asked: Asked, runs: Sequence[list[Waiting]], desk: Desk
) -> list[tuple[list[Waiting], EntryId]]:
    """A decision for each run, as the next entries of the desk's log; each run with its decision."""
    held, clock, now_ms = ledger.held(session, [log])[log], START, int(desk.now.timestamp() * 1000)
    made: list[Sealed] = []
    for n, run in enumerate(runs, start=held.have + 1):
        clock, salt = tick(clock, now_ms), desk.server.random_bytes(SALT_BYTES)
        made.append(seal(_draft(asked, run, desk.now), log=log, n=n, hlc=clock, salt=salt))
    ledger.append(session, list(_signed(log, held, made, key, now_ms)), now_ms, {})
    return [(run, EntryId(one.id.hex())) for run, one in zip(runs, made, strict=True)]


def _draft(asked: Asked, run: Sequence[Waiting], now: datetime) -> Draft:
    """What is written down; the head says which entries it was decided about, to the byte."""
    first, last = run[0], run[-1]
    value: dict[str, Json] = {
        "choice": asked.choice,
        "log": asked.log,
        "from": first.kept.n,
        "to": last.kept.n,
        "head": last.head.hex(),
        "why": asked.why,
    }
    subject = "operation" if scope_of(asked.log) == asked.operation else "visit"
    return Draft(
        happened=now,
        recorded=now,
        kind=DECISION,
        schema=ACTS_SCHEMA,
        subject=SubjectId(subject),
        field=DECISION,
        value=value,
    )


def _signed(log: LogId, held: Held, made: Sequence[Sealed], key: DeskKey, now_ms: int) -> Iterator[Delivery]:
    """The entries as the desk's own segments."""
    for at in range(0, len(made), MAX_ENTRIES):
        part = made[at : at + MAX_ENTRIES]
        ids = [one.id for one in part]
        after = Held(held.have + len(part), extend(held.head, ids))
        statement = write_statement(
            Statement(
                log=log,
                first=held.have + 1,
                last=after.have,
                previous=held.head,
                root=merkle_root(ids),
                clock=ClockReading(server=now_ms, device=now_ms, monotonic=now_ms),
            )
        )
        yield Delivery(
            log=log,
            before=held,
            after=after,
            statement=statement,
            signature=keys.sign(key.key, signed_bytes(statement)),
            device_ms=now_ms,
            first_n=held.have + 1,
            count=len(part),
            lines=join_lines((one.header, one.body) for one in part),
            held_back={},
        )
        held = after


def _let_in(session: Session, log: LogId, run: Sequence[Waiting], decision: bytes) -> None:
    """Deliver the run's entries, each segment's by itself: signed, received and carried as they were."""
    for _, group in groupby(run, key=lambda one: one.arrival):
        part = list(group)
        came, said = part[0], read_statement(part[0].statement)
        stands = ledger.held(session, [log])[log]
        ours = {one.kept.n for one in part}
        aside = ids_aside(session, log, said.first, said.last)
        delivery = Delivery(
            log=log,
            before=stands,
            after=stands,
            statement=came.statement,
            signature=came.signature,
            device_ms=said.clock.device,
            first_n=came.kept.n,
            count=len(part),
            lines=join_lines((one.kept.header, one.kept.body) for one in part),
            held_back={n: entry_id for n, entry_id in aside.items() if n not in ours},
            decision=decision,
        )
        ledger.append(session, [delivery], came.received_ms, {log: came.via})

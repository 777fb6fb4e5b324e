"""Erasing by law what is kept about a person: asked for by one, agreed to by another, then done for good.

The key goes first and the order's end is noted last, so that an erasure that was broken off is found and done
again, at the next one and after every restore. Doing it twice changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.access import may_second
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OfficerId, OperationId, StreamId, new_id
from fieldops.domain.retention import Erasure, ErasureState, whose
from fieldops.domain.segment import split_lines
from fieldops.store.blobs import Blobs
from fieldops.store.erased_files import forget_files
from fieldops.store.erasures import (
    add_erasure,
    decide_erasure,
    erasure,
    erasures,
    is_held,
    note_done,
    unfinished,
)
from fieldops.store.ledger import arrivals, logs, streams
from fieldops.store.person_keys import PersonKeys
from fieldops.store.quarantine import quarantine
from fieldops.sync.push import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks for whose words to be erased, and why. `ground` is a code of the published rules."""

    operation: OperationId
    scope: str
    ref: str
    ground: str
    reason: str
    by: OfficerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Where an erasure reaches: the ledger, the keys, the parts of files and the pictures made of them."""

    writing: Sessions
    keys: PersonKeys
    blobs: Blobs
    views: Path
    now: datetime


def ask_erasure(
    session: Session, asking: Asking, now: datetime, random_bytes: Callable[[int], bytes]
) -> Erasure:
    """Keep that it is asked for. Refusal `legal_hold`, or `erasure_asked` where it was before."""
    _demand_no_hold(session, asking.operation, asking.ref)
    before = [one for one in erasures(session, asking.operation) if one.ref == asking.ref]
    if any(one.state is not ErasureState.REFUSED for one in before):
        raise Refusal("erasure_asked", "This has been asked for already.")
    new = Erasure(
        id=new_id(random_bytes),
        operation=asking.operation,
        scope=asking.scope,
        ref=asking.ref,
        ground=asking.ground,
        reason=asking.reason,
        asked_by=asking.by,
        asked_at=now,
    )
    add_erasure(session, new)
    return new


def refuse_erasure(session: Session, erasure_id: str, by: OfficerId, why: str, now: datetime) -> None:
    """Say no to it. Refusal `erasure_decided` where somebody decided before."""
    _open_one(session, erasure_id)
    decide_erasure(session, erasure_id, by, now, refused=why)


def confirm_erasure(means: Means, erasure_id: str, by: OfficerId) -> None:
    """Agree to it, and carry it out. Refusal `legal_hold`, `erasure_decided`, or `second_person` for whoever
    asked for it."""
    with means.writing() as session:
        found = _open_one(session, erasure_id)
        if not may_second(by, found.asked_by):
            raise Refusal("second_person", "Another person than the one who asked must agree to this.")
        _demand_no_hold(session, found.operation, found.ref)
        decide_erasure(session, erasure_id, by, means.now)
    carry_out(means, erasure_id)


def carry_out(means: Means, erasure_id: str) -> None:
    """Destroy the key, and the files that nobody else's words name."""
    with means.writing() as session:
        found = erasure(session, erasure_id)
        if found is None or found.decided_at is None or found.refused:
            raise Refusal("not_found", "There is no such erasure.")
        means.keys.destroy(found.ref, means.now)
        files, chunks = forget_files(session, _entries_of(session, found))
        for name in chunks:
            means.blobs.remove(name)
        for name in files:
            (means.views / f"{name}.jpg").unlink(missing_ok=True)
        note_done(session, erasure_id, means.now)


def carry_out_all(means: Means) -> int:
    """Every erasure that was agreed on, once more: after a restore, or where one was broken off."""
    with means.writing() as session:
        found = unfinished(session)
    for one in found:
        carry_out(means, one.id)
    return len(found)


def _open_one(session: Session, erasure_id: str) -> Erasure:
    found = erasure(session, erasure_id)
    if found is None:
        raise Refusal("not_found", "There is no such erasure.")
    if found.state is not ErasureState.ASKED:
        raise Refusal("erasure_decided", "Somebody decided about this before.")
    return found


def _demand_no_hold(session: Session, operation: OperationId, ref: str) -> None:
    if is_held(session, operation, ref):
        raise Refusal("legal_hold", "A legal hold stands: nothing of this may be erased until it is lifted.")


def _entries_of(session: Session, found: Erasure) -> set[str]:
    """The ids of the entries about the person, in their streams and put aside."""
    return {
        sha256(header).hexdigest()
        for stream, header in _headers(session, found.ref)
        if whose(header, stream) == found.ref
    }


def _headers(session: Session, ref: str) -> Iterator[tuple[StreamId, bytes]]:
    """Every header that may be about them. A card's name is looked for in the lines themselves."""
    said = select(streams.c.id, arrivals.c.lines).join(streams, streams.c.key == arrivals.c.stream)
    aside = select(streams.c.id, quarantine.c.header).join(logs, logs.c.key == quarantine.c.log)
    aside = aside.join(streams, streams.c.key == logs.c.stream)
    if not ref.startswith("worker:"):
        said, aside = said.where(streams.c.id == ref), aside.where(streams.c.id == ref)
    for stream, lines in session.execute(said.execution_options(yield_per=500)):
        if not ref.startswith("worker:") or ref.encode() in lines:
            for header, _ in split_lines(lines):
                yield StreamId(stream), header
    for stream, header in session.execute(aside):
        yield StreamId(stream), header

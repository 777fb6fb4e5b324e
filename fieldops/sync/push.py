"""Taking in what tablets recorded: read what judgement needs, judge without a transaction, then keep.

Nothing is verified or decoded while the write lock is held, and nothing is answered before the commit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import LogId, SignerId, signer_of_log, stream_of
from fieldops.domain.log import Held
from fieldops.domain.looks import Looking
from fieldops.domain.segment import split_lines
from fieldops.store import ledger, quarantine
from fieldops.store.at_rest import erased_among
from fieldops.store.attached import NAMES_A_FILE, note_named
from fieldops.store.editions import begin_with
from fieldops.store.holders import Holder
from fieldops.store.meta import epoch
from fieldops.sync.beginnings import beginnings
from fieldops.sync.collected import note_collected
from fieldops.sync.judge import Ground, Run, goes_on, judge
from fieldops.sync.offer import Offer, read_offers, told_aside
from fieldops.sync.senders import read_senders
from fieldops.sync.wire import MAX_PUSH_ENTRIES, LogState, Offered, PushReply, Setback

Sessions = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What came in, when, and whose tablet sent it, as its key stands in this request; and who hands it in,
    for the access log."""

    offered: Sequence[Offered]
    received_ms: int
    carrier: Holder | None = None
    looking: Looking | None = None


def receive(reading: Sessions, writing: Sessions, push: Push) -> PushReply:
    """Take a push in. `reading` and `writing` open a session each; leaving `writing` commits.

    Raises Refusal `push_too_large`; everything else that is wrong with a segment is told in the reply.
    """
    offers, refused = read_offers(push.offered)
    if sum(len(one.ids) for one in offers) > MAX_PUSH_ENTRIES:
        raise Refusal("push_too_large", f"A push may hold {MAX_PUSH_ENTRIES} entries at most.")
    while True:
        with suppress(ledger.Moved):
            return _receive(reading, writing, push, offers, refused)


def _receive(
    reading: Sessions, writing: Sessions, push: Push, offers: Sequence[Offer], refused: Sequence[Setback]
) -> PushReply:
    """Judge and keep; raises Moved where another push of the same log came between, and nothing is kept."""
    with reading() as session:
        now_in = epoch(session)
        ground = read_ground(session, offers, push)
        told = _told_before(session, offers, ground)
    judged = judge(offers, ground)
    if judged.runs:
        with writing() as session:
            _keep(session, judged.runs, push)
            note_collected(session, judged.runs, push.looking)
            if any(len(one.placing.checklists) > 1 for one in ground.senders.values()):
                begin_with(session, beginnings([run.delivery for run in judged.runs]))
    held = {**ground.held, **{run.delivery.log: run.delivery.after for run in judged.runs}}
    return PushReply(
        time_ms=push.received_ms,
        epoch=now_in,
        logs=tuple(LogState(log, state.have, state.head) for log, state in held.items()),
        setbacks=(*refused, *told, *judged.setbacks),
    )


def read_ground(session: Session, offers: Sequence[Offer], push: Push) -> Ground:
    """What the server holds of these logs, and who signs them, as they stood when this came in."""
    names = list(dict.fromkeys(one.said.log for one in offers))
    held = ledger.held(session, names)
    odd = [
        (log, min(one.said.first for one in group))
        for log, group in _by_log(offers)
        if not goes_on(held[log], group)
    ]
    return Ground(
        held=held,
        senders=read_senders(session, {signer_of_log(log) for log in names}, push.received_ms, push.carrier),
        held_ids={
            log: ledger.ids_between(session, log, first, held[log].have)
            | quarantine.ids_aside(session, log, first, held[log].have)
            for log, first in odd
        },
        branches={log: quarantine.branch_heads(session, log) for log, _ in odd},
        aside=_aside_of_what_goes_on(session, offers, held),
        erased=_erased(session, offers),
    )


def _erased(session: Session, offers: Iterable[Offer]) -> frozenset[bytes]:
    """The headers of entries that come without their words, as they are about people who were erased."""
    bare = [(header, stream_of(one.said.log)) for one in offers for header, body in one.pairs if not body]
    return erased_among(session, bare) if bare else frozenset()


def _aside_of_what_goes_on(
    session: Session, offers: Iterable[Offer], held: Mapping[LogId, Held]
) -> dict[LogId, dict[int, bytes]]:
    """What lies in quarantine of the logs of which a segment begins among what is held, and goes on."""
    firsts: dict[LogId, int] = {}
    for one in offers:
        if one.said.first <= held[one.said.log].have < one.said.last:
            firsts.setdefault(one.said.log, one.said.first)
    return {log: quarantine.ids_aside(session, log, first, held[log].have) for log, first in firsts.items()}


def _by_log(offers: Iterable[Offer]) -> list[tuple[LogId, list[Offer]]]:
    return [(log, list(group)) for log, group in groupby(offers, key=lambda one: one.said.log)]


def _told_before(session: Session, offers: Sequence[Offer], ground: Ground) -> list[Setback]:
    """What went to quarantine of the entries that are offered again: the first answer may have been lost."""
    again = {one.said.log: one.said.first for one in reversed(offers) if _is_held(one, ground)}
    found = quarantine.reasons(session, again) if again else {}
    return [row for log, asides in found.items() for row in told_aside(log, asides)]


def _is_held(offer: Offer, ground: Ground) -> bool:
    return offer.said.first <= ground.held[offer.said.log].have


def _keep(session: Session, runs: Sequence[Run], push: Push) -> None:
    """Write what was judged."""
    carried = {run.delivery.log: _via(run.delivery.log, push) for run in runs}
    arrived = ledger.append(session, [run.delivery for run in runs], push.received_ms, carried)
    for index, (log, arrival) in arrived.items():
        came = runs[index].delivery
        quarantine.put_aside(
            session,
            log,
            arrival,
            runs[index].asides,
            stream=stream_of(came.log),
            personal=came.personal,
        )
    for run in runs:
        _keep_named(session, run)


def _keep_named(session: Session, run: Run) -> None:
    """Which files the entries name, so that their tablet may send them."""
    if NAMES_A_FILE in run.delivery.lines:
        note_named(session, run.delivery.log, split_lines(run.delivery.lines))
    note_named(session, run.delivery.log, ((one.kept.header, one.kept.body) for one in run.asides))


def _via(log: LogId, push: Push) -> SignerId | None:
    """The tablet that carried another's entries, if it was not their author's own."""
    if push.carrier is None or signer_of_log(log) in push.carrier.own:
        return None
    return push.carrier.key.id

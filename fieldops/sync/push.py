"""Taking in what tablets recorded: read what judgement needs, judge without a transaction, then keep.

Nothing is verified or decoded while the write lock is held, and nothing is answered before the commit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import LogId, SignerId, signer_of_log
from fieldops.domain.log import Held
from fieldops.store import ledger, quarantine
from fieldops.store.ledger import Delivery, OpenLog
from fieldops.store.meta import epoch
from fieldops.sync.judge import Ground, Judged, Run, goes_on, judge
from fieldops.sync.offer import Offer, read_offers, told_aside
from fieldops.sync.senders import read_senders
from fieldops.sync.wire import MAX_PUSH_ENTRIES, LogState, Offered, PushReply, Setback

Sessions = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What came in, by whom and when. `carrier` is the signer whose tablet sent it, `own` all their keys."""

    offered: Sequence[Offered]
    received_ms: int
    carrier: SignerId | None = None
    own: frozenset[SignerId] = frozenset()


def receive(reading: Sessions, writing: Sessions, push: Push) -> PushReply:
    """Take a push in. `reading` and `writing` open a session each; leaving `writing` commits.

    Raises Refusal `push_too_large`; everything else that is wrong with a segment is told in the reply.
    """
    offers, refused = read_offers(push.offered)
    if sum(len(one.ids) for one in offers) > MAX_PUSH_ENTRIES:
        raise Refusal("push_too_large", f"A push may hold {MAX_PUSH_ENTRIES} entries at most.")
    with reading() as session:
        now_in = epoch(session)
        ground = read_ground(session, offers, push.received_ms)
        told = _told_before(session, offers, ground)
    judged = judge(offers, ground)
    held = dict(ground.held)
    if judged.runs:
        with writing() as session:
            held |= _keep(session, judged, push)
    return PushReply(
        time_ms=push.received_ms,
        epoch=now_in,
        logs=tuple(LogState(log, state.have, state.head) for log, state in held.items()),
        setbacks=(*refused, *told, *judged.setbacks),
    )


def read_ground(session: Session, offers: Sequence[Offer], received_ms: int) -> Ground:
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
        senders=read_senders(session, {signer_of_log(log) for log in names}, received_ms),
        held_ids={
            log: ledger.ids_between(session, log, first, held[log].have)
            | quarantine.ids_aside(session, log, first, held[log].have)
            for log, first in odd
        },
        branches={log: quarantine.branch_heads(session, log) for log, _ in odd},
    )


def _by_log(offers: Iterable[Offer]) -> list[tuple[LogId, list[Offer]]]:
    return [(log, list(group)) for log, group in groupby(offers, key=lambda one: one.said.log)]


def _told_before(session: Session, offers: Sequence[Offer], ground: Ground) -> list[Setback]:
    """What went to quarantine of the entries that are offered again: the first answer may have been lost."""
    again = {one.said.log: one.said.first for one in reversed(offers) if _is_held(one, ground)}
    found = quarantine.reasons(session, again) if again else {}
    return [row for log, asides in found.items() for row in told_aside(log, asides)]


def _is_held(offer: Offer, ground: Ground) -> bool:
    return offer.said.first <= ground.held[offer.said.log].have


def _keep(session: Session, judged: Judged, push: Push) -> dict[LogId, Held]:
    """Write what was judged; gives how far each log is held now.

    A log that another push moved meanwhile is left as it stands, and nothing else is told of it: its
    tablet sees from the answer how far it is held, and offers the rest again.
    """
    opened = ledger.open_logs(session, (run.delivery.log for run in judged.runs))
    moved = _moved(opened, judged.runs)
    judged.setbacks = [one for one in judged.setbacks if one.log not in moved]
    runs = [run for run in judged.runs if run.delivery.log not in moved]
    _write(session, opened, runs, push)
    held = {log: one.held for log, one in opened.items()}
    return held | {run.delivery.log: run.delivery.after for run in runs}


def _write(session: Session, opened: Mapping[LogId, OpenLog], runs: Sequence[Run], push: Push) -> None:
    carried = {run.delivery.log: _via(run.delivery.log, push) for run in runs}
    arrived = ledger.append(session, opened, [run.delivery for run in runs], push.received_ms, carried)
    for index, arrival in arrived.items():
        run = runs[index]
        quarantine.put_aside(session, opened[run.delivery.log].key, arrival, run.asides)


def _moved(opened: Mapping[LogId, OpenLog], runs: Iterable[Run]) -> frozenset[LogId]:
    """The logs that no longer stand where the first run of theirs begins."""
    firsts: dict[LogId, Delivery] = {}
    for run in runs:
        firsts.setdefault(run.delivery.log, run.delivery)
    return frozenset(log for log, one in firsts.items() if opened[log].held != one.before)


def _via(log: LogId, push: Push) -> SignerId | None:
    """The tablet that carried another's entries, if it was not their author's own."""
    return None if signer_of_log(log) in push.own else push.carrier

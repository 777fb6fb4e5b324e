"""What a push is worth: pure judgement on bytes, given what the server holds and knows of the signers.

What is held already is skipped before any signature is looked at. Authentic entries are always kept: in
their stream, or aside with the reason. Only bytes that do not prove what they claim are refused.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from fieldops.domain.entry import read_body, read_header
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import LogId, SignerId, class_of_stream, scope_of, signer_of_log
from fieldops.domain.kinds import DECISION, check_value
from fieldops.domain.log import Fit, Held, extend, first_difference, fit
from fieldops.domain.segment import Pair, join_lines, merkle_root, signed_bytes
from fieldops.domain.strict_json import Json
from fieldops.store.ledger import Delivery
from fieldops.store.quarantine import Aside, Kept
from fieldops.sync import keys
from fieldops.sync.offer import Offer, places, setback, told_aside
from fieldops.sync.placing import Placing
from fieldops.sync.wire import Setback, Verdict

BARRED: Final[Mapping[str, str]] = {
    "device_revoked": "The tablet was revoked before this came in.",
    "device_lost": "The tablet had been reported lost before this came in.",
    "officer_inactive": "The officer had left before this came in.",
    "certificate_expired": "The tablet's certificate had ended before this came in.",
    "no_role": "The officer no longer served on the operation when this came in.",
    "not_assigned": "The officer was not sent to this visit.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What is known of a signer when their entries come in. `barred` says why none of them goes on."""

    point: bytes
    scopes: frozenset[str]  # the visits they were ever sent to, and their operation
    placing: Placing
    barred: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What judgement stands on. `held_ids` and `branches` are read only for logs that do not simply go on,
    `aside` (what of a log's own chain lies in quarantine) for those of which a part is offered again.
    `erased` names the headers of entries about people who were erased, which may come without words."""

    held: Mapping[LogId, Held]
    senders: Mapping[SignerId, Sender]
    held_ids: Mapping[LogId, Mapping[int, bytes]] = field(default_factory=dict)
    branches: Mapping[LogId, frozenset[tuple[int, bytes]]] = field(default_factory=dict)
    aside: Mapping[LogId, Mapping[int, bytes]] = field(default_factory=dict)
    erased: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A verified run: what is delivered, and what is put aside of it."""

    delivery: Delivery
    asides: tuple[Aside, ...]


@dataclass(frozen=True, slots=True)
class Sorted:
    """Of a segment what goes to its stream, and what aside; `personal` where its class is about people."""

    kept: Sequence[Pair]
    asides: Sequence[Aside]
    personal: bool


@dataclass(slots=True)
class Judged:
    """The outcome of a push before anything is written."""

    runs: list[Run] = field(default_factory=list)
    setbacks: list[Setback] = field(default_factory=list)


def goes_on(held: Held, offers: Sequence[Offer]) -> bool:
    """Whether the segments of one log, in order, do nothing but continue it or end where it stands."""
    for one in offers:
        found = fit(held, one.said.first, one.said.previous, one.ids)
        if found in (Fit.GAP, Fit.FORK) or one.said.last < held.have:
            return False
        held = Held(one.said.last, extend(one.said.previous, one.ids))
    return True


def judge(offers: Sequence[Offer], ground: Ground) -> Judged:
    """Every segment judged in the order of its log; one bad segment never costs a good one."""
    judged = Judged()
    for log, group in groupby(offers, key=lambda one: one.said.log):
        held = ground.held[log]
        for offer in group:
            try:
                held = _judge_one(offer, held, ground, judged)
            except Refusal as refusal:
                judged.setbacks.append(setback(offer, Verdict.REFUSED, refusal.code, refusal.sentence))
    return judged


def _judge_one(offer: Offer, held: Held, ground: Ground, judged: Judged) -> Held:
    """Judge one segment; gives how far its log is held afterwards."""
    log, first = offer.said.log, offer.said.first
    found = fit(held, first, offer.said.previous, offer.ids)
    if found is Fit.GAP and (first - 1, offer.said.previous) in ground.branches.get(log, frozenset()):
        return _fork(offer, 0, held, ground, judged)
    if found is Fit.GAP:
        judged.setbacks.append(setback(offer, Verdict.GAP, "gap", f"the log is held up to {held.have}"))
        return held
    if found is Fit.FORK or offer.said.last < held.have:
        index = _where_it_forks(offer, held, ground)
        return held if index is None else _fork(offer, index, held, ground, judged)
    return held if found is Fit.HELD else _take(offer, held, ground, judged)


def _where_it_forks(offer: Offer, held: Held, ground: Ground) -> int | None:
    """The index of the first entry that is not the one held at its place; None where all are held."""
    ours = ground.held_ids.get(offer.said.log, {})
    overlap = range(offer.said.first, min(held.have, offer.said.last) + 1)
    index = first_difference([ours.get(n, b"") for n in overlap], offer.ids)
    if index is None and offer.said.last > held.have:
        return len(overlap)  # the same entries so far, or none, but on another history
    return index


def _prove(offer: Offer, index: int, ground: Ground) -> Sender:
    """The sender, once signature and root hold for the whole segment, and each entry from `index` on has its
    body: one that was left out on the way would keep the true one out for ever. Erased words may be missing.
    """
    sender = ground.senders.get(signer_of_log(offer.said.log))
    if sender is None:
        raise Refusal("signer_unknown", "The key that should have signed this is not known.")
    if not keys.verify(sender.point, offer.raw.signature, signed_bytes(offer.raw.statement)):
        raise Refusal("signature", "The signature does not belong to the statement.")
    if merkle_root(offer.ids) != offer.said.root:
        raise Refusal("segment_root", "The entries are not those that were signed.")
    if not all(body or header in ground.erased for header, body in offer.pairs[index:]):
        raise Refusal("entry_without_body", "An entry came without its body.")
    return sender


def _fork(offer: Offer, index: int, held: Held, ground: Ground, judged: Judged) -> Held:
    """Keep the other branch aside. The log's own chain stays as it is."""
    sender = _prove(offer, index, ground)
    first = offer.said.first + index
    asides = [
        _aside(offer, kept, "fork", "Another entry is held at this place.") for kept in _kept(offer, index)
    ]
    judged.runs.append(_run(offer, index, held, held, Sorted([], asides, _is_personal(offer, sender))))
    judged.setbacks.append(setback(offer, Verdict.FORK, "fork", "Begin a new incarnation.", first))
    return held


def _take(offer: Offer, held: Held, ground: Ground, judged: Judged) -> Held:
    """Take in what follows the held part of a segment."""
    index = held.have - offer.said.first + 1
    sender = _prove(offer, index, ground)
    found = _sort_out(offer, index, sender, ground.erased)
    after = Held(offer.said.last, extend(held.head, offer.ids[index:]))
    run = _run(offer, index, held, after, found)
    judged.runs.append(replace(run, delivery=_with_earlier(run.delivery, offer, ground, judged)))
    told = ((one.kept.n, one.code, one.detail) for one in found.asides)
    judged.setbacks += told_aside(offer.said.log, told)
    return after


def _with_earlier(delivery: Delivery, offer: Offer, ground: Ground, judged: Judged) -> Delivery:
    """Beside what is held back of the run, what lies aside already of its segment: whoever reads the stream
    has met those ids nowhere, and cannot check the signed root without them."""
    known = dict(ground.aside.get(offer.said.log, {}))
    for run in judged.runs:
        if run.delivery.log == offer.said.log:
            known |= {one.kept.n: one.kept.id for one in run.asides if not one.forked}
    earlier = {n: known[n] for n in range(offer.said.first, delivery.first_n) if n in known}
    return replace(delivery, held_back={**earlier, **delivery.held_back}) if earlier else delivery


def _sort_out(offer: Offer, index: int, sender: Sender, erased: frozenset[bytes]) -> Sorted:
    """Which entries from `index` on go to the stream, and which aside."""
    reason, personal = sender.barred or _astray(offer, sender), _is_personal(offer, sender)
    if reason is not None:
        asides = [_aside(offer, one, reason, BARRED[reason]) for one in _kept(offer, index)]
        return Sorted([], asides, personal)
    faults = _faults(offer, index, sender.placing, erased)
    if not faults:
        return Sorted(offer.pairs[index:], [], personal)
    kept = _kept(offer, index)
    odd = filter(lambda one: one.n in faults, kept)
    sound = [(one.header, one.body) for one in kept if one.n not in faults]
    return Sorted(sound, [_aside(offer, one, *faults[one.n]) for one in odd], personal)


def _is_personal(offer: Offer, sender: Sender) -> bool:
    return sender.placing.classes.personal(class_of_stream(offer.said.log))


def _astray(offer: Offer, sender: Sender) -> str | None:
    return None if scope_of(offer.said.log) in sender.scopes else "not_assigned"


def _faults(
    offer: Offer, index: int, placing: Placing, erased: frozenset[bytes]
) -> dict[int, tuple[str, str]]:
    """Code and words of what is wrong with entries from `index` on, by their place in the log."""
    log = offer.said.log
    rest = zip(places(offer, index), offer.pairs[index:], strict=True)
    found = ((n, fault_of(n, pair, log, placing, erased=pair[0] in erased)) for n, pair in rest)
    return {n: fault for n, fault in found if fault is not None}


def fault_of(
    n: int, pair: Pair, log: LogId, placing: Placing, *, erased: bool = False
) -> tuple[str, str] | None:
    """What keeps an authentic entry out of its stream. Only one that was `erased` may come without words."""
    try:
        head, value = _read(*pair, erased=erased)
    except Refusal as refusal:
        return refusal.code, refusal.sentence
    if head["kind"] == DECISION:
        return "entry_kind", "Decisions are signed at the desk and come from no tablet."
    if head["log"] != log or head["n"] != n:
        return "place", "The entry names another place than the one it was signed for."
    if not placing.fits(log, head, value):
        return "class", "The entry belongs in a stricter class than its log."
    return None


def _read(header: bytes, body: bytes, *, erased: bool) -> tuple[Mapping[str, Json], Json]:
    """Header and value of an entry; of erased words none. Raises Refusal for what cannot be read."""
    head = read_header(header)
    if erased and not body:
        return head, None
    value = read_body(body, str(head["body_hash"])).get("value")
    check_value(str(head["kind"]), value)
    return head, value


def _kept(offer: Offer, index: int) -> list[Kept]:
    rest = zip(places(offer, index), offer.ids[index:], offer.pairs[index:], strict=True)
    return [Kept(n, entry_id, header, body) for n, entry_id, (header, body) in rest]


def _aside(offer: Offer, kept: Kept, code: str, detail: str) -> Aside:
    """Put an entry aside; raises Refusal where its body is not the one that the header names.

    That holds even for a header that cannot be read: the hash must stand in it somewhere.
    """
    if kept.body and hashlib.sha256(kept.body).hexdigest().encode("ascii") not in kept.header:
        raise Refusal("entry_body_hash", "The body is not the one that the header names.")
    head = extend(offer.said.previous, offer.ids[: kept.n - offer.said.first + 1])
    return Aside(kept=kept, head=head, forked=code == "fork", code=code, detail=detail)


def _run(offer: Offer, index: int, before: Held, after: Held, found: Sorted) -> Run:
    """The run from the segment's entry `index` on; its lines are the tablet's own where all are kept."""
    kept = found.kept
    delivery = Delivery(
        log=offer.said.log,
        before=before,
        after=after,
        statement=offer.raw.statement,
        signature=offer.raw.signature,
        device_ms=offer.said.clock.device,
        first_n=offer.said.first + index,
        count=len(kept),
        lines=offer.raw.lines if len(kept) == len(offer.pairs) else join_lines(kept),
        held_back={one.kept.n: one.kept.id for one in found.asides if not one.forked},
        personal=found.personal,
    )
    return Run(delivery=delivery, asides=tuple(found.asides))

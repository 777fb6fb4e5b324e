"""A segment as it is offered: read, its lines in pairs, its entries named; and what is answered about it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fieldops.domain.errors import Refusal
from fieldops.domain.segment import Statement, read_statement, split_lines
from fieldops.sync.wire import Offered, Setback, Verdict

UNREAD_LOG = ""  # of a segment whose statement cannot be read


@dataclass(frozen=True, slots=True)
class Offer:
    """A segment as read: its statement, its lines in pairs, and the raw ids of its entries."""

    said: Statement
    raw: Offered
    pairs: list[tuple[bytes, bytes]]
    ids: list[bytes]


def read_offers(offered: Iterable[Offered]) -> tuple[list[Offer], list[Setback]]:
    """The segments that can be read, by log and place, and a refusal for each that cannot."""
    offers, refused = [], []
    for raw in offered:
        try:
            offers.append(_read_offer(raw))
        except Refusal as refusal:
            refused.append(_unread(refusal))
    offers.sort(key=lambda one: (one.said.log, one.said.first))
    return offers, refused


def setback(offer: Offer, verdict: Verdict, code: str, detail: str, first: int | None = None) -> Setback:
    """The answer about a segment that did not simply go to its stream, from its entry `first` on."""
    said = offer.said
    return Setback(
        log=said.log,
        first=said.first if first is None else first,
        last=said.last,
        verdict=verdict,
        code=code,
        detail=detail,
    )


def told_aside(log: str, asides: Iterable[tuple[int, str, str]]) -> list[Setback]:
    """One row for each run of neighbours that lie in quarantine for one reason: (place, code, detail)."""
    told: list[Setback] = []
    for n, code, detail in sorted(asides):
        newest = told[-1] if told else None
        if newest is not None and (newest.last, newest.code, newest.detail) == (n - 1, code, detail):
            told.pop()
            first = newest.first
        else:
            first = n
        told.append(
            Setback(log=log, first=first, last=n, verdict=Verdict.QUARANTINED, code=code, detail=detail)
        )
    return told


def places(offer: Offer, index: int) -> Sequence[int]:
    """The places in the log from the segment's entry `index` on."""
    return range(offer.said.first + index, offer.said.last + 1)


def _read_offer(raw: Offered) -> Offer:
    said = read_statement(raw.statement)
    pairs = split_lines(raw.lines)
    if len(pairs) != said.last - said.first + 1:
        raise Refusal(
            "segment_count",
            "The segment does not hold the entries that its statement names.",
            {"log": said.log, "from": said.first, "to": said.last},
        )
    return Offer(said, raw, pairs, [hashlib.sha256(header).digest() for header, _ in pairs])


def _unread(refusal: Refusal) -> Setback:
    return Setback(
        log=str(refusal.facts.get("log", UNREAD_LOG)),
        first=int(str(refusal.facts.get("from", 0))),
        last=int(str(refusal.facts.get("to", 0))),
        verdict=Verdict.REFUSED,
        code=refusal.code,
        detail=refusal.sentence,
    )

"""What must hold whatever happened. Each oracle has a name, by which a fault that it found is told. The
numbers are those of what the protocol promises: 1 nothing is lost without a number, 2 confirmed is there, 3
equal grants see the same, 4 nothing goes too far, 5 pages are whole, 6 nothing is hidden, 7 order is nothing,
8 neither is repetition.

They look at the database itself and at what tablets hold, and share no rule with the code they watch.
"""

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from random import Random
from typing import Any

from sqlalchemy import select

from fieldops.domain.access import WriteRight
from fieldops.domain.author import Author
from fieldops.domain.entry import Entry, read_entry
from fieldops.domain.ids import AgencyCode, LogId, OfficerId, SignerId, StreamId, signer_of_log
from fieldops.domain.log import extend, head_zero
from fieldops.domain.segment import split_lines
from fieldops.domain.visit import Standing, fold
from fieldops.store.ledger import arrivals, logs, streams
from fieldops.store.quarantine import quarantine
from tests.support.database import Database
from tests.torture.station import Station


class Oracle(StrEnum):
    """What each oracle promises."""

    KEPT = "(1) what was said to be saved is on its tablet"
    ARRIVES = "(1) in the end everything that was saved is at the server"
    NUMBERED = "(1) what is lost has a number, and nothing else has"
    CONFIRMED = "(2) what was said to be received is at the server"
    EQUAL = "(3) replicas with equal grants hold equal sets, and show the same"
    GRANTED = "(4) nothing outside a grant reaches a tablet"
    STRICT = "(4) what nobody published a class for lies in no open stream"
    GAPLESS = "(5) streams are without gaps, pages without holes"
    VISIBLE = "(6) no answer is hidden by one that did not know it"
    ORDER = "(7) views do not depend on the order of arrival"
    REPLAY = "(8) traffic that is replayed changes nothing"
    ONCE = "(8) every entry is held once"
    DECIDED = "(8) what a lead lets in is held once, and what is to be kept stays aside"
    FILES = "(1) in the end every file is at the server byte for byte, and never a spoilt part"
    AUTHENTIC = "nothing is held that was not recorded"
    CHAINED = "logs are chained, and only that of a tablet with a copy forks"


class Broken(AssertionError):
    """An oracle saw a fault."""

    def __init__(self, oracle: Oracle, detail: str) -> None:
        """`detail` is for whoever looks for the cause."""
        super().__init__(f"{oracle.name}: not so that {oracle}: {detail}")
        self.oracle = oracle


def hold(oracle: Oracle, so: bool, detail: object = "") -> None:
    """Say which oracle saw it."""
    if not so:
        raise Broken(oracle, str(detail))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What lies in the database: the ids of each stream in order, of each log by place, and aside; of the
    latter those on second branches, by their logs."""

    streams: Mapping[StreamId, list[bytes]]
    places: Mapping[LogId, dict[int, bytes]]
    aside: frozenset[bytes]
    branches: Mapping[LogId, frozenset[bytes]]
    entries: Mapping[bytes, tuple[bytes, bytes]] = field(repr=False)

    @property
    def held(self) -> set[bytes]:
        """Every id, in a stream or aside."""
        return set(self.aside) | {one for ids in self.streams.values() for one in ids}

    def signed_by(self, signers: Set[SignerId]) -> set[bytes]:
        """The ids of all that these keys signed."""
        theirs = (places for log, places in self.places.items() if signer_of_log(log) in signers)
        return {raw for places in theirs for raw in places.values()}


@lru_cache(maxsize=5000)
def _read(lines: bytes) -> tuple[tuple[bytes, int, bytes, bytes], ...]:
    """The raw id, the place, the header and the body of each entry. The same bytes are read once."""
    return tuple(
        (sha256(header).digest(), int(json.loads(header)["n"]), header, body)
        for header, body in split_lines(lines)
    )


def at_rest(database: Database) -> Rest:
    """Read the whole ledger; holds GAPLESS, ONCE and CHAINED as it goes."""
    found: dict[StreamId, list[bytes]] = {}
    places: dict[LogId, dict[int, bytes]] = {}
    entries: dict[bytes, tuple[bytes, bytes]] = {}
    rows, heads, states, asides = _rows(database)
    for stream, log, first, lines in rows:
        ids = found.setdefault(StreamId(stream), [])
        hold(Oracle.GAPLESS, first == len(ids) + 1, f"{stream}: {first} after {len(ids)}")
        of_log = places.setdefault(LogId(log), {})
        for raw, n, header, body in _read(lines):
            hold(Oracle.ONCE, raw not in entries, f"{stream}: {raw.hex()}")
            entries[raw] = header, body
            ids.append(raw)
            of_log[n] = raw
    hold(Oracle.GAPLESS, all(head == len(found.get(name, ())) for name, head in heads), heads)
    branches: dict[LogId, frozenset[bytes]] = {}
    for log, n, raw, forked in asides:
        if forked:
            branches[log] = branches.get(log, frozenset()) | {raw}
        else:
            places.setdefault(log, {})[n] = raw
    for log, have, head in states:
        chain = [places.get(log, {}).get(n, b"") for n in range(1, have + 1)]
        hold(Oracle.CONFIRMED, all(chain), f"{log}: not all of {have} are kept")
        hold(Oracle.CHAINED, extend(head_zero(log), chain) == head, f"{log} at {have}")
    aside = frozenset(raw for _, _, raw, _ in asides)
    return Rest(streams=found, places=places, aside=aside, branches=branches, entries=entries)


def _rows(database: Database) -> tuple[Sequence[Any], Sequence[Any], Sequence[Any], Sequence[Any]]:
    """Arrivals in the order of their streams, heads of streams, states of logs, and what lies aside."""
    with database.reading() as session:
        came = session.execute(
            select(streams.c.id, logs.c.id, arrivals.c.first_seq, arrivals.c.lines)
            .join(streams, streams.c.key == arrivals.c.stream)
            .join(logs, logs.c.key == arrivals.c.log)
            .where(arrivals.c.count > 0)
            .order_by(arrivals.c.stream, arrivals.c.first_seq)
        ).all()
        heads = session.execute(select(streams.c.id, streams.c.head)).all()
        states = session.execute(select(logs.c.id, logs.c.have, logs.c.head)).all()
        asides = session.execute(
            select(logs.c.id, quarantine.c.n, quarantine.c.id, quarantine.c.forked).join(
                logs, logs.c.key == quarantine.c.log
            )
        ).all()
    return came, heads, states, asides


def saved_is_kept(stations: Iterable[Station]) -> None:
    """Oracle 1, at any moment: no tablet has lost what it said it had saved."""
    for station in stations:
        for name, ids in station.saved.items():
            log = station.tablet.logs.get(name)
            hold(Oracle.KEPT, log is not None and log.ids == ids, f"{station.label}: {name}")


def promised_is_held(promised: Mapping[LogId, int], aside: Iterable[bytes], rest: Rest) -> None:
    """Oracle 2, at any moment: what this database's server confirmed, or said to keep aside, lies in it."""
    for log, count in promised.items():
        places = rest.places.get(log, {})
        lacking = [n for n in range(1, count + 1) if n not in places]
        hold(Oracle.CONFIRMED, not lacking, f"{log}: {lacking}")
    gone = set(aside) - rest.aside
    hold(Oracle.CONFIRMED, not gone, f"{len(gone)} said to be kept aside are not")


def only_what_was_recorded(recorded: Set[bytes], copied: Set[SignerId], rest: Rest) -> None:
    """Nothing altered or made up on the way is kept, and only a tablet with a copy has two histories.
    `recorded`: on tablets and at the desk."""
    hold(Oracle.AUTHENTIC, rest.held <= recorded, len(rest.held - recorded))
    forked = {log for log in rest.branches if signer_of_log(log) not in copied}
    hold(Oracle.CHAINED, not forked, forked)


def replicas_are_prefixes(
    stations: Iterable[Station], numbered: Mapping[tuple[str, str], list[bytes]]
) -> None:
    """Oracle 5, at any moment: a tablet holds a stream from its first number to its position, in order."""
    for station in stations:
        replica = station.tablet.replica
        hold(Oracle.GAPLESS, set(replica.entries) == set(replica.positions), station.label)
        for stream, held in replica.entries.items():
            ids = [sha256(header).digest() for header, _ in held]
            served = numbered.get((replica.epoch or "", stream), [])
            whole = len(ids) == replica.positions[stream] and ids == served[: len(ids)]
            hold(Oracle.GAPLESS, whole, f"{station.label}: {stream} at {replica.positions[stream]}")


def view(entries: Iterable[tuple[bytes, bytes]]) -> dict[str, frozenset[str]]:
    """What stands in each field, by the product's own fold; everybody may write everything."""
    standings = [_standing(read_entry(header, body)) for header, body in entries]
    known = fold(standings, lambda _: WriteRight(agencies=frozenset(), anybody=True))
    return {
        one.field: frozenset(standing.entry.id for standing in one.current)
        for one in known.registers.values()
    }


def _standing(entry: Entry) -> Standing:
    signer = signer_of_log(entry.log)
    author = Author(
        signer=SignerId(signer),
        officer=OfficerId(signer[:16]),
        name=signer,
        agency=AgencyCode("PO"),
        visit_lead=False,
        operation_lead=False,
    )
    return Standing(entry=entry, author=author)


def nothing_is_hidden(lines: Iterable[tuple[bytes, bytes]], shown: Mapping[str, frozenset[str]]) -> None:
    """Oracle 6: an entry that no other names as seen is shown."""
    named: set[str] = set()
    there: dict[str, set[str]] = {}
    for header, _ in lines:
        said = json.loads(header)
        if said["kind"] != "answer":
            continue
        there.setdefault(said["field"], set()).add(sha256(header).hexdigest())
        named.update(said.get("supersedes", ()))
    for name, ids in there.items():
        hold(Oracle.VISIBLE, ids - named <= shown.get(name, frozenset()), name)


def order_does_not_matter(
    lines: list[tuple[bytes, bytes]],
    shown: Mapping[str, frozenset[str]],
    look=view,
    rng: Random | None = None,
) -> None:
    """Oracle 7: any other order of arrival gives the same view."""
    other = list(lines)
    (rng or Random(0)).shuffle(other)
    hold(Oracle.ORDER, look(other) == dict(shown))

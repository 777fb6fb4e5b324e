"""Two worlds that differ only in what one reader may not see, so that every door can be asked in both.

The second is a copy of the first one's database in which every entry that is closed to the reader says
something else, and in which half of the streams that are hidden from them have left no trace.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, select, update

from fieldops.domain.access import may_count_masked, may_do, withheld
from fieldops.domain.agreement import Withheld
from fieldops.domain.entry import read_entry
from fieldops.domain.ids import StreamId, class_of_stream
from fieldops.domain.segment import Pair, join_lines, split_lines
from fieldops.domain.strict_json import write_line
from fieldops.domain.who import Action, Reader
from fieldops.store.claims import claims
from fieldops.store.engine import open_engine
from fieldops.store.ledger import arrivals, logs, streams
from fieldops.store.quarantine import quarantine
from fieldops.store.sealed import leaves

FREE_TEXT = frozenset({"note"})
OTHER_HASH = b"\x2a" * 32
TOLD = datetime(2029, 7, 12, 11, 20, tzinfo=UTC)
OTHER_WORDS = "quite something else"


@dataclass(frozen=True, slots=True, kw_only=True)
class Differs:
    """In how many entries the second world says something else, and how many are not in it at all."""

    reworded: int
    gone: int


def copy_database(file: Path, to: Path) -> None:
    """A whole copy, whatever still lies in the write-ahead log."""
    to.parent.mkdir(parents=True, exist_ok=True)
    source, target = sqlite3.connect(file), sqlite3.connect(to)
    source.backup(target)
    source.close()
    target.close()


def set_aside(connection: Connection) -> None:
    """Puts a second branch of every log into quarantine, so that there is something of each class in it."""
    query = select(logs.c.key, logs.c.have, arrivals.c.key, arrivals.c.lines)
    query = query.join(arrivals, arrivals.c.log == logs.c.key).where(arrivals.c.count > 0)
    for log, have, arrival, lines in connection.execute(query.where(arrivals.c.first_n == 1)).all():
        header, body = split_lines(lines)[0]
        row = {
            "log": log,
            "n": have,
            "id": OTHER_HASH,
            "forked": True,
            "head": OTHER_HASH,
            "arrival": arrival,
        }
        said = {"code": "fork", "detail": "another branch", "header": header, "body": body}
        connection.execute(insert(quarantine).values(row | said))


def tell_more(connection: Connection) -> None:
    """As if every tablet had said that it holds two entries more of each log, and once three."""
    rows = connection.execute(select(logs.c.id, logs.c.signer, logs.c.have)).all()
    said = {"files": 1, "file_bytes": 7, "said_at": TOLD}
    told = [{"log": log, "signer": key, "held": have + 2, "most": have + 3} | said for log, key, have in rows]
    connection.execute(delete(claims))
    connection.execute(insert(claims), told)


def differ(file: Path, reader: Reader, *, announced: bool = True) -> Differs:
    """Changes in this database what the reader may not see, and nothing else; without `announced`, only that
    of which they may not even know that it is there."""
    engine = open_engine(f"sqlite:///{file}")
    reworded = gone = hidden = 0
    with engine.begin() as connection:
        for key, name in connection.execute(select(streams.c.key, streams.c.id).order_by(streams.c.id)).all():
            stream = StreamId(name)
            shows_as = withheld(reader, stream)
            if shows_as is None or (shows_as is Withheld.ANNOUNCED and not announced):
                continue
            countable = may_count_masked(reader, class_of_stream(stream))
            if shows_as is Withheld.HIDDEN and not countable:
                hidden += 1
                _claim_otherwise(connection, stream, reader)
                if hidden % 2 and not _own(connection, key, reader):
                    gone += _erase(connection, key)
                    continue
            reworded += _reword(connection, key, reader, texts_only=countable)
    engine.dispose()
    return Differs(reworded=reworded, gone=gone)


def fewer(file: Path, reader: Reader) -> int:
    """Takes away half of the streams of which the reader is told the number alone; how many entries went."""
    engine = open_engine(f"sqlite:///{file}")
    gone = 0
    with engine.begin() as connection:
        rows = connection.execute(select(streams.c.key, streams.c.id).order_by(streams.c.id)).all()
        told = [key for key, name in rows if withheld(reader, StreamId(name)) is Withheld.ANNOUNCED]
        for key in told[::2]:
            if not _own(connection, key, reader) and not _counted(connection, key, reader):
                gone += _erase(connection, key)
    engine.dispose()
    return gone


def _counted(connection: Connection, stream: int, reader: Reader) -> bool:
    name = connection.scalars(select(streams.c.id).where(streams.c.key == stream)).one()
    return may_count_masked(reader, class_of_stream(StreamId(name)))


def _claim_otherwise(connection: Connection, stream: StreamId, reader: Reader) -> None:
    """Tablets say something else of what they hold in this stream."""
    theirs = claims.c.log.startswith(f"{stream}."), claims.c.signer.not_in(reader.signers)
    connection.execute(update(claims).where(*theirs).values(held=7, most=99, files=9, file_bytes=9))


def _own(connection: Connection, stream: int, reader: Reader) -> bool:
    signers = connection.scalars(select(logs.c.signer).where(logs.c.stream == stream))
    return bool(set(signers) & reader.signers)


def _erase(connection: Connection, stream: int) -> int:
    held = select(logs.c.key).where(logs.c.stream == stream)
    named = select(logs.c.id).where(logs.c.stream == stream)
    connection.execute(delete(claims).where(claims.c.log.in_(named)))
    connection.execute(delete(quarantine).where(quarantine.c.log.in_(held)))
    arrived = select(arrivals.c.key).where(arrivals.c.stream == stream)
    connection.execute(update(leaves).where(leaves.c.arrival.in_(arrived)).values(arrival=None))
    gone = connection.scalar(select(func.sum(arrivals.c.count)).where(arrivals.c.stream == stream)) or 0
    connection.execute(delete(arrivals).where(arrivals.c.stream == stream))
    connection.execute(delete(logs).where(logs.c.stream == stream))
    connection.execute(delete(streams).where(streams.c.key == stream))
    return gone


def _reword(connection: Connection, stream: int, reader: Reader, *, texts_only: bool) -> int:
    """Says something else in every entry that is not the reader's own, and in the chain that holds it.

    Where figures over the class may be shown, the free text alone is changed: it is never counted.
    """
    closed = select(logs.c.key).where(logs.c.stream == stream, logs.c.signer.not_in(reader.signers))
    chains = list(connection.scalars(closed))
    connection.execute(update(logs).where(logs.c.key.in_(chains)).values(head=OTHER_HASH))
    connection.execute(
        update(arrivals).where(arrivals.c.log.in_(chains)).values(statement=b"{}", signature=OTHER_HASH * 2)
    )
    _other_quarantine(connection, chains, reader)
    query = select(arrivals.c.key, arrivals.c.lines)
    query = query.where(arrivals.c.log.in_(chains), arrivals.c.count > 0)
    reworded = 0
    for key, lines in connection.execute(query).all():
        before = split_lines(lines)
        after = [_changed(header, body, texts_only) for header, body in before]
        reworded += sum(one != other for one, other in zip(before, after, strict=True))
        connection.execute(update(arrivals).where(arrivals.c.key == key).values(lines=join_lines(after)))
    return reworded


def _other_quarantine(connection: Connection, chains: Iterable[int], reader: Reader) -> None:
    """Those who look after the quarantine know how much of each class lies there, and none of its words."""
    aside = quarantine.c.log.in_(list(chains))
    if may_do(reader, Action.QUARANTINE_READ):
        connection.execute(update(quarantine).where(aside).values(header=b"{}", body=b"{}"))
    else:
        connection.execute(delete(quarantine).where(aside))


def _changed(header: bytes, body: bytes, texts_only: bool) -> Pair:
    """The entry that says something else; the same where only words may differ, and it has none."""
    head, said = json.loads(header), json.loads(body)
    if texts_only and head["kind"] not in FREE_TEXT and "note" not in said:
        return header, body
    if "note" in said:
        said["note"] = OTHER_WORDS
    if not texts_only:
        said["value"] = _other(said["value"])
        head["happened"], head["recorded"] = _later(head["happened"]), _later(head["recorded"])
        head["late_reason"] = OTHER_WORDS
    elif head["kind"] in FREE_TEXT:
        said["value"] = OTHER_WORDS
    written = write_line(said)
    head["body_hash"] = hashlib.sha256(written).hexdigest()
    lines = write_line(head), written
    read_entry(*lines)
    return lines


def _other(value: object) -> object:
    """Another value of the same shape."""
    if isinstance(value, dict):
        return {name: _other(one) for name, one in value.items()}
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return "N" if value == "Y" else "Y"
    return value


def _later(told: str) -> str:
    return (datetime.fromisoformat(told) + timedelta(minutes=7)).isoformat(timespec="milliseconds")

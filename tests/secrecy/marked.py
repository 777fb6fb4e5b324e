"""Marks in everything that anybody recorded: a word of its own for each entry, by which a byte that should
not have left the server tells where it came from. What refers to an entry refers to it still."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from fieldops.domain.access import may_see_log
from fieldops.domain.ids import LogId, class_of_stream, signer_of_log, stream_of
from fieldops.domain.segment import join_lines, split_lines
from fieldops.domain.strict_json import write_line
from fieldops.domain.who import Reader
from fieldops.store.attached import attached
from fieldops.store.ledger import arrivals
from fieldops.store.quarantine import quarantine
from tests.secrecy.beside import mark
from tests.support.two_worlds import FREE_TEXT, set_aside

NAME = re.compile(rb"\b[0-9a-f]{64}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The word that stands in one entry."""

    word: str
    log: LogId

    def closed_to(self, reader: Reader) -> bool:
        """Whether the reader may not read the entry."""
        return not may_see_log(reader, stream_of(self.log), signer_of_log(self.log))


@dataclass(slots=True)
class _Placed:
    arrival: int
    place: int
    hlc: list[int]
    header: bytes
    body: bytes


def mark_entries(connection: Connection, wording: Callable[[str, int], str] = mark) -> list[Mark]:
    """Writes a mark, or other words, into every entry; earlier ones first, as later ones name them."""
    query = select(arrivals.c.key, arrivals.c.lines).where(arrivals.c.count > 0)
    lines = {key: split_lines(held) for key, held in connection.execute(query).all()}
    found = [
        _Placed(key, place, json.loads(header)["hlc"], header, body)
        for key, pairs in lines.items()
        for place, (header, body) in enumerate(pairs)
    ]
    marks, names = [], {}
    for number, one in enumerate(sorted(found, key=lambda one: one.hlc)):
        head = json.loads(_renamed(one.header, names))
        word = wording(class_of_stream(stream_of(head["log"])), number)
        body = _marked(head, json.loads(_renamed(one.body, names)), word)
        head["body_hash"] = hashlib.sha256(body).hexdigest()
        header = write_line(head)
        names[hashlib.sha256(one.header).hexdigest()] = hashlib.sha256(header).hexdigest()
        lines[one.arrival][one.place] = header, body
        marks.append(Mark(word=word, log=LogId(head["log"])))
    for key, pairs in lines.items():
        connection.execute(update(arrivals).where(arrivals.c.key == key).values(lines=join_lines(pairs)))
    for entry in list(connection.scalars(select(attached.c.entry))):
        connection.execute(update(attached).where(attached.c.entry == entry).values(entry=names[entry]))
    connection.execute(delete(quarantine))
    set_aside(connection)
    return marks


def _renamed(line: bytes, names: dict[str, str]) -> bytes:
    return NAME.sub(lambda name: names.get(name[0].decode(), name[0].decode()).encode(), line)


def _marked(head: dict[str, Any], said: dict[str, Any], word: str) -> bytes:
    """The word as a note, and at the front of what was written down as text."""
    said["note"] = f"{word} {said['note']}" if said.get("note") else word
    if head["kind"] in FREE_TEXT and isinstance(said["value"], str):
        said["value"] = f"{word} {said['value']}"
    return write_line({name: said[name] for name in ("salt", "value", "note")})


def closed_words(marks: list[Mark], reader: Reader | None) -> set[bytes]:
    """The words that the reader must never be sent; all of them, for somebody who is nobody here."""
    return {one.word.encode() for one in marks if reader is None or one.closed_to(reader)}

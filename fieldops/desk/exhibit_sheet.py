"""Exhibits as the desk shows them: what was taken, who has had it since, and what has come of its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fieldops.desk.record_sheet import Book
from fieldops.desk.said_sheet import Said
from fieldops.desk.words import Moment, moment, offset_of
from fieldops.domain.exhibits import exhibits_of, moved_at, moves_of, value_of
from fieldops.domain.ids import EntryId
from fieldops.domain.visit import Standing, question_of
from fieldops.store.attached import Named, Upload

WHAT: Mapping[str, str] = {
    "photo": "Photo",
    "audio": "Recording",
    "signature": "Signature",
    "document": "Document",
    "object": "Object",
}
NO_FILE = "No file"
TAKEN_AS_IT_WAS, SMALL = "As it was captured", "Small picture, made on the tablet"

Files = Mapping[EntryId, Sequence[Named]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitLine:
    """One exhibit in a list. `seal` is the newest that is on it."""

    entry: EntryId
    label: str
    what: str
    found: str
    from_whom: str
    seal: str
    about: str
    state: str
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """One line of a continuity record."""

    at: Moment
    given_by: str
    given_to: str
    seal: str
    place: str
    why: str
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One file of an exhibit. `ready` is whether all of it is here."""

    place: int
    title: str
    type: str
    size: str
    sha256: str
    state: str
    ready: bool


def exhibit_lines(book: Book, files: Files) -> tuple[ExhibitLine, ...]:
    """Every exhibit that stands."""
    return tuple(exhibit_line(book, one, files) for one in exhibits_of(book.known))


def exhibit_line(book: Book, one: Standing, files: Files) -> ExhibitLine:
    """One exhibit."""
    value = value_of(one)
    hands = hands_of(book, one)
    return ExhibitLine(
        entry=one.entry.id,
        label=value.get("label", "Erased by law" if one.entry.erased else "Without a label"),
        what=WHAT.get(value.get("what", ""), value.get("what", "")),
        found=value.get("found", ""),
        from_whom=value.get("from_whom", ""),
        seal=hands[-1].seal,
        about=_about(book, one, value.get("question", "")),
        state=_first_state(book, one, files),
        said=book.teller.said(one, value.get("found", "")),
    )


def hands_of(book: Book, exhibit: Standing) -> tuple[Hand, ...]:
    """Who has had the exhibit, from the officer who took it on, in the order of the times that were told."""
    moves = moves_of(book.known, book.standings, exhibit)
    return (_taken(book, exhibit), *(_moved(book, one) for one in moves))


def file_lines(book: Book, exhibit: Standing, files: Files) -> tuple[FileLine, ...]:
    """The files of an exhibit: what they are, by which hash, and how much of them is here."""
    return tuple(_file(book, exhibit, one) for one in files.get(exhibit.entry.id, ()))


def _first_state(book: Book, one: Standing, files: Files) -> str:
    named = files.get(one.entry.id)
    return _state(book, one, named[0].upload) if named else NO_FILE


def _state(book: Book, exhibit: Standing, upload: Upload | None) -> str:
    if upload is None:
        return "Nothing of it received yet"
    if upload.fault is not None:
        return upload.fault
    if upload.whole_ms is None:
        return f"{upload.have} of {len(upload.manifest.chunks)} parts received"
    whole = datetime.fromtimestamp(upload.whole_ms / 1000, offset_of(exhibit.entry.recorded))
    return f"Received {moment(whole, beside=book.teller.day).text}"


def _file(book: Book, exhibit: Standing, named: Named) -> FileLine:
    upload = named.upload
    manifest = None if upload is None else upload.manifest
    return FileLine(
        place=named.place,
        title=SMALL if named.place else TAKEN_AS_IT_WAS,
        type="" if manifest is None else manifest.type,
        size="" if manifest is None else f"{manifest.size:,} bytes",
        sha256="" if manifest is None else manifest.sha256,
        state=_state(book, exhibit, upload),
        ready=upload is not None and upload.whole_ms is not None,
    )


def _taken(book: Book, exhibit: Standing) -> Hand:
    value, by = value_of(exhibit), book.teller.author(exhibit.author)
    return Hand(
        at=moment(exhibit.entry.happened, beside=book.teller.day),
        given_by=value.get("from_whom", ""),
        given_to=by,
        seal=value.get("seal", ""),
        place=value.get("found", ""),
        why="Taken",
        recorded_by=by,
    )


def _moved(book: Book, one: Standing) -> Hand:
    value = value_of(one)
    return Hand(
        at=moment(moved_at(one), beside=book.teller.day),
        given_by=value.get("from", ""),
        given_to=value.get("to", ""),
        seal=value.get("seal", ""),
        place=value.get("place", ""),
        why=value.get("why", ""),
        recorded_by=book.teller.author(one.author),
    )


def _about(book: Book, one: Standing, question: str) -> str:
    asked = book.worded(one.entry).checklist.questions.get(question_of(question))
    about = book.subject(one.entry.subject)
    return about if asked is None else f"{about}: {asked.ask}"

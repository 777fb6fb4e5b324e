"""The order that wipes an officer's store from a tablet, and the word by which the tablet says that it did.

Absence is no order: a tablet obeys a line that the server signed for exactly its own key, and nothing else.
Its word is signed with the key that goes with the store, and names what went that is nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from fieldops.domain import ids
from fieldops.domain.completeness import Span, StoreStanding
from fieldops.domain.errors import Refusal
from fieldops.domain.forms import Forms, is_count, is_exactly, is_list_of, is_number, is_time, read_form
from fieldops.domain.ids import LogId, SignerId, signer_of_log
from fieldops.domain.strict_json import Json, write_line

VERSION = 1
MAX_ORDER_BYTES = 1024
MAX_WORD_BYTES = 384 * 1024
_ORDER_PREFIX = b"fieldops/wipe/1\n"
_WORD_PREFIX = b"fieldops/wiped/1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class WipeOrder:
    """The store of one key is to go from its tablet. `forced`: even if not all of it can be sent before."""

    id: str
    signer: SignerId
    forced: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LostEntries:
    """Entries of one log that went with a store, and that the server was not known to have."""

    log: LogId
    entries: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class LostFile:
    """A file that went with a store, by its manifest, and the place of the entry that names it."""

    log: LogId
    n: int
    manifest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WipedWord:
    """A store is gone: by which order (None: by its officer's own wish), how many entries it held, and what
    of it was lost."""

    order: str | None
    signer: SignerId
    forced: bool
    at: datetime
    entries: int
    lost: tuple[LostEntries, ...] = ()
    files: tuple[LostFile, ...] = ()


class WipeState(StrEnum):
    """How far an order has come, the last one first."""

    WIPED = "wiped"
    WIPED_WITH_LOSS = "wiped_with_loss"
    GONE = "gone"  # without a word: what is lost follows from what the tablet had said it holds
    SENDING = "sending"
    TOLD = "told"
    ORDERED = "ordered"


def wipe_state(store: StoreStanding, *, told: bool) -> WipeState:
    """How far the order for a store has come. `told`: the tablet said that it obeys."""
    if store.wiped:
        return WipeState.WIPED_WITH_LOSS if store.lost or store.lost_files else WipeState.WIPED
    if store.present is False:
        return WipeState.GONE
    if not told:
        return WipeState.ORDERED
    return WipeState.SENDING if store.outstanding or store.files else WipeState.TOLD


def order_bytes(order_line: bytes) -> bytes:
    """The bytes under the server's signature."""
    return _ORDER_PREFIX + order_line


def word_bytes(word_line: bytes) -> bytes:
    """The bytes under the signature of the key that goes."""
    return _WORD_PREFIX + word_line


def write_order(order: WipeOrder) -> bytes:
    """The order's line."""
    return write_line(
        {
            "v": VERSION,
            "wipe": order.id,
            "signer": order.signer,
            "forced": order.forced,
            "at": order.at.isoformat(timespec="milliseconds"),
        }
    )


def read_order(line: bytes) -> WipeOrder:
    """The order a line holds; raises Refusal `wipe_form`. Its signature is not checked here."""
    said = read_form(line, MAX_ORDER_BYTES, _ORDER_FORMS, _bad)
    return WipeOrder(
        id=str(said["wipe"]),
        signer=SignerId(str(said["signer"])),
        forced=said["forced"] is True,
        at=datetime.fromisoformat(str(said["at"])),
    )


def write_word(word: WipedWord) -> bytes:
    """The word's line."""
    lost: list[Json] = [
        {"log": one.log, "from": one.entries.first, "to": one.entries.last} for one in word.lost
    ]
    files: list[Json] = [{"log": one.log, "n": one.n, "manifest": one.manifest} for one in word.files]
    return write_line(
        {
            "v": VERSION,
            "wiped": word.order,
            "signer": word.signer,
            "forced": word.forced,
            "at": word.at.isoformat(timespec="milliseconds"),
            "entries": word.entries,
            "lost": lost,
            "files": files,
        }
    )


def read_word(line: bytes) -> WipedWord:
    """The word a line holds; raises Refusal `wipe_form`, also where it names logs of another key."""
    said = read_form(line, MAX_WORD_BYTES, _WORD_FORMS, _bad)
    word = WipedWord(
        order=None if said["wiped"] is None else str(said["wiped"]),
        signer=SignerId(str(said["signer"])),
        forced=said["forced"] is True,
        at=datetime.fromisoformat(str(said["at"])),
        entries=int(str(said["entries"])),
        lost=tuple(_lost_entries(one) for one in _rows(said["lost"])),
        files=tuple(_lost_file(one) for one in _rows(said["files"])),
    )
    named = [*(one.log for one in word.lost), *(one.log for one in word.files)]
    if any(signer_of_log(log) != word.signer for log in named):
        raise _bad("a log of another key")
    return word


def _lost_entries(row: Mapping[str, Json]) -> LostEntries:
    span = Span(int(str(row["from"])), int(str(row["to"])))
    if span.size < 1:
        raise _bad("lost ends before it begins")
    return LostEntries(log=LogId(str(row["log"])), entries=span)


def _lost_file(row: Mapping[str, Json]) -> LostFile:
    return LostFile(log=LogId(str(row["log"])), n=int(str(row["n"])), manifest=str(row["manifest"]))


def _rows(value: Json) -> list[dict[str, Json]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _is_said(value: Json) -> bool:
    return isinstance(value, bool)


_ORDER_FORMS: Final[Forms] = {
    "v": lambda value: is_exactly(value, VERSION),
    "wipe": ids.is_id,
    "signer": ids.is_signer,
    "forced": _is_said,
    "at": is_time,
}
_WORD_FORMS: Final[Forms] = {
    "v": lambda value: is_exactly(value, VERSION),
    "wiped": lambda value: value is None or ids.is_id(value),
    "signer": ids.is_signer,
    "forced": _is_said,
    "at": is_time,
    "entries": is_number,
    "lost": is_list_of({"log": ids.is_log, "from": is_count, "to": is_count}),
    "files": is_list_of({"log": ids.is_log, "n": is_count, "manifest": ids.is_hash}),
}


def _bad(reason: str) -> Refusal:
    return Refusal("wipe_form", f"The line about a wipe cannot be read: {reason}.", {"reason": reason})

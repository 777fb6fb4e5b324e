"""How words about people lie in the ledger: each body line sealed under the key of whom it is about.

Header lines stay as they are, so that chains, numbers and proofs need no key. A body line is sealed as it is
written and opened as it is read, and nowhere else; one whose key was destroyed reads as erased: empty.
"""

import re
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import StreamId
from fieldops.domain.retention import card_in, whose
from fieldops.domain.segment import Pair, join_lines, split_lines
from fieldops.store.person_keys import PersonKeys

MARK = b"~"  # no body line as signed begins with it
NONCE_BYTES = 12
_OPTION = "fieldops_person_keys"
_SEALED = re.compile(rb"\n~(\S+) ")


Part = tuple[str | None, Pair]  # an entry, and the name of its key where its words are about people


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of one stream. If it is `personal`, words about no worker's card lie under the stream's key."""

    lines: bytes
    stream: StreamId
    personal: bool

    @property
    def concerned(self) -> bool:
        return bool(self.lines) and (self.personal or b'"worker:' in self.lines or b"\n" + MARK in self.lines)

    def parts(self) -> list[Part]:
        """The entries, each with the name of its key. What looks sealed as it comes is sealed once more."""
        return [(self._ref(*pair), pair) for pair in split_lines(self.lines)]

    def _ref(self, header: bytes, body: bytes) -> str | None:
        return whose(header, self.stream) if self.personal or body.startswith(MARK) else card_in(header)


def keep_keys(engine: Engine, keys: PersonKeys | None) -> None:
    """Has every session of this engine seal and open by these keys. Without any, words lie as they came."""
    engine.update_execution_options(**{_OPTION: keys})


def keys_kept(where: Engine | Connection) -> PersonKeys | None:
    """The keys by which this engine, or a connection of it, seals and opens."""
    found = where.get_execution_options().get(_OPTION)
    assert found is None or isinstance(found, PersonKeys)
    return found


def keys_of(session: Session) -> PersonKeys | None:
    """The keys by which this session seals and opens."""
    return keys_kept(session.connection())


def at_rest(session: Session, pieces: Sequence[Piece]) -> list[bytes]:
    """These lines as they are to be kept. Words about somebody who was erased are dropped, and counted."""
    keys, kept = keys_of(session), [piece.lines for piece in pieces]
    parted = {} if keys is None else _parted(pieces)
    if keys is None or not parted:
        return kept
    ciphers = _ciphers(keys, list(chain.from_iterable(parted.values())))
    for n, parts in parted.items():
        kept[n] = join_lines(_sealed(ref, pair, ciphers) for ref, pair in parts)
    return kept


def _parted(pieces: Sequence[Piece]) -> dict[int, list[Part]]:
    return {n: piece.parts() for n, piece in enumerate(pieces) if piece.concerned}


def _ciphers(keys: PersonKeys, parts: Sequence[Part]) -> dict[str, AESGCM | None]:
    """By the name of each key what seals under it; None for one that is gone: its words are dropped."""
    about = Counter(ref for ref, (_, body) in parts if ref is not None and body)
    found = keys.made(about)
    if late := {ref: about[ref] for ref, key in found.items() if key is None}:
        keys.note_late(late)
    return {ref: _cipher(key) for ref, key in found.items()}


def _cipher(key: bytes | None) -> AESGCM | None:
    return None if key is None else AESGCM(key)


def opened(session: Session, many: Sequence[bytes]) -> list[bytes]:
    """These lines as they were signed, with an empty one for each body that was erased.

    A line that is no longer what was kept stays as it lies, and fails whoever reads it, as every rotten byte
    does. Raises Refusal `person_key_missing`.
    """
    refs = {ref.decode("ascii") for lines in many for ref in _SEALED.findall(lines)}
    if not refs:
        return list(many)
    keys = keys_of(session)
    if keys is None:
        raise Refusal("person_key_missing", "Words about people are sealed, and there is no key store.")
    ciphers = {ref: _cipher(key) for ref, key in keys.known(refs).items()}
    return [_opened_lines(lines, ciphers) for lines in many]


def opened_pairs(session: Session, pairs: Iterable[Pair]) -> list[Pair]:
    """Entries as they were signed, as `opened` gives them."""
    return [split_lines(lines)[0] for lines in opened(session, [join_lines([pair]) for pair in pairs])]


def erased_among(session: Session, entries: Iterable[tuple[bytes, StreamId]]) -> frozenset[bytes]:
    """Those of these headers that are about somebody who was erased, so that their words may be missing."""
    refs = {header: whose(header, stream) for header, stream in entries}
    keys = keys_of(session)
    gone = {} if keys is None else keys.erased(refs.values())
    return frozenset(header for header, ref in refs.items() if ref in gone)


def _sealed(ref: str | None, pair: Pair, ciphers: Mapping[str, AESGCM | None]) -> Pair:
    """The pair with its body sealed. The nonce is the entry's own hash: it never meets another body."""
    header, body = pair
    if ref is None or not body:
        return pair
    cipher = ciphers[ref]
    if cipher is None:
        return header, b""
    name = sha256(header).digest()
    sealed = cipher.encrypt(name[:NONCE_BYTES], body, name)
    return header, b"%s%s %s" % (MARK, ref.encode("ascii"), b64encode(sealed))


def _opened_lines(lines: bytes, ciphers: Mapping[str, AESGCM | None]) -> bytes:
    if b"\n" + MARK not in lines:
        return lines
    return join_lines((header, _open(header, body, ciphers)) for header, body in split_lines(lines))


def _open(header: bytes, body: bytes, ciphers: Mapping[str, AESGCM | None]) -> bytes:
    if not body.startswith(MARK):
        return body
    ref, _, sealed = body[1:].partition(b" ")
    cipher = ciphers[ref.decode("ascii")]
    if cipher is None:
        return b""
    name = sha256(header).digest()
    try:
        return cipher.decrypt(name[:NONCE_BYTES], b64decode(sealed), name)
    except (InvalidTag, ValueError):
        return body

"""An officer's own sealing key, as their signing key vouches for it: to it colleagues seal without a network.

A tablet makes it beside the signing key; the server hands the statement on and never has the private half.
"""

import re
from dataclasses import dataclass
from typing import Final

from fieldops.domain import ids
from fieldops.domain.errors import Refusal
from fieldops.domain.forms import Forms, is_exactly, read_form
from fieldops.domain.ids import SignerId
from fieldops.domain.strict_json import Json, write_line

VERSION = 1
MAX_BYTES = 512
_POINT = re.compile(r"B[A-Za-z0-9_-]{86}")  # its first byte is 4: uncompressed
_SIGNED_PREFIX = b"fieldops/reader-key/1\n"


def _is_point(value: Json) -> bool:
    return isinstance(value, str) and _POINT.fullmatch(value) is not None


_FORMS: Final[Forms] = {
    "v": lambda value: is_exactly(value, VERSION),
    "signer": ids.is_signer,
    "point": _is_point,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderKey:
    """Whose it is, and its public point in base64url."""

    signer: SignerId
    point: str


def signed_bytes(line: bytes) -> bytes:
    """What the signer's key signs."""
    return _SIGNED_PREFIX + line


def write_reader_key(key: ReaderKey) -> bytes:
    """The statement's line."""
    return write_line({"v": VERSION, "signer": key.signer, "point": key.point})


def read_reader_key(line: bytes) -> ReaderKey:
    """A statement; raises Refusal `reader_key_form`, and `not_strict_json` for what is no JSON."""
    said = read_form(line, MAX_BYTES, _FORMS, _bad)
    return ReaderKey(signer=SignerId(str(said["signer"])), point=str(said["point"]))


def _bad(_: str) -> Refusal:
    return Refusal("reader_key_form", "This does not say whose sealing key it is.")

"""The names things carry: opaque short ids, and the composed names of streams and logs.

An id says nothing about what it names, so that a name may travel where its owner's data may not.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from typing import NewType

OperationId = NewType("OperationId", str)
VisitId = NewType("VisitId", str)
PremisesId = NewType("PremisesId", str)
TeamId = NewType("TeamId", str)
OfficerId = NewType("OfficerId", str)
DeviceId = NewType("DeviceId", str)
AgencyCode = NewType("AgencyCode", str)
ClassCode = NewType("ClassCode", str)
StreamId = NewType("StreamId", str)
LogId = NewType("LogId", str)
SignerId = NewType("SignerId", str)
EntryId = NewType("EntryId", str)
PaperHash = NewType("PaperHash", str)
SubjectId = NewType("SubjectId", str)

ID_BYTES = 10  # 80 bits: no two of a hundred million ids meet by chance
ID_CHARS = 16
SIGNER_CHARS = 26

_ID = r"[a-z2-7]{16}"
_CLASS = r"C[0-9]{1,2}[a-z]?"
_SIGNER = r"[a-z2-7]{26}"
_INCARNATION = r"[0-9a-z]{1,16}"
_ID_FORM = re.compile(_ID)
_SIGNER_FORM = re.compile(_SIGNER)
_STREAM_FORM = re.compile(rf"{_ID}\.{_CLASS}")
LOG_FORM = re.compile(rf"{_ID}\.{_CLASS}\.{_SIGNER}\.{_INCARNATION}")
SUBJECT_FORM = re.compile(rf"visit|operation|worker:{_ID}")
HASH_FORM = re.compile(r"[0-9a-f]{64}")


def new_id(random_bytes: Callable[[int], bytes]) -> str:
    """A fresh id from the chance handed in (os.urandom, or a seeded source in tests and seeding)."""
    return base64.b32encode(random_bytes(ID_BYTES)).decode("ascii").lower()


def derived_id(*parts: str) -> str:
    """The same id for the same words, for rows that must keep their name when seeded again."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8")).digest()
    return base64.b32encode(digest[:ID_BYTES]).decode("ascii").lower()


def signer_of(public_point: bytes) -> SignerId:
    """The name of a key: the head of the hash of its 65-byte uncompressed P-256 point."""
    digest = hashlib.sha256(public_point).digest()
    return SignerId(base64.b32encode(digest).decode("ascii").lower()[:SIGNER_CHARS])


def stream_id(scope: str, class_code: ClassCode) -> StreamId:
    """The stream of one visit (or of the operation itself) in one class."""
    return StreamId(f"{scope}.{class_code}")


def log_id(stream: StreamId, signer: SignerId, incarnation: str) -> LogId:
    """The log of one writer in one stream; a writer that forked goes on under another incarnation."""
    return LogId(f"{stream}.{signer}.{incarnation}")


def scope_of(name: StreamId | LogId) -> str:
    """The visit or operation a stream or log belongs to."""
    return name.split(".", 1)[0]


def class_of_stream(name: StreamId | LogId) -> ClassCode:
    """The class a stream or log lies in, for ever."""
    return ClassCode(name.split(".", 2)[1])


def stream_of(log: LogId) -> StreamId:
    """The stream a log belongs to."""
    return StreamId(log.rsplit(".", 2)[0])


def signer_of_log(log: LogId) -> SignerId:
    """The signer who alone may write to a log."""
    return SignerId(log.rsplit(".", 2)[1])


def is_id(text: object) -> bool:
    """Whether a text has the form of an opaque id."""
    return isinstance(text, str) and _ID_FORM.fullmatch(text) is not None


def is_signer(text: object) -> bool:
    """Whether a text has the form of a signer's name."""
    return isinstance(text, str) and _SIGNER_FORM.fullmatch(text) is not None


def is_stream(text: object) -> bool:
    """Whether a text has the form of a stream's name."""
    return isinstance(text, str) and _STREAM_FORM.fullmatch(text) is not None


def is_log(text: object) -> bool:
    """Whether a text has the form of a log's name."""
    return isinstance(text, str) and LOG_FORM.fullmatch(text) is not None


def is_subject(text: object) -> bool:
    """Whether a text names what an entry is about: the visit, the operation, or a worker's card."""
    return isinstance(text, str) and SUBJECT_FORM.fullmatch(text) is not None


def is_hash(text: object) -> bool:
    """Whether a text is a SHA-256 in lower-case hex: an entry's id, a paper's or a manifest's name."""
    return isinstance(text, str) and HASH_FORM.fullmatch(text) is not None

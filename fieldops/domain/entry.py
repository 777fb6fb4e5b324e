"""One thing an officer recorded, as a header line and a body line that are kept exactly as signed.

The header names the body by its hash and the author through its log; whoever holds the header alone
can verify the chain without reading a word of what was said.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fieldops.domain import ids
from fieldops.domain.errors import Refusal
from fieldops.domain.forms import FORMS, is_exactly, is_hash_list, is_salt, is_text
from fieldops.domain.hlc import Hlc
from fieldops.domain.ids import EntryId, LogId, SignerId, StreamId, SubjectId
from fieldops.domain.plain import read_plain_body, read_plain_header
from fieldops.domain.strict_json import Json, read_line, write_line

VERSION = 1
MAX_HEADER_BYTES = 4 * 1024
MAX_BODY_BYTES = 64 * 1024
MAX_SUPERSEDES = 64
MAX_ATTACHMENTS = 16
SALT_BYTES = 16
ACTS_SCHEMA = "fieldops/acts/1"

_REQUIRED = frozenset(("v", *FORMS))
_HEADER_KEYS = _REQUIRED | {"late_reason", "supersedes", "att"}
_BODY_KEYS = frozenset(("salt", "value", "note"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as read. `id` is the hash of its header bytes; `erased` means that its body is gone by law."""

    id: EntryId
    log: LogId
    n: int
    hlc: Hlc
    happened: datetime
    recorded: datetime
    kind: str
    schema: str
    subject: SubjectId
    field: str
    value: Json
    note: str | None = None
    late_reason: str | None = None
    supersedes: frozenset[EntryId] = frozenset()
    attachments: tuple[str, ...] = ()
    erased: bool = False

    @property
    def stream(self) -> StreamId:
        """The stream the entry lies in for ever."""
        return ids.stream_of(self.log)

    @property
    def signer(self) -> SignerId:
        """The officer-on-a-device who wrote it."""
        return ids.signer_of_log(self.log)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an author means to record, before it has a place in a log."""

    happened: datetime
    recorded: datetime
    kind: str
    schema: str
    subject: SubjectId
    field: str
    value: Json
    note: str | None = None
    late_reason: str | None = None
    supersedes: frozenset[EntryId] = frozenset()
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sealed:
    """The two lines of an entry, as stored and relayed; nobody writes them a second time."""

    header: bytes
    body: bytes

    @property
    def id(self) -> bytes:
        """The raw id."""
        return hashlib.sha256(self.header).digest()


def seal(draft: Draft, *, log: LogId, n: int, hlc: Hlc, salt: bytes) -> Sealed:
    """Fix a draft at its place in a log. The salt stops guessing a short answer from its hash."""
    body: dict[str, object] = {
        "salt": urlsafe_b64encode(salt).rstrip(b"=").decode("ascii"),
        "value": draft.value,
    }
    if draft.note is not None:
        body["note"] = draft.note
    body_line = write_line(body)
    header: dict[str, object] = {
        "v": VERSION,
        "log": log,
        "n": n,
        "hlc": [hlc.ms, hlc.counter],
        "happened": draft.happened.isoformat(timespec="milliseconds"),
        "recorded": draft.recorded.isoformat(timespec="milliseconds"),
        "kind": draft.kind,
        "schema": draft.schema,
        "subject": draft.subject,
        "field": draft.field,
        "body_hash": hashlib.sha256(body_line).hexdigest(),
    }
    if draft.late_reason is not None:
        header["late_reason"] = draft.late_reason
    if draft.supersedes:
        header["supersedes"] = sorted(draft.supersedes)
    if draft.attachments:
        header["att"] = list(draft.attachments)
    return Sealed(write_line(header), body_line)


def read_entry(header: bytes, body: bytes) -> Entry:
    """The entry two lines hold. An empty body line is one that was lawfully erased.

    Raises Refusal with code `entry_header`, `entry_body_hash` or `entry_body`. The shape of the value
    belongs to the kind and is not judged here.
    """
    head = read_header(header)
    salted = read_body(body, str(head["body_hash"])) if body else {}
    return Entry(
        id=EntryId(hashlib.sha256(header).hexdigest()),
        log=LogId(str(head["log"])),
        n=_integer(head["n"]),
        hlc=_clock(head["hlc"]),
        happened=datetime.fromisoformat(str(head["happened"])),
        recorded=datetime.fromisoformat(str(head["recorded"])),
        kind=str(head["kind"]),
        schema=str(head["schema"]),
        subject=SubjectId(str(head["subject"])),
        field=str(head["field"]),
        value=salted.get("value"),
        note=_optional_text(salted, "note"),
        late_reason=_optional_text(head, "late_reason"),
        supersedes=frozenset(EntryId(name) for name in _names(head, "supersedes")),
        attachments=_names(head, "att"),
        erased=not body,
    )


def read_header(header: bytes) -> dict[str, Json]:
    """The header's fields, each of the right form. Unknown keys are not read over: they are refused."""
    if len(header) > MAX_HEADER_BYTES:
        raise _bad_header("larger than 4 KiB")
    return read_plain_header(header) or read_fields(header)


def place_of(header: bytes) -> int:
    """The place in its log that a header names."""
    return _integer(read_header(header)["n"])


def read_fields(header: bytes) -> dict[str, Json]:
    """The header read field by field, as any order and any optional field allow."""
    head = read_line(header)
    if not isinstance(head, dict) or not _REQUIRED <= head.keys() <= _HEADER_KEYS:
        raise _bad_header("keys missing or unknown")
    if not is_exactly(head["v"], VERSION):
        raise _bad_header("another version")
    for key, is_right in FORMS.items():
        if not is_right(head[key]):
            raise _bad_header(f"{key} has not its form")
    if len(head) > len(_REQUIRED):
        _check_optional(head)
    return head


def _check_optional(head: Mapping[str, Json]) -> None:
    for key, most in (("supersedes", MAX_SUPERSEDES), ("att", MAX_ATTACHMENTS)):
        if key in head and not is_hash_list(head[key], most):
            raise _bad_header(f"{key} is not a short list of different hashes")
    if "late_reason" in head and not is_text(head["late_reason"]):
        raise _bad_header("late_reason is not text")


def read_body(body: bytes, body_hash: str) -> dict[str, Json]:
    """The body's fields, once its bytes are those the header named."""
    if hashlib.sha256(body).hexdigest() != body_hash:
        raise Refusal("entry_body_hash", "The body is not the one that the header names.")
    if len(body) > MAX_BODY_BYTES:
        raise _bad_body("larger than 64 KiB")
    return read_plain_body(body) or read_salted(body)


def read_salted(body: bytes) -> dict[str, Json]:
    """The body read field by field, whatever its value is."""
    salted = read_line(body)
    if not isinstance(salted, dict) or not {"salt", "value"} <= salted.keys() <= _BODY_KEYS:
        raise _bad_body("keys missing or unknown")
    if not is_salt(salted["salt"]):
        raise _bad_body("the salt is not 16 bytes")
    if "note" in salted and not is_text(salted["note"]):
        raise _bad_body("the note is not text")
    return salted


def _bad_header(reason: str) -> Refusal:
    return Refusal("entry_header", f"The header cannot be read: {reason}.", {"reason": reason})


def _bad_body(reason: str) -> Refusal:
    return Refusal("entry_body", f"The body cannot be read: {reason}.", {"reason": reason})


def _integer(value: Json) -> int:
    return value if isinstance(value, int) else 0


def _clock(value: Json) -> Hlc:
    return Hlc(_integer(value[0]), _integer(value[1])) if isinstance(value, list) else Hlc(0, 0)


def _optional_text(fields: Mapping[str, Json], key: str) -> str | None:
    value = fields.get(key)
    return value if isinstance(value, str) else None


def _names(head: Mapping[str, Json], key: str) -> tuple[str, ...]:
    value = head.get(key)
    return tuple(str(name) for name in value) if isinstance(value, list) else ()

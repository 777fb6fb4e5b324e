"""Everything in the product that reads bytes from outside: by name, with bytes that it reads well. Whatever
comes, a decoder reads it or refuses it in its one way; anything else that it raises is a fault."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from marshmallow import ValidationError

from fieldops.api.sync import HAVE, PULL, PUSH
from fieldops.domain.attachment import read_bitmap, read_manifest
from fieldops.domain.certificate import read_certificate
from fieldops.domain.entry import read_entry, read_header
from fieldops.domain.errors import Refusal
from fieldops.domain.reader_key import read_reader_key
from fieldops.domain.segment import read_statement
from fieldops.domain.strict_json import read_document, read_line
from fieldops.domain.wipe import read_order, read_word
from fieldops.evidence.picture import picture_of
from fieldops.sync import keys
from fieldops.sync.bundle import read_bundle
from fieldops.sync.offer import read_offers
from fieldops.sync.wire import Offered
from fieldops.verify import Unreadable, verify
from tests.evidence.hostile_files import picture

VECTORS = Path(__file__).resolve().parents[2] / "fieldops" / "sync" / "protocol" / "vectors"
MIB = 1024 * 1024
REFUSED = (Refusal, ValidationError, Unreadable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoder:
    """What reads the bytes, and bytes that it reads."""

    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]


def attempt(decoder: Decoder, data: bytes) -> bool:
    """Whether the bytes were read; a refusal is none of our business, anything else goes on."""
    try:
        decoder.read(data)
    except REFUSED:
        return False
    return True


def _vector(name: str) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    return found


def _of(name: str, group: str, key: str) -> tuple[bytes, ...]:
    return tuple(one[key].encode() for one in _vector(name)[group] if isinstance(one.get(key), str))


def _pair(data: bytes) -> object:
    header, _, body = data.partition(b"\n")
    return read_entry(header, body)


def _offer(data: bytes) -> object:
    statement, _, lines = data.partition(b"\n")
    return read_offers([Offered(statement=statement, signature=b"s" * 64, lines=lines)])


def _offers() -> tuple[bytes, ...]:
    """Each statement with the lines that it covers."""
    told = _vector("segment")["good"]
    return tuple(f"{one['statement']}\n{_joined(one['lines'])}".encode() for one in told)


def _joined(lines: object) -> str:
    return lines if isinstance(lines, str) else "\n".join(map(str, lines if isinstance(lines, list) else []))


def _verified(data: bytes) -> object:
    with NamedTemporaryFile(suffix=".zip") as file:
        file.write(data)
        file.flush()
        return verify(Path(file.name))


def _zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as held:
        held.writestr("bundle.json", b'{"format":"fieldops/evidence/1","operation":{}}')
        for name in ("certificates", "asides", "arrivals", "logs"):
            held.writestr(f"{name}.jsonl", b'{"log":"a","n":1,"position":1}\n')
        held.writestr("leaves.txt", b"00" * 32 + b"\n")
        held.writestr("manifests.txt", b"")
    return made.getvalue()


def _body(schema: object, data: bytes) -> object:
    return schema.load(read_document(data, max_bytes=MIB))  # type: ignore[attr-defined]


def _shown(kind: str) -> Callable[[bytes], object]:
    return lambda data: picture_of(data, kind)


_ENTRIES = tuple(f"{one['header']}\n{one['body']}".encode() for one in _vector("entry")["good"])
_SEALED = json.dumps(_vector("sealed")["bundle"]).encode()
_KEY = str(_vector("shared")["line"]).encode()
_HAVE = json.dumps({"logs": [], "claims": [], "tablet": None, "whole": False}).encode()
DECODERS: Mapping[str, Decoder] = {
    "line": Decoder(read=read_line, seeds=_of("strict_json", "cases", "text")),
    "document": Decoder(
        read=lambda data: read_document(data, max_bytes=MIB), seeds=_of("strict_json", "cases", "text")
    ),
    "entry": Decoder(read=_pair, seeds=_ENTRIES),
    "header": Decoder(read=read_header, seeds=_of("entry", "good", "header")),
    "statement": Decoder(read=read_statement, seeds=_of("segment", "good", "statement")),
    "segment": Decoder(read=_offer, seeds=_offers()),
    "certificate": Decoder(read=read_certificate, seeds=_of("certificate", "good", "certificate")),
    "manifest": Decoder(read=read_manifest, seeds=_of("attachment", "good", "line")),
    "bitmap": Decoder(read=lambda data: read_bitmap(data.decode("latin-1"), 40), seeds=(b"AQAAAAA",)),
    "wipe order": Decoder(read=read_order, seeds=_of("wipe", "orders", "order")),
    "wipe word": Decoder(read=read_word, seeds=_of("wipe", "words", "word")),
    "reader key": Decoder(read=read_reader_key, seeds=(_KEY,)),
    "sealed bundle": Decoder(read=read_bundle, seeds=(_SEALED,)),
    "base64url": Decoder(read=lambda data: keys.decode(data.decode("latin-1")), seeds=(b"AAEC_w",)),
    "push": Decoder(read=lambda data: _body(PUSH, data), seeds=(b'{"segments":[],"via":null}',)),
    "pull": Decoder(read=lambda data: _body(PULL, data), seeds=(b'{"epoch":null,"positions":{},"limit":9}',)),
    "have": Decoder(read=lambda data: _body(HAVE, data), seeds=(_HAVE,)),
    "evidence bundle": Decoder(read=_verified, seeds=(_zip(),)),
    "photo": Decoder(read=_shown("image/jpeg"), seeds=(picture((48, 32)),)),
    "picture": Decoder(read=_shown("image/png"), seeds=(picture((48, 32), "PNG"),)),
    "web picture": Decoder(read=_shown("image/webp"), seeds=(picture((48, 32), "WEBP"),)),
}

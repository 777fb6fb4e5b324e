"""Vectors of what colleagues share: whose sealing key is whose, and a bundle that one of them reads too."""

import gzip
import hashlib
from typing import Any

from fieldops.domain.ids import OperationId, SignerId, signer_of
from fieldops.domain.reader_key import ReaderKey, signed_bytes, write_reader_key
from fieldops.sync import keys
from tests.support.sealer import hpke_seal, plain_part
from tests.support.vector_entries import KEY
from tests.support.vector_sealed import OPERATION, SEALER, jwk, segments

READER, OTHER = keys.key_from_number(4004), keys.key_from_number(5005)
EPHEMERAL = keys.key_from_number(6006)
SIGNER = signer_of(keys.public_point(KEY))
POINT = keys.encode(keys.public_point(READER))

ABOUT = (
    "'line' says that 'point' is the sealing key of 'signer', whose signing key is 'key': 'signature' is over"
    " 'fieldops/reader-key/1\\n' + line. Each of 'no_statement' is refused. 'bundle' is that of sealed.json"
    " with its content key sealed to the point as well, the private half of which is 'reader' (a JWK): info"
    " 'fieldops/colleague-key/1\\n' + operation + '\\n' + signer + '\\n' + key id + '\\n' + SHA-256 over a"
    " line for each part under that key, in order: its iv and the SHA-256 of what is sealed, in hex. With a"
    " 'change' of 'altered' it reads, and does not open. 'packed' is a part of it whose 'plain' was put into"
    " gzip before it was sealed."
)


def address_info(operation: OperationId, to: SignerId, key: str, parts: list[dict[str, Any]]) -> bytes:
    """What a content key that is sealed to a colleague is bound to."""
    under = [part for part in parts if part["key"] == key]
    lines = [
        keys.decode(part["iv"]).hex() + hashlib.sha256(keys.decode(part["sealed"])).hexdigest()
        for part in under
    ]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return f"fieldops/colleague-key/1\n{operation}\n{to}\n{key}\n{digest}".encode()


def shared() -> object:
    """shared.json."""
    line = write_reader_key(ReaderKey(signer=SIGNER, point=POINT))
    first, _ = made = segments()
    plain: dict[str, Any] = SEALER.bundle(made)
    info = address_info(OPERATION, SIGNER, SEALER.name, plain["parts"])
    sealed = keys.encode(hpke_seal(keys.public_point(READER), EPHEMERAL, info, SEALER.content_key))
    bundle = {**plain, "for": [{"key": SEALER.name, "to": SIGNER, "sealed": sealed}]}
    return {
        "about": ABOUT,
        "key": keys.encode(keys.public_point(KEY)),
        "signer": SIGNER,
        "point": POINT,
        "line": line.decode(),
        "signature": keys.encode(keys.sign(KEY, signed_bytes(line), repeatable=True)),
        "no_statement": _no_statements(line),
        "reader": jwk(READER),
        "content_key": SEALER.content_key.hex(),
        "bundle": bundle,
        "altered": _altered(bundle),
        "packed": SEALER.part(first, bytes(11) + b"\7", gzip.compress(plain_part(first), 0, mtime=0)),
        "plain": plain_part(first).decode(),
    }


def _no_statements(line: bytes) -> list[dict[str, object]]:
    other = signer_of(keys.public_point(OTHER))
    said = {
        "signed by another": (line, OTHER),
        "of another signer": (write_reader_key(ReaderKey(signer=other, point=POINT)), KEY),
        "a point that is cut short": (write_reader_key(ReaderKey(signer=SIGNER, point=POINT[:-1])), KEY),
        "one key more": (line.replace(b'{"v":1', b'{"v":1,"w":1'), KEY),
        "of another version": (line.replace(b'"v":1', b'"v":2'), KEY),
        "no JSON": (line[:-1], KEY),
    }
    return [
        {
            "name": name,
            "line": text.decode(),
            "signature": keys.encode(keys.sign(by, signed_bytes(text), repeatable=True)),
        }
        for name, (text, by) in said.items()
    ]


def _altered(bundle: dict[str, Any]) -> list[dict[str, object]]:
    first, second = bundle["parts"]
    changed: dict[str, dict[str, object]] = {
        "a part left out": {"parts": [first]},
        "two parts in another order": {"parts": [second, first]},
        "a part put in twice": {"parts": [first, second, second]},
        "another iv": {"parts": [{**first, "iv": keys.encode(bytes(12))}, second]},
        "of another operation": {"operation": "a" * 16},
    }
    return [{"name": name, "change": change} for name, change in changed.items()]

"""Sealing as a tablet does it, written anew from RFC 9180 so that what the server opens is tried against
another hand than its own. The ephemeral key is handed in: the same words give the same bytes.
"""

import json
from dataclasses import dataclass

from cryptography.hazmat.primitives import hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from fieldops.domain.ids import LogId, OperationId
from fieldops.sync import keys
from fieldops.sync.bundle import FORM
from fieldops.sync.sealing import IV_BYTES, key_info, part_label
from fieldops.sync.wire import Offered

_KEM = b"KEM" + (0x0010).to_bytes(2, "big")
_SUITE = b"HPKE" + b"".join(n.to_bytes(2, "big") for n in (0x0010, 0x0001, 0x0002))


def hpke_seal(to_point: bytes, ephemeral: ec.EllipticCurvePrivateKey, info: bytes, plain: bytes) -> bytes:
    """enc and ciphertext, in base mode without further data: RFC 9180, sections 4.1, 5.1 and 6.1."""
    enc = keys.public_point(ephemeral)
    to_key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), to_point)
    secret = _extract(_KEM, b"", b"eae_prk", ephemeral.exchange(ec.ECDH(), to_key))
    shared = _expand(_KEM, secret, b"shared_secret", enc + to_point, 32)
    context = b"\0" + _extract(_SUITE, b"", b"psk_id_hash", b"") + _extract(_SUITE, b"", b"info_hash", info)
    begun = _extract(_SUITE, shared, b"secret", b"")
    key = _expand(_SUITE, begun, b"key", context, 32)
    nonce = _expand(_SUITE, begun, b"base_nonce", context, 12)
    return enc + AESGCM(key).encrypt(nonce, plain, b"")


def _extract(suite: bytes, salt: bytes, label: bytes, words: bytes) -> bytes:
    made = hmac.HMAC(salt or bytes(32), SHA256())
    made.update(b"HPKE-v1" + suite + label + words)
    return made.finalize()


def _expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    words = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(algorithm=SHA256(), length=length, info=words).derive(secret)


@dataclass(frozen=True, kw_only=True)
class Sealer:
    """One content key for one operation, and the parts that it seals."""

    operation: OperationId
    point: bytes
    content_key: bytes
    ephemeral: ec.EllipticCurvePrivateKey
    name: str = "k1"

    def key(self) -> dict[str, str]:
        sealed = hpke_seal(self.point, self.ephemeral, key_info(self.operation), self.content_key)
        return {"id": self.name, "sealed": keys.encode(sealed)}

    def part(self, segment: Offered, iv: bytes, plain: bytes | None = None) -> dict[str, object]:
        """A segment as a part, or what is said to be one; `iv` is a number that is used once."""
        said = json.loads(segment.statement)
        log, first, last = LogId(said["log"]), said["from"], said["to"]
        label = part_label(self.operation, log, first, last)
        sealed = AESGCM(self.content_key).encrypt(iv, plain_part(segment) if plain is None else plain, label)
        place = {"log": log, "from": first, "to": last}
        return {"key": self.name, **place, "iv": keys.encode(iv), "sealed": keys.encode(sealed)}

    def bundle(self, segments: list[Offered]) -> dict[str, object]:
        """A bundle of these, as a tablet writes it."""
        parts = [self.part(one, n.to_bytes(IV_BYTES, "big")) for n, one in enumerate(segments, start=1)]
        logs = [{name: part[name] for name in ("log", "from", "to")} for part in parts]
        head = {"bundle": FORM, "operation": self.operation, "logs": logs}
        return {**head, "keys": [self.key()], "parts": parts}


def plain_part(segment: Offered) -> bytes:
    """What is sealed: the segment as it would stand in a push."""
    said = {
        "statement": segment.statement.decode(),
        "signature": keys.encode(segment.signature),
        "lines": segment.lines.decode(),
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

"""What is sealed to an operation: anybody may carry it, and only the installation's secret opens it.

A content key is sealed by HPKE (RFC 9180, base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM);
each part is sealed under a content key and bound to the operation and to the entries that it says it holds.
"""

import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from fieldops.domain.ids import OperationId
from fieldops.sync.keys import derived_key, public_point
from fieldops.sync.wire import MAX_PUSH_BYTES

CONTENT_KEY_BYTES = 32
GZIP, GZIP_MARK = 16 + zlib.MAX_WBITS, b"\x1f\x8b"  # no JSON begins with these
IV_BYTES = 12
_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def sealing_key(seed: bytes, operation: OperationId) -> ec.EllipticCurvePrivateKey:
    """The private half of an operation's sealing key, from the secret behind the certificates."""
    return derived_key(seed, f"fieldops/sealing-key/1\n{operation}")


def sealing_point(seed: bytes, operation: OperationId) -> bytes:
    """The public half, as tablets are given it at enrolment."""
    return public_point(sealing_key(seed, operation))


def key_info(operation: OperationId) -> bytes:
    """What a sealed content key is bound to."""
    return f"fieldops/content-key/1\n{operation}".encode("ascii")


def part_label(operation: OperationId, log: str, first: int, last: int) -> bytes:
    """What a sealed part is bound to: it opens in no other place."""
    return f"fieldops/part/1\n{operation}\n{log}\n{first}\n{last}".encode()


def open_content_key(key: ec.EllipticCurvePrivateKey, operation: OperationId, sealed: bytes) -> bytes | None:
    """The content key; None when it was not sealed to this key for this operation."""
    try:
        opened = _SUITE.decrypt(sealed, key, key_info(operation))
    except (InvalidTag, ValueError):
        return None
    return opened if len(opened) == CONTENT_KEY_BYTES else None


def open_part(content_key: bytes, iv: bytes, sealed: bytes, label: bytes) -> bytes | None:
    """What a part holds; None when a byte of it, or its label, is not the one that was sealed."""
    try:
        plain = AESGCM(content_key).decrypt(iv, sealed, label)
    except (InvalidTag, ValueError):
        return None
    return _unpacked(plain) if plain.startswith(GZIP_MARK) else plain


def _unpacked(packed: bytes) -> bytes | None:
    """What was packed before it was sealed; None for what is not whole, or is more than a push may hold."""
    inflater = zlib.decompressobj(GZIP)
    try:
        plain = inflater.decompress(packed, MAX_PUSH_BYTES)
    except zlib.error:
        return None
    return plain if inflater.eof and not inflater.unused_data else None

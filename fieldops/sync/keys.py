"""ECDSA P-256 as the wire carries it: raw points, r||s signatures, base64url without padding."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fieldops.domain.errors import Refusal

POINT_BYTES = 65
SIGNATURE_BYTES = 64
_HALF = 32
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_WIDE_BYTES = 48  # 128 bits beyond the curve's order, so that no key is likelier than another
_CURVE = ec.SECP256R1()
_ALGORITHM = ec.ECDSA(SHA256())
_REPEATABLE = ec.ECDSA(SHA256(), deterministic_signing=True)


def encode(data: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of a base64url text without padding; raises Refusal `not_base64url`."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (NotBase64, ValueError):
        data = b""
    if encode(data) != text:
        raise Refusal("not_base64url", "The text is not base64url without padding.")
    return data


def key_from_number(secret: int) -> ec.EllipticCurvePrivateKey:
    """The private key of a number, for seeded tablets; raises ValueError outside the curve's order."""
    return ec.derive_private_key(secret, _CURVE)


def key_from_bytes(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The private key that follows from secret bytes, whatever they are."""
    return key_from_number(int.from_bytes(secret, "big") % (_ORDER - 1) + 1)


def derived_key(secret: bytes, purpose: str) -> ec.EllipticCurvePrivateKey:
    """A private key for one purpose alone, from a secret that serves many."""
    return key_from_bytes(derived_bytes(secret, purpose, _WIDE_BYTES))


def derived_bytes(secret: bytes, purpose: str, length: int) -> bytes:
    """Secret bytes for one purpose alone, from a secret that serves many (HKDF-SHA256, RFC 5869)."""
    info = purpose.encode("ascii")
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret)


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The raw uncompressed point of a private key."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sign(key: ec.EllipticCurvePrivateKey, data: bytes, *, repeatable: bool = False) -> bytes:
    """r||s over SHA-256 of the data. `repeatable` draws no chance (RFC 6979): for vectors and seeding."""
    r, s = decode_dss_signature(key.sign(data, _REPEATABLE if repeatable else _ALGORITHM))
    return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")


def verify(point: bytes, signature: bytes, data: bytes) -> bool:
    """Whether the signature over the data was made with the key of this point."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    r, s = int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big")
    try:
        _public_key(point).verify(encode_dss_signature(r, s), data, _ALGORITHM)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
def _public_key(point: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)

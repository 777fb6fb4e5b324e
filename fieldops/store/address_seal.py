"""Sealing the address of a held strike: for each team under its own key, and that key under a radio code.

Keys, codes and salts follow from the hold's one secret (HKDF), so nothing more is kept, the same plan is the
same paper again, and one team's code opens no other team's paper.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from fieldops.domain.ids import OperationId, TeamId, VisitId
from fieldops.domain.radio_code import code_from

SECRET_BYTES = KEY_BYTES = 32
SALT_BYTES, IV_BYTES = 16, 12
# A guess at a code costs so much; docs/decisions tells what that makes of 50 bits.
MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 1
BLOCK = 512  # the sealed part is filled up to these, so that its length tells nothing of an address


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose key: one team, at one holding back of one strike."""

    operation: OperationId
    group: str
    edition: int
    team: TeamId

    @property
    def words(self) -> str:
        return f"{self.operation}\n{self.group}\n{self.edition}\n{self.team}"


def team_key(secret: bytes, place: Place) -> bytes:
    """The key under which the addresses of one team's visits are sealed."""
    return _derived(secret, "key", place, KEY_BYTES)


def team_code(secret: bytes, place: Place) -> str:
    """The radio code that opens them without network."""
    return code_from(_derived(secret, "code", place, KEY_BYTES))


def seal_address(secret: bytes, place: Place, visit: VisitId, plain: bytes) -> dict[str, object]:
    """The sealed part of a visit's paper: the address under the team's key, that key under the code."""
    key = team_key(secret, place)
    filled = plain + b" " * (-len(plain) % BLOCK)
    label = address_label(place, visit)
    # From what is sealed: a changed plan never meets the same nonce, and an unchanged one is the same paper.
    iv = hmac.digest(key, label + b"\n" + filled, hashlib.sha256)[:IV_BYTES]
    return {
        "iv": _text(iv),
        "sealed": _text(AESGCM(key).encrypt(iv, filled, label)),
        "code": wrapped(secret, place),
    }


def address_label(place: Place, visit: VisitId) -> bytes:
    """What a sealed address is bound to: it opens in no other paper."""
    return f"fieldops/address/1\n{place.words}\n{visit}".encode("ascii")


def wrapped(secret: bytes, place: Place) -> dict[str, object]:
    """The team's key under its code, and by what the code is stretched."""
    return {
        "salt": _text(_salt(secret, place)),
        "memory_kib": MEMORY_KIB,
        "passes": PASSES,
        "lanes": LANES,
        "key": _text(_wrapped_key(secret, place)),
    }


@lru_cache(maxsize=256)
def _wrapped_key(secret: bytes, place: Place) -> bytes:
    """Stretching is dear, and papers are published again at each change of the plan."""
    outer = hash_secret_raw(
        team_code(secret, place).encode("ascii"),
        _salt(secret, place),
        time_cost=PASSES,
        memory_cost=MEMORY_KIB,
        parallelism=LANES,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )
    return aes_key_wrap(outer, team_key(secret, place))


def _salt(secret: bytes, place: Place) -> bytes:
    return _derived(secret, "salt", place, SALT_BYTES)


def _derived(secret: bytes, purpose: str, place: Place, length: int) -> bytes:
    info = f"fieldops/address-{purpose}/1\n{place.words}".encode("ascii")
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")

"""Vectors of what is sealed to an operation: a content key, a part, a bundle; and what is none."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from fieldops.domain.hlc import Hlc
from fieldops.domain.ids import OperationId, derived_id
from fieldops.domain.segment import ClockReading
from fieldops.sync import keys
from fieldops.sync.own_log import OwnLog
from fieldops.sync.sealing import sealing_point
from fieldops.sync.wire import Offered
from tests.support.sealer import Sealer, plain_part
from tests.support.vector_entries import KEY, LOG, draft

SEED = bytes(range(32))
OPERATION = OperationId(derived_id("vectors", "operation"))
EPHEMERAL = 3003
SEALER = Sealer(
    operation=OPERATION,
    point=sealing_point(SEED, OPERATION),
    content_key=bytes(range(100, 132)),
    ephemeral=keys.key_from_number(EPHEMERAL),
)

ABOUT = (
    "'point' is the public half of the operation's sealing key, from 'seed' (hex). 'content_key' (hex) sealed"
    " to it with the ephemeral key 'ephemeral' (a JWK) is 'sealed_key': RFC 9180, base mode, DHKEM(P-256,"
    " HKDF-SHA256), HKDF-SHA256, AES-256-GCM, info 'fieldops/content-key/1\\n' + operation, enc before the"
    " ciphertext. 'part' is 'plain' sealed under the content key with 'iv'. 'bundle' holds entries 1 to 4 of"
    " its log. With a 'change' of 'unread' it is no bundle, and neither tablet nor server reads it. With a"
    " 'change' of 'unopened' it reads, and parts of it open nowhere."
)


def segments() -> list[Offered]:
    """Two segments of one log: entries 1 to 3, and 4."""
    log = OwnLog(LOG)
    for n in range(1, 5):
        log.append(draft(field=f"OBS-{n:02}", value=n), Hlc(1_795_339_865_000 + n, 0), bytes([n] * 16))
    clock = ClockReading(server=None, device=1_795_339_000_000, monotonic=5)
    return [log.segment(1, 3, clock, KEY), log.segment(4, 4, clock, KEY)]


def sealed() -> object:
    """sealed.json."""
    first, _ = made = segments()
    bundle = SEALER.bundle(made)
    return {
        "about": ABOUT,
        "seed": SEED.hex(),
        "operation": OPERATION,
        "point": keys.encode(SEALER.point),
        "ephemeral": jwk(SEALER.ephemeral),
        "content_key": SEALER.content_key.hex(),
        "sealed_key": SEALER.key()["sealed"],
        "part": {**SEALER.part(first, bytes(11) + b"\1"), "plain": plain_part(first).decode()},
        "bundle": bundle,
        "unread": _unread(bundle),
        "unopened": _unopened(bundle),
    }


def jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """A private key as browsers read it."""
    numbers = key.private_numbers()
    public = numbers.public_numbers
    parts = {"d": numbers.private_value, "x": public.x, "y": public.y}
    return {"kty": "EC", "crv": "P-256", **{k: keys.encode(n.to_bytes(32, "big")) for k, n in parts.items()}}


def _unread(bundle: dict[str, Any]) -> list[dict[str, object]]:
    part = bundle["parts"][0]
    changed: dict[str, dict[str, object]] = {
        "of another form": {"bundle": "fieldops/bundle/2"},
        "without an operation": {"operation": ""},
        "a log that is none": {"logs": [{"log": "x", "from": 1, "to": 1}]},
        "numbers that run backwards": {"logs": [{"log": LOG, "from": 3, "to": 1}]},
        "a place that is no number": {"logs": [{"log": LOG, "from": "1", "to": 1}]},
        "keys that are no list": {"keys": {}},
        "a key that is no base64url": {"keys": [{"id": "k1", "sealed": "a+b"}]},
        "parts that are no objects": {"parts": ["part"]},
        "an iv of another length": {"parts": [{**part, "iv": "AAAA"}]},
        "a part without its text": {"parts": [{name: part[name] for name in part if name != "sealed"}]},
    }
    return [{"name": name, "change": change} for name, change in changed.items()]


def _unopened(bundle: dict[str, Any]) -> list[dict[str, object]]:
    part, later = bundle["parts"]
    other = derived_id("vectors", "another operation")
    spoilt: dict[str, dict[str, object]] = {
        "a byte of the part changed": {"parts": [{**part, "sealed": _flip(part["sealed"])}, later]},
        "its iv changed": {"parts": [{**part, "iv": keys.encode(bytes(12))}, later]},
        "put in another place": {"parts": [{**part, "from": 2, "to": 4}, later]},
        "put in another log": {"parts": [{**part, "log": LOG[:-1] + "2"}, later]},
        "cut short": {"parts": [{**part, "sealed": part["sealed"][:40]}, later]},
        "a key that is not there": {"parts": [{**part, "key": "k2"}, later]},
        "the sealed key changed": {"keys": [{"id": "k1", "sealed": _flip(bundle["keys"][0]["sealed"])}]},
        "the key of another operation": {"operation": other},
    }
    return [{"name": name, "change": change} for name, change in spoilt.items()]


def _flip(text: str) -> str:
    raw = bytearray(keys.decode(text))
    raw[-1] ^= 1
    return keys.encode(bytes(raw))

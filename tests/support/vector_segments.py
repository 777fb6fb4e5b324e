"""Vectors of what is chained and signed: heads, Merkle roots, segments and certificates."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime

from fieldops.domain import certificate, segment
from fieldops.domain.certificate import Certificate
from fieldops.domain.entry import Sealed
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import AgencyCode, DeviceId, OfficerId, OperationId, derived_id, signer_of
from fieldops.domain.log import extend, head_zero
from fieldops.domain.segment import ClockReading, Statement
from fieldops.domain.strict_json import Json
from fieldops.sync import keys
from tests.support.vector_entries import KEY, LOG, POINT, SIGNER, run_of

SERVER_KEY = keys.key_from_number(2002)
SERVER_POINT = keys.public_point(SERVER_KEY)


def heads() -> object:
    """heads.json."""
    leaves = [hashlib.sha256(bytes([n])).digest() for n in range(100)]
    return {
        "about": "'zero' is the head of each log before its first entry: SHA-256('fieldops/log/1\\n' + "
        "name). 'chain': head n = SHA-256(head n-1 || raw id n), from the zero head of 'log'. "
        "'merkle': RFC 6962 root over the first 'size' raw ids. 'signers': the name of a key is "
        "the first 26 characters of the lower-case base32 of the SHA-256 of its raw uncompressed "
        "point.",
        "zero": [{"log": LOG, "head": head_zero(LOG).hex()}],
        "chain": {
            "log": LOG,
            "ids": [leaf.hex() for leaf in leaves[:10]],
            "heads": [extend(head_zero(LOG), leaves[:n]).hex() for n in range(11)],
        },
        "merkle": {
            "ids": [leaf.hex() for leaf in leaves],
            "roots": [
                {"size": size, "root": segment.merkle_root(leaves[:size]).hex()}
                for size in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 33, 64, 99, 100)
            ],
        },
        "signers": [
            {"key": keys.encode(point), "signer": signer_of(point)}
            for point in (POINT, SERVER_POINT, keys.public_point(keys.key_from_number(7)))
        ],
    }


def segments() -> object:
    """segment.json."""
    made = run_of(LOG, 12)
    whole = _segment("entries 1 to 5, offline since enrolment", made, 1, 5, None)
    later = _segment("entries 6 to 12, after a sync", made, 6, 12, 1_795_339_000_000)
    overlap = _segment(
        "entries 3 to 12: signed again over a prefix that is held", made, 3, 12, 1_795_339_000_000
    )
    single = _segment("one entry", made, 1, 1, None)
    return {
        "about": "'good': a statement, the lines it covers (header, body, header, body ... joined by line "
        "feeds) and a signature (r||s, base64url) over 'fieldops/segment/1\\n' + statement by "
        "'key' (raw point, base64url). 'head' is the log's head after the last entry. ECDSA "
        "draws chance, so a signer need not make the same signature; each of these verifies. "
        "'forged': the same bytes with one thing changed; none verifies. 'bad_statements': lines "
        "that are no statement.",
        "key": keys.encode(POINT),
        "signer": SIGNER,
        "good": [whole, later, overlap, single],
        "forged": _forged(whole),
        "bad_statements": _bad_statements(str(whole["statement"])),
    }


def _segment(rule: str, made: list[Sealed], first: int, last: int, server: int | None) -> dict[str, object]:
    ids = [sealed.id for sealed in made]
    before = extend(head_zero(LOG), ids[: first - 1])
    covered = made[first - 1 : last]
    line = segment.write_statement(
        Statement(
            log=LOG,
            first=first,
            last=last,
            previous=before,
            root=segment.merkle_root(ids[first - 1 : last]),
            clock=ClockReading(server=server, device=1_795_339_900_000, monotonic=86_400_000),
        )
    )
    return {
        "rule": rule,
        "statement": line.decode(),
        "signature": keys.encode(keys.sign(KEY, segment.signed_bytes(line), repeatable=True)),
        "lines": b"\n".join(part for sealed in covered for part in (sealed.header, sealed.body)).decode(),
        "ids": [sealed.id.hex() for sealed in covered],
        "head": extend(before, ids[first - 1 : last]).hex(),
    }


def _forged(good: dict[str, object]) -> list[dict[str, object]]:
    statement, signature, lines = str(good["statement"]), str(good["signature"]), str(good["lines"])
    raw = bytearray(keys.decode(signature))
    raw[40] ^= 1
    parts = lines.split("\n")
    swapped = "\n".join([*parts[2:4], *parts[0:2], *parts[4:]])
    other = keys.encode(keys.sign(SERVER_KEY, segment.signed_bytes(statement.encode()), repeatable=True))
    unbound = keys.encode(keys.sign(KEY, statement.encode(), repeatable=True))
    cases = [
        ("a bit of the signature", "signature", statement, keys.encode(bytes(raw)), lines),
        ("half of the signature", "signature", statement, keys.encode(bytes(raw[:32])), lines),
        ("another signer", "signature", statement, other, lines),
        ("signed without the prefix", "signature", statement, unbound, lines),
        (
            "the clock in the statement",
            "signature",
            statement.replace('"monotonic":8', '"monotonic":9'),
            signature,
            lines,
        ),
        ("a header", "root", statement, signature, lines.replace('"field":"OBS-02"', '"field":"OBS-09"')),
        ("a body", "entry_body_hash", statement, signature, lines.replace('"value":2', '"value":3')),
        ("the order of two entries", "root", statement, signature, swapped),
        ("an entry left out", "count", statement, signature, "\n".join(parts[2:])),
    ]
    return [
        {"rule": rule, "caught_by": by, "statement": said, "signature": signed, "lines": text}
        for rule, by, said, signed, text in cases
    ]


_STATEMENT_CHANGES: tuple[tuple[str, str, Json], ...] = (
    ("another version", "v", 2),
    ("an unknown key", "extra", 1),
    ("from zero", "from", 0),
    ("to before from", "to", 0),
    ("more than a hundred entries", "to", 101),
    ("a place that is text", "to", "5"),
    ("no hash before", "prev", ""),
    ("a root in capitals", "root", "A" * 64),
    ("a log with no signer", "log", "abc"),
    ("a clock without readings", "clock", None),
    ("a device clock before its time", "clock", {"server": None, "device": -1, "monotonic": 0}),
    ("a clock with a fourth reading", "clock", {"server": None, "device": 1, "monotonic": 0, "x": 1}),
)


def _bad_statements(good: str) -> list[dict[str, object]]:
    fields = json.loads(good)
    cases = [
        (rule, json.dumps({**fields, key: value}, separators=(",", ":")))
        for rule, key, value in _STATEMENT_CHANGES
    ]
    cases += [(f"{key} missing", json.dumps({k: v for k, v in fields.items() if k != key})) for key in fields]
    for rule, line in cases:
        try:
            segment.read_statement(line.encode())
        except Refusal:
            continue
        raise AssertionError(f"read although bad: {rule}")
    return [{"rule": rule, "statement": line} for rule, line in cases]


def certificates() -> object:
    """certificate.json."""
    made = Certificate(
        signer=SIGNER,
        key=keys.encode(POINT),
        device=DeviceId(derived_id("vectors", "device")),
        number=7,
        officer=OfficerId(derived_id("vectors", "officer")),
        name="Sgt Example Ħ",
        agency=AgencyCode("PO"),
        operation=OperationId(derived_id("vectors", "operation")),
        epoch=derived_id("vectors", "epoch"),
        issued=datetime.fromisoformat("2026-11-20T08:00:00.000+00:00"),
        not_after=datetime.fromisoformat("2026-12-20T08:00:00.000+00:00"),
    )
    line = certificate.write_certificate(made)
    signature = keys.encode(keys.sign(SERVER_KEY, certificate.signed_bytes(line), repeatable=True))
    desk = certificate.write_certificate(replace(made, number=0))
    by_desk = keys.encode(keys.sign(SERVER_KEY, certificate.signed_bytes(desk), repeatable=True))
    raised = line.replace(b'"agency":"PO"', b'"agency":"HO"')
    fields = json.loads(line)
    ends = int(made.not_after.timestamp() * 1000)
    return {
        "about": "'good' verifies with 'server_key' over 'fieldops/certificate/1\\n' + certificate, and "
        "its signer is the name of its key; 'forged' does not verify; 'bad' lines are no "
        "certificates; 'held' says whether the first of 'good' holds at a moment of the server's time (ms).",
        "server_key": keys.encode(SERVER_POINT),
        "good": [
            {"certificate": line.decode(), "signature": signature, "fields": fields},
            {"certificate": desk.decode(), "signature": by_desk, "fields": {**fields, "number": 0}},
        ],
        "forged": [{"rule": "another agency", "certificate": raised.decode(), "signature": signature}],
        "bad": [
            *(json.dumps({k: v for k, v in fields.items() if k != key}) for key in fields),
            *(json.dumps({**fields, "number": number}) for number in (-1, "7", True)),
        ],
        "held": [{"at": ends + by, "holds": by <= 0} for by in (-86_400_000, -1, 0, 1, 86_400_000)],
    }

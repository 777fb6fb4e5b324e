"""What colleagues share, as the vectors fix it: whose key it is, and that the server takes the file in."""

import gzip
import json
from typing import Any

import pytest

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OperationId
from fieldops.domain.reader_key import read_reader_key, signed_bytes
from fieldops.sync import keys
from fieldops.sync.bundle import opened, read_bundle
from fieldops.sync.sealing import sealing_key
from tests.support.vector_sealed import OPERATION, SEALER, SEED, segments
from tests.support.vector_shared import shared
from tests.support.write_vectors import VECTORS

SAID = json.loads((VECTORS / "shared.json").read_text())


def vouched(line: str, signature: str) -> bool:
    """Whether the signer of the vectors vouches for a sealing key by this."""
    try:
        said = read_reader_key(line.encode())
    except Refusal:
        return False
    proven = keys.verify(keys.decode(SAID["key"]), keys.decode(signature), signed_bytes(line.encode()))
    return proven and said.signer == SAID["signer"]


def test_the_committed_bytes_are_those_that_are_written_today() -> None:
    assert json.loads(json.dumps(shared())) == SAID


def test_a_signing_key_vouches_for_its_officers_sealing_key() -> None:
    assert vouched(SAID["line"], SAID["signature"])
    assert read_reader_key(SAID["line"].encode()).point == SAID["point"]


@pytest.mark.parametrize("case", SAID["no_statement"], ids=lambda case: case["name"])
def test_what_does_not_vouch_is_refused(case: dict[str, Any]) -> None:
    assert not vouched(case["line"], case["signature"])


def test_the_server_opens_a_colleagues_file_as_any_other() -> None:
    bundle = read_bundle(json.dumps(SAID["bundle"]).encode())
    offered, refused = opened(bundle, sealing_key(SEED, OperationId(OPERATION)))
    assert (offered, refused) == (segments(), [])


def test_a_part_that_was_packed_before_it_was_sealed_opens_to_the_same() -> None:
    packed = {**SAID["bundle"], "parts": [SAID["packed"]]}
    bundle = read_bundle(json.dumps(packed).encode())
    offered, refused = opened(bundle, sealing_key(SEED, OperationId(OPERATION)))
    assert (offered, refused) == (segments()[:1], [])


@pytest.mark.parametrize("plain", [bytes(64 << 20), b"{}"], ids=["more than a push holds", "cut short"])
def test_what_unpacks_to_too_much_or_to_nothing_whole_opens_nowhere(plain: bytes) -> None:
    first, _ = segments()
    packed = gzip.compress(plain)
    part = SEALER.part(first, bytes(12), packed if len(plain) > len(packed) else packed[:-1])
    bundle = read_bundle(json.dumps({**SAID["bundle"], "parts": [part]}).encode())
    offered, refused = opened(bundle, sealing_key(SEED, OperationId(OPERATION)))
    assert (offered, [one.code for one in refused]) == ([], ["bundle_part"])

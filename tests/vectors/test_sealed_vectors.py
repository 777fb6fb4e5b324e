"""What is sealed to an operation, as the vectors fix it; the tablet's suite seals the same bytes."""

import json
from typing import Any

import pytest

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OperationId
from fieldops.domain.strict_json import read_document
from fieldops.sync import keys
from fieldops.sync.bundle import MAX_BUNDLE_BYTES, bundle_of, opened, read_bundle
from fieldops.sync.sealing import open_content_key, open_part, part_label, sealing_key, sealing_point
from tests.support.vector_sealed import sealed, segments
from tests.support.write_vectors import VECTORS

SAID = json.loads((VECTORS / "sealed.json").read_text())
OPERATION = OperationId(SAID["operation"])
KEY = sealing_key(bytes.fromhex(SAID["seed"]), OPERATION)


def test_the_operations_key_is_made_from_the_secret_that_signs_certificates() -> None:
    point = sealing_point(bytes.fromhex(SAID["seed"]), OPERATION)
    assert keys.encode(point) == SAID["point"]
    assert sealing_point(bytes.fromhex(SAID["seed"]), OperationId("a" * 16)) != point


def test_the_committed_bytes_are_those_that_are_sealed_today() -> None:
    assert json.loads(json.dumps(sealed())) == SAID


def test_a_content_key_and_a_part_open_with_a_library_of_another_hand() -> None:
    content_key = open_content_key(KEY, OPERATION, keys.decode(SAID["sealed_key"]))
    assert content_key == bytes.fromhex(SAID["content_key"])
    part = SAID["part"]
    label = part_label(OPERATION, part["log"], part["from"], part["to"])
    plain = open_part(content_key, keys.decode(part["iv"]), keys.decode(part["sealed"]), label)
    assert plain == part["plain"].encode()


def test_a_bundle_opens_to_the_very_segments_that_were_sealed() -> None:
    offered, refused = opened(read_bundle(json.dumps(SAID["bundle"]).encode()), KEY)
    assert offered == segments()
    assert refused == []


@pytest.mark.parametrize("case", SAID["unread"], ids=lambda case: case["name"])
def test_what_is_no_bundle_is_refused_in_one_way(case: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refusal:
        bundle_of({**SAID["bundle"], **case["change"]})
    assert refusal.value.code == "bundle_malformed"


def test_a_bundle_that_was_cut_short_is_refused() -> None:
    whole = json.dumps(SAID["bundle"]).encode()
    codes = set()
    for cut in range(0, len(whole), 97):
        with pytest.raises(Refusal) as refusal:
            read_bundle(whole[:cut])
        codes.add(refusal.value.code)
    assert codes == {"not_strict_json"}
    assert read_document(whole, max_bytes=MAX_BUNDLE_BYTES) == SAID["bundle"]


@pytest.mark.parametrize("case", SAID["unopened"], ids=lambda case: case["name"])
def test_a_part_that_was_changed_opens_nowhere_and_costs_no_other(case: dict[str, Any]) -> None:
    said = {**SAID["bundle"], **case["change"]}
    bundle = bundle_of(said)
    offered, refused = opened(bundle, sealing_key(bytes.fromhex(SAID["seed"]), bundle.operation))
    assert refused
    assert all(one.code == "bundle_part" for one in refused)
    assert len(offered) + len(refused) == len(bundle.parts)
    whole_key = said["keys"] == SAID["bundle"]["keys"] and bundle.operation == OPERATION
    assert len(offered) == (1 if whole_key else 0)

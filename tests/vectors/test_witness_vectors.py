"""What a witness says of a checkpoint, as the committed vectors fix it; the tablet's suite opens the same."""

import json
from typing import Any

import pytest

from fieldops.domain.checkpoint import vouched_bytes
from fieldops.domain.tree import EMPTY, extends
from fieldops.sync import keys
from fieldops.verify import read_note
from tests.support.write_vectors import VECTORS

WITNESS = json.loads((VECTORS / "witness.json").read_text())
POINT = keys.decode(WITNESS["server_key"])


def vouched(shown: dict[str, Any]) -> bool:
    data = vouched_bytes(shown["key"], shown["note"])
    return keys.verify(POINT, keys.decode(shown["vouched"]), data)


def seen(note: str, key: str) -> tuple[int, bytes]:
    found = read_note(note.encode(), key)
    assert found is not None
    return found


@pytest.mark.parametrize("case", WITNESS["cases"], ids=lambda case: case["about"])
def test_a_proof_holds_exactly_where_the_witness_believes_it(case: dict[str, Any]) -> None:
    kept = {0: (0, EMPTY)} | {one[0]: one for one in (seen(note, case["key"]) for note in case["kept"])}
    proof = [bytes.fromhex(one) for one in case["proof"]]
    holds = extends(kept[case["base"]], seen(case["note"], case["key"]), proof)
    assert vouched(case)
    if case["about"] != "another epoch that follows on nothing":
        assert holds is (case["verdict"] in {"extends", "restored"})


def test_what_the_servers_key_did_not_vouch_for_is_not_believed() -> None:
    assert WITNESS["forged"]
    for shown in WITNESS["forged"]:
        assert not (vouched(shown) and read_note(shown["note"].encode(), shown["key"]))

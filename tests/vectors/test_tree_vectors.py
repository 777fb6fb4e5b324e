"""The tree over what was received, as the committed vectors fix it; the tablet's suite opens the same."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.tree import consistency_proof, extends, includes, inclusion_proof, leaf_hash, root_of
from tests.support.write_vectors import VECTORS

TREE = json.loads((VECTORS / "tree.json").read_text())
LEAVES = [leaf_hash(bytes.fromhex(leaf)) for leaf in TREE["leaves"]]
ROOTS = [bytes.fromhex(root) for root in TREE["roots"]]
STRANGER = bytes.fromhex(TREE["stranger"])
# The roots of the first eight leaves as the reference implementation of RFC 6962 gives them.
KNOWN = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def proof_of(case: dict[str, Any]) -> list[bytes]:
    return [bytes.fromhex(one) for one in case["proof"]]


def spoilt(proof: list[bytes]) -> list[list[bytes]]:
    """Every way to change a proof in one place."""
    other = [[*proof[:at], STRANGER, *proof[at + 1 :]] for at in range(len(proof))]
    return [*other, [*proof, STRANGER], *([proof[:-1], proof[1:]] if proof else [])]


@pytest.mark.parametrize("size", KNOWN)
def test_the_root_is_the_one_that_everybody_else_computes(size: int) -> None:
    assert ROOTS[size].hex() == KNOWN[size]


def test_a_list_has_one_root_at_each_length() -> None:
    assert [root_of(LEAVES[:size]) for size in range(len(LEAVES) + 1)] == ROOTS


@pytest.mark.parametrize("case", TREE["inclusion"], ids=lambda case: f"{case['index']}of{case['size']}")
def test_what_is_in_the_list_can_be_proven_and_nothing_else(case: dict[str, Any]) -> None:
    size, index, proof = case["size"], case["index"], proof_of(case)
    assert inclusion_proof(LEAVES[:size], index) == proof
    assert includes(ROOTS[size], size, index, LEAVES[index], proof)
    assert not includes(ROOTS[size], size, index, STRANGER, proof)
    assert not includes(STRANGER, size, index, LEAVES[index], proof)
    assert not includes(ROOTS[size], size, size, LEAVES[index], proof)
    assert not any(includes(ROOTS[size], size, index, LEAVES[index], bad) for bad in spoilt(proof))


@pytest.mark.parametrize("case", TREE["consistency"], ids=lambda case: f"{case['old']}to{case['new']}")
def test_a_longer_list_proves_that_it_only_adds(case: dict[str, Any]) -> None:
    old, new, proof = case["old"], case["new"], proof_of(case)
    assert consistency_proof(LEAVES[:new], old) == proof
    assert extends((old, ROOTS[old]), (new, ROOTS[new]), proof)
    assert not extends((old, STRANGER), (new, ROOTS[new]), proof)
    assert not any(extends((old, ROOTS[old]), (new, ROOTS[new]), bad) for bad in spoilt(proof))
    if old:
        assert not extends((old, ROOTS[old]), (new, STRANGER), proof)


@given(size=st.integers(1, 70), old=st.integers(0, 70), index=st.integers(0, 69), changed=st.integers(0, 69))
def test_a_list_whose_past_was_changed_proves_nothing(size: int, old: int, index: int, changed: int) -> None:
    old, index, changed = min(old, size), index % size, changed % size
    leaves = [leaf_hash(bytes([n])) for n in range(size)]
    witnessed = (old, root_of(leaves[:old]))
    assert includes(root_of(leaves), size, index, leaves[index], inclusion_proof(leaves, index))
    assert extends(witnessed, (size, root_of(leaves)), consistency_proof(leaves, old))
    leaves[changed] = STRANGER
    said = extends(witnessed, (size, root_of(leaves)), consistency_proof(leaves, old))
    assert said is (changed >= old)

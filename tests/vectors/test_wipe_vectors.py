"""Orders that wipe a store and the words of those that are gone, as the committed vectors fix them; the
tablet's suite opens the same file."""

import json
from typing import Any

import pytest

from fieldops.domain.errors import Refusal
from fieldops.domain.wipe import order_bytes, read_order, read_word, word_bytes, write_order, write_word
from fieldops.sync import keys
from tests.support.write_vectors import VECTORS

WIPE = json.loads((VECTORS / "wipe.json").read_text())
SERVER, KEY = keys.decode(WIPE["server_key"]), keys.decode(WIPE["key"])
SIGNED = [case for case in WIPE["orders"] if "fields" in case]


def rule(case: dict[str, Any]) -> str:
    return str(case["rule"])


@pytest.mark.parametrize("case", SIGNED, ids=rule)
def test_an_order_is_the_servers_and_for_one_key(case: dict[str, Any]) -> None:
    line = case["order"].encode()
    order = read_order(line)
    assert write_order(order) == line
    assert keys.verify(SERVER, keys.decode(case["signature"]), order_bytes(line))
    assert {"id": order.id, "signer": order.signer, "forced": order.forced} == case["fields"]
    assert case["said"] == ("obeyed" if order.signer == WIPE["signer"] else "not_ours")


@pytest.mark.parametrize("case", [one for one in WIPE["orders"] if one["said"] == "forged"], ids=rule)
def test_what_is_altered_or_no_order_is_not_obeyed(case: dict[str, Any]) -> None:
    line = case["order"].encode()
    if keys.verify(SERVER, keys.decode(case["signature"]), order_bytes(line)):
        with pytest.raises(Refusal):
            read_order(line)


@pytest.mark.parametrize("case", WIPE["words"], ids=rule)
def test_a_word_is_signed_with_the_key_that_is_gone_and_tells_what_was_lost(case: dict[str, Any]) -> None:
    line = case["word"].encode()
    word = read_word(line)
    assert write_word(word) == line
    assert keys.verify(KEY, keys.decode(case["signature"]), word_bytes(line))
    assert (word.order, word.forced, word.entries) == tuple(
        case["fields"][name] for name in ("order", "forced", "entries")
    )
    assert sum(one.entries.size for one in word.lost) == case["fields"]["lost"]
    assert len(word.files) == case["fields"]["files"]


def test_a_word_that_another_signed_or_somebody_changed_proves_nothing() -> None:
    for case in WIPE["forged_words"]:
        assert not keys.verify(KEY, keys.decode(case["signature"]), word_bytes(case["word"].encode()))


@pytest.mark.parametrize("case", WIPE["bad_words"], ids=rule)
def test_what_is_no_word_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        read_word(case["word"].encode())

"""What the vectors say of radio codes and sealed addresses holds on the server; the tablet reads the same."""

import json
from pathlib import Path
from typing import Any

import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OperationId, TeamId, VisitId
from fieldops.domain.radio_code import code_from, grouped, read_code, spoken
from fieldops.store.address_seal import Place, address_label
from fieldops.sync import keys

VECTORS = Path(__file__).resolve().parents[2] / "fieldops/sync/protocol/vectors"
CODES = json.loads((VECTORS / "radio_code.json").read_text(encoding="utf-8"))
SEALED = json.loads((VECTORS / "held_address.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CODES["made"], ids=lambda case: case["code"])
def test_a_code_follows_from_its_secret_and_is_read_out_in_groups(case: dict[str, str]) -> None:
    code = code_from(bytes.fromhex(case["secret"]))
    assert (code, grouped(code), spoken(code)) == (case["code"], case["grouped"], case["spoken"])


@pytest.mark.parametrize("case", CODES["typed"], ids=lambda case: case["typed"] or "nothing")
def test_what_was_typed_is_the_code_that_was_meant_or_none(case: dict[str, str]) -> None:
    try:
        found = read_code(case["typed"])
    except Refusal as refusal:
        found = refusal.code
    assert found == case["is"]


def test_every_single_misheard_character_and_every_swap_of_neighbours_is_found() -> None:
    told = [case["is"] for case in CODES["typed"]]
    assert told.count("radio_code_misheard") >= 11 + 9


@pytest.mark.parametrize("case", SEALED, ids=lambda case: case["team"])
def test_a_sealed_address_opens_with_its_key_and_with_its_code(case: dict[str, Any]) -> None:
    by_code = _unwrapped(case["held"]["code"], case["code"])
    assert keys.encode(by_code) == case["key"]
    assert json.loads(_opened(case, by_code)) == case["premises"]


def test_no_teams_code_or_key_opens_what_is_anothers() -> None:
    one, other = SEALED
    with pytest.raises(InvalidUnwrap):
        _unwrapped(one["held"]["code"], other["code"])
    with pytest.raises(InvalidTag):
        _opened(one, keys.decode(other["key"]))


def test_an_addresss_length_shows_in_steps_alone() -> None:
    assert [len(keys.decode(case["held"]["sealed"])) % 512 for case in SEALED] == [16, 16]


def _unwrapped(code: dict[str, Any], typed: str) -> bytes:
    outer = hash_secret_raw(
        typed.encode(),
        keys.decode(code["salt"]),
        time_cost=code["passes"],
        memory_cost=code["memory_kib"],
        parallelism=code["lanes"],
        hash_len=32,
        type=Type.ID,
    )
    return aes_key_unwrap(outer, keys.decode(code["key"]))


def _opened(case: dict[str, Any], key: bytes) -> bytes:
    place = Place(
        operation=OperationId(case["operation"]),
        group=case["held"]["strike"],
        edition=case["held"]["edition"],
        team=TeamId(case["team"]),
    )
    label = address_label(place, VisitId(case["visit"]))
    return AESGCM(key).decrypt(keys.decode(case["held"]["iv"]), keys.decode(case["held"]["sealed"]), label)

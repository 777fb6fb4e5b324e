"""The short way of reading an entry's lines says what the long way says, or says nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.entry import read_fields, read_salted
from fieldops.domain.errors import Refusal
from fieldops.domain.plain import read_plain_body, read_plain_header

HEADER = {
    "v": 1,
    "log": "a" * 16 + ".C1." + "b" * 26 + ".c",
    "n": 7,
    "hlc": [1_700_000_000_000, 2],
    "happened": "2026-11-22T09:30:00.123+00:00",
    "recorded": "2026-11-22T09:31:00.000+01:00",
    "kind": "answer",
    "schema": "f" * 64,
    "subject": "visit",
    "field": "Q-1:yes",
    "body_hash": "0" * 64,
}
SALT = "AAECAwQFBgcICQoLDA0ODw"
odd_text = st.text(max_size=6) | st.sampled_from(("2026-02-30T09:30:00.123+00:00", "C", "a/1", "\x85"))
odd_value = odd_text | st.integers() | st.booleans() | st.none() | st.lists(st.integers(), max_size=3)


def line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def test_a_header_as_tablets_write_it_is_read_by_its_pattern_alone() -> None:
    assert read_plain_header(line(HEADER)) == read_fields(line(HEADER)) == HEADER


@given(st.sampled_from(sorted(HEADER)), odd_value)
def test_a_header_with_anything_in_a_field_is_never_read_as_more_than_it_is(name: str, value: object) -> None:
    header = line({**HEADER, name: value})
    plain = read_plain_header(header)
    assert plain is None or plain == read_fields(header)


@given(st.integers(0, 500), st.binary(min_size=1, max_size=2))
def test_a_header_changed_anywhere_is_never_read_as_more_than_it_is(at: int, put: bytes) -> None:
    whole = line(HEADER)
    header = whole[:at] + put + whole[at + 1 :]
    plain = read_plain_header(header)
    assert plain is None or plain == read_fields(header)


@given(odd_value, st.sampled_from((SALT, SALT[:-1] + "x", "", "ä" * 22)))
def test_a_body_with_any_value_is_never_read_as_more_than_it_is(value: object, salt: str) -> None:
    body = line({"salt": salt, "value": value})
    plain = read_plain_body(body)
    assert plain is None or plain == read_salted(body)


@given(st.text(alphabet=st.characters(exclude_categories=["C"], exclude_characters='"\\'), max_size=40))
def test_a_body_of_plain_words_is_read_by_its_pattern_alone(words: str) -> None:
    body = line({"salt": SALT, "value": words})
    assert read_plain_body(body) == read_salted(body) == {"salt": SALT, "value": words}


@given(st.sampled_from(("-0", "00", "01", "1.0", "1e3", "9007199254740992", "-9007199254740992", "1" * 16)))
def test_a_number_that_two_languages_could_read_differently_is_left_to_the_long_way(digits: str) -> None:
    body = f'{{"salt":"{SALT}","value":{digits}}}'.encode()
    assert read_plain_body(body) is None


def test_an_escape_or_a_key_twice_is_left_to_the_long_way() -> None:
    for body in (rf'{{"salt":"{SALT}","value":"a\u0007"}}', f'{{"salt":"{SALT}","value":"a","value":"b"}}'):
        assert read_plain_body(body.encode()) is None
        with pytest.raises(Refusal, match="strict JSON"):
            read_salted(body.encode())

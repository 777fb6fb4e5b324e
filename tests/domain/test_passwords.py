"""A new password is long and not one that is tried first; nothing else is asked of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.passwords import LEAST, password_fault
from fieldops.settings import HERE
from fieldops.web.set_password import common_passwords

COMMON = common_passwords(HERE / "seeds" / "reference" / "passwords" / "common.txt")
AROUND = ("r.tanwell", "DS R. Tanwell", "POL", "Weldshire Police", "THIMBLE", "Operation Thimble")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "seven quiet lanterns",
        "lantern-quiet-seven",
        "kettle river monday",
        "ångström öde fjäll",
        "一二三四五六七八九十百千",
        "x7#Kq!92mRz&",
        "839104756281",
        "the police took my thimble and ran",
    ],
)
def test_whatever_is_long_and_ones_own_may_be_chosen(password: str) -> None:
    assert password_fault(password, COMMON, AROUND) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short words", "at least 12"),
        ("p" * 2000, "at most"),
        ("Password1234", "Many people"),
        ("password!!!!!!", "Many people"),
        ("Liverpool2027", "Many people"),
        ("qwerty123456", "Many people"),
        ("1q2w3e4r5t6y", "Many people"),
        ("letmeinletmein", "repeat"),
        ("aaaaaaaaaaaaa", "repeat"),
        ("abcabcabcabca", "repeat"),
        ("123456789abc123456789abc"[:9] + "0123", "Many people"),
        ("abcdefghijklm", "count them up"),
        ("Operation-Thimble-2027", "your name"),
        ("weldshire police 1", "your name"),
        ("r.tanwell.2027", "your name"),
        ("FieldopsPassword1", "your name"),
    ],
)
def test_what_is_tried_first_may_not(password: str, why: str) -> None:
    fault = password_fault(password, COMMON | {"1234567890123"}, AROUND)
    assert fault is not None
    assert why in fault


@given(st.text(max_size=LEAST - 1))
def test_a_short_one_is_refused_whatever_kinds_of_characters_it_has(password: str) -> None:
    assert password_fault(password, COMMON, AROUND) is not None


def test_the_list_holds_some_thousands_and_no_word_about_itself() -> None:
    assert 5000 < len(COMMON) < 20_000
    assert not [line for line in COMMON if line.startswith("#") and " " in line]

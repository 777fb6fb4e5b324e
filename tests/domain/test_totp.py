"""Codes of an authenticator app, against the numbers of RFC 6238 and a telephone whose clock is off."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldops.domain.totp import STEP_S, code_at, matching_step, secret_words, step_of

SECRET = b"12345678901234567890"
NOW = datetime(2027, 2, 9, 9, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(SECRET, step_of(datetime.fromtimestamp(seconds, tz=UTC))) == code


@pytest.mark.parametrize(("off", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_telephone_may_be_off_by_half_a_minute_and_no_more(off: int, taken: bool) -> None:
    code = code_at(SECRET, step_of(NOW + timedelta(seconds=off * STEP_S)))
    assert (matching_step(SECRET, code, NOW, 0) is not None) is taken


def test_a_code_is_good_once_and_none_before_it_is_good_after() -> None:
    code, former = (code_at(SECRET, step_of(NOW) - back) for back in (0, 1))
    step = matching_step(SECRET, f" {code[:3]} {code[3:]} ", NOW, 0)
    assert step is not None
    assert matching_step(SECRET, code, NOW, step) is None
    assert matching_step(SECRET, former, NOW, step) is None


@pytest.mark.parametrize("code", ["", "12345", "\N{ARABIC-INDIC DIGIT THREE}" * 6, "x" * 5000])
def test_what_is_no_code_matches_nothing(code: str) -> None:
    assert matching_step(SECRET, code, NOW, 0) is None


def test_the_secret_is_typed_in_fours() -> None:
    assert secret_words(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"

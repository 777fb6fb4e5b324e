"""What is known of a log from both sides, as the committed vectors fix it; the tablet opens the same file."""

import json
from typing import Any

import pytest

from fieldops.api.claim_words import said_in, span_words
from fieldops.api.sync import HAVE
from fieldops.domain.completeness import Claim, standing
from fieldops.domain.ids import LogId, SignerId
from tests.support.write_vectors import VECTORS

CLAIMS = json.loads((VECTORS / "claims.json").read_text())
LOG = LogId("aaaaaaaaaaaaaaaa.C1.bbbbbbbbbbbbbbbbbbbbbbbbbb.1")


def rule(case: dict[str, Any]) -> str:
    return str(case["rule"])


@pytest.mark.parametrize("case", CLAIMS["word"], ids=rule)
def test_what_came_after_a_word_proves_that_the_tablet_held_it(case: dict[str, Any]) -> None:
    newer = case["arrived"] is not None and case["arrived"] > case["said"]
    found = standing(Claim(log=LOG, held=case["held"]), case["have"], 0, newer_arrival=newer)
    assert found.held == case["known"]


@pytest.mark.parametrize("case", CLAIMS["cases"], ids=rule)
def test_what_is_missing_of_a_log_follows_from_what_was_said_and_what_came(case: dict[str, Any]) -> None:
    found = standing(Claim(log=LOG, held=case["held"]), case["have"], case["most"], newer_arrival=False)
    assert span_words(found.outstanding) == case["outstanding"]
    assert span_words(found.lost) == case["lost"]
    assert found.emptied == case["emptied"]


def test_a_tablets_word_is_read_as_it_is_written() -> None:
    said = said_in(HAVE.load({"logs": [], **CLAIMS["said"]}))
    assert said is not None
    assert [(one.held, one.files, one.file_bytes) for one in said.claims] == [(14, 0, 0), (3, 2, 4194304)]
    assert said.whole
    assert said.tablet.stores == {SignerId("b" * 26)}
    assert (said.tablet.persisted, said.tablet.quota_mib, said.tablet.usage_mib) == (True, 2048, 12)


def test_an_app_that_tells_nothing_is_read_as_before() -> None:
    assert said_in(HAVE.load({"logs": [LOG]})) is None


def test_a_word_out_of_its_form_is_refused() -> None:
    for wrong in ({"held": -1}, {"held": "3"}, {"held": True}, {"log": "x"}, {"files": 1.5}):
        body = {"logs": [], **CLAIMS["said"], "claims": [{"log": LOG, "held": 1} | wrong]}
        assert HAVE.validate(body) != {}, wrong

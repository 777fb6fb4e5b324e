"""Whose words an entry holds, and which of them an order takes, as the committed vectors fix it; the tablet
opens the same file."""

import hashlib
import json
from typing import Any

import pytest

from fieldops.api.claim_words import erasure_words
from fieldops.api.sync import HAVE
from fieldops.domain.entry import Sealed
from fieldops.domain.ids import LogId, StreamId
from fieldops.domain.retention import whose
from fieldops.sync.own_log import OwnLog
from fieldops.sync.replica import Replica
from tests.support.write_vectors import VECTORS

ERASURE = json.loads((VECTORS / "erasure.json").read_text(encoding="utf-8"))
BODY = b"words"


def rule(case: dict[str, Any]) -> str:
    return str(case["rule"])


@pytest.mark.parametrize("case", ERASURE["whose"], ids=rule)
def test_an_entry_is_about_one_card_or_about_the_people_of_its_stream(case: dict[str, Any]) -> None:
    assert whose(case["header"].encode(), StreamId(case["stream"])) == case["of"]


@pytest.mark.parametrize("case", ERASURE["own"], ids=rule)
def test_of_an_own_log_an_order_takes_what_the_server_has(case: dict[str, Any]) -> None:
    log = OwnLog(LogId(case["log"]), confirmed=case["confirmed"], aside=set(case["aside"]))
    for n, header in enumerate(case["headers"], 1):
        log.entries.append(Sealed(header.encode(), b"" if n in case["blank"] else BODY))
        log.ids.append(hashlib.sha256(header.encode()).digest())
    assert log.erase(case["of"]) == case["done"]
    assert [n for n, one in enumerate(log.entries, 1) if one.body == b""] == case["erased"]
    assert [one.header.decode() for one in log.entries] == case["headers"]


@pytest.mark.parametrize("case", ERASURE["pulled"], ids=rule)
def test_a_pulled_stream_is_read_anew_where_it_holds_their_words(case: dict[str, Any]) -> None:
    stream = StreamId(case["stream"])
    held = [(header.encode(), b"" if erased else BODY) for header, erased in case["entries"]]
    replica = Replica(positions={stream: len(held)}, entries={stream: held})
    replica.erase(case["of"])
    assert (stream not in replica.positions) == case["again"]
    assert replica.entries == ({} if case["again"] else {stream: held})


def test_orders_and_what_is_said_of_them_are_written_as_the_tablet_reads_them() -> None:
    assert erasure_words(dict(ERASURE["read"])) == ERASURE["answer"]
    assert erasure_words({}) == {}
    assert HAVE.load({"logs": [], **ERASURE["said"]})["erased"] == ERASURE["said"]["erased"]
    assert HAVE.validate({"logs": [], "erased": ["E"]}) != {}

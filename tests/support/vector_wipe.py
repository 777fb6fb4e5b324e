"""Vectors of wipes: orders that a tablet obeys and such as it must not, and words of stores that are gone."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from fieldops.domain.completeness import Span
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import ClassCode, SignerId, derived_id, log_id, stream_id
from fieldops.domain.strict_json import Json
from fieldops.domain.wipe import (
    LostEntries,
    LostFile,
    WipedWord,
    WipeOrder,
    order_bytes,
    read_order,
    read_word,
    word_bytes,
    write_order,
    write_word,
)
from fieldops.sync import keys
from tests.support.vector_entries import KEY, LOG, POINT, SIGNER, VISIT
from tests.support.vector_segments import SERVER_KEY, SERVER_POINT

OTHER_KEY = keys.key_from_number(1002)
AT = datetime.fromisoformat("2026-11-22T18:00:00.000+00:00")
ORDER = WipeOrder(id=derived_id("vectors", "wipe"), signer=SIGNER, forced=False, at=AT)
SECOND_LOG = log_id(stream_id(VISIT, ClassCode("C4")), SIGNER, "1")
WORD = WipedWord(order=ORDER.id, signer=SIGNER, forced=False, at=AT, entries=41)
LOSS = replace(
    WORD,
    forced=True,
    lost=(
        LostEntries(log=LOG, entries=Span(12, 14)),
        LostEntries(log=SECOND_LOG, entries=Span(1, 1)),
    ),
    files=(LostFile(log=LOG, n=14, manifest="ab" * 32),),
)
STRANGER = SignerId("b" * 26)
STRANGE_LOG = log_id(stream_id(VISIT, ClassCode("C1")), STRANGER, "1")


def wipes() -> object:
    """wipe.json."""
    good = _ordered("an order", ORDER)
    return {
        "about": "'signer' is the tablet's key. 'orders': 'said' is what a tablet makes of them: 'obeyed' "
        "only what verifies with 'server_key' over 'fieldops/wipe/1\\n' + order and names its own key; "
        "'not_ours' is signed so and names another; all else is 'forged'. 'words' verify with 'key' over "
        "'fieldops/wiped/1\\n' + word and hold 'fields', 'lost' in entries; 'forged_words' do not verify; "
        "'bad_words' are no words.",
        "server_key": keys.encode(SERVER_POINT),
        "key": keys.encode(POINT),
        "signer": SIGNER,
        "orders": [
            {**good, "said": "obeyed"},
            {**_ordered("a forced one", replace(ORDER, forced=True)), "said": "obeyed"},
            {**_ordered("for another key", replace(ORDER, signer=STRANGER)), "said": "not_ours"},
            *_forged(str(good["order"]), str(good["signature"])),
            *_no_orders(str(good["order"])),
        ],
        "words": [
            _worded("nothing was lost", WORD),
            _worded("some was lost", LOSS),
            _worded("by the officer's own wish", replace(WORD, order=None)),
            _worded("an empty store", replace(WORD, entries=0)),
        ],
        "forged_words": _forged_words(_worded("", LOSS)),
        "bad_words": _bad_words(json.loads(write_word(LOSS))),
    }


def _ordered(rule: str, order: WipeOrder) -> dict[str, object]:
    line = write_order(order)
    signed = keys.sign(SERVER_KEY, order_bytes(line), repeatable=True)
    fields = {"id": order.id, "signer": order.signer, "forced": order.forced}
    return {"rule": rule, "order": line.decode(), "signature": keys.encode(signed), "fields": fields}


def _forged(line: str, signature: str) -> list[dict[str, object]]:
    unbound = keys.encode(keys.sign(SERVER_KEY, line.encode(), repeatable=True))
    by_tablet = keys.encode(keys.sign(KEY, order_bytes(line.encode()), repeatable=True))
    cases = [
        ("made forced", line.replace('"forced":false', '"forced":true'), signature),
        ("another's made ours", line, keys.encode(_signed_for(STRANGER))),
        ("half of the signature", line, keys.encode(keys.decode(signature)[:32])),
        ("no signature", line, ""),
        ("signed without the prefix", line, unbound),
        ("signed by the tablet itself", line, by_tablet),
    ]
    return [
        {"rule": rule, "order": said, "signature": signed, "said": "forged"} for rule, said, signed in cases
    ]


def _signed_for(signer: SignerId) -> bytes:
    return keys.sign(SERVER_KEY, order_bytes(write_order(replace(ORDER, signer=signer))), repeatable=True)


_ORDER_CHANGES: tuple[tuple[str, str, Json], ...] = (
    ("another version", "v", 2),
    ("an unknown key", "all", True),
    ("forced as a number", "forced", 1),
    ("an order without a name", "wipe", ""),
    ("a day that is none", "at", "2026-02-31T00:00:00.000+00:00"),
)


def _no_orders(good: str) -> list[dict[str, object]]:
    """Signed by the server, and still no orders."""
    found = []
    for rule, key, value in _ORDER_CHANGES:
        line = json.dumps({**json.loads(good), key: value}, separators=(",", ":"))
        _must_refuse(rule, read_order, line)
        signed = keys.encode(keys.sign(SERVER_KEY, order_bytes(line.encode()), repeatable=True))
        found.append({"rule": rule, "order": line, "signature": signed, "said": "forged"})
    return found


def _worded(rule: str, word: WipedWord) -> dict[str, object]:
    line = write_word(word)
    signed = keys.sign(KEY, word_bytes(line), repeatable=True)
    lost = sum(one.entries.size for one in word.lost)
    fields = {"order": word.order, "forced": word.forced, "entries": word.entries, "lost": lost}
    fields |= {"files": len(word.files)}
    return {"rule": rule, "word": line.decode(), "signature": keys.encode(signed), "fields": fields}


def _forged_words(good: dict[str, object]) -> list[dict[str, object]]:
    line, signature = str(good["word"]), str(good["signature"])
    other = keys.encode(keys.sign(OTHER_KEY, word_bytes(line.encode()), repeatable=True))
    cases = [
        ("a loss made smaller", line.replace('"to":14', '"to":13'), signature),
        ("another key", line, other),
        ("an order's signature", line, keys.encode(_signed_for(SIGNER))),
    ]
    return [{"rule": rule, "word": said, "signature": signed} for rule, said, signed in cases]


def _bad_words(good: dict[str, Json]) -> list[dict[str, object]]:
    changes: list[tuple[str, str, Json]] = [
        ("another version", "v", 2),
        ("no list of losses", "lost", None),
        ("a loss that ends before it begins", "lost", [{"log": LOG, "from": 3, "to": 2}]),
        ("a loss from zero", "lost", [{"log": LOG, "from": 0, "to": 2}]),
        ("a loss with more to say", "lost", [{"log": LOG, "from": 1, "to": 2, "x": 1}]),
        ("a loss of another key's", "lost", [{"log": STRANGE_LOG, "from": 1, "to": 2}]),
        ("a file of another key's", "files", [{"log": STRANGE_LOG, "n": 1, "manifest": "ab" * 32}]),
        ("a file that is no hash", "files", [{"log": LOG, "n": 1, "manifest": "x"}]),
        ("entries below none", "entries", -1),
        ("entries as a word", "entries", True),
    ]
    lines = [(rule, json.dumps({**good, key: value}, separators=(",", ":"))) for rule, key, value in changes]
    lines += [(f"{key} missing", json.dumps({k: v for k, v in good.items() if k != key})) for key in good]
    for rule, line in lines:
        _must_refuse(rule, read_word, line)
    return [{"rule": rule, "word": line} for rule, line in lines]


def _must_refuse(rule: str, read: Callable[[bytes], object], line: str) -> None:
    try:
        read(line.encode())
    except Refusal:
        return
    raise AssertionError(f"read although bad: {rule}")

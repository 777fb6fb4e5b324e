"""Bodies that two readers could read differently, or made to exhaust: refused with one code, never 500."""

import gzip
import json
import zlib
from pathlib import Path

import pytest

from tests.support.station import Station, TabletAtHand

VECTORS = json.loads(
    (Path(__file__).resolve().parents[2] / "fieldops/sync/protocol/vectors/strict_json.json").read_text(
        "utf-8"
    )
)
DOOR = "/api/session"
HOSTILE = {
    "deep nesting": b"[" * 100_000,
    "deep and closed": b"[" * 50_000 + b"]" * 50_000,
    "a key twice": b'{"username":"a","username":"b","password":"x"}',
    "not a number": b'{"username":NaN}',
    "infinity": b'{"username":-Infinity}',
    "a huge integer": b'{"username":' + b"9" * 5000 + b"}",
    "a huge exponent": b'{"username":1e999}',
    "a lone surrogate": b'{"username":"\\ud800","password":"x"}',
    "a null character": b'{"username":"a\\u0000","password":"x"}',
    "a raw null": b'{"username":"a\x00","password":"x"}',
    "not UTF-8": b'{"username":"\xff","password":"x"}',
    "a byte order mark": b'\xef\xbb\xbf{"username":"a","password":"x"}',
    "cut short": b'{"username":"a"',
    "nothing": b"",
    "two values": b"{}{}",
    "single quotes": b"{'username':'a'}",
    "a comment": b'{"username":"a"/**/}',
}


def cases() -> list[tuple[str, bytes]]:
    """The corpus that both languages read, as bytes."""
    return [
        (case["rule"], bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode())
        for case in VECTORS["cases"]
        if not case["valid"]
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_is_refused_as_not_strict(station: Station, name: str) -> None:
    answer = station.browser().post(DOOR, data=HOSTILE[name], content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (400, "not_strict_json")


def test_the_door_refuses_what_the_corpus_refuses(station: Station) -> None:
    browser = station.browser()
    for rule, body in cases():
        inside = b'{"username":' + body + b',"password":"x"}'
        answer = browser.post(DOOR, data=inside, content_type="application/json")
        assert 400 <= answer.status_code < 500, rule


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"username": "a"}, "password"),
        ({"username": 7, "password": "x"}, "username"),
        ({"username": "a" * 65, "password": "x"}, "username"),
        ({"username": "a", "password": "x", "role": "lead"}, "role"),
        ({"username": ["a"], "password": "x"}, "username"),
        ({"username": None, "password": "x"}, "username"),
    ],
)
def test_a_body_that_does_not_fit_names_the_field(station: Station, body: object, field: str) -> None:
    answer = station.browser().post(DOOR, json=body)
    assert (answer.status_code, answer.json["code"]) == (422, "body_invalid")
    assert list(answer.json["facts"]["fields"]) == [field]


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"7", b"null", b"true"])
def test_a_body_that_is_no_object_does_not_fit(station: Station, body: bytes) -> None:
    answer = station.browser().post(DOOR, data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (422, "body_invalid")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"])
def test_another_content_type_is_refused(station: Station, kind: str) -> None:
    answer = station.browser().post(DOOR, data=b'{"username":"a","password":"x"}', content_type=kind)
    assert (answer.status_code, answer.json["code"]) == (415, "type_unknown")


def test_a_body_beyond_the_bound_is_refused(station: Station) -> None:
    body = b'{"username":"' + b"a" * 300_000 + b'"}'
    answer = station.browser().post(DOOR, data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (413, "body_too_large")
    huge = station.browser().post(DOOR, data=b" " * 3_000_000, content_type="application/json")
    assert huge.status_code == 413


def test_a_bomb_is_not_inflated(station: Station) -> None:
    bomb = gzip.compress(b" " * 50_000_000, mtime=0)
    assert len(bomb) < 100_000
    answer = station.browser().post(
        DOOR, data=bomb, content_type="application/json", headers={"Content-Encoding": "gzip"}
    )
    assert (answer.status_code, answer.json["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("encoding", "body", "code"),
    [
        ("gzip", gzip.compress(b"{}", mtime=0)[:-4], "body_truncated"),
        ("gzip", gzip.compress(b"{}", mtime=0) + b"more", "body_truncated"),
        ("gzip", b"no gzip", "body_truncated"),
        ("gzip", zlib.compress(b"{}"), "body_truncated"),
        ("br", b"{}", "encoding_unknown"),
        ("gzip, gzip", gzip.compress(b"{}", mtime=0), "encoding_unknown"),
    ],
)
def test_a_broken_or_unknown_encoding_is_refused(
    station: Station, encoding: str, body: bytes, code: str
) -> None:
    headers = {"Content-Encoding": encoding}
    answer = station.browser().post(DOOR, data=body, content_type="application/json", headers=headers)
    assert answer.json["code"] == code


def test_a_push_cut_short_stores_nothing(station: Station) -> None:
    tablet: TabletAtHand = station.tablet("police").sign_in()
    headers = {"Authorization": f"Bearer {tablet.token}"}
    whole = b'{"segments":[]}'
    for end in range(len(whole)):
        answer = tablet.client.post(
            "/api/sync/push", data=whole[:end], content_type="application/json", headers=headers
        )
        assert answer.status_code == 400

"""In what two answers must be the same, and in what alone they may differ: what the agreement announces.

A reader is told how much of an announced class is withheld, and sees that an indicator rests on it. Both are
taken out of an answer before it is compared, and nothing else is.
"""

import json
import re

from tests.secrecy.asking import Answer
from tests.secrecy.looking import layers, pages

INDICATORS = re.compile(rb'<section class="app-indicators".*?</section>', re.DOTALL)
WITHHELD_LINE = re.compile(rb"<li><strong>\d+ answers? withheld</strong>[^<]*</li>")
WITHHELD_WORDS = re.compile(rb"withheld: \d+ answers?")
LENGTH = re.compile(rb"^Content-Length: \d+$", re.MULTILINE)
Parts = tuple[object, ...]
NAMES = ("status", "headers", "body", "queries", "log")


def differs(one: Answer, other: Answer) -> str:
    """In which way two answers differ; empty where they do not, but for indicators that are announced."""
    return _first(_but_for_indicators(one), _but_for_indicators(other))


def differs_beside_numbers(one: Answer, other: Answer) -> str:
    """In which way they differ beside the number of what is withheld."""
    return _first(_without_numbers(one), _without_numbers(other))


def _first(one: Parts, other: Parts) -> str:
    return next((name for name, a, b in zip(NAMES, one, other, strict=True) if a != b), "")


def _but_for_indicators(one: Answer) -> Parts:
    if one.body.startswith(b"PK\x03\x04"):  # the time of day stands in each part's head
        return one.status, one.headers, tuple(layers(one.body))[1:], one.queries, one.logged
    if INDICATORS.search(one.body) is None:
        return one.everything
    body, headers = INDICATORS.sub(b"", one.body), LENGTH.sub(b"", one.headers)
    return one.status, headers, body, one.queries, one.logged


def _without_numbers(one: Answer) -> Parts:
    body = one.body
    if body.startswith(b"%PDF"):
        body = pages(body)
    elif body.startswith(b'{"visit":') and b'"withheld":' in body:
        body = json.dumps(json.loads(body) | {"withheld": {}}).encode()
    body = INDICATORS.sub(b"", WITHHELD_LINE.sub(b"", WITHHELD_WORDS.sub(b"withheld", body)))
    return one.status, LENGTH.sub(b"", one.headers), body, one.queries, one.logged

"""The one JSON reader for what comes from outside: a subset of I-JSON with one meaning in every language.

Whatever two parsers could read differently (a key twice, 1.0 or 1e0, -0, a lone surrogate, an integer
beyond 2^53-1, a control character) is refused, so that the bytes which were signed have one reading.
"""

import json
import re
from collections.abc import Iterable
from typing import NoReturn, TypeAlias

from fieldops.domain.errors import Refusal

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_DEPTH = 16
MAX_INTEGER = 2**53 - 1
_INTEGER_CHARS = len(str(-MAX_INTEGER))

_LINE_CONTROLS = bytes([*range(0x20), 0x7F])
_DOCUMENT_CONTROLS = bytes([*range(0x09), *range(0x0B, 0x0D), *range(0x0E, 0x20), 0x7F])
_LATIN_CONTROL = re.compile("[\x80-\x9f]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_RISKY_ESCAPE = re.compile(r"\\[ubfr]")


def refuse(reason: str) -> NoReturn:
    """Say which rule a text broke."""
    raise Refusal("not_strict_json", f"The text is not strict JSON: {reason}.", {"reason": reason})


def read_line(data: bytes) -> Json:
    """One line of an entry, a statement or a certificate: no raw control character at all, no fractions.

    The caller bounds the size before it calls.
    """
    return _read(data, _LINE_CONTROLS, _LINE)


def read_document(data: bytes, *, max_bytes: int, fractions: bool = False) -> Json:
    """A whole body as it comes through a door: line breaks may stand between its parts."""
    if len(data) > max_bytes:
        refuse("too large")
    return _read(data, _DOCUMENT_CONTROLS, _FRACTIONS if fractions else _LINE)


def write_line(value: object) -> bytes:
    """The bytes of one line as this program writes it; refuses what the reader would refuse."""
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        data = line.encode("utf-8")
    except UnicodeEncodeError:
        refuse("a lone surrogate")
    read_line(data)
    return data


def _read(data: bytes, controls: bytes, decoder: json.JSONDecoder) -> Json:
    if len(data.translate(None, controls)) != len(data):
        refuse("a control character")
    value, text = _decode(data, decoder)
    if data.count(b"{") + data.count(b"[") > MAX_DEPTH:
        _check_depth(value)
    if b"\xc2" in data and _LATIN_CONTROL.search(text):
        refuse("a control character")
    if b"\\" in data and _RISKY_ESCAPE.search(text):
        _check_escapes(value)
    return value


def _decode(data: bytes, decoder: json.JSONDecoder) -> tuple[Json, str]:
    try:
        text = data.decode("utf-8")
        return decoder.decode(text), text
    except RecursionError:
        refuse("nested too deep")
    except ValueError as fault:
        refuse(str(fault)[:80])


def _check_depth(value: Json) -> None:
    """Look at containers only: what a tablet sends is a few of them around long texts."""
    level: list[Json] = [value]
    for _ in range(MAX_DEPTH):
        level = [part for outer in level for part in _parts(outer) if isinstance(part, dict | list)]
        if not level:
            return
    refuse("nested too deep")


def _parts(outer: Json) -> Iterable[Json]:
    if isinstance(outer, dict):
        return outer.values()
    return outer if isinstance(outer, list) else ()


def _check_escapes(value: Json) -> None:
    """Look at every string that an escape could have filled with what may not stand there."""
    waiting: list[Json] = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            if _FORBIDDEN.search(part):
                refuse("an escaped control character or a lone surrogate")
        elif isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, dict):
            waiting.extend(part.keys())
            waiting.extend(part.values())


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        refuse("a key stands twice")
    return found


def _integer(digits: str) -> int:
    if len(digits) > _INTEGER_CHARS or digits == "-0":
        refuse("an integer outside the range every language holds")
    value = int(digits)
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        refuse("an integer outside the range every language holds")
    return value


def _no_fraction(digits: str) -> NoReturn:
    refuse("a fraction or exponent; decimals travel as strings")


def _fraction(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        refuse("a number too large")
    return value


def _constant(name: str) -> NoReturn:
    refuse(f"{name} is not a number")


_LINE = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_no_fraction, parse_constant=_constant
)
_FRACTIONS = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)

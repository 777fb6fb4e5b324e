"""The corpus of hostile and fine texts with the one verdict that every reader must give."""

from fieldops.domain.errors import Refusal
from fieldops.domain.strict_json import read_line

ABOUT = (
    "Each case is one line as it would stand in an entry. 'text' is the line; where it is not valid UTF-8, "
    "'hex' holds its bytes instead. 'valid' is the verdict. A valid line reads as 'value'. 'rule' says in "
    "words what the case is about."
)

FINE: tuple[tuple[str, str], ...] = (
    ("an empty object", "{}"),
    ("an empty list", "[]"),
    ("null alone", "null"),
    ("true and false", "[true,false]"),
    ("a text alone", '"Y"'),
    ("an empty text", '""'),
    ("zero", "0"),
    ("a negative whole number", "-7"),
    ("the largest integer every language holds", "9007199254740991"),
    ("the smallest integer every language holds", "-9007199254740991"),
    ("spaces between the parts", '{ "a" : [ 1 , 2 ] }'),
    ("spaces around the whole", "  1  "),
    ("a decimal as text", '{"gbp":"12.71"}'),
    ("an escaped line feed", '"two\\nlines"'),
    ("an escaped tab", '"a\\tb"'),
    ("an escaped quote, backslash and slash", '"\\"\\\\\\/"'),
    ("letters outside ASCII", '"Łódź – ਪੰਜਾਬੀ"'),
    ("a character outside the first plane", '"\U0001f9f5"'),
    ("an escaped pair of surrogates is one character", '"\\ud83e\\uddf5"'),
    ("an escaped letter", '"\\u00e9"'),
    ("the same letter escaped in capitals", '"\\u00E9"'),
    ("a line separator is no control character", '"\u2028"'),
    ("bidirectional marks are kept as they are", '"\u202eabc\u202c"'),
    ("a no-break space", '"\u00a0"'),
    ("the last code point", '"\U0010ffff"'),
    ("keys that differ by case", '{"a":1,"A":2}'),
    ("keys that differ by normal form", '{"\u00e9":1,"e\u0301":2}'),
    ("the same key in two objects", '[{"a":1},{"a":2}]'),
    ("the empty key", '{"":1}'),
    ("a key that JavaScript knows", '{"__proto__":1,"constructor":2}'),
    ("sixteen lists deep", "[" * 16 + "]" * 16),
    ("seventeen brackets, but never deeper than two", "[" + ",".join(["[]"] * 16) + "]"),
    ("brackets inside a text do not nest", '"' + "[{" * 20 + '"'),
    ("an escaped backslash before the end of a text", '["\\\\","' + "[" * 20 + '"]'),
)

HOSTILE: tuple[tuple[str, str], ...] = (
    ("nothing at all", ""),
    ("spaces alone", "   "),
    ("a key twice", '{"a":1,"a":1}'),
    ("a key twice, once escaped", '{"a":1,"\\u0061":2}'),
    ("a key twice, deep inside", '{"x":[{"k":1,"l":2,"k":3}]}'),
    ("a fraction", "1.5"),
    ("a fraction of nothing", "1.0"),
    ("an exponent", "1e3"),
    ("a capital exponent", "1E3"),
    ("minus zero", "-0"),
    ("minus zero with a fraction", "-0.0"),
    ("one beyond the largest integer", "9007199254740992"),
    ("one beyond the smallest integer", "-9007199254740992"),
    ("an integer of a hundred digits", "1" * 100),
    ("an integer of five thousand digits", "[" + "9" * 5000 + "]"),
    ("a leading zero", "01"),
    ("a minus and a leading zero", "-01"),
    ("a plus sign", "+1"),
    ("a minus alone", "-"),
    ("a hexadecimal number", "0x10"),
    ("digits of another script", "\u0661"),
    ("NaN", "NaN"),
    ("Infinity", "[Infinity]"),
    ("minus Infinity", "-Infinity"),
    ("a lone high surrogate, escaped", '"\\ud800"'),
    ("a lone low surrogate, escaped", '"\\udc00"'),
    ("surrogates in the wrong order", '"\\udc00\\ud800"'),
    ("a lone surrogate as a key", '{"\\udfff":1}'),
    ("a high surrogate before a letter", '"\\ud83ex"'),
    ("an escaped null character", '"\\u0000"'),
    ("an escaped null character in a key", '{"a\\u0000":1}'),
    ("an escaped backspace", '"\\b"'),
    ("an escaped form feed", '"\\f"'),
    ("an escaped carriage return", '"\\r"'),
    ("an escaped escape", '"\\u001b[2J"'),
    ("an escaped delete", '"\\u007f"'),
    ("an escaped next line (C1)", '"\\u0085"'),
    ("a raw null character", '"\x00"'),
    ("a raw tab in a text", '"\t"'),
    ("a raw tab between the parts", '{"a":\t1}'),
    ("a raw line feed in a text", '"\n"'),
    ("a raw line feed between the parts", "[1,\n2]"),
    ("a raw carriage return at the end", "{}\r"),
    ("a raw delete", '"\x7f"'),
    ("a raw next line (C1)", '"\u0085"'),
    ("a byte order mark", "\ufeff{}"),
    ("a no-break space between the parts", "[1,\u00a02]"),
    ("seventeen lists deep", "[" * 17 + "]" * 17),
    ("seventeen objects deep", '{"a":' * 17 + "1" + "}" * 17),
    ("two thousand lists deep", "[" * 2000 + "]" * 2000),
    ("two thousand lists deep and never closed", "[" * 2000),
    ("a comment", "{}//x"),
    ("a comment inside", "[1/*x*/]"),
    ("a comma at the end of a list", "[1,]"),
    ("a comma at the end of an object", '{"a":1,}'),
    ("a missing comma", "[1 2]"),
    ("a missing colon", '{"a" 1}'),
    ("a key without quotes", "{a:1}"),
    ("single quotes", "'a'"),
    ("two values", "1 2"),
    ("two objects", "{}{}"),
    ("a list not closed", "[1"),
    ("a text not closed", '"abc'),
    ("an object not closed", '{"a":1'),
    ("an unknown escape", '"\\x41"'),
    ("a short escape", '"\\u12"'),
    ("an escape with a sign", '"\\u+123"'),
    ("capitals in true", "True"),
    ("undefined", "undefined"),
    ("an escape at the very end", '"\\'),
)

NOT_UTF8: tuple[tuple[str, bytes], ...] = (
    ("a byte that never stands in UTF-8", b'"\xff"'),
    ("a sequence cut short", b'"\xc3"'),
    ("a letter written longer than it needs", b'"\xc1\x81"'),
    ("a slash written longer than it needs", b'"\xc0\xaf"'),
    ("a surrogate written as three bytes", b'"\xed\xa0\x80"'),
    ("a code point beyond the last", b'"\xf4\x90\x80\x80"'),
    ("UTF-16", '{"a":1}'.encode("utf-16-le")),
    ("Latin-1", '"é"'.encode("latin-1")),
)


def cases() -> object:
    """The whole file."""
    fine = [_with_value(rule, text) for rule, text in FINE]
    hostile = [_refused({"rule": rule, "text": text}, text.encode("utf-8")) for rule, text in HOSTILE]
    bytes_only = [_refused({"rule": rule, "hex": data.hex()}, data) for rule, data in NOT_UTF8]
    return {"about": ABOUT, "cases": [*fine, *hostile, *bytes_only]}


def _with_value(rule: str, text: str) -> dict[str, object]:
    return {"rule": rule, "text": text, "valid": True, "value": read_line(text.encode("utf-8"))}


def _refused(case: dict[str, object], data: bytes) -> dict[str, object]:
    try:
        read_line(data)
    except Refusal:
        return {**case, "valid": False}
    raise AssertionError(f"read although hostile: {case['rule']}")

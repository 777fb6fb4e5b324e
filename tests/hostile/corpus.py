"""What is thrown at every field, address, query and header: what others have been broken or ruled by."""

from collections.abc import Iterator, Mapping

MARK = "zqhostile"
TEXTS: Mapping[str, str] = {
    "nothing": "",
    "a null": f"{MARK}\x00end",
    "a control character": f"{MARK}\x1b[31m",
    "line breaks and a header": f"{MARK}\r\nSet-Cookie: {MARK}=1\r\n\r\n<html>",
    "turned letters": f"{MARK}\u202egnp.exe\u2066\u2069\u200b\ufeff",
    "letters that look alike": "\u0430dmin \u13e2ead \uff1cscript\uff1e",
    "half of a pair": f"{MARK}\ud800",
    "many bytes a letter": "\U0001f9ff" * 300,
    "accents without end": "e" + "\u0301" * 2000,
    "very long": MARK + "a" * 70_000,
    "SQL": f"{MARK}' OR 1=1; DROP TABLE operations; --",
    "SQL of a pattern": "%_%\\",
    "a formula": f"=cmd|'/C calc'!A0 {MARK}",
    "another formula": f'+HYPERLINK("http://example.org/{MARK}","x")',
    "markup": f"<script>{MARK}()</script><img src=x onerror={MARK}()>",
    "an attribute": f'" onmouseover="{MARK}()" x="',
    "an address that runs": f"javascript:{MARK}()//",
    "a template": "{{7*7}}{% raw %}${7*7}#{7*7}",
    "reportlab": f'<para><img src="file:///etc/passwd"/><a href="http://example.org/{MARK}">x</a>',
    "a format": "%s%n{0.__class__}{self}",
    "a path": "../../../../../../etc/passwd",
    "a path, packed": "..%2f..%2f..%252fetc%2fpasswd%00.png",
    "a path of Windows": "..\\..\\windows\\system32\\config\\sam",
    "an address inside": "http://169.254.169.254/latest/meta-data",
    "a huge number": "9" * 400,
    "a number of another script": "\u0663\u0664",
    "an exponent": "1e400",
    "minus": "-1",
    "a key of Python": "__class__",
    "an id of elsewhere": "b" * 16,
    "a hash of nothing": "0" * 64,
}
VALUES: Mapping[str, object] = {
    "null": None,
    "true": True,
    "a huge integer": 2**53 - 1,
    "minus one": -1,
    "a list": [[[[]]]],
    "an object": {"$ne": 1, "__proto__": {}},
    "a long list": ["x"] * 5000,
}
DOCUMENTS: Mapping[str, bytes] = {
    "nested deep": b"[" * 100_000,
    "objects nested deep": b'{"a":' * 20_000,
    "a key twice": b'{"a":1,"a":2}',
    "not a number": b'{"a":NaN}',
    "infinity": b'{"a":-Infinity}',
    "beyond every integer": b'{"a":' + b"9" * 5000 + b"}",
    "beyond every exponent": b'{"a":1e999}',
    "half of a pair": b'{"a":"\\ud800"}',
    "an escaped null": b'{"a":"\\u0000"}',
    "not UTF-8": b'{"a":"\xff\xfe"}',
    "giant": b'{"a":"' + b"x" * 1_100_000 + b'"}',
    "many keys": b"{" + b",".join(b'"%d":0' % n for n in range(20_000)) + b"}",
    "nothing": b"",
    "text": b"not json",
}
HEADERS: Mapping[str, tuple[str, str]] = {
    "a type that is none": ("Content-Type", "application/json; charset=utf-99"),
    "a type without end": ("Content-Type", "a/" + "b" * 3000),
    "a form without a boundary": ("Content-Type", "multipart/form-data"),
    "a coding that is none": ("Content-Encoding", "br, gzip, zstd"),
    "a token that is none": ("Authorization", "Bearer \u00e9\u00e8.." + "x" * 2000),
    "no kind of token": ("Authorization", "Basic YTpi"),
    "an empty token": ("Authorization", ""),
    "cookies that are none": ("Cookie", "fieldops_access=\x01;;==;fieldops_csrf"),
    "an origin that is none": ("Origin", "http://[::1"),
    "a null origin": ("Origin", "null"),
    "a range": ("Range", "bytes=99999999999999999999-,0-0,-"),
    "a date that is none": ("If-Modified-Since", "Sat, 99 Foo 0000 99:99:99 GMT"),
    "an etag that is none": ("If-None-Match", 'W/"' + "x" * 3000),
    "languages without end": ("Accept-Language", "x;q=9," * 400),
    "what is accepted": ("Accept", "a/b;q=nan, " * 100),
    "where it came from": ("X-Forwarded-For", f"{MARK}, ::ffff:1"),
    "a proof that is none": ("X-CSRF-TOKEN", "\u00e9" * 40),
}
RUNS = (f"<script>{MARK}", f"<img src=x onerror={MARK}", f'" onmouseover="{MARK}', f'href="javascript:{MARK}')


def leaves(value: object, way: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """The way to every text, number and truth within a value."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from leaves(part, (*way, key))
    elif isinstance(value, list):
        for place, part in enumerate(value[:2]):
            yield from leaves(part, (*way, place))
    else:
        yield way


def put(value: object, way: tuple[object, ...], other: object) -> object:
    """The value with another thing at this place."""
    if not way:
        return other
    if isinstance(value, Mapping):
        return {key: put(part, way[1:], other) if key == way[0] else part for key, part in value.items()}
    assert isinstance(value, list)
    return [put(part, way[1:], other) if place == way[0] else part for place, part in enumerate(value)]

"""The lines of an entry as nearly every tablet writes them, each read by one pattern: the fields in their
usual order, nothing optional. What does not match is not wrong for that: it is read field by field instead.

The patterns are put together from the forms of the fields, so they take nothing that these would refuse.
"""

import re
from datetime import datetime

from fieldops.domain import ids
from fieldops.domain.forms import FIELD_FORM, KIND_FORM, SALT_FORM, SCHEMA_FORM, TIME_FORM
from fieldops.domain.strict_json import Json

_MS = r"0|[1-9][0-9]{0,14}"  # below 2^53, so no language reads it differently
_COUNTER = r"0|[1-9][0-9]{0,8}"
_PARTS = (
    ("log", ids.LOG_FORM.pattern),
    ("kind", KIND_FORM.pattern),
    ("schema", SCHEMA_FORM.pattern),
    ("subject", ids.SUBJECT_FORM.pattern),
    ("field", FIELD_FORM.pattern),
    ("body_hash", ids.HASH_FORM.pattern),
)
_TEXT = {name: f'"{name}":"({form})"' for name, form in _PARTS}
_HEADER = re.compile(
    ",".join(
        (
            r'\{"v":1',
            _TEXT["log"],
            r'"n":([1-9][0-9]{0,14})',
            rf'"hlc":\[({_MS}),({_COUNTER})\]',
            f'"happened":"({TIME_FORM.pattern})"',
            f'"recorded":"({TIME_FORM.pattern})"',
            _TEXT["kind"],
            _TEXT["schema"],
            _TEXT["subject"],
            _TEXT["field"],
            _TEXT["body_hash"] + r"\}",
        )
    )
)
_BODY = re.compile(
    rf'\{{"salt":"({SALT_FORM.pattern})","value":(?:"([^"\\\x00-\x1f\x7f-\x9f]*)"|(0|-?[1-9][0-9]{{0,14}}))\}}'
)


def read_plain_header(header: bytes) -> dict[str, Json] | None:
    """The fields of such a header; None where it has to be read field by field."""
    try:
        found = _HEADER.fullmatch(header.decode("ascii"))
        if found is None:
            return None
        log, n, ms, counter, happened, recorded, kind, schema, subject, field, body_hash = found.groups()
        datetime.fromisoformat(happened)
        datetime.fromisoformat(recorded)
    except ValueError:
        return None
    return {
        "v": 1,
        "log": log,
        "n": int(n),
        "hlc": [int(ms), int(counter)],
        "happened": happened,
        "recorded": recorded,
        "kind": kind,
        "schema": schema,
        "subject": subject,
        "field": field,
        "body_hash": body_hash,
    }


def read_plain_body(body: bytes) -> dict[str, Json] | None:
    """The fields of a body that holds a text without escapes or a whole number; None where it does not."""
    try:
        found = _BODY.fullmatch(body.decode("utf-8"))
    except ValueError:
        return None
    if found is None:
        return None
    salt, text, number = found.groups()
    return {"salt": salt, "value": int(number) if text is None else text}

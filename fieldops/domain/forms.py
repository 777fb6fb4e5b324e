"""The form of each field that is signed, as patterns that both languages share, and lines of such fields."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from fieldops.domain import ids
from fieldops.domain.errors import Refusal
from fieldops.domain.hlc import MAX_COUNTER
from fieldops.domain.strict_json import MAX_INTEGER, Json, read_line

Form = Callable[[Json], bool]
Forms = Mapping[str, Form]

# A clock may be wrong by decades; beyond these years a time cannot be brought to every zone.
_YEAR = r"(?:19[7-9][0-9]|20[0-9]{2}|21[0-9]{2})"
_DAY = _YEAR + r"-[01][0-9]-[0-3][0-9]"
TIME_FORM = re.compile(_DAY + r"T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{3}[+-][0-9]{2}:[0-9]{2}")
KIND_FORM = re.compile(r"[a-z][a-z_]{0,39}")
SCHEMA_FORM = re.compile(r"[0-9a-f]{64}|[a-z]+(?:/[a-z0-9]+){1,4}")
_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}"
FIELD_FORM = re.compile(rf"{_NAME}(?::{_NAME})?")
SALT_FORM = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")  # sixteen bytes leave four bits of the last letter unused


def is_exactly(value: Json, number: int) -> bool:
    """This whole number (and never `true`, which Python takes for 1)."""
    return type(value) is int and value == number


def is_text(value: Json) -> bool:
    """Text that says something."""
    return isinstance(value, str) and value != ""


def is_number(value: Json) -> bool:
    """A number from 0 on: of a tablet, or of the desk, which has none."""
    return type(value) is int and value >= 0


def is_count(value: Json) -> bool:
    """A place in a log: 1, 2, 3 ... (and never `true`, which Python takes for 1)."""
    return type(value) is int and value >= 1


def _is_up_to(value: Json, most: int) -> bool:
    return type(value) is int and 0 <= value <= most


def is_clock(value: Json) -> bool:
    """A reading of the hybrid clock: [milliseconds, counter]."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and _is_up_to(value[0], MAX_INTEGER)
        and _is_up_to(value[1], MAX_COUNTER)
    )


def is_time(value: Json) -> bool:
    """RFC 3339 with milliseconds and an offset, on a day that the calendar has."""
    if not isinstance(value, str) or TIME_FORM.fullmatch(value) is None:
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_hash_list(value: Json, most: int) -> bool:
    """One to `most` hashes, none of them twice."""
    return (
        isinstance(value, list)
        and 1 <= len(value) <= most
        and all(ids.is_hash(name) for name in value)
        and len({str(name) for name in value}) == len(value)
    )


def is_salt(value: Json) -> bool:
    """Sixteen bytes in base64url without padding, written in the one way they can be."""
    return isinstance(value, str) and SALT_FORM.fullmatch(value) is not None


def is_list_of(forms: Forms) -> Form:
    """A list of objects that have exactly these fields, each of its form."""

    def is_one(value: Json) -> bool:
        return isinstance(value, dict) and _fault_in(value, forms) is None

    return lambda value: isinstance(value, list) and all(map(is_one, value))


def read_form(
    line: bytes, most_bytes: int, forms: Forms, refused: Callable[[str], Refusal]
) -> Mapping[str, Json]:
    """The fields of a line that has exactly these, each of its form; raises what `refused` makes of a reason,
    and Refusal `not_strict_json` for what is no JSON."""
    said = read_line(line) if len(line) <= most_bytes else None
    if not isinstance(said, dict):
        raise refused("keys missing or unknown")
    if fault := _fault_in(said, forms):
        raise refused(fault)
    return said


def _fault_in(said: Mapping[str, Json], forms: Forms) -> str | None:
    """Why these are not exactly the fields, each of its form; None when they are."""
    if said.keys() != forms.keys():
        return "keys missing or unknown"
    return next((f"{key} has not its form" for key, fits in forms.items() if not fits(said[key])), None)


def _form(pattern: re.Pattern[str]) -> Form:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


FORMS: Final[Forms] = {
    "log": ids.is_log,
    "n": is_count,
    "hlc": is_clock,
    "happened": is_time,
    "recorded": is_time,
    "kind": _form(KIND_FORM),
    "schema": _form(SCHEMA_FORM),
    "subject": ids.is_subject,
    "field": _form(FIELD_FORM),
    "body_hash": ids.is_hash,
}

"""The kinds of entry and the shape of each one's value.

A register kind says what stands in a field now; a list kind only adds. A kind that this version does not
know is kept aside with its reason, so a newer tablet never loses what it recorded.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fieldops.domain import ids
from fieldops.domain.errors import Refusal
from fieldops.domain.forms import is_count, is_number, is_text, is_time
from fieldops.domain.intelligence import is_graded
from fieldops.domain.strict_json import Json

WITHDRAWAL = "withdrawal"
RULING = "ruling"
SENT = "referral_sent"
ACCEPTED = "referral_accepted"  # names in `sent` what it answers
ITEM = "item"  # one of a list that answers a question
EXHIBIT = "exhibit"  # a thing taken as evidence; its files stand in the entry's header
CONTINUITY = "continuity"  # an exhibit changed hands; names it in `exhibit`
DECISION = "decision"  # what becomes of entries of this log that were put aside
RELEASE, KEEP = "release", "keep"
ADDRESS_TRY = (
    "address_try"  # a radio code was typed, so many since the last that opened; names the strike's hold
)
INTELLIGENCE = "intelligence"  # graded 3x5x2, with its handling
TRIED_AS = ("opened", "wrong", "misheard")
DECIDED_AS = (RELEASE, KEEP)
TAKEN_AS = frozenset({"photo", "audio", "signature", "document", "object"})

Shape = Callable[[Json], bool]

_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,4})?")
_LABEL = re.compile(r"W[1-9][0-9]{0,5}-[1-9][0-9]{0,5}")


class Sort(StrEnum):
    """How entries of a kind come together."""

    REGISTER = "register"
    LIST = "list"
    ACT = "act"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of entry."""

    name: str
    sort: Sort
    fits: Shape


def is_plain(value: Json) -> bool:
    """An answer's value: text, a whole number, or one flat object of these."""
    if isinstance(value, dict):
        return bool(value) and all(_is_word(part) for part in value.values())
    return _is_word(value) and value != ""


def is_decimal(value: Json) -> bool:
    """An amount as text with a point, as `12.71`: never a float."""
    return isinstance(value, str) and _DECIMAL.fullmatch(value) is not None


def _is_word(value: Json) -> bool:
    return isinstance(value, str) or type(value) is int


def _is_null(value: Json) -> bool:
    return value is None


def _is_taken_as(value: Json) -> bool:
    return isinstance(value, str) and value in TAKEN_AS


def _is_label(value: Json) -> bool:
    return isinstance(value, str) and _LABEL.fullmatch(value) is not None


def _is_choice(value: Json) -> bool:
    return value in DECIDED_AS


def _is_outcome(value: Json) -> bool:
    return value in TRIED_AS


def _is_object(value: Json) -> bool:
    return isinstance(value, dict) and is_plain(value)


def _is_ruling(value: Json) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"value", "reason"}
        and is_text(value["reason"])
        and (value["value"] is None or is_plain(value["value"]))
    )


def _object_with(**shapes: Shape) -> Shape:
    """A flat object that holds at least these fields, each of its shape."""

    def fits(value: Json) -> bool:
        return (
            isinstance(value, dict)
            and is_plain(value)
            and all(name in value and shape(value[name]) for name, shape in shapes.items())
        )

    return fits


def _kinds(sort: Sort, shapes: Mapping[str, Shape]) -> dict[str, Kind]:
    return {name: Kind(name=name, sort=sort, fits=fits) for name, fits in shapes.items()}


KINDS: Final[Mapping[str, Kind]] = {
    **_kinds(
        Sort.REGISTER,
        {
            "answer": is_plain,
            "not_asked": is_text,
            "clear": _is_null,
            "ruling": _is_ruling,
            "withdrawal": _object_with(reason=is_text),
        },
    ),
    **_kinds(
        Sort.LIST,
        {"note": is_text, "item": _is_object, "worker": _object_with(label=_is_label)},
    ),
    **_kinds(
        Sort.ACT,
        {
            "arrest": _object_with(offence=is_text),
            "pay_case": _object_with(workers=is_number, estimate_gbp=is_decimal),
            "notice": _object_with(body=is_text, type=is_text, reference=is_text),
            "referral_sent": _object_with(to=is_text, route=is_text, reference=is_text),
            "referral_accepted": _object_with(to=is_text, route=is_text, reference=is_text, sent=ids.is_hash),
            "order": _object_with(type=is_text, reference=is_text),
            "age_decision": _object_with(decision=is_text, authority=is_text, reference=is_text),
            EXHIBIT: _object_with(label=is_text, what=_is_taken_as, found=is_text),
            CONTINUITY: _object_with(
                exhibit=ids.is_hash, **{"from": is_text}, to=is_text, at=is_time, seal=is_text
            ),
            DECISION: _object_with(
                choice=_is_choice,
                log=ids.is_log,
                **{"from": is_count},
                to=is_count,
                head=ids.is_hash,
                why=is_text,
            ),
            INTELLIGENCE: is_graded,
            ADDRESS_TRY: _object_with(strike=is_text, edition=is_count, number=is_count, outcome=_is_outcome),
            "attendance": _object_with(agency=is_text, officer=is_text, arrived=is_time, left=is_time),
        },
    ),
}


def check_value(kind: str, value: Json) -> None:
    """Raises Refusal `entry_kind` for a kind unknown here, `entry_value` for a value of another shape."""
    known = KINDS.get(kind)
    if known is None:
        raise Refusal("entry_kind", "This kind of entry is not known here.", {"kind": kind})
    if not known.fits(value):
        raise Refusal("entry_value", "The value has not the shape of its kind.", {"kind": kind})

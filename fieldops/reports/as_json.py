"""The report for machines: the same facts as the page, each figure once, with the visits behind it."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal

from fieldops.domain.strict_json import Json
from fieldops.reports.figures import Figure, OutcomeFacts


def as_json(facts: OutcomeFacts) -> dict[str, Json]:
    """Plain JSON values; amounts of money travel as decimal strings, figures in tables by their key."""
    return {
        "report": _plain(facts.head),
        "answer": _plain(facts.answer),
        "definitions": [{"word": word, "meaning": meaning} for word, meaning in facts.definitions],
        "figures": {key: _figure(figure) for key, figure in sorted(facts.figures().items())},
        "sections": [_plain(section) for section in facts.sections],
    }


def _figure(figure: Figure) -> dict[str, Json]:
    value = str(figure.value) if isinstance(figure.value, Decimal) else figure.value
    return {
        "label": figure.label,
        "definition": figure.definition,
        "unit": figure.unit.value,
        "given": figure.given.value,
        "value": value,
        "shown": figure.shown,
        "rests_on": list(figure.classes),
        "rule": figure.rule,
        "visits": list(figure.visits),
        "disputed_at": list(figure.disputed),
    }


def _plain(value: object) -> Json:
    """A piece of the facts as JSON; a piece says its kind, a figure its key alone."""
    if isinstance(value, Figure):
        return {"figure": value.key}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        named = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return {"kind": type(value).__name__.lower(), **named}
    return _word(value)


def _word(value: object) -> Json:
    """Moments in the wire form, measures as decimal strings, and what JSON has a form for as it is."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return value if value is None or isinstance(value, str | int) else str(value)

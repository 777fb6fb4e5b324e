"""Pages of a list: the items after one that was seen, so that a row added meanwhile shifts nothing."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import request

from fieldops.domain.errors import Refusal

T = TypeVar("T")
USUAL = 200
MOST = 1000


def page(items: Sequence[T], name: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
    """The page that `?after=` and `?limit=` ask for, and the name to go on after; None at the end.

    An `after` that is not in the list is the same as one that was never there: the list from its beginning.
    """
    limit = _limit(request.args.get("limit", str(USUAL)))
    after = request.args.get("after", "")
    start = next((place + 1 for place, item in enumerate(items) if name(item) == after), 0)
    shown = items[start : start + limit]
    more = start + limit < len(items)
    return shown, name(shown[-1]) if shown and more else None


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= MOST:
        raise Refusal("bad_request", f"limit must be a number from 1 to {MOST}.")
    return int(text)

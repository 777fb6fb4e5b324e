"""The published papers that the desk words its pages by. Papers never change, so each is parsed once."""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache

from sqlalchemy.orm import Session

from fieldops.desk.wording import Wording, read_wording
from fieldops.domain.classes import Classes, parse_classes
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import AgencyCode, PaperHash, is_hash
from fieldops.domain.indicators import IndicatorSet, parse_indicators
from fieldops.domain.operation import Operation
from fieldops.domain.rates import Rates, parse_rates
from fieldops.store.published import paper


def read_classes(session: Session, operation: Operation) -> Classes:
    """The operation's table of classes."""
    return _classes(_bytes(session, operation.papers.classes))


def read_rates(session: Session, operation: Operation) -> Rates:
    """The operation's table of legal rates."""
    return _rates(_bytes(session, operation.papers.rates))


def read_indicators(session: Session, operation: Operation) -> IndicatorSet:
    """The operation's set of indicators."""
    return _indicators(_bytes(session, operation.papers.indicators))


def read_wordings(
    session: Session, named: Iterable[str], agencies: Mapping[AgencyCode, str]
) -> dict[str, Wording]:
    """The checklists of these hashes; what names no published paper is left out."""
    called = tuple(sorted(agencies.items()))
    found = {name: paper(session, PaperHash(name)) for name in set(named) if is_hash(name)}
    return {name: _wording(data, called) for name, data in found.items() if data is not None}


def _bytes(session: Session, name: PaperHash) -> bytes:
    found = paper(session, name)
    if found is None:
        raise Refusal("paper_missing", "A paper that the operation is run by is not published.", paper=name)
    return found


@lru_cache(maxsize=32)
def _classes(data: bytes) -> Classes:
    return parse_classes(json.loads(data))


@lru_cache(maxsize=32)
def _rates(data: bytes) -> Rates:
    return parse_rates(json.loads(data))


@lru_cache(maxsize=32)
def _indicators(data: bytes) -> IndicatorSet:
    return parse_indicators(json.loads(data))


@lru_cache(maxsize=32)
def _wording(data: bytes, called: tuple[tuple[AgencyCode, str], ...]) -> Wording:
    return read_wording(json.loads(data), dict(called))

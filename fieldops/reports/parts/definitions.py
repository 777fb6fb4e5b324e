"""The words of the published counting rules, as printed on the second page and told beside each figure.

The one rule: what defines a figure that a copy does not hold is left out of it, for even the word would tell.
"""

from collections.abc import Collection

from fieldops.domain.counting_rules import Counting, Word
from fieldops.reports.suppression import FLOOR, SHARES_FROM

_MASKING = {"{floor}": FLOOR, "{below_floor}": FLOOR - 1, "{shares_from}": SHARES_FROM}


def definitions(told: Collection[str], counting: Counting) -> tuple[tuple[str, str], ...]:
    """What a copy that tells these figures has to define: the rules behind them first, then other words."""
    names = {key.partition(".")[0] for key in told}
    rules = [(rule.title, rule.definition) for rule in counting.rules if rule.id in names]
    needed = [word for word in counting.words if not word.figures or names.intersection(word.figures)]
    return (*rules, *((_filled(word.word), _filled(word.definition)) for word in needed))


def definition(counting: Counting, figure: str) -> str:
    """What a figure that no rule counts means, by its key; nothing where the rules have no word for it."""
    name = figure.partition(".")[0]
    return next((_meaning(word) for word in counting.words if name in word.figures), "")


def _meaning(word: Word) -> str:
    return _filled(word.definition)


def _filled(text: str) -> str:
    """The text with the numbers by which small groups are masked."""
    for mark, number in _MASKING.items():
        text = text.replace(mark, str(number))
    return text

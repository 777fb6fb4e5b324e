"""The one exception by which any floor says no: a stable code for machines, a sentence for people.

It knows nothing of HTTP; the table that gives each code its status stands in web/problems.py alone.
"""

from collections.abc import Mapping


class Refusal(Exception):
    """A request that is understood and declined. `facts` holds what a machine needs to go on."""

    def __init__(
        self, code: str, sentence: str, facts: Mapping[str, object] | None = None, **named: object
    ) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence
        self.facts: dict[str, object] = {**(facts or {}), **named}

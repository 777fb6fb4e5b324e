"""Whether an entry lies in a class that is strict enough. The server decides this, never the tablet.

A tablet may raise an entry into a stricter class. What the published table does not know, and what was
made under a checklist that was never published, belongs into the strictest class of all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldops.domain.classes import Classes, class_of
from fieldops.domain.entry import ACTS_SCHEMA
from fieldops.domain.ids import ClassCode, LogId, PaperHash, class_of_stream
from fieldops.domain.strict_json import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """The table of classes of one operation, and every checklist that was ever published.

    A visit stays with the edition that it began with, so an older edition is as good as the newest.
    """

    classes: Classes
    checklists: frozenset[str]
    ranks: Mapping[ClassCode, int]
    known: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def fits(self, log: LogId, head: Mapping[str, Json], value: Json) -> bool:
        """Whether the log is in the class that the table asks for this entry, or in a stricter."""
        rank = self.ranks.get(class_of_stream(log))
        return rank is not None and rank >= self._asked(head, value)

    def _asked(self, head: Mapping[str, Json], value: Json) -> int:
        schema = head["schema"]
        if schema != ACTS_SCHEMA and schema not in self.checklists:
            return len(self.ranks) - 1
        if raised := self.classes.raises(str(head["kind"]), value):
            return max(self._listed(head), *(self.ranks[one] for one in raised))
        return self._listed(head)

    def _listed(self, head: Mapping[str, Json]) -> int:
        key = (str(head["field"]), str(head["kind"]), str(head["subject"]).split(":", 1)[0])
        if key not in self.known:
            field, kind, subject = key
            asked = class_of(self.classes, field=field, kind=kind, subject=subject)
            self.known[key] = self.ranks.get(asked, len(self.ranks) - 1)
        return self.known[key]


def placing(classes: Classes, checklists: frozenset[PaperHash]) -> Placing:
    """The placing of an operation by its published papers."""
    ranks = {known.code: rank for rank, known in enumerate(classes.order)}
    return Placing(classes=classes, checklists=checklists, ranks=ranks)

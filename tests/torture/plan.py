"""What the simulation itself knows of who may see what: written down apart from the product's rules."""

from dataclasses import dataclass, field

from fieldops.domain.ids import VisitId

PEOPLE = {"lead": "PO", "police": "PO", "colleague": "PO", "safety": "HS", "second": "PO"}
OPEN_TO = {"PO": frozenset({"C1", "C3", "C4"}), "HS": frozenset({"C1"})}  # by the test's own agreement


@dataclass(slots=True, kw_only=True)
class Plan:
    """Who is in which team, and which team goes where."""

    teams: dict[str, set[str]]  # officers by team
    sent: dict[VisitId, str]  # the team of each visit
    barred: set[str] = field(default_factory=set)  # tablets that are given nothing

    def sees(self, officer: str, stream: str) -> bool:
        """Whether the stream is open to the officer."""
        visit, _, class_code = stream.partition(".")
        there = officer == "lead" or officer in self.teams[self.sent[VisitId(visit)]]
        return there and class_code in OPEN_TO[PEOPLE[officer]]

"""A line of the access log: who was shown what, or changed what, when, through which door and what for.

It names classes, visits and numbers, and never a word of an answer. The six kinds are those of section 62 of
the Data Protection Act 2018. It is for lawfulness, self-monitoring and integrity, and feeds no figure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from fieldops.domain.access import purpose_of
from fieldops.domain.ids import AgencyCode, ClassCode, OfficerId, OperationId, VisitId
from fieldops.domain.look_rules import LookRules
from fieldops.domain.strict_json import write_line
from fieldops.domain.who import Principal, Reader

VERSION = 1


class LookKind(StrEnum):
    """What was done, in the words of the Act."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What of an operation an answer holds, or a request brought. Classes are named where entries are."""

    visits: frozenset[VisitId] = frozenset()
    person: str | None = None  # a worker's card, by its label
    classes: frozenset[ClassCode] = frozenset()
    entries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One line. `request` is drawn anew for each request, so that no line can be guessed from its hash."""

    operation: OperationId
    at_ms: int
    kind: LookKind
    door: str
    officer: OfficerId | None  # nobody signed in: a sealed file that was handed in, or a command
    agency: AgencyCode | None
    roles: tuple[str, ...]
    through: str
    session: str  # which sign-in, or which tablet's key
    request: str
    shown: Shown
    purpose: str
    covered: bool  # the purpose stands for an assignment
    reason: str | None
    told_ms: int | None = None  # the tablet's clock, of a look that the tablet tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Somebody at a door: all of a line that is known before anything is shown."""

    operation: OperationId
    actor: Reader | Principal | None
    door: str
    through: str
    session: str
    request: str
    at_ms: int
    rules: LookRules

    def line(
        self, kind: LookKind, shown: Shown, reason: str | None = None, told_ms: int | None = None
    ) -> Look:
        """The line of having been shown this."""
        actor = self.actor
        purpose = purpose_of(actor, shown.visits, self.rules)
        return Look(
            operation=self.operation,
            at_ms=self.at_ms,
            kind=kind,
            door=self.door,
            officer=None if actor is None else actor.officer,
            agency=None if actor is None else actor.agency,
            roles=() if actor is None else tuple(sorted(actor.roles)),
            through=self.through,
            session=self.session,
            request=self.request,
            shown=shown,
            purpose=purpose.id,
            covered=purpose.covers,
            reason=reason,
            told_ms=told_ms,
        )


def look_bytes(look: Look) -> bytes:
    """The line as it is hashed: every field, in one order, for ever."""
    return write_line(
        {
            "v": VERSION,
            "operation": look.operation,
            "at": look.at_ms,
            "kind": look.kind.value,
            "door": look.door,
            "officer": look.officer,
            "agency": look.agency,
            "roles": list(look.roles),
            "through": look.through,
            "session": look.session,
            "request": look.request,
            "visits": sorted(look.shown.visits),
            "person": look.shown.person,
            "classes": sorted(look.shown.classes),
            "entries": look.shown.entries,
            "purpose": look.purpose,
            "covered": look.covered,
            "reason": look.reason,
            "told": look.told_ms,
        }
    )


def together(parts: Iterable[Shown]) -> Shown:
    """Several things shown in one answer, as one."""
    listed = list(parts)
    return Shown(
        visits=frozenset().union(*(one.visits for one in listed)),
        classes=frozenset().union(*(one.classes for one in listed)),
        entries=sum(one.entries for one in listed),
    )

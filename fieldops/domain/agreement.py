"""The sharing agreement of an operation: for each agency and each class of data, what it may see and how.

It is data, published by hash. What it does not name is not shared, and is not even announced.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fieldops.domain.ids import AgencyCode, ClassCode
from fieldops.domain.reading import Part, as_part, expect_schema, malformed

SCHEMA = "fieldops/agreement"


class Level(StrEnum):
    """How much of a class an agency is given."""

    FULL = "full"
    PSEUDONYM = "pseudonym"  # the class holds no names, only worker labels, and is read as it stands
    COUNTS = "counts"
    SUPPRESSED = "suppressed"  # counts, once small numbers are suppressed; nothing before
    OWN = "own"  # only what its own officers wrote
    NONE = "none"


class Withheld(StrEnum):
    """How a class that is not given shows: as a number of answers, or not at all."""

    ANNOUNCED = "announced"
    HIDDEN = "hidden"


class Scope(StrEnum):
    """Where the level holds: at every visit of the operation, or only where the officer is sent."""

    OPERATION = "operation"
    ASSIGNED = "assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one agency is given of one class."""

    level: Level
    withheld: Withheld
    scope: Scope


NOTHING = Terms(level=Level.NONE, withheld=Withheld.HIDDEN, scope=Scope.ASSIGNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """Who answers for an agency's data, and the law by which it may share or be given something."""

    agency: AgencyCode
    controller: str  # empty in agreements of before it was asked for
    law: str
    purpose: str
    confirmed: bool  # a practitioner has checked it


DEFAULT_LEASE_HOURS = 72
DEFAULT_HOURS_BEFORE, DEFAULT_HOURS_AFTER = 72, 336


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """Why the operation is held, what would prove it wrong, and when it ends."""

    hypothesis: str
    evidence_basis: str
    evidence_threshold: str
    exit_test: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """The strategic lead who answers for a posture that needs it."""

    by: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posture:
    """Where immigration officers stand in this operation, and the true sentence read to workers."""

    code: str
    meaning: str
    statement: str
    sign_off: SignOff | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """An operation's sharing agreement, as it was published."""

    id: str
    version: str
    title: str
    marking: str
    handling: str
    dpia: str
    controller: AgencyCode
    purposes: tuple[str, ...]
    breach_contact: str
    retention: str
    review_on: date
    ends_on: date
    mandate: Mandate
    posture: Posture
    gateways: tuple[Gateway, ...]
    unstated: frozenset[str]  # particulars that nobody has said yet: a sentence to that effect stands there
    sections_on: frozenset[str]  # checklist sections that are shown only if the agreement says so
    open_at_counts: frozenset[ClassCode]  # classes whose content is itself no more than counts
    reserved: Mapping[ClassCode, str]  # classes that only the holders of a named role may read
    officer_details: ClassCode  # the class by which officers' names are given or kept back
    premises_details: ClassCode  # the class by which addresses and company numbers are
    plan_details: ClassCode  # the class by which times, teams and what is expected are
    terms: Mapping[tuple[AgencyCode, ClassCode], Terms]
    tablet_lease_hours: int  # a tablet that has not heard from the server for longer shows no visit
    visit_hours_before: int  # a visit reaches its team's tablets so long before it begins
    visit_hours_after: int  # and stays on them so long after it was planned to end

    @property
    def agencies(self) -> frozenset[AgencyCode]:
        """The parties: whoever is given something, or relies on a law."""
        return frozenset({agency for agency, _ in self.terms} | {one.agency for one in self.gateways})

    def given(self, agency: AgencyCode, class_code: ClassCode) -> Terms:
        """The terms for an agency and a class; what is not named is not given."""
        return self.terms.get((agency, class_code), NOTHING)


def parse_agreement(data: object) -> Agreement:
    """The agreement from its published JSON."""
    paper = as_part(data, "agreement")
    expect_schema(paper, SCHEMA)
    mandate = paper.part("mandate")
    return Agreement(
        id=paper.text("id"),
        version=paper.text("version"),
        title=paper.text("title"),
        marking=paper.text("marking"),
        handling=paper.text("handling"),
        dpia=paper.text("dpia"),
        controller=AgencyCode(paper.text("controller")),
        purposes=paper.texts("purposes"),
        breach_contact=paper.text("breach_contact"),
        retention=paper.text("retention"),
        review_on=_day(paper, "review_on"),
        ends_on=_day(paper, "ends_on"),
        mandate=Mandate(
            hypothesis=mandate.text("hypothesis"),
            evidence_basis=mandate.text("evidence_basis"),
            evidence_threshold=mandate.text("evidence_threshold"),
            exit_test=mandate.text("exit_test"),
        ),
        posture=_posture(paper.part("posture")),
        gateways=tuple(_gateway(one) for one in paper.parts("gateways")),
        unstated=frozenset(paper.texts("unstated")),
        sections_on=frozenset(paper.texts("sections_on")),
        open_at_counts=frozenset(ClassCode(one) for one in paper.texts("open_at_counts")),
        reserved={ClassCode(key): role for key, role in paper.part("reserved").words().items()},
        officer_details=ClassCode(paper.text("officer_details")),
        premises_details=ClassCode(paper.text("premises_details")),
        plan_details=ClassCode(paper.text("plan_details")),
        terms=_terms(paper.part("terms")),
        tablet_lease_hours=paper.whole("tablet_lease_hours", DEFAULT_LEASE_HOURS),
        visit_hours_before=paper.whole("visit_hours_before", DEFAULT_HOURS_BEFORE),
        visit_hours_after=paper.whole("visit_hours_after", DEFAULT_HOURS_AFTER),
    )


def _posture(part: Part) -> Posture:
    signed = part.part("sign_off") if part.has("sign_off") else None
    return Posture(
        code=part.text("code"),
        meaning=part.text("meaning"),
        statement=part.text("statement"),
        sign_off=None
        if signed is None
        else SignOff(by=signed.text("by"), on=_day(signed, "on"), reason=signed.text("reason")),
    )


def _gateway(part: Part) -> Gateway:
    return Gateway(
        agency=AgencyCode(part.text("agency")),
        controller=part.text("controller", ""),
        law=part.text("law"),
        purpose=part.text("purpose"),
        confirmed=part.flag("confirmed"),
    )


def _terms(table: Part) -> dict[tuple[AgencyCode, ClassCode], Terms]:
    return {
        (AgencyCode(agency), ClassCode(class_code)): read_terms(cell)
        for agency, row in table.named()
        for class_code, cell in row.named()
    }


def read_terms(cell: Part) -> Terms:
    """What stands in one cell of the table."""
    try:
        return Terms(
            level=Level(cell.text("level")),
            withheld=Withheld(cell.text("withheld")),
            scope=Scope(cell.text("scope")),
        )
    except ValueError as error:
        raise malformed(cell.at, f"must be a known level, withheld and scope ({error})") from error


def _day(part: Part, key: str) -> date:
    try:
        return date.fromisoformat(part.text(key))
    except ValueError as error:
        raise part.fault(key, "a date such as 2027-02-09") from error

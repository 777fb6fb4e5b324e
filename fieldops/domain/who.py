"""Who asks, and for what: the roles on an operation, the two ways in, and the people behind a request.

What they may see and do is settled in `access`; nothing is compared here.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from fieldops.domain.agreement import Agreement
from fieldops.domain.ids import AgencyCode, OfficerId, OperationId, SignerId, VisitId


class Role(StrEnum):
    """What an officer is on one operation; an administrator is one everywhere, an agency's in it."""

    LEAD = "lead"
    TACTICAL = "tactical"
    DESK = "desk"
    DISCLOSURE = "disclosure"
    SAFEGUARDING = "safeguarding"
    RECEPTION = "reception"
    OFFICER = "officer"
    REVIEWER = "reviewer"
    PARTNER = "partner"
    ADMINISTRATOR = "administrator"
    AGENCY_ADMINISTRATOR = "agency_administrator"


class Through(StrEnum):
    """Where a request comes from."""

    DESK = "desk"
    TABLET = "tablet"


class Action(StrEnum):
    """What a door asks for before it opens."""

    SESSION_READ = "session_read"
    ACCOUNT_OWN = "account_own"
    ACCOUNT_KEEP = "account_keep"
    OPERATION_LIST = "operation_list"
    OPERATION_READ = "operation_read"
    OPERATION_OPEN = "operation_open"
    OPERATION_PLAN = "operation_plan"
    ROLE_GIVE = "role_give"
    VISIT_READ = "visit_read"
    RECORD_READ = "record_read"
    REPORT_READ = "report_read"
    CHECKLIST_READ = "checklist_read"
    PAPER_READ = "paper_read"
    EXHIBIT_READ = "exhibit_read"
    ENTRY_PUSH = "entry_push"
    ENTRY_PULL = "entry_pull"
    BUNDLE_IMPORT = "bundle_import"
    QUARANTINE_READ = "quarantine_read"
    QUARANTINE_DECIDE = "quarantine_decide"
    WITHDRAWN_READ = "withdrawn_read"
    AGREEMENT_READ = "agreement_read"
    AGREEMENT_EDIT = "agreement_edit"
    AGREEMENT_CONFIRM = "agreement_confirm"
    ENROLMENT_OPEN = "enrolment_open"
    DEVICE_READ = "device_read"
    DEVICE_REVOKE = "device_revoke"
    DEVICE_WIPE = "device_wipe"
    RETENTION_READ = "retention_read"
    RETENTION_DECIDE = "retention_decide"
    OWN_LOOKS_READ = "own_looks_read"
    LOOKS_READ = "looks_read"
    LOOKS_DECIDE = "looks_decide"
    LOOKS_EXPORT = "looks_export"
    STRIKE_READ = "strike_read"
    STRIKE_RELEASE = "strike_release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Somebody known by their sign-in, at a door that belongs to no operation."""

    officer: OfficerId
    name: str
    agency: AgencyCode
    administrator: bool
    through: Through
    agency_administrator: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        held = {Role.ADMINISTRATOR: self.administrator, Role.AGENCY_ADMINISTRATOR: self.agency_administrator}
        return frozenset(role for role, holds in held.items() if holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody reading one operation; what they may see follows from this and nothing else."""

    officer: OfficerId
    name: str
    agency: AgencyCode
    operation: OperationId
    roles: frozenset[Role]
    assigned: frozenset[VisitId]
    signers: frozenset[SignerId]  # the officer's own keys: an author always reads their own entries
    through: Through
    agreement: Agreement
    commanded: frozenset[VisitId] = frozenset()  # visits on a tablet of the command beside those assigned

    @property
    def reach(self) -> frozenset[VisitId]:
        """The visits that the officer's tablet holds."""
        return self.assigned | self.commanded


class Actor(Protocol):
    """What the rules on actions need to know of a Principal or a Reader."""

    @property
    def roles(self) -> frozenset[Role]: ...

    @property
    def through(self) -> Through: ...

"""Which doors open to which roles, and where: a table and no more. `access` alone goes by it."""

from collections.abc import Mapping

from fieldops.domain.who import Action, Role

COMMAND = frozenset({Role.LEAD, Role.TACTICAL, Role.DESK})
APPOINTED = frozenset({Role.ADMINISTRATOR, Role.AGENCY_ADMINISTRATOR})  # on no operation, but everywhere
SERVING = frozenset(Role) - APPOINTED

MAY: Mapping[Action, frozenset[Role]] = {
    Action.ACCOUNT_KEEP: APPOINTED,
    Action.OPERATION_READ: SERVING | {Role.ADMINISTRATOR},
    Action.OPERATION_OPEN: frozenset({Role.ADMINISTRATOR}),
    Action.OPERATION_PLAN: COMMAND | {Role.ADMINISTRATOR},
    Action.ROLE_GIVE: frozenset({Role.LEAD, Role.ADMINISTRATOR}),
    Action.VISIT_READ: SERVING,
    Action.RECORD_READ: SERVING,
    Action.EXHIBIT_READ: SERVING,
    Action.REPORT_READ: COMMAND | {Role.DISCLOSURE, Role.REVIEWER, Role.PARTNER, Role.SAFEGUARDING},
    Action.ENTRY_PUSH: SERVING,
    Action.ENTRY_PULL: SERVING,
    Action.BUNDLE_IMPORT: COMMAND,
    Action.QUARANTINE_READ: frozenset({Role.LEAD, Role.DISCLOSURE}),
    Action.QUARANTINE_DECIDE: frozenset({Role.LEAD}),
    Action.WITHDRAWN_READ: frozenset({Role.LEAD, Role.TACTICAL, Role.DISCLOSURE}),
    Action.AGREEMENT_READ: SERVING | {Role.ADMINISTRATOR},
    Action.AGREEMENT_EDIT: frozenset({Role.LEAD}),
    Action.AGREEMENT_CONFIRM: frozenset({Role.DISCLOSURE, Role.ADMINISTRATOR}),
    Action.ENROLMENT_OPEN: COMMAND | {Role.ADMINISTRATOR},
    Action.DEVICE_READ: COMMAND | {Role.ADMINISTRATOR},
    Action.DEVICE_REVOKE: COMMAND | {Role.ADMINISTRATOR},
    Action.RETENTION_READ: frozenset({Role.LEAD, Role.DISCLOSURE}),
    Action.RETENTION_DECIDE: frozenset({Role.LEAD, Role.DISCLOSURE}),
    Action.DEVICE_WIPE: frozenset({Role.LEAD, Role.TACTICAL, Role.ADMINISTRATOR}),
    Action.OWN_LOOKS_READ: SERVING | {Role.ADMINISTRATOR},
    Action.LOOKS_READ: frozenset({Role.LEAD, Role.DISCLOSURE}),
    Action.LOOKS_DECIDE: frozenset({Role.LEAD, Role.DISCLOSURE}),
    Action.LOOKS_EXPORT: frozenset({Role.LEAD, Role.DISCLOSURE}),
    Action.STRIKE_READ: COMMAND,
    Action.STRIKE_RELEASE: frozenset({Role.LEAD}),
}
ANYBODY_SIGNED_IN = frozenset(
    {
        Action.SESSION_READ,
        Action.ACCOUNT_OWN,
        Action.OPERATION_LIST,
        Action.CHECKLIST_READ,
        Action.PAPER_READ,
    }
)
ENTRIES = frozenset({Action.ENTRY_PUSH, Action.ENTRY_PULL})
NOT_AT_THE_TABLET = frozenset({Action.OPERATION_LIST, Action.ACCOUNT_OWN})
AT_THE_TABLET = ENTRIES | (ANYBODY_SIGNED_IN - NOT_AT_THE_TABLET) | {Action.EXHIBIT_READ}
BEFORE_FACTOR = frozenset({Action.SESSION_READ, Action.ACCOUNT_OWN})
GIVEN_ROLES: tuple[Role, ...] = tuple(role for role in Role if role in SERVING)
AT_THE_DESK = frozenset(Action) - ENTRIES

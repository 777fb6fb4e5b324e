"""How a tablet's key stands now, in one question: whose it is, what they are, and where they are sent.

Asked at every request of a tablet and for every key in a push, so it is put together once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, ScalarSelect, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from fieldops.domain.ids import PaperHash, SignerId, VisitId
from fieldops.domain.people import Signer
from fieldops.domain.who import Role
from fieldops.store.devices import SIGNERS, DeviceRow, SignerRow, signer_of
from fieldops.store.directory import OfficerRow, RoleRow
from fieldops.store.operations import OperationRow
from fieldops.store.plans import MemberRow, SupportRow, VisitRow
from fieldops.store.sent import SentRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A key with its holder as they stand now, and the papers by which their operation is run.

    `assigned` are the visits they are sent to, `sent` also those they ever were; `own` are all their keys.
    """

    key: Signer
    administrator: bool
    roles: frozenset[Role]
    assigned: frozenset[VisitId]
    sent: frozenset[VisitId]
    own: frozenset[SignerId]
    agreement: PaperHash
    classes: PaperHash


def holders_of(session: Session, names: Iterable[SignerId]) -> dict[SignerId, Holder]:
    """The holders of these keys; an unknown key is left out."""
    rows = session.connection().execute(_HOLDERS, {"names": list(set(names))}).all()
    return {found.key.id: found for found in map(_holder, rows)}


def _joined(query: Select[tuple[str]]) -> ScalarSelect[str]:
    """The one column of a query about the key and its tablet, in a single text."""
    column = next(iter(query.selected_columns))
    joined = query.with_only_columns(func.aggregate_strings(column, ","), maintain_column_froms=True)
    return joined.correlate(SignerRow, DeviceRow).scalar_subquery()


_OWN, _THEIR = aliased(SignerRow), aliased(DeviceRow)
_ROLES = select(RoleRow.role).where(
    RoleRow.operation == DeviceRow.operation, RoleRow.officer == SignerRow.officer
)
_WITH_TEAM = (
    select(VisitRow.id)
    .join(MemberRow, MemberRow.team == VisitRow.team)
    .where(MemberRow.officer == SignerRow.officer, VisitRow.operation == DeviceRow.operation)
)
_IN_SUPPORT = (
    select(VisitRow.id)
    .join(SupportRow, SupportRow.visit == VisitRow.id)
    .where(SupportRow.officer == SignerRow.officer, VisitRow.operation == DeviceRow.operation)
)
_SENT = select(SentRow.visit).where(
    SentRow.officer == SignerRow.officer, SentRow.operation == DeviceRow.operation
)
_KEYS = (
    select(_OWN.id)
    .join(_THEIR, _THEIR.id == _OWN.device)
    .where(_OWN.officer == SignerRow.officer, _THEIR.operation == DeviceRow.operation)
)
_HOLDERS = (
    SIGNERS.add_columns(
        OfficerRow.administrator,
        OperationRow.agreement,
        OperationRow.classes,
        *(_joined(one) for one in (_ROLES, _WITH_TEAM, _IN_SUPPORT, _SENT, _KEYS)),
    )
    .join(OperationRow, OperationRow.id == DeviceRow.operation)
    .where(SignerRow.id.in_(bindparam("names", expanding=True)))
)


def _holder(row: Row[Any]) -> Holder:
    administrator, agreement, classes, roles, with_team, in_support, sent, own = row[-8:]
    return Holder(
        key=signer_of(row),
        administrator=administrator,
        roles=frozenset(map(Role, _parts(roles))),
        assigned=frozenset(map(VisitId, _parts(with_team) + _parts(in_support))),
        sent=frozenset(map(VisitId, _parts(sent))),
        own=frozenset(map(SignerId, _parts(own))),
        agreement=PaperHash(agreement),
        classes=PaperHash(classes),
    )


def _parts(joined: str | None) -> list[str]:
    return joined.split(",") if joined else []

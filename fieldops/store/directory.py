"""Agencies, officers and the roles that officers hold on an operation.

An officer is never deleted: what they wrote stays theirs. Deactivating takes effect at their next request.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Row, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import AgencyCode, OfficerId, OperationId
from fieldops.domain.people import Agency, Officer
from fieldops.domain.who import Role
from fieldops.store.base import Base, Instant


class AgencyRow(Base):
    """An organisation."""

    __tablename__ = "agencies"
    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class OperationAgencyRow(Base):
    """What one operation calls an agency, where that is not the agency's name everywhere."""

    __tablename__ = "operation_agencies"
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"), primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class OfficerRow(Base):
    """An account. `password_hash` is argon2's own text; None means that nobody can sign in with it."""

    __tablename__ = "officers"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    administrator: Mapped[bool]
    agency_administrator: Mapped[bool] = mapped_column(default=False)
    deactivated_at: Mapped[datetime | None] = mapped_column(Instant)


class RoleRow(Base):
    """One role of one officer on one operation."""

    __tablename__ = "roles"
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"), primary_key=True)
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)


class HeldRoleRow(Base):
    """A role that an officer holds or once held: what they ruled stands when they have handed over."""

    __tablename__ = "roles_held"
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"), primary_key=True)
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)


def put_agency(session: Session, code: AgencyCode, name: str) -> None:
    """Makes an agency known, or gives it another name."""
    session.merge(AgencyRow(code=code, name=name))
    session.flush()


def agencies(session: Session) -> list[Agency]:
    """All agencies, by code."""
    rows = session.scalars(select(AgencyRow).order_by(AgencyRow.code))
    return [Agency(code=AgencyCode(row.code), name=row.name) for row in rows]


def name_agency(session: Session, operation: OperationId, code: AgencyCode, name: str) -> None:
    """Gives a known agency the name it has in this operation; it keeps its name in every other."""
    session.merge(OperationAgencyRow(operation=operation, code=code, name=name))
    session.flush()


def agencies_of(session: Session, operation: OperationId) -> dict[AgencyCode, str]:
    """All agencies by code, under the names that they have in this operation."""
    query = select(OperationAgencyRow).where(OperationAgencyRow.operation == operation)
    names = {one.code: one.name for one in agencies(session)}
    return names | {AgencyCode(row.code): row.name for row in session.scalars(query)}


def add_officer(session: Session, officer: Officer, password_hash: str | None) -> Officer:
    """Opens an account at a known agency. Usernames are compared in lower case, and are each one's own."""
    username = officer.username.lower()
    if session.get(AgencyRow, officer.agency) is None:
        raise Refusal("agency_unknown", "No agency has this code.", agency=officer.agency)
    if session.scalar(select(OfficerRow.id).where(OfficerRow.username == username)) is not None:
        raise Refusal("username_taken", "Another officer has this username.", username=username)
    row = OfficerRow(
        id=officer.id,
        username=username,
        name=officer.name,
        agency=officer.agency,
        password_hash=password_hash,
        administrator=officer.administrator,
        agency_administrator=officer.agency_administrator,
        deactivated_at=None,
    )
    session.add(row)
    session.flush()
    return officer_of_row(row)


def officer(session: Session, officer_id: OfficerId) -> Officer | None:
    """The officer of this id."""
    row = session.connection().execute(_OFFICER, {"officer": officer_id}).one_or_none()
    return None if row is None else officer_of_row(row)


# Asked at every request, so it is put together once, and fetches columns rather than an object.
_OFFICER = select(
    OfficerRow.id,
    OfficerRow.username,
    OfficerRow.name,
    OfficerRow.agency,
    OfficerRow.deactivated_at,
    OfficerRow.administrator,
    OfficerRow.agency_administrator,
).where(OfficerRow.id == bindparam("officer"))


def officer_named(session: Session, username: str) -> tuple[Officer, str | None] | None:
    """The officer who signs in by this name, with the hash of their password."""
    row = session.scalar(select(OfficerRow).where(OfficerRow.username == username.lower()))
    return None if row is None else (officer_of_row(row), row.password_hash)


def officers(session: Session, ids: Iterable[OfficerId]) -> dict[OfficerId, Officer]:
    """The officers of these ids; an unknown id is left out."""
    rows = session.scalars(select(OfficerRow).where(OfficerRow.id.in_(set(ids))))
    return {OfficerId(row.id): officer_of_row(row) for row in rows}


def officers_of(session: Session, operation: OperationId) -> list[Officer]:
    """Everybody who holds a role on the operation, by name."""
    on_it = select(RoleRow.officer).where(RoleRow.operation == operation)
    rows = session.scalars(select(OfficerRow).where(OfficerRow.id.in_(on_it)).order_by(OfficerRow.name))
    return [officer_of_row(row) for row in rows]


def deactivate(session: Session, officer_id: OfficerId, at: datetime) -> None:
    """The officer has left: no sign-in, no reading; what their tablets still send goes to quarantine."""
    row = session.get(OfficerRow, officer_id)
    if row is None:
        raise Refusal("not_found", "There is no such officer.")
    row.deactivated_at = row.deactivated_at or at
    session.flush()


def give_role(session: Session, operation: OperationId, officer_id: OfficerId, role: Role) -> None:
    """Gives an officer a role on an operation; giving it twice changes nothing."""
    session.merge(RoleRow(operation=operation, officer=officer_id, role=role.value))
    session.merge(HeldRoleRow(operation=operation, officer=officer_id, role=role.value))
    session.flush()


def take_role(session: Session, operation: OperationId, officer_id: OfficerId, role: Role) -> None:
    """Takes a role away, from the next request on."""
    row = session.get(RoleRow, (operation, officer_id, role.value))
    if row is not None:
        session.delete(row)
        session.flush()


def roles(session: Session, operation: OperationId, officer_id: OfficerId) -> frozenset[Role]:
    """The roles that an officer holds on an operation; none means that they do not serve on it."""
    rows = session.connection().scalars(_ROLES, {"operation": operation, "officer": officer_id})
    return frozenset(Role(role) for role in rows)


_ROLES = select(RoleRow.role).where(
    RoleRow.operation == bindparam("operation"), RoleRow.officer == bindparam("officer")
)


def roles_anywhere(session: Session, officer_id: OfficerId) -> frozenset[Role]:
    """The roles that an officer holds on whatever operation."""
    held = session.scalars(select(RoleRow.role).where(RoleRow.officer == officer_id).distinct())
    return frozenset(Role(role) for role in held)


def roles_on(session: Session, operation: OperationId) -> dict[OfficerId, frozenset[Role]]:
    """The roles of everybody who serves on an operation, by one question however many they are."""
    found: dict[OfficerId, frozenset[Role]] = {}
    for row in session.scalars(select(RoleRow).where(RoleRow.operation == operation)):
        who = OfficerId(row.officer)
        found[who] = found.get(who, frozenset()) | {Role(row.role)}
    return found


def holders(session: Session, operation: OperationId, role: Role) -> frozenset[OfficerId]:
    """The officers who hold a role on an operation."""
    query = select(RoleRow.officer).where(RoleRow.operation == operation, RoleRow.role == role.value)
    return frozenset(OfficerId(found) for found in session.scalars(query))


def operation_leads(session: Session, operation: OperationId) -> frozenset[OfficerId]:
    """Who leads the operation or ever led it: their rulings on its conflicts stand."""
    return _ever_held(session, operation, Role.LEAD)


def _ever_held(session: Session, operation: OperationId, role: Role) -> frozenset[OfficerId]:
    query = select(HeldRoleRow.officer)
    rows = session.scalars(query.where(HeldRoleRow.operation == operation, HeldRoleRow.role == role.value))
    return frozenset(OfficerId(found) for found in rows)


def officer_of_row(row: OfficerRow | Row[Any]) -> Officer:
    return Officer(
        id=OfficerId(row.id),
        username=row.username,
        name=row.name,
        agency=AgencyCode(row.agency),
        active=row.deactivated_at is None,
        administrator=row.administrator,
        agency_administrator=row.agency_administrator,
    )

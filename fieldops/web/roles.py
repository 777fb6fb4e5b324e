"""Giving a role on an operation to somebody of any agency, and taking it away; the same at every door."""

from sqlalchemy.orm import Session

from fieldops.domain.access import may_give_role
from fieldops.domain.accounts import Deed
from fieldops.domain.errors import Refusal
from fieldops.domain.people import Officer
from fieldops.domain.who import Reader, Role
from fieldops.store.accounts import write_down
from fieldops.store.directory import give_role, officer_named, officers_of, take_role
from fieldops.store.operations import operation
from fieldops.store.visit_papers import publish_visit_papers
from fieldops.web.clock import now


def give_to(session: Session, reader: Reader, username: str, role: Role) -> None:
    """Gives a role to whoever signs in by this name; raises Refusal `not_found` where nobody does."""
    found = officer_named(session, username.strip())
    if found is None or not found[0].active:
        raise Refusal("not_found", "Nobody signs in by this user name.")
    _change(session, reader, found[0], role, given=True)


def take_from(session: Session, reader: Reader, holder: str, role: Role) -> None:
    """Takes a role from an officer who serves here, by their id; raises Refusal `not_found` for others."""
    serving = officers_of(session, reader.operation)
    found = next((one for one in serving if one.id == holder), None)
    if found is None:
        raise Refusal("not_found", "No such officer serves on this operation.")
    _change(session, reader, found, role, given=False)


def _change(session: Session, reader: Reader, holder: Officer, role: Role, *, given: bool) -> None:
    """Has the papers of the visits say who leads now, and refuses `own_role`."""
    serving = operation(session, reader.operation)
    assert serving is not None
    if not may_give_role(reader, holder.id, role):
        raise Refusal("own_role", "Nobody changes their own roles. Ask another lead or an administrator.")
    change = give_role if given else take_role
    change(session, serving.id, holder.id, role)
    publish_visit_papers(session, serving.id)
    deed = Deed.ROLE_GIVEN if given else Deed.ROLE_TAKEN
    write_down(session, holder.id, deed, reader.officer, now(), f"{serving.code}: {role.value}")

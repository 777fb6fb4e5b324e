"""Giving and taking roles on an operation, for whoever leads it; names as the agreement has it."""

from flask import Blueprint, Response, request, url_for

from fieldops.desk.forms import Fault, fault_of, faults_summary
from fieldops.desk.layout import onward, show_operation
from fieldops.desk.people_sheet import held_lines
from fieldops.desk.plan import read_operation_head
from fieldops.domain.errors import Refusal
from fieldops.domain.looks import LookKind
from fieldops.domain.role_table import GIVEN_ROLES
from fieldops.domain.who import Action, Reader, Role
from fieldops.store.directory import agencies_of, officers_of, roles
from fieldops.web.guard import needs
from fieldops.web.installation import now
from fieldops.web.looks import shows
from fieldops.web.roles import give_to, take_from
from fieldops.web.session import csrf_token
from fieldops.web.transaction import reading, transaction

pages = Blueprint("roles", __name__, url_prefix="/desk/operations/<code>/people/roles")


@pages.get("")
@needs(Action.ROLE_GIVE)
@shows(LookKind.CONSULTATION)
def page(reader: Reader, code: str) -> Response:
    return _page(reader, ())


@pages.post("")
@needs(Action.ROLE_GIVE)
@shows(LookKind.CONSULTATION)
def change(reader: Reader, code: str) -> Response:
    """Give a role to whoever signs in by the user name that was typed, or take one from the list."""
    username, role, holder = (request.form.get(name, "") for name in ("username", "role", "officer"))
    faults = _faults(username or holder, role)
    if faults:
        return _page(reader, faults)
    try:
        with transaction() as session:
            if holder:
                take_from(session, reader, holder, Role(role))
            else:
                give_to(session, reader, username, Role(role))
    except Refusal as refusal:
        return _page(reader, (Fault(field="username", text=refusal.sentence),))
    return onward(url_for("desk.roles.page", code=code, changed="yes"))


def _faults(username: str, role: str) -> tuple[Fault, ...]:
    faults = []
    if not username.strip():
        faults.append(Fault(field="username", text="Enter the user name that the officer signs in by"))
    if role not in set(GIVEN_ROLES):
        faults.append(Fault(field="role", text="Choose a role"))
    return tuple(faults)


def _page(reader: Reader, faults: tuple[Fault, ...]) -> Response:
    with reading() as session:
        head = read_operation_head(session, reader)
        serving = officers_of(session, head.id)
        held = {one.id: roles(session, head.id, one.id) for one in serving}
        named = agencies_of(session, head.id)
    return show_operation(
        "desk/roles.html",
        reader,
        head,
        "Give or take roles",
        now(),
        tab="desk.people.page",
        lines=held_lines(reader, serving, held, named),
        roles=[role.value for role in GIVEN_ROLES],
        given=request.form,
        csrf=csrf_token(),
        changed="changed" in request.args,
        summary=faults_summary(faults),
        username_fault=fault_of(faults, "username"),
        role_fault=fault_of(faults, "role"),
    )

"""The guard at every door: it finds out who asks, looks up what they are now, and lets them in or not.

Nothing is remembered between requests, so that an officer or a tablet once revoked is out at the next one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from flask import g
from sqlalchemy.orm import Session

from fieldops.domain.access import factor_due, may_do, serves
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import DeviceId, OperationId, VisitId
from fieldops.domain.operation import Operation
from fieldops.domain.people import Officer
from fieldops.domain.who import Action, Principal, Reader, Through
from fieldops.store.attached import operation_of_entry
from fieldops.store.devices import device
from fieldops.store.directory import officer as officer_row
from fieldops.store.directory import roles_anywhere
from fieldops.store.holders import Holder, holders_of
from fieldops.store.operations import operation, operation_coded
from fieldops.store.plans import operation_of_visit
from fieldops.store.readers import reader_for, sender_for, tablet_reader
from fieldops.store.sessions import desk_session
from fieldops.web.clock import now
from fieldops.web.installation import settings
from fieldops.web.tokens import by_bearer, read_desk_token, read_tablet_token
from fieldops.web.transaction import reading

P = ParamSpec("P")
A = TypeVar("A", bound=Reader | Principal)
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How one door is kept: by an action, or open for a stated reason."""

    action: Action | None
    open_because: str | None


BARRED: Mapping[str, str] = {
    "device_revoked": "This tablet has been revoked.",
    "device_lost": "This tablet was reported lost. Hand it in: what it holds is taken in.",
    "officer_inactive": "This officer no longer takes part.",
    "certificate_expired": "This tablet's certificate has ended. Ask for a code to enrol it again.",
}
DOORS: dict[str, Door] = {}  # by the view function's full name; the house tests hold the URL map against it


def full_name(view: Callable[..., object]) -> str:
    """The name by which a door is listed."""
    return f"{view.__module__}.{view.__qualname__}"


def needs(
    action: Action, *, even_revoked: bool = False
) -> Callable[[Callable[Concatenate[A, P], R]], Callable[P, R]]:
    """A door for those who may do `action`; it is handed the Reader (the Principal, outside any operation).

    `even_revoked` admits a tablet that was revoked, or whose officer has left or serves no more: what it
    still holds is taken in, for somebody to look at, and nothing is given out.
    """

    def guard(view: Callable[Concatenate[A, P], R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **place: P.kwargs) -> R:
            return view(_admitted(action, place, even_revoked), *args, **place)  # type: ignore[arg-type]

        DOORS[full_name(view)] = Door(action=action, open_because=None)
        return guarded

    return guard


def open_door(because: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A door that asks for nothing; the reason stands beside it."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        DOORS[full_name(view)] = Door(action=None, open_because=because)
        return view

    return mark


def carrier() -> Holder:
    """The holder of the tablet that sent this request; only at a door that tablets alone go through."""
    found: Holder = g.carrier
    return found


def _admitted(action: Action, place: Mapping[str, object], even_revoked: bool) -> Reader | Principal:
    with reading() as session:
        if by_bearer():
            holder = _holder(session)
            g.carrier = holder
            barred = holder.key.barred(int(now().timestamp() * 1000))
            if even_revoked and (barred or not serves(holder.roles)):
                return sender_for(session, holder)
            if barred:
                raise Refusal(barred, BARRED[barred])
            actor: Reader | Principal = _at_tablet(session, holder, place)
        else:
            actor = _at_desk(session, place)
            _shows_factor(session, actor, action)
    if not may_do(actor, action):
        raise Refusal("not_permitted", "Your roles do not open this.", action=action.value)
    return actor


def _holder(session: Session) -> Holder:
    """The holder of the key that the request's token was given to."""
    name = read_tablet_token()
    found = holders_of(session, [name])
    if name not in found:
        raise Refusal("token_invalid", "The token's key is not known.")
    return found[name]


def _at_tablet(session: Session, holder: Holder, place: Mapping[str, object]) -> Reader:
    """The officer whose key asked. A tablet knows no operation but its own."""
    asked = _operation_of(session, place)
    reader = tablet_reader(session, holder, now())
    if reader is None or (asked is not None and asked.id != reader.operation):
        raise nothing_here()
    return reader


def _at_desk(session: Session, place: Mapping[str, object]) -> Reader | Principal:
    token = read_desk_token()
    kept = desk_session(session, token.family)
    officer = officer_row(session, token.officer)
    if kept is None or kept.ended or officer is None or not officer.active:
        raise Refusal("signed_out", "The session is over. Sign in again.")
    g.desk_token, g.factor_shown = token, kept.factor
    asked = _operation_of(session, place)
    if asked is not None:
        return _reader(session, officer, asked)
    return Principal(
        officer=officer.id,
        name=officer.name,
        agency=officer.agency,
        administrator=officer.administrator,
        agency_administrator=officer.agency_administrator,
        through=Through.DESK,
    )


def _shows_factor(session: Session, actor: Reader | Principal, action: Action) -> None:
    """Where a second factor is asked for nothing opens without; raises Refusal `factor_due`."""
    needing = settings().second_factor
    if not needing or g.factor_shown:
        return
    if factor_due(actor, action, roles_anywhere(session, actor.officer), needing):
        raise Refusal("factor_due", "Add a second factor to your account first.")


def _reader(session: Session, officer: Officer, asked: Operation) -> Reader:
    """The Reader; one who does not serve on the operation learns nothing of it, not even that it exists."""
    reader = reader_for(session, officer, asked, Through.DESK)
    if reader is None:
        raise nothing_here()
    return reader


def _operation_of(session: Session, place: Mapping[str, object]) -> Operation | None:
    """The operation that a door's address names, itself or by a visit or tablet; None where it names none."""
    named = next((name for name in FINDERS if name in place), None)
    if named is None:
        return None
    operation_id = FINDERS[named](session, str(place[named]))
    found = None if operation_id is None else operation(session, operation_id)
    if found is None:
        raise nothing_here()
    return found


def _by_id(session: Session, name: str) -> OperationId | None:
    found = operation(session, OperationId(name))
    return None if found is None else found.id


def _by_code(session: Session, name: str) -> OperationId | None:
    found = operation_coded(session, name)
    return None if found is None else found.id


def _by_visit(session: Session, name: str) -> OperationId | None:
    return operation_of_visit(session, VisitId(name))


def _by_device(session: Session, name: str) -> OperationId | None:
    found = device(session, DeviceId(name))
    return None if found is None else found.operation


def _by_entry(session: Session, name: str) -> OperationId | None:
    return operation_of_entry(session, name)


FINDERS: Mapping[str, Callable[[Session, str], OperationId | None]] = {
    "operation_id": _by_id,
    "code": _by_code,
    "visit_id": _by_visit,
    "device_id": _by_device,
    "entry_id": _by_entry,
}


def nothing_here() -> Refusal:
    """What is hidden and what does not exist are answered alike."""
    return Refusal("not_found", "There is nothing here, or nothing for you.")

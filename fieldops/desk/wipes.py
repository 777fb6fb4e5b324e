"""Ordering at the desk that an officer's records leave a tablet: all is sent first, unless it is forced."""

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from fieldops.desk.devices import TAB, tablet_of
from fieldops.desk.forms import Fault, fault_of, faults_summary
from fieldops.desk.layout import onward, show_operation
from fieldops.desk.plan import read_operation_head
from fieldops.desk.wipes_sheet import is_forced, left_on, wipe_faults, wipe_typed, wipe_words
from fieldops.domain.completeness import TabletStanding
from fieldops.domain.ids import SignerId
from fieldops.domain.looks import LookKind
from fieldops.domain.who import Action, Reader
from fieldops.store.completeness import tablet_standings
from fieldops.store.wipes import wipe_standings
from fieldops.sync.wipe import Ordering, order_wipe
from fieldops.web.guard import needs
from fieldops.web.installation import now, settings
from fieldops.web.looks import looked_in, shows
from fieldops.web.session import csrf_token
from fieldops.web.transaction import reading, transaction

pages = Blueprint("wipes", __name__, url_prefix="/desk/operations/<code>/devices/<device_id>/wipe")


@pages.get("")
@needs(Action.DEVICE_WIPE)
@shows(LookKind.CONSULTATION)
def ask(reader: Reader, code: str, device_id: str) -> Response:
    return _ask(reader, device_id, ())


@pages.post("")
@needs(Action.DEVICE_WIPE)
@shows(LookKind.ERASURE)
def order(reader: Reader, code: str, device_id: str) -> Response:
    """Order it once whose records, and why, have been said."""
    form = request.form
    with transaction() as session:
        one = _standing(session, reader, device_id)
        faults = wipe_faults(one.device.number, form, left_on(one))
        if not faults:
            ordering = Ordering(
                device=one.device.id,
                signer=SignerId(form["signer"]),
                by=reader.officer,
                reason=form["reason"].strip(),
                forced=is_forced(form),
            )
            order_wipe(session, ordering, now(), settings().server_key_seed)
            looked_in(session)
    if faults:
        return _ask(reader, device_id, faults)
    return onward(url_for("desk.devices.page", code=code, wiping=one.device.number))


def _standing(session: Session, reader: Reader, device_id: str) -> TabletStanding:
    wanted = tablet_of(session, reader, device_id)
    return next(one for one in tablet_standings(session, reader) if one.device.id == wanted.id)


def _ask(reader: Reader, device_id: str, faults: tuple[Fault, ...]) -> Response:
    with reading() as session:
        plan, one = read_operation_head(session, reader), _standing(session, reader, device_id)
        wipes = wipe_standings(session, plan.id, one.stores)
    return show_operation(
        "desk/device_wipe.html",
        reader,
        plan,
        f"Remove records from tablet {one.device.number}",
        now(),
        tab=TAB,
        csrf=csrf_token(),
        tablet=one.device,
        stores=left_on(one),
        standing=wipe_words(one, wipes, now()),
        typed_words=wipe_typed(one.device.number),
        given=request.form,
        forced=is_forced(request.form),
        summary=faults_summary(faults),
        signer_fault=fault_of(faults, "signer"),
        reason_fault=fault_of(faults, "reason"),
        typed_fault=fault_of(faults, "typed"),
    )

"""The tablets of an operation: which there are, opening one for an officer, and revoking one."""

from collections.abc import Mapping

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from fieldops.desk.attention import read_warnings, silence
from fieldops.desk.codes import qr_picture
from fieldops.desk.devices_sheet import Shown, device_lines, revoke_words, shared_tablets, summary_words
from fieldops.desk.forms import Fault, fault_of, faults_summary
from fieldops.desk.layout import onward, show_operation
from fieldops.desk.plan import read_operation_head
from fieldops.desk.words import moment
from fieldops.domain.access import may_do
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import DeviceId
from fieldops.domain.looks import LookKind
from fieldops.domain.operation import Operation
from fieldops.domain.people import Device, Officer
from fieldops.domain.who import Action, Reader
from fieldops.store.completeness import tablet_standings
from fieldops.store.devices import device, devices, revoke_device, signers_on
from fieldops.store.directory import officers_of
from fieldops.store.operations import premises_of
from fieldops.store.plans import visits
from fieldops.store.wipes import wipe_standings
from fieldops.sync.enrol import Approval, open_enrolment
from fieldops.web.guard import needs
from fieldops.web.installation import now, settings
from fieldops.web.looks import shows
from fieldops.web.session import csrf_token
from fieldops.web.transaction import reading, transaction

pages = Blueprint("devices", __name__, url_prefix="/desk/operations/<code>/devices")
TAB = "desk.devices.page"
REPORTED_LOST = "Reported lost"


@pages.get("")
@needs(Action.DEVICE_READ)
@shows(LookKind.CONSULTATION)
def page(reader: Reader, code: str) -> Response:
    with reading() as session:
        plan = read_operation_head(session, reader)
        shown = Shown(now=now(), silent_after=silence(), names=_names(session, plan))
        tablets = tablet_standings(session, reader)
        wipes = wipe_standings(session, plan.id, (store for one in tablets for store in one.stores))
        warned = read_warnings(session, reader, plan, now())
    return show_operation(
        "desk/devices.html",
        reader,
        plan,
        "Tablets",
        now(),
        tab=TAB,
        lines=device_lines(tablets, wipes, shown),
        standing=summary_words(tablets),
        warned=warned,
        may_open=may_do(reader, Action.ENROLMENT_OPEN),
        may_import=may_do(reader, Action.BUNDLE_IMPORT),
        may_revoke=may_do(reader, Action.DEVICE_REVOKE),
        may_wipe=may_do(reader, Action.DEVICE_WIPE),
        lease_hours=reader.agreement.tablet_lease_hours,
        revoked=request.args.get("revoked", ""),
        wiping=request.args.get("wiping", ""),
    )


@pages.get("/new")
@needs(Action.ENROLMENT_OPEN)
@shows(LookKind.CONSULTATION)
def choose(reader: Reader, code: str) -> Response:
    return _choose(reader, ())


@pages.post("/new")
@needs(Action.ENROLMENT_OPEN)
@shows(LookKind.CONSULTATION)
def issue(reader: Reader, code: str) -> Response:
    """Make a code and show it this once: the server keeps its hash alone."""
    with transaction() as session:
        plan = read_operation_head(session, reader)
        chosen = request.form.get("officer", "")
        officer = next((one for one in _others(session, reader) if one.id == chosen), None)
        if officer is not None:
            approved = Approval(
                operation=plan.id,
                officer=officer.id,
                issued_by=reader.officer,
                device=DeviceId(request.form["device"]) if request.form.get("device") else None,
            )
            made, expires = open_enrolment(session, approved, now(), settings().enrolment_code_s)
    if officer is None:
        fault = Fault(field="officer", text="Choose the officer who will sign on the tablet")
        return _choose(reader, (fault,))
    link = url_for("desk.start.page", _external=True) + f"app/#enrol={made}"
    return show_operation(
        "desk/enrolment.html",
        reader,
        plan,
        f"Open a tablet for {officer.name}",
        now(),
        tab=TAB,
        officer=officer,
        enrolment_code=made,
        link=link,
        picture=qr_picture(link, f"The enrolment link for {officer.name} as a QR code"),
        expires=moment(expires, beside=now()),
        expires_minutes=round((expires - now()).total_seconds() / 60),
    )


@pages.get("/<device_id>/revoke")
@needs(Action.DEVICE_REVOKE)
@shows(LookKind.CONSULTATION)
def ask(reader: Reader, code: str, device_id: str) -> Response:
    return _ask(reader, device_id, ())


@pages.post("/<device_id>/revoke")
@needs(Action.DEVICE_REVOKE)
@shows(LookKind.CONSULTATION)
def revoke(reader: Reader, code: str, device_id: str) -> Response:
    """Revoke once it has been typed and a reason given."""
    with transaction() as session:
        tablet = tablet_of(session, reader, device_id)
        faults = revoke_faults(tablet.number, request.form.get("typed", ""), request.form.get("reason", ""))
        if not faults:
            revoke_device(session, tablet.id, now(), reader.officer, request.form["reason"].strip())
    if faults:
        return _ask(reader, device_id, faults)
    return onward(url_for("desk.devices.page", code=code, revoked=tablet.number))


@pages.post("/<device_id>/lost")
@needs(Action.DEVICE_REVOKE)
@shows(LookKind.CONSULTATION)
def lose(reader: Reader, code: str, device_id: str) -> Response:
    """Report it lost: haste comes before a reason, and nothing has to be typed."""
    with transaction() as session:
        tablet = tablet_of(session, reader, device_id)
        revoke_device(session, tablet.id, now(), reader.officer, REPORTED_LOST, lost=True)
    return onward(url_for("desk.devices.page", code=code, revoked=tablet.number))


def revoke_faults(number: int, typed: str, reason: str) -> tuple[Fault, ...]:
    """What is missing before a tablet is revoked."""
    faults = []
    if not reason.strip():
        faults.append(Fault(field="reason", text="Say why the tablet is revoked"))
    if typed.strip().upper() != revoke_words(number):
        faults.append(Fault(field="typed", text=f"Type {revoke_words(number)} to confirm"))
    return tuple(faults)


def _choose(reader: Reader, faults: tuple[Fault, ...]) -> Response:
    with reading() as session:
        plan = read_operation_head(session, reader)
        serving = _others(session, reader)
        tablets = shared_tablets(devices(session, plan.id), signers_on(session, plan.id))
    return show_operation(
        "desk/enrolment_new.html",
        reader,
        plan,
        "Open a tablet",
        now(),
        tab=TAB,
        csrf=csrf_token(),
        officers=serving,
        tablets=tablets,
        summary=faults_summary(faults),
        officer_fault=fault_of(faults, "officer"),
    )


def _ask(reader: Reader, device_id: str, faults: tuple[Fault, ...]) -> Response:
    with reading() as session:
        plan = read_operation_head(session, reader)
        tablet = tablet_of(session, reader, device_id)
    return show_operation(
        "desk/device_revoke.html",
        reader,
        plan,
        f"Revoke tablet {tablet.number}",
        now(),
        tab=TAB,
        csrf=csrf_token(),
        tablet=tablet,
        typed_words=revoke_words(tablet.number),
        reason=request.form.get("reason", ""),
        summary=faults_summary(faults),
        reason_fault=fault_of(faults, "reason"),
        typed_fault=fault_of(faults, "typed"),
    )


def _names(session: Session, plan: Operation) -> Mapping[str, str]:
    """What a visit is called: the code of its premises."""
    codes = {one.id: one.code for one in premises_of(session, plan.id)}
    return {visit.id: f"visit {codes[visit.premises]}" for visit in visits(session, plan.id)} | {
        plan.id: "the operation itself"
    }


def _others(session: Session, reader: Reader) -> list[Officer]:
    """Whom the reader may open a tablet for: nobody approves their own."""
    serving = officers_of(session, reader.operation)
    return [one for one in serving if one.active and one.id != reader.officer]


def tablet_of(session: Session, reader: Reader, device_id: str) -> Device:
    """The tablet, where it belongs to the reader's operation."""
    tablet = device(session, DeviceId(device_id))
    if tablet is None or tablet.operation != reader.operation:
        raise Refusal("not_found", "There is no such tablet in this operation.")
    return tablet

"""Taking in a sealed file that somebody carried from a tablet to the desk, and what became of it."""

from flask import Blueprint, Response, request

from fieldops.desk.carried_sheet import carried_lines, taken_rows
from fieldops.desk.forms import Fault, fault_of, faults_summary
from fieldops.desk.layout import show_operation
from fieldops.desk.plan import read_operation_head
from fieldops.domain.errors import Refusal
from fieldops.domain.looks import LookKind
from fieldops.domain.who import Action, Reader
from fieldops.store.bundles import Way, bundles_taken
from fieldops.sync.bundle import Bundle, Carried, read_bundle, take_in
from fieldops.sync.sealing import sealing_key
from fieldops.web.guard import needs
from fieldops.web.installation import now, settings
from fieldops.web.looks import shows, who_looks
from fieldops.web.session import csrf_token
from fieldops.web.transaction import reading, transaction

pages = Blueprint("carried", __name__, url_prefix="/desk/operations/<code>/bundle")
TAB, TITLE = "desk.devices.page", "Take in a file from a tablet"
SHOWN = 50  # of the files taken in before, the newest


@pages.get("")
@needs(Action.BUNDLE_IMPORT)
@shows(LookKind.CONSULTATION)
def ask(reader: Reader, code: str) -> Response:
    return _ask(reader, ())


@pages.post("")
@needs(Action.BUNDLE_IMPORT)
@shows(LookKind.CONSULTATION)
def take(reader: Reader, code: str) -> Response:
    """The entries go the way of a push: what a tablet could not have sent, a file cannot bring."""
    sent = request.files.get("bundle")
    bundle = _read(reader, b"" if sent is None else sent.read())
    if isinstance(bundle, Fault):
        return _ask(reader, (bundle,))
    came_ms = int(now().timestamp() * 1000)
    told = who_looks()
    carried = Carried(bundle=bundle, received_ms=came_ms, way=Way.DESK, taken_by=reader.officer, looking=told)
    key = sealing_key(settings().server_key_seed, bundle.operation)
    taken = take_in(reading, transaction, carried, key)
    with reading() as session:
        plan = read_operation_head(session, reader)
        lines = carried_lines(session, plan, taken)
    return show_operation(
        "desk/carried.html", reader, plan, "What became of the file", now(), tab=TAB, taken=taken, lines=lines
    )


def _read(reader: Reader, data: bytes) -> Bundle | Fault:
    if not data:
        return Fault(field="bundle", text="Choose the file that the tablet saved")
    try:
        bundle = read_bundle(data)
    except Refusal:
        return Fault(field="bundle", text="This is no file of a tablet, or it was cut short")
    if bundle.operation != reader.operation:
        return Fault(field="bundle", text="This file belongs to another operation")
    return bundle


def _ask(reader: Reader, faults: tuple[Fault, ...]) -> Response:
    with reading() as session:
        plan = read_operation_head(session, reader)
        before = taken_rows(reader, bundles_taken(session, reader.operation, SHOWN))
    return show_operation(
        "desk/carried_new.html",
        reader,
        plan,
        TITLE,
        now(),
        tab=TAB,
        csrf=csrf_token(),
        summary=faults_summary(faults),
        fault=fault_of(faults, "bundle"),
        before=before,
    )

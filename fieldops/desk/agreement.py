"""The sharing agreement at the desk: what it gives whom, its versions, and the word of a second person."""

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from fieldops.desk.agreement_sheet import Sheet, read_sheet
from fieldops.desk.agreement_words import agreement_warnings
from fieldops.desk.forms import Fault, fault_of, faults_summary
from fieldops.desk.layout import onward, show_operation
from fieldops.domain.access import may_do, may_second
from fieldops.domain.agreement_check import must_be_whole
from fieldops.domain.ids import OfficerId, PaperHash
from fieldops.domain.who import Action, Reader
from fieldops.store.agreements import ChangeState, Decided, decide_change
from fieldops.web.guard import needs
from fieldops.web.installation import now
from fieldops.web.looks import shows_nothing
from fieldops.web.session import csrf_token
from fieldops.web.transaction import reading, transaction

pages = Blueprint("agreement", __name__, url_prefix="/desk/operations/<code>/agreement")
TAB = "desk.agreement.page"
DONE = {
    "published": "The new version is in force. Tablets are told at their next contact.",
    "asked": "The change was sent to a second person. Nothing changes until they confirm it.",
    "confirmed": "The change is in force. Tablets are told at their next contact.",
    "refused": "The change was refused. Nothing changes.",
    "withdrawn": "The change was withdrawn. Nothing changes.",
}
MOST_WORDS = 1000


@pages.get("")
@needs(Action.AGREEMENT_READ)
@shows_nothing("What the agencies agreed, and who changed it.")
def page(reader: Reader, code: str) -> Response:
    """The version in force, in the words of the reader's own agency first."""
    with reading() as session:
        sheet = read_sheet(session, reader, None)
    return _show(reader, sheet, "Sharing agreement")


@pages.get("/versions/<version>")
@needs(Action.AGREEMENT_READ)
@shows_nothing("What the agencies agreed, and who changed it.")
def version(reader: Reader, code: str, version: str) -> Response:
    """One version, as it was or is to be, and what it changed."""
    with reading() as session:
        sheet = read_sheet(session, reader, PaperHash(version))
    return _show(reader, sheet, f"Sharing agreement, version {sheet.agreement.version}")


@pages.post("/versions/<version>/confirm")
@needs(Action.AGREEMENT_CONFIRM)
@shows_nothing("What the agencies agreed, and who changed it.")
def confirm(reader: Reader, code: str, version: str) -> Response:
    """A second person puts a change in force that gives more than before, or refuses it."""
    choice, why = request.form.get("choice", ""), request.form.get("why", "").strip()
    with reading() as session:
        sheet = read_sheet(session, reader, PaperHash(version))
    if faults := _confirm_faults(choice, why):
        return _show(reader, sheet, f"Sharing agreement, version {sheet.agreement.version}", faults)
    confirmed = choice == "confirm"
    with transaction() as session:
        if confirmed:  # what was complete when it was asked for may be over by now
            must_be_whole(sheet.agreement, sheet.asked(now().date()))
        _decide(session, reader, sheet, ChangeState.IN_FORCE if confirmed else ChangeState.REFUSED, why)
    return onward(url_for(TAB, code=code, done="confirmed" if confirmed else "refused"))


@pages.post("/versions/<version>/withdraw")
@needs(Action.AGREEMENT_EDIT)
@shows_nothing("What the agencies agreed, and who changed it.")
def withdraw(reader: Reader, code: str, version: str) -> Response:
    """The lead takes back a change that waits."""
    with transaction() as session:
        sheet = read_sheet(session, reader, PaperHash(version))
        _decide(session, reader, sheet, ChangeState.WITHDRAWN, "")
    return onward(url_for(TAB, code=code, done="withdrawn"))


def _decide(session: Session, reader: Reader, sheet: Sheet, state: ChangeState, why: str) -> None:
    decided = Decided(state=state, by=reader.officer, at=now(), why=why)
    decide_change(session, reader.operation, sheet.hash, decided)


def _may_confirm(reader: Reader, asked_by: OfficerId) -> bool:
    return may_do(reader, Action.AGREEMENT_CONFIRM) and may_second(reader.officer, asked_by)


def _confirm_faults(choice: str, why: str) -> tuple[Fault, ...]:
    faults = []
    if choice not in {"confirm", "refuse"}:
        faults.append(Fault(field="choice", text="Choose whether the change comes into force"))
    if not why:
        faults.append(Fault(field="why", text="Say why: it is kept with the version"))
    if len(why) > MOST_WORDS:
        faults.append(Fault(field="why", text=f"Say it in {MOST_WORDS:,} characters or fewer"))
    return tuple(faults)


def _show(reader: Reader, sheet: Sheet, title: str, faults: tuple[Fault, ...] = ()) -> Response:
    at = now()
    waits = sheet.change is not None and sheet.change.waits
    asked_by = None if sheet.change is None else sheet.change.asked_by
    return show_operation(
        "desk/agreement.html",
        reader,
        sheet.operation,
        title,
        at,
        tab=TAB,
        sheet=sheet,
        csrf=csrf_token(),
        warned=agreement_warnings(sheet.agreement, at.date(), 0) if sheet.in_force else [],
        done=DONE.get(request.args.get("done", ""), ""),
        may_edit=may_do(reader, Action.AGREEMENT_EDIT),
        may_confirm=waits and asked_by is not None and _may_confirm(reader, asked_by),
        may_withdraw=waits and may_do(reader, Action.AGREEMENT_EDIT),
        choice=request.form.get("choice", ""),
        why=request.form.get("why", ""),
        summary=faults_summary(faults),
        choice_fault=fault_of(faults, "choice"),
        why_fault=fault_of(faults, "why"),
    )

"""The quarantine: what was sent and kept, but not let into the record, with the reason of each; and the page
on which a lead decides what becomes of it."""

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from fieldops.desk.forms import Fault, fault_of, faults_summary
from fieldops.desk.layout import onward, show_operation
from fieldops.desk.papers import read_classes, read_wordings
from fieldops.desk.plan import Plan, read_plan
from fieldops.desk.quarantine_sheet import Known, aside_lines, aside_shown, entry_lines
from fieldops.desk.words import DECIDED
from fieldops.domain.access import may_decide_about, may_do
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import LogId, signer_of_log
from fieldops.domain.kinds import DECIDED_AS
from fieldops.domain.looks import LookKind
from fieldops.domain.who import Action, Reader
from fieldops.store.decisions import decisions
from fieldops.store.devices import signers
from fieldops.store.directory import officer
from fieldops.store.meta import epoch
from fieldops.store.published import editions
from fieldops.store.quarantine import Quarantined, quarantined
from fieldops.sync.enrol import this_server
from fieldops.sync.release import RELEASABLE, Asked, Desk, decide
from fieldops.web.guard import needs
from fieldops.web.installation import now, settings
from fieldops.web.looks import logged, looked, shows
from fieldops.web.session import csrf_token
from fieldops.web.transaction import reading

pages = Blueprint("quarantine", __name__, url_prefix="/desk/operations/<code>/quarantine")
TAB = "desk.quarantine.page"
MOST_WORDS = 1000


@pages.get("")
@needs(Action.QUARANTINE_READ)
@shows(LookKind.CONSULTATION)
def page(reader: Reader, code: str) -> Response:
    with reading() as session:
        plan = read_plan(session, reader)
        aside = quarantined(session, reader)
        lines = aside_lines(_known(session, reader, plan, aside), aside)
    return show_operation(
        "desk/quarantine.html",
        reader,
        plan.operation,
        "Quarantine",
        now(),
        tab=TAB,
        lines=lines,
        total=sum(not one.released for one in aside),
        may_decide=may_do(reader, Action.QUARANTINE_DECIDE),
        decided=DECIDED.get(request.args.get("decided", ""), ""),
        unfit=request.args.get("unfit", 0, type=int),
    )


@pages.get("/<log>/<cause>")
@needs(Action.QUARANTINE_DECIDE)
@shows(LookKind.CONSULTATION)
def ask(reader: Reader, code: str, log: str, cause: str) -> Response:
    return _ask(reader, LogId(log), cause, ())


@pages.post("/<log>/<cause>")
@needs(Action.QUARANTINE_DECIDE)
@shows(LookKind.ALTERATION)
def decided(reader: Reader, code: str, log: str, cause: str) -> Response:
    """Write the decision down, signed for the lead, and do as it says."""
    choice, why = request.form.get("choice", ""), request.form.get("why", "").strip()
    if faults := decision_faults(choice, why):
        return _ask(reader, LogId(log), cause, faults)
    if not may_decide_about(reader, signer_of_log(LogId(log))):
        raise Refusal("not_permitted", "Somebody else decides about what you recorded yourself.")
    with reading() as session:
        by, in_epoch = officer(session, reader.officer), epoch(session)
    assert by is not None
    asked = Asked(operation=reader.operation, officer=by, log=LogId(log), code=cause, choice=choice, why=why)
    server = this_server(settings(), in_epoch)
    made = decide(logged, asked, Desk(seed=settings().server_key_seed, server=server, now=now()))
    return onward(url_for(TAB, code=code, decided=choice, unfit=made.unfit))


def decision_faults(choice: str, why: str) -> tuple[Fault, ...]:
    """What is missing before a decision is written down."""
    faults = []
    if choice not in DECIDED_AS:
        faults.append(Fault(field="choice", text="Choose what becomes of these entries"))
    if not why:
        faults.append(Fault(field="why", text="Say why: it is kept with the decision"))
    if len(why) > MOST_WORDS:
        faults.append(Fault(field="why", text=f"Say it in {MOST_WORDS:,} characters or fewer"))
    return tuple(faults)


def _ask(reader: Reader, log: LogId, cause: str, faults: tuple[Fault, ...]) -> Response:
    with reading() as session:
        plan = read_plan(session, reader)
        everything = quarantined(session, reader)
        aside = [one for one in everything if (one.log, one.code, one.released) == (log, cause, False)]
        if not aside:
            raise Refusal("nothing_waits", "Nothing of this waits for a decision any more.")
        (line, *_) = aside_lines(_known(session, reader, plan, aside), aside)
        looked(aside_shown(reader.operation, aside))
        wordings = read_wordings(session, editions(session, "checklist"), plan.agencies)
    return show_operation(
        "desk/quarantine_decide.html",
        reader,
        plan.operation,
        "Decide about entries put aside",
        now(),
        tab=TAB,
        csrf=csrf_token(),
        line=line,
        entries=entry_lines(wordings, plan.operation.papers.checklist, aside, now()),
        releasable=cause in RELEASABLE,
        their_own=not may_decide_about(reader, signer_of_log(log)),
        choice=request.form.get("choice", ""),
        why=request.form.get("why", ""),
        summary=faults_summary(faults),
        choice_fault=fault_of(faults, "choice"),
        why_fault=fault_of(faults, "why"),
    )


def _known(session: Session, reader: Reader, plan: Plan, aside: list[Quarantined]) -> Known:
    return Known(
        plan=plan,
        classes=read_classes(session, plan.operation),
        signers=signers(session, {one.signer for one in aside}),
        decisions=decisions(session, reader),
        now=now(),
    )

"""The lead edits the agreement: a form, a preview in plain words, and only then a new version."""

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from fieldops.desk.agreement import MOST_WORDS, TAB
from fieldops.desk.agreement_form import Edited, Editing, edit, fields_of
from fieldops.desk.agreement_sheet import party_lines, read_named, read_words
from fieldops.desk.agreement_words import LEVELS, SCOPES, WITHHELD
from fieldops.desk.forms import Fault, fault_of, faults_summary
from fieldops.desk.layout import onward, show_operation
from fieldops.desk.plan import read_operation_head
from fieldops.domain.agreement import Level
from fieldops.domain.agreement_check import Asked
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import PaperHash
from fieldops.domain.operation import Operation
from fieldops.domain.sharing import difference
from fieldops.domain.who import Action, Reader
from fieldops.store.agreements import Wanted, ask_for, postures_known
from fieldops.web.guard import needs
from fieldops.web.installation import now
from fieldops.web.looks import shows_nothing
from fieldops.web.session import csrf_token
from fieldops.web.transaction import reading, transaction

pages = Blueprint("agreement_edit", __name__, url_prefix="/desk/operations/<code>/agreement/edit")
MOVED = (
    "The agreement was changed by somebody else while you were editing it. Below stands the version that is "
    "in force now. Nothing of your change was kept."
)
CARRIED_NOT = frozenset({"csrf_token", "step", "reason"})


@pages.get("")
@needs(Action.AGREEMENT_EDIT)
@shows_nothing("What the agencies agreed, and who changed it.")
def ask(reader: Reader, code: str) -> Response:
    with reading() as session:
        serving, editing = _editing(session, reader)
    moved = (Fault(field="purposes", text=MOVED),) if request.args.get("moved") else ()
    return _form(reader, serving, editing, fields_of(editing), moved)


@pages.post("")
@needs(Action.AGREEMENT_EDIT)
@shows_nothing("What the agencies agreed, and who changed it.")
def step(reader: Reader, code: str) -> Response:
    """Preview what was filled in, go back to it, or publish what was previewed."""
    form = {name: value.replace("\r\n", "\n") for name, value in request.form.items()}
    with reading() as session:
        serving, editing = _editing(session, reader)
    if form.get("base", "") != serving.papers.agreement:
        return _form(reader, serving, editing, fields_of(editing), (Fault(field="purposes", text=MOVED),))
    edited = edit(editing, form)
    if edited.faults or form.get("step") == "edit":
        return _form(reader, serving, editing, fields_of(editing) | form, edited.faults)
    faults = _reason_faults(form.get("reason", "").strip())
    if form.get("step") != "publish":
        return _preview(reader, serving, editing, edited, ())
    if faults:
        return _preview(reader, serving, editing, edited, faults)
    return _publish(reader, code, serving.papers.agreement, editing, edited)


def _publish(reader: Reader, code: str, base: PaperHash, editing: Editing, edited: Edited) -> Response:
    """What gives nobody more is in force at once; anything else waits for a second person."""
    changed = difference(editing.before, edited.after, editing.named.codes, editing.asked.postures)
    wanted = Wanted(
        operation=reader.operation,
        base=base,
        words=edited.words,
        asked_by=reader.officer,
        reason=request.form["reason"].strip(),
    )
    try:
        with transaction() as session:
            ask_for(session, wanted, now(), waits=changed.widens)
    except Refusal as refusal:
        if refusal.code != "agreement_moved":
            raise
        return onward(url_for("desk.agreement_edit.ask", code=code, moved=1))
    return onward(url_for(TAB, code=code, done="asked" if changed.widens else "published"))


def _reason_faults(reason: str) -> tuple[Fault, ...]:
    if not reason:
        return (Fault(field="reason", text="Say why: it is kept with the version"),)
    if len(reason) > MOST_WORDS:
        return (Fault(field="reason", text=f"Say it in {MOST_WORDS:,} characters or fewer"),)
    return ()


def _editing(session: Session, reader: Reader) -> tuple[Operation, Editing]:
    serving = read_operation_head(session, reader)
    named = read_named(session, serving)
    asked = Asked(
        classes=named.classes,
        postures=postures_known(session),
        today=now().date(),
        last_day=max(serving.days),
    )
    words = read_words(session, serving.papers.agreement)
    return serving, Editing(words=words, named=named, asked=asked)


def _form(
    reader: Reader, serving: Operation, editing: Editing, given: dict[str, str], faults: tuple[Fault, ...]
) -> Response:
    return show_operation(
        "desk/agreement_edit.html",
        reader,
        serving,
        "Change the sharing agreement",
        now(),
        tab=TAB,
        csrf=csrf_token(),
        base=serving.papers.agreement,
        given=given,
        parties=[(code, editing.named.agency(code)) for code in editing.parties],
        inside=editing.before.agencies,
        classes=[one for one in editing.named.classes if one.code not in editing.before.reserved],
        levels=LEVELS,
        by_label=Level.PSEUDONYM,
        scopes=SCOPES,
        kept_back=WITHHELD,
        postures=editing.choices,
        summary=faults_summary(faults),
        opened=_parties_of(faults),
        faults={fault.field: {"text": fault.text} for fault in faults},
    )


def _parties_of(faults: tuple[Fault, ...]) -> frozenset[str]:
    """The agencies in whose part of the form something is wrong: that part stands open."""
    return frozenset(fault.field.split(".")[1] for fault in faults if "." in fault.field)


def _preview(
    reader: Reader, serving: Operation, editing: Editing, edited: Edited, faults: tuple[Fault, ...]
) -> Response:
    before, after = editing.before, edited.after
    changed = difference(before, after, editing.named.codes, editing.asked.postures)
    parties = party_lines(before, after, editing.named, changed)
    return show_operation(
        "desk/agreement_preview.html",
        reader,
        serving,
        "Look at what changes",
        now(),
        tab=TAB,
        csrf=csrf_token(),
        carried=[(name, value) for name, value in request.form.items() if name not in CARRIED_NOT],
        after=after,
        posture_changed=after.posture != before.posture,
        changed=[one for one in parties if one.changed],
        unchanged=[one for one in parties if not one.changed],
        opens=changed.opens,
        widens=changed.widens,
        reason=request.form.get("reason", ""),
        summary=faults_summary(faults),
        reason_fault=fault_of(faults, "reason"),
    )

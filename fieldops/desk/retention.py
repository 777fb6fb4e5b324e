"""How long words about people are kept: whom to look at again, legal holds, and erasing by two people."""

import json
import os

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from fieldops.desk.forms import Fault, fault_of, faults_summary
from fieldops.desk.layout import onward, show_operation
from fieldops.desk.papers import read_classes
from fieldops.desk.plan import read_operation_head, read_plan
from fieldops.desk.retention_sheet import (
    ErasureWords,
    Ground,
    erase_faults,
    erasure_words,
    holds_words,
    keep_faults,
    name_of,
    person_lines,
    proposals,
    refuse_faults,
    review_day,
)
from fieldops.desk.words import count
from fieldops.domain.access import may_do
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import SubjectId
from fieldops.domain.looks import LookKind
from fieldops.domain.retention import Described, Erasure, Retention, Rules, parse_rules
from fieldops.domain.visit import card_labels
from fieldops.domain.who import Action, Reader
from fieldops.store.devices import signers
from fieldops.store.directory import officers
from fieldops.store.erasures import (
    described,
    erased_on,
    erasures,
    may_hold,
    put_retention,
    retentions,
)
from fieldops.store.published import latest
from fieldops.store.records import read_operation
from fieldops.sync.erase import Asking, Means, ask_erasure, carry_out, confirm_erasure, refuse_erasure
from fieldops.web.guard import needs
from fieldops.web.installation import blobs, now, person_keys, settings
from fieldops.web.looks import shows
from fieldops.web.session import csrf_token
from fieldops.web.transaction import reading, transaction

pages = Blueprint("retention", __name__, url_prefix="/desk/operations/<code>/retention")
TAB = "desk.retention.page"


@pages.get("")
@needs(Action.RETENTION_READ)
@shows(LookKind.CONSULTATION)
def page(reader: Reader, code: str) -> Response:
    with reading() as session:
        ground = _ground(session, reader)
        lines = person_lines(ground, described(session, reader, ground.classes))
    return show_operation(
        "desk/retention.html",
        reader,
        ground.operation,
        "Retention",
        now(),
        tab=TAB,
        lines=lines,
        everybody=ground.operation.id,
        held=ground.is_held(ground.operation.id),
        due=count(sum(one.due for one in lines), "review is due", "reviews are due"),
        done=request.args.get("done", ""),
    )


@pages.get("/<ref>")
@needs(Action.RETENTION_READ)
@shows(LookKind.CONSULTATION)
def person(reader: Reader, code: str, ref: str) -> Response:
    return _person(reader, ref, ())


@pages.post("/<ref>/keep")
@needs(Action.RETENTION_DECIDE)
@shows(LookKind.CONSULTATION)
def keep(reader: Reader, code: str, ref: str) -> Response:
    """Set review group, day and legal hold."""
    form = request.form
    with transaction() as session:
        _, rules = _known(session, reader, ref), _rules(session)
        faults, review_on = keep_faults(rules, form), review_day(form)
        if not faults and review_on is not None:
            kept = Retention(
                ref=ref,
                group=form["group"],
                review_on=review_on,
                held=form.get("held") == "yes",
                why=form["why"].strip(),
                by=reader.officer,
                at=now(),
            )
            put_retention(session, reader.operation, kept)
    return _person(reader, ref, faults) if faults else _back(code, "kept")


@pages.post("/<ref>/erase")
@needs(Action.RETENTION_DECIDE)
@shows(LookKind.CONSULTATION)
def erase(reader: Reader, code: str, ref: str) -> Response:
    """Ask for the erasure. Nothing happens before a second person agrees."""
    form = request.form
    with transaction() as session:
        one = _known(session, reader, ref)
        faults = erase_faults(_rules(session), form)
        if not faults:
            asking = Asking(
                operation=reader.operation,
                scope=one.scope,
                ref=ref,
                ground=form["ground"],
                reason=form["reason"].strip(),
                by=reader.officer,
            )
            ask_erasure(session, asking, now(), os.urandom)
    return _person(reader, ref, faults) if faults else _back(code, "asked")


@pages.post("/<ref>/decide/<erasure_id>")
@needs(Action.RETENTION_DECIDE)
@shows(LookKind.ERASURE)
def decide(reader: Reader, code: str, ref: str, erasure_id: str) -> Response:
    """Agree to an erasure, which carries it out, or refuse it."""
    _ours(reader, ref, erasure_id)
    if request.form.get("answer") == "agree":
        confirm_erasure(_means(), erasure_id, reader.officer)
        return _back(code, "erased")
    if faults := refuse_faults(request.form):
        return _person(reader, ref, faults)
    with transaction() as session:
        refuse_erasure(session, erasure_id, reader.officer, request.form["refused"].strip(), now())
    return _back(code, "refused")


@pages.post("/<ref>/finish/<erasure_id>")
@needs(Action.RETENTION_DECIDE)
@shows(LookKind.ERASURE)
def finish(reader: Reader, code: str, ref: str, erasure_id: str) -> Response:
    """Carry out an erasure that two people agreed on, and that was broken off."""
    _ours(reader, ref, erasure_id)
    carry_out(_means(), erasure_id)
    return _back(code, "erased")


def _back(code: str, done: str) -> Response:
    return onward(url_for(TAB, code=code, done=done))


def _means() -> Means:
    return Means(
        writing=transaction, keys=person_keys(), blobs=blobs(), views=settings().views_folder, now=now()
    )


def _rules(session: Session) -> Rules:
    paper = latest(session, "retention", "retention")
    if paper is None:
        raise Refusal("paper_missing", "The rules on retention are not published.")
    return parse_rules(json.loads(paper))


def _known(session: Session, reader: Reader, ref: str) -> Described:
    """Somebody of this operation, or all of it; nobody else is there for the reader."""
    head = read_operation_head(session, reader)
    if ref == head.id:
        return Described(ref=ref, scope=head.id, entries=())
    for one in described(session, reader, read_classes(session, head)):
        if one.ref == ref:
            return one
    raise Refusal("not_found", "Nothing is kept of anybody of this name.")


def _ours(reader: Reader, ref: str, erasure_id: str) -> None:
    with reading() as session:
        if not any((one.id, one.ref) == (erasure_id, ref) for one in erasures(session, reader.operation)):
            raise Refusal("not_found", "There is no such erasure.")


def _ground(session: Session, reader: Reader) -> Ground:
    plan = read_plan(session, reader)
    records = read_operation(session, reader, reader.operation)
    labels: dict[SubjectId, str | None] = {}
    for record in records.values():
        labels |= card_labels(record.standings)
    kept, asked = retentions(session, reader.operation), erasures(session, reader.operation)
    people = {one.asked_by for one in asked} | {one.decided_by for one in asked if one.decided_by}
    return Ground(
        operation=plan.operation,
        rules=_rules(session),
        classes=read_classes(session, plan.operation),
        kept=kept,
        erasures=asked,
        visits={str(one.id): plan.premises_of(one).name for one in plan.visits},
        labels=labels,
        officers={one.id: one.name for one in officers(session, people).values()},
        now=now(),
    )


def _person(reader: Reader, ref: str, faults: tuple[Fault, ...]) -> Response:
    with reading() as session:
        one, ground = _known(session, reader, ref), _ground(session, reader)
        told = [_told(session, ground, reader, each) for each in ground.erasures if each.ref == ref]
    group, review_on, decided = ground.review_of(ref)
    kept, form = ground.kept.get(ref), request.form
    return show_operation(
        "desk/retention_person.html",
        reader,
        ground.operation,
        name_of(ground, ref),
        now(),
        tab=TAB,
        csrf=csrf_token(),
        ref=ref,
        visit=ground.visits.get(one.scope, ground.operation.name),
        holds=holds_words(ground.classes, one),
        everybody=ref == ground.operation.id,
        groups=proposals(ground.rules, ground.operation),
        group=form.get("group", group.code),
        review_on=form.get("review_on", review_on.isoformat()),
        decided=decided,
        kept=kept,
        held=ground.is_held(ref),
        own_hold=kept is not None and kept.held,
        grounds=[{"value": each.code, "text": each.name} for each in ground.rules.grounds],
        given=form,
        erasures=told,
        may_ask=not ground.is_held(ref) and all(each.refused for each in told),
        may_decide=may_do(reader, Action.RETENTION_DECIDE),
        summary=faults_summary(faults),
        faults={field: fault_of(faults, field) for field in FIELDS},
    )


FIELDS = ("group", "review_on", "why", "ground", "reason", "refused")


def _told(session: Session, ground: Ground, reader: Reader, one: Erasure) -> ErasureWords:
    done = erased_on(session, reader.operation).get(one.id, frozenset())
    due = may_hold(session, one.scope) - done
    numbers = {key: found.device_number for key, found in signers(session, done | due).items()}
    return erasure_words(
        ground,
        reader,
        one,
        sorted({numbers[key] for key in done}),
        sorted({numbers[key] for key in due} - {numbers[key] for key in done}),
    )

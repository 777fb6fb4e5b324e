"""The access log at the desk: own look-ups, who looked at a visit, what is to be looked into, the export."""

from collections.abc import Iterable

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from fieldops.desk.forms import Fault, fault_of, faults_summary
from fieldops.desk.layout import onward, show_operation
from fieldops.desk.looks_sheet import VERDICTS, Known, look_lines, raised_lines, review_faults
from fieldops.desk.papers import read_classes
from fieldops.desk.plan import read_plan
from fieldops.domain.access import may_do, may_second
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OfficerId
from fieldops.domain.look_review import Raised, raised
from fieldops.domain.looks import Look, LookKind, Shown
from fieldops.domain.who import Action, Reader
from fieldops.evidence.checkpoints import make_checkpoint
from fieldops.evidence.looks_export import altered, export_looks
from fieldops.store.accesslog import look_rules, looks_at, looks_by, looks_since
from fieldops.store.directory import officers
from fieldops.store.look_reviews import Review, Verdict, agencies_sent, note_review, reviews
from fieldops.web.guard import needs
from fieldops.web.installation import now, settings
from fieldops.web.looks import looked, looked_in, shows
from fieldops.web.session import csrf_token
from fieldops.web.transaction import reading, transaction

pages = Blueprint("looks", __name__, url_prefix="/desk/operations/<code>")
TAB = "desk.looks.mine"
MOST = 200  # lines on a page, the newest


@pages.get("/looks")
@needs(Action.OWN_LOOKS_READ)
@shows(LookKind.CONSULTATION)
def mine(reader: Reader, code: str) -> Response:
    with reading() as session:
        lines = looks_by(session, reader.operation, reader.officer, MOST)
        known = _known(session, reader, [reader.officer])
    return show_operation(
        "desk/looks.html",
        reader,
        known.plan.operation,
        "My look-ups",
        now(),
        tab=TAB,
        lines=look_lines(known, lines),
        most=MOST,
        may_review=may_do(reader, Action.LOOKS_READ),
    )


@pages.get("/visits/<visit_name>/looks")
@needs(Action.LOOKS_READ)
@shows(LookKind.CONSULTATION)
def at_visit(reader: Reader, code: str, visit_name: str) -> Response:
    """Who looked at a visit. That this was looked up is itself a line, about the visit."""
    with reading() as session:
        visit = read_plan(session, reader).visit_named(visit_name)
        lines = looks_at(session, reader.operation, visit.id, MOST)
        known = _known(session, reader, _officers(lines))
    looked(Shown(visits=frozenset({visit.id})))
    premises = known.plan.premises_of(visit)
    return show_operation(
        "desk/looks_at.html",
        reader,
        known.plan.operation,
        f"Who looked at {premises.code}",
        now(),
        tab="desk.visits.listing",
        premises=premises,
        lines=look_lines(known, lines),
        most=MOST,
    )


@pages.get("/looks/review")
@needs(Action.LOOKS_READ)
@shows(LookKind.CONSULTATION)
def review(reader: Reader, code: str) -> Response:
    return _review(reader, "", ())


@pages.post("/looks/review")
@needs(Action.LOOKS_DECIDE)
@shows(LookKind.CONSULTATION)
def decide(reader: Reader, code: str) -> Response:
    """Keep what was said about looks that a rule raised; nobody speaks about their own."""
    form = request.form
    key, verdict, why = (form.get(name, "").strip() for name in ("raised", "verdict", "why"))
    faults = review_faults(verdict, why)
    if faults:
        return _review(reader, key, faults)
    with transaction() as session:
        found = next((one for one in _raised(session, reader) if one.key == key), None)
        if found is None:
            raise Refusal("not_found", "Nothing of this was raised.")
        if not may_second(reader.officer, found.officer):
            raise Refusal("second_person", "Somebody else speaks about your own look-ups.")
        said = Review(raised=key, verdict=Verdict(verdict), why=why, by=reader.officer, at=now())
        note_review(session, reader.operation, said)
        looked_in(session)
    return onward(url_for("desk.looks.review", code=code))


@pages.post("/looks/export")
@needs(Action.LOOKS_EXPORT)
@shows(LookKind.DISCLOSURE)
def export(reader: Reader, code: str) -> Response:
    """Everything for the regulator, with its own line in it, under a checkpoint made for it."""
    with transaction(writes=True) as session:
        looked_in(session)
        make_checkpoint(session, reader.operation, settings().server_key_seed, now())
        made = export_looks(session, reader.operation)
    answer = Response(made, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}-access-log.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _review(reader: Reader, asked: str, faults: tuple[Fault, ...]) -> Response:
    with reading() as session:
        found, said = _raised(session, reader), reviews(session, reader.operation)
        named = {one.officer for one in found} | {one.by for one in said.values()}
        known = _known(session, reader, named)
        wrong = altered(session, reader.operation)
    return show_operation(
        "desk/looks_review.html",
        reader,
        known.plan.operation,
        "Look-ups to review",
        now(),
        tab=TAB,
        csrf=csrf_token(),
        lines=raised_lines(known, found, said),
        verdicts={one.value: words for one, words in VERDICTS.items()},
        altered=wrong,
        days=known.rules.review_days,
        may_export=may_do(reader, Action.LOOKS_EXPORT),
        asked=asked,
        given=request.form,
        summary=faults_summary(faults),
        verdict_fault=fault_of(faults, "verdict"),
        why_fault=fault_of(faults, "why"),
    )


def _raised(session: Session, reader: Reader) -> list[Raised]:
    rules = look_rules(session)
    since_ms = int(now().timestamp() * 1000) - rules.review_days * 86_400_000
    lines = looks_since(session, reader.operation, since_ms)
    return raised(lines, rules, agencies_sent(session, reader.operation))


def _officers(lines: Iterable[Look]) -> set[OfficerId]:
    return {one.officer for one in lines if one.officer is not None}


def _known(session: Session, reader: Reader, named: Iterable[OfficerId]) -> Known:
    plan = read_plan(session, reader)
    return Known(
        reader=reader,
        plan=plan,
        classes=read_classes(session, plan.operation),
        rules=look_rules(session),
        officers=officers(session, named),
        now=now(),
    )

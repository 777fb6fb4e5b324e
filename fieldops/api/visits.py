"""Planned visits: those of an operation, one with its roster, planning or moving one, and its record."""

import os
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from fieldops.api.premises import premises_words
from fieldops.api.record_words import record_words
from fieldops.api.words import id_field, member_words, number_field, team_words, visit_words
from fieldops.domain.access import may_do, may_read_plan, may_read_premises, names_officer
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import PremisesId, TeamId, VisitId, new_id
from fieldops.domain.looks import LookKind
from fieldops.domain.operation import PlannedVisit, checklist_of
from fieldops.domain.who import Action, Reader
from fieldops.store.attached import files_of
from fieldops.store.holds import premises_told
from fieldops.store.operations import operation, premises_of
from fieldops.store.plans import add_visit, move_visit, roster, teams, visit, visits
from fieldops.store.published import paper
from fieldops.store.records import read_visit
from fieldops.store.visit_papers import publish_visit_papers
from fieldops.web.body import read_body
from fieldops.web.clock import now
from fieldops.web.guard import needs
from fieldops.web.looks import looked, record_shown, shows, shows_nothing
from fieldops.web.paging import page
from fieldops.web.spoken import speaks
from fieldops.web.transaction import transaction

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
PLAN = Schema.from_dict(
    {
        "premises": id_field(),
        "team": id_field(),
        "day": fields.Date(required=True),
        "sequence": number_field(1, 100),
        "planned_start": fields.AwareDateTime(
            required=True, validate=validate.Range(min=EARLIEST, max=LATEST)
        ),
        "minutes": number_field(1, 24 * 60),
    },
    name="VisitPlan",
)()
VISIT = Schema.from_dict(
    {
        "id": fields.String(required=True),
        "premises": fields.String(required=True),
        "team": fields.String(required=True, allow_none=True),
        "day": fields.Date(required=True, allow_none=True),
        "sequence": fields.Integer(required=True, allow_none=True),
        "planned_start": fields.String(required=True, allow_none=True),
        "minutes": fields.Integer(required=True, allow_none=True),
        "paper": fields.String(required=True, allow_none=True),
    },
    name="Visit",
)
PLANNED = VISIT()
MANY = Schema.from_dict(
    {
        "visits": fields.List(fields.Nested(VISIT), required=True),
        "next": fields.String(required=True, allow_none=True),
    },
    name="Visits",
)()
ONE = Schema.from_dict(
    {
        "visit": fields.Nested(VISIT, required=True),
        "premises": fields.Dict(required=True),
        "team": fields.Dict(required=True, allow_none=True),
        "roster": fields.List(fields.Dict(), required=True),
    },
    name="VisitInFull",
)()
RECORD = Schema.from_dict(
    {
        "visit": fields.String(required=True),
        "entries": fields.List(fields.Dict(), required=True),
        "conflicts": fields.List(fields.Dict(), required=True),
        "withheld": fields.Dict(required=True),
    },
    name="Record",
)()
NEVER_KEPT_BACK = frozenset({"id", "premises"})

blueprint = Blueprint("visits", __name__, url_prefix="/api")


@blueprint.get("/operations/<operation_id>/visits")
@needs(Action.VISIT_READ)
@shows_nothing("Premises, teams and times by their ids; nobody is named.")
@speaks(gives=MANY, query=("after", "limit"))
def listing(reader: Reader, operation_id: str) -> Response:
    """The operation's visits, by day, team and place in the day. Where the plan is not given to the reader, a
    visit is its id and premises alone, in an order that tells nothing."""
    with transaction() as session:
        planned = visits(session, reader.operation)
    told = [one for one in planned if may_read_plan(reader, one.id)]
    bare = sorted((one for one in planned if one not in told), key=lambda one: one.id)
    shown, onward = page(told + bare, lambda one: one.id)
    return jsonify(visits=[_words(reader, one) for one in shown], next=onward)


@blueprint.post("/operations/<operation_id>/visits")
@needs(Action.OPERATION_PLAN)
@shows_nothing("Premises, a team and a time by their ids; nobody is named.")
@speaks(takes=PLAN, gives=PLANNED, status=201, refuses=("not_found",))
def plan(reader: Reader, operation_id: str) -> tuple[Response, int, dict[str, str]]:
    """Plan a visit, and publish its paper to the tablets of the team."""
    given = read_body(PLAN)
    with transaction() as session:
        new = _planned(session, reader, VisitId(new_id(os.urandom)), given)
        add_visit(session, new)
        told = _told(session, new)
    return jsonify(visit_words(told)), 201, {"Location": f"/api/visits/{new.id}"}


@blueprint.put("/visits/<visit_id>")
@needs(Action.OPERATION_PLAN)
@shows_nothing("Premises, a team and a time by their ids; nobody is named.")
@speaks(takes=PLAN, gives=PLANNED, refuses=("not_found",))
def move(reader: Reader, visit_id: str) -> Response:
    """Give a visit another team or time. Its premises stay; its paper is published anew."""
    given = read_body(PLAN)
    with transaction() as session:
        moved = _planned(session, reader, VisitId(visit_id), given)
        move_visit(session, moved)
        return jsonify(visit_words(_told(session, moved)))


@blueprint.get("/visits/<visit_id>")
@needs(Action.VISIT_READ)
@shows(LookKind.CONSULTATION)
@speaks(gives=ONE)
def look(reader: Reader, visit_id: str) -> Response:
    """One visit with its premises, team and roster."""
    with transaction() as session:
        return jsonify(_in_full(session, reader, _found(session, visit_id)))


@blueprint.get("/visits/<visit_id>/record")
@needs(Action.RECORD_READ)
@shows(LookKind.CONSULTATION)
@speaks(gives=RECORD, refuses=("reason_needed",))
def record(reader: Reader, visit_id: str) -> Response:
    """What was recorded at the visit, as far as it is shared with the reader, and how much is withheld."""
    with transaction() as session:
        found = read_visit(session, reader, VisitId(visit_id))
        looked(record_shown(VisitId(visit_id), found))
        files = files_of(session, (one.entry.id for one in found.standings if one.entry.attachments))
        checklist = _checklist(session, reader, VisitId(visit_id))
        return jsonify(record_words(reader, VisitId(visit_id), found, checklist, files))


def _checklist(session: Session, reader: Reader, visit_id: VisitId) -> bytes:
    """The checklist that says who may write what at this visit."""
    serving, planned = operation(session, reader.operation), _found(session, visit_id)
    found = None if serving is None else paper(session, checklist_of(serving, planned))
    if found is None:
        raise Refusal("paper_missing", "The operation's checklist is not published.")
    return found


def _found(session: Session, visit_id: str) -> PlannedVisit:
    found = visit(session, VisitId(visit_id))
    if found is None:
        raise Refusal("not_found", "There is no such visit.")
    return found


def _planned(session: Session, reader: Reader, name: VisitId, given: dict[str, object]) -> PlannedVisit:
    """The visit as the plan says, if its team and premises are of this operation."""
    team, site = TeamId(str(given["team"])), PremisesId(str(given["premises"]))
    sites = {one.id for one in premises_of(session, reader.operation)}
    if site not in sites or team not in {one.id for one in teams(session, reader.operation)}:
        raise Refusal("not_found", "This operation has no such team or premises.")
    starts, minutes, sequence = given["planned_start"], given["minutes"], given["sequence"]
    assert isinstance(starts, datetime)
    return PlannedVisit(
        id=name,
        operation=reader.operation,
        premises=site,
        team=team,
        day=given["day"],  # type: ignore[arg-type]
        sequence=int(str(sequence)),
        planned_start=starts,
        minutes=int(str(minutes)),
        paper=None,
    )


def _told(session: Session, planned: PlannedVisit) -> PlannedVisit:
    publish_visit_papers(session, planned.operation, {planned.id})
    return _found(session, planned.id)


def _words(reader: Reader, found: PlannedVisit) -> dict[str, object]:
    """The paper's name is a hash over all that tablets are told, names too: it is for those who plan."""
    words = visit_words(found)
    if may_read_plan(reader, found.id):
        return words if may_do(reader, Action.OPERATION_PLAN) else {**words, "paper": None}
    return {key: words[key] if key in NEVER_KEPT_BACK else None for key in words}


def _in_full(session: Session, reader: Reader, found: PlannedVisit) -> dict[str, object]:
    site = next(one for one in premises_told(session, reader, now()) if one.id == found.premises)
    team = next(one for one in teams(session, reader.operation) if one.id == found.team)
    planned = may_read_plan(reader, found.id)
    sent = roster(session, found) if planned else []
    return {
        "visit": _words(reader, found),
        "premises": premises_words(site, told=may_read_premises(reader), planned=planned),
        "team": team_words(team) if planned else None,
        "roster": [member_words(one, names_officer(reader, one.agency)) for one in sent],
    }

"""Operations: the list of those one serves on, one of them, and opening a new one."""

import os

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from fieldops.api.words import code_field, hash_field, operation_words, text_field
from fieldops.domain.access import may_do
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OperationId, new_id
from fieldops.domain.operation import Operation, PaperSet
from fieldops.domain.who import Action, Principal, Reader
from fieldops.store.agreements import must_open
from fieldops.store.operations import add_operation, operation, operations, operations_of
from fieldops.store.published import papers as papers_called
from fieldops.web.body import read_body
from fieldops.web.clock import now
from fieldops.web.guard import needs
from fieldops.web.looks import shows_nothing
from fieldops.web.paging import page
from fieldops.web.spoken import speaks
from fieldops.web.transaction import transaction

KINDS = ("checklist", "indicators", "classes", "agreement", "rates")
PAPERS = Schema.from_dict(
    {kind: hash_field() for kind in KINDS},
    name="PaperSet",
)
NEW_OPERATION = Schema.from_dict(
    {
        "code": code_field(),
        "name": text_field(200),
        "nation": text_field(32),
        "time_zone": fields.String(
            load_default="Europe/London", validate=validate.Regexp(r"^[A-Za-z_]+(/[A-Za-z_]+)*\Z")
        ),
        "days": fields.List(fields.Date(), required=True, validate=validate.Length(min=1, max=62)),
        "papers": fields.Nested(PAPERS, required=True),
    },
    name="NewOperation",
)()
OPERATION = Schema.from_dict(
    {
        "id": fields.String(required=True),
        "code": fields.String(required=True),
        "name": fields.String(required=True),
        "nation": fields.String(required=True),
        "time_zone": fields.String(required=True),
        "days": fields.List(fields.Date(), required=True),
        "firewall": fields.String(required=True),
        "firewall_statement": fields.String(required=True),
        "papers": fields.Nested(PAPERS, required=True),
        "opened_at": fields.String(required=True),
        "closed_at": fields.String(required=True, allow_none=True),
    },
    name="Operation",
)
ONE = OPERATION()
MANY = Schema.from_dict(
    {
        "operations": fields.List(fields.Nested(OPERATION), required=True),
        "next": fields.String(required=True, allow_none=True),
    },
    name="Operations",
)()

NOT_OPENED = ("operation_exists", "paper_missing", "agreement_incomplete")

blueprint = Blueprint("operations", __name__, url_prefix="/api/operations")


@blueprint.get("")
@needs(Action.OPERATION_LIST)
@shows_nothing("What operations are called, when they are held and by which papers.")
@speaks(gives=MANY, query=("after", "limit"))
def listing(who: Reader | Principal) -> Response:
    """The operations on which one serves, the newest first; for an administrator, all of them."""
    with transaction() as session:
        everywhere = may_do(who, Action.OPERATION_OPEN)
        serving = operations(session) if everywhere else operations_of(session, who.officer)
    shown, onward = page(serving, lambda one: one.id)
    return jsonify(operations=[operation_words(one) for one in shown], next=onward)


@blueprint.post("")
@needs(Action.OPERATION_OPEN)
@shows_nothing("What operations are called, when they are held and by which papers.")
@speaks(takes=NEW_OPERATION, gives=ONE, status=201, refuses=NOT_OPENED)
def open_operation(who: Principal) -> tuple[Response, int, dict[str, str]]:
    """Open an operation under papers that are published, its sharing agreement first of all."""
    given = read_body(NEW_OPERATION)
    with transaction() as session:
        papers = _published(session, PaperSet(**given.pop("papers")))
        posture = must_open(session, papers, now().date(), max(given["days"])).posture
        opened = _opened(given, papers, posture.code, posture.statement)
        add_operation(session, opened)
    return jsonify(operation_words(opened)), 201, {"Location": f"/api/operations/{opened.id}"}


@blueprint.get("/<operation_id>")
@needs(Action.OPERATION_READ)
@shows_nothing("What operations are called, when they are held and by which papers.")
@speaks(gives=ONE)
def look(reader: Reader, operation_id: str) -> Response:
    """One operation."""
    with transaction() as session:
        found = operation(session, reader.operation)
    if found is None:
        raise Refusal("not_found", "There is no such operation.")
    return jsonify(operation_words(found))


def _published(session: Session, named: PaperSet) -> PaperSet:
    """The papers, if each is published and of the kind that it is to serve as."""
    wanted = {kind: getattr(named, kind) for kind in KINDS}
    found = {(one.kind, one.hash) for one in papers_called(session, wanted.values())}
    for kind, name in wanted.items():
        if (kind, name) not in found:
            raise Refusal("paper_missing", f"No {kind} is published under this hash.", paper=name)
    return named


def _opened(given: dict[str, object], papers: PaperSet, posture: str, statement: str) -> Operation:
    days = given["days"]
    assert isinstance(days, list)
    return Operation(
        id=OperationId(new_id(os.urandom)),
        code=str(given["code"]),
        name=str(given["name"]),
        nation=str(given["nation"]),
        time_zone=str(given["time_zone"]),
        days=tuple(days),
        firewall=posture,
        firewall_statement=statement,
        papers=papers,
        base=None,
        opened_at=now(),
        closed_at=None,
    )

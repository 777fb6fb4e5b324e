"""The teams of an operation with their members, and putting a team together."""

import os

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from fieldops.api.words import code_field, id_field, member_words, team_words, text_field, words_field
from fieldops.domain.access import may_read_plan, names_officer
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OfficerId, OperationId, TeamId, new_id
from fieldops.domain.looks import LookKind
from fieldops.domain.operation import Member, Team
from fieldops.domain.who import Action, Reader
from fieldops.store.directory import roles
from fieldops.store.plans import add_member, add_team, members, teams, visits
from fieldops.web.body import read_body
from fieldops.web.guard import needs
from fieldops.web.looks import looked_in, shows
from fieldops.web.spoken import speaks
from fieldops.web.transaction import transaction

NEW_MEMBER = Schema.from_dict(
    {
        "officer": id_field(),
        "capabilities": words_field(),
        "lead": fields.Boolean(load_default=False, truthy={True}, falsy={False}),
    },
    name="NewMember",
)
NEW_TEAM = Schema.from_dict(
    {
        "code": code_field(),
        "name": text_field(100),
        "languages": words_field(),
        "capabilities": words_field(),
        "members": fields.List(fields.Nested(NEW_MEMBER), required=True, validate=validate.Length(max=40)),
    },
    name="NewTeam",
)()
MEMBER = Schema.from_dict(
    {
        "officer": fields.String(required=True, allow_none=True),
        "name": fields.String(required=True, allow_none=True),
        "agency": fields.String(required=True),
        "capabilities": fields.List(fields.String(), required=True),
        "lead": fields.Boolean(required=True),
    },
    name="Member",
)
TEAM = Schema.from_dict(
    {
        "id": fields.String(required=True),
        "code": fields.String(required=True),
        "name": fields.String(required=True),
        "languages": fields.List(fields.String(), required=True),
        "capabilities": fields.List(fields.String(), required=True),
        "members": fields.List(fields.Nested(MEMBER), required=True),
    },
    name="Team",
)
ONE = TEAM()
MANY = Schema.from_dict({"teams": fields.List(fields.Nested(TEAM), required=True)}, name="Teams")()

blueprint = Blueprint("teams", __name__, url_prefix="/api/operations/<operation_id>/teams")


@blueprint.get("")
@needs(Action.VISIT_READ)
@shows(LookKind.CONSULTATION)
@speaks(gives=MANY)
def listing(reader: Reader, operation_id: str) -> Response:
    """The operation's teams, as far as the plan is given to the reader. Officers are named to those whom the
    agreement gives their details."""
    with transaction() as session:
        known = {one.team for one in visits(session, reader.operation) if may_read_plan(reader, one.id)}
        shown = [one for one in teams(session, reader.operation) if may_read_plan(reader) or one.id in known]
        found = [(team, members(session, team.id)) for team in shown]
    return jsonify(teams=[_team(reader, team, who) for team, who in found])


@blueprint.post("")
@needs(Action.OPERATION_PLAN)
@shows(LookKind.COLLECTION)
@speaks(takes=NEW_TEAM, gives=ONE, status=201, refuses=("team_exists", "not_found"))
def add(reader: Reader, operation_id: str) -> tuple[Response, int]:
    """Put a team together from officers who serve on the operation."""
    given = read_body(NEW_TEAM)
    team = _new_team(given, reader.operation)
    with transaction() as session:
        add_team(session, team)
        _add_members(session, team, given["members"])
        who = members(session, team.id)
        looked_in(session)
    return jsonify(_team(reader, team, who)), 201


def _new_team(given: dict[str, object], operation: OperationId) -> Team:
    languages, capabilities = given["languages"], given["capabilities"]
    assert isinstance(languages, list)
    assert isinstance(capabilities, list)
    return Team(
        id=TeamId(new_id(os.urandom)),
        operation=operation,
        code=str(given["code"]),
        name=str(given["name"]),
        languages=tuple(languages),
        capabilities=tuple(capabilities),
    )


def _add_members(session: Session, team: Team, given: list[dict[str, object]]) -> None:
    for one in given:
        officer = OfficerId(str(one["officer"]))
        if not roles(session, team.operation, officer):
            raise Refusal("not_found", "No such officer serves on this operation.", officer=officer)
        brought = one["capabilities"]
        assert isinstance(brought, list)
        add_member(session, team.id, officer, lead=one["lead"] is True, capabilities=brought)


def _team(reader: Reader, team: Team, who: list[Member]) -> dict[str, object]:
    named = [member_words(one, names_officer(reader, one.agency)) for one in who]
    return {**team_words(team), "members": named}

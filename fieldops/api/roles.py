"""Roles on an operation: giving one to somebody of any agency, and taking it away."""

from flask import Blueprint
from marshmallow import Schema, fields, validate

from fieldops.api.words import id_field, text_field
from fieldops.domain.role_table import GIVEN_ROLES
from fieldops.domain.who import Action, Reader, Role
from fieldops.web.body import read_body
from fieldops.web.guard import needs
from fieldops.web.looks import shows_nothing
from fieldops.web.roles import give_to, take_from
from fieldops.web.spoken import speaks
from fieldops.web.transaction import transaction

ROLE = fields.String(required=True, validate=validate.OneOf([one.value for one in GIVEN_ROLES]))
GIVEN = Schema.from_dict({"username": text_field(64), "role": ROLE}, name="GivenRole")()
TAKEN = Schema.from_dict({"officer": id_field(), "role": ROLE}, name="TakenRole")()

blueprint = Blueprint("roles", __name__, url_prefix="/api/operations/<operation_id>/roles")


@blueprint.post("")
@needs(Action.ROLE_GIVE)
@shows_nothing("Nothing of anybody is answered.")
@speaks(takes=GIVEN, status=204, refuses=("not_found", "own_role"))
def give(reader: Reader, operation_id: str) -> tuple[str, int]:
    """Give a role to whoever signs in by this user name. Nobody gives one to themselves."""
    given = read_body(GIVEN)
    with transaction() as session:
        give_to(session, reader, given["username"], Role(given["role"]))
    return "", 204


@blueprint.delete("")
@needs(Action.ROLE_GIVE)
@shows_nothing("Nothing of anybody is answered.")
@speaks(takes=TAKEN, status=204, refuses=("not_found", "own_role"))
def take(reader: Reader, operation_id: str) -> tuple[str, int]:
    """Take a role away, from the next request on."""
    taken = read_body(TAKEN)
    with transaction() as session:
        take_from(session, reader, taken["officer"], Role(taken["role"]))
    return "", 204

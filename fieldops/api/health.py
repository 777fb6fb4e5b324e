"""Whether the server can serve: its database answers, and has had every migration."""

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields
from sqlalchemy import text

from fieldops.web.guard import open_door
from fieldops.web.spoken import speaks
from fieldops.web.transaction import reading

HEALTH = Schema.from_dict({"ready": fields.Boolean(required=True)}, name="Health")()

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@open_door("It says that the server answers, and nothing else.")
@speaks(gives=HEALTH, refuses=("database_away",))
def health() -> Response:
    """Answers 200 when the database can be read, 503 when it cannot."""
    with reading() as session:
        session.execute(text("SELECT count(*) FROM operations")).scalar_one()
    return jsonify(ready=True)

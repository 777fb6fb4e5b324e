"""The description of the API, for machines and for people."""

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template
from marshmallow import Schema

from fieldops.api.describing import Told, describe, doors
from fieldops.web.guard import open_door
from fieldops.web.headers import PAGE_POLICY
from fieldops.web.looks import shows_nothing
from fieldops.web.problems import PROBLEMS
from fieldops.web.spoken import speaks

PUBLIC = "How to speak with the server is no secret, and names nobody."
STYLE = """
body { font: 1rem/1.5 Arial, Helvetica, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #0b0c0c; background: #fff }
h1, h2, h3 { line-height: 1.25 } h3 { margin: 2rem 0 .25rem }
code, .path { font-family: ui-monospace, Consolas, monospace; overflow-wrap: anywhere }
.method { display: inline-block; min-width: 4.5rem; font-weight: bold }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem }
caption { text-align: left; font-weight: bold }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0;
  border-bottom: 1px solid #b1b4b6 }
a { color: #1d70b8 } a:focus { outline: 3px solid #fd0; background: #fd0; color: #0b0c0c }
@media (prefers-color-scheme: dark) { body { color: #f3f2f1; background: #0b0c0c } a { color: #85b5e0 } }
"""

blueprint = Blueprint("openapi", __name__, url_prefix="/api", template_folder="templates")


@blueprint.get("/openapi.json")
@open_door(PUBLIC)
@shows_nothing("It describes the doors.")
@speaks(gives="application/json")
def description() -> Response:
    """The OpenAPI 3.1 description, made from the same schemas that read the bodies."""
    return jsonify(describe(current_app))


@blueprint.get("/docs")
@open_door(PUBLIC)
@shows_nothing("It describes the doors.")
@speaks(gives="text/html")
def page() -> Response:
    """The same as a page to read."""
    rooms: dict[str, list[Told]] = {}
    for told in doors(current_app):
        rooms.setdefault(told.room, []).append(told)
    response = make_response(
        render_template("api/docs.html", rooms=rooms, problems=PROBLEMS, fields_of=fields_of)
    )
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    return response


@blueprint.get("/docs.css")
@open_door(PUBLIC)
@shows_nothing("It describes the doors.")
@speaks(gives="text/css")
def style() -> Response:
    """How that page looks."""
    return Response(STYLE, mimetype="text/css", headers={"Cache-Control": "max-age=3600"})


def fields_of(schema: Schema) -> list[tuple[str, str, bool]]:
    """The fields of a body: name, type, and whether it must be there."""
    return [(name, type(field).__name__.lower(), field.required) for name, field in schema.fields.items()]

"""Makes the OpenAPI description from the doors themselves: their schemas, their guards, their addresses."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import getdoc

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from marshmallow import Schema
from werkzeug.routing import Rule

from fieldops.web.guard import DOORS, Door, full_name
from fieldops.web.looks import DECLARED
from fieldops.web.problems import PROBLEMS
from fieldops.web.spoken import SPOKEN, Spoken

OPENAPI = "3.1.0"
VERSION = "1"
OURS = "fieldops.api."
PLACE = re.compile(r"<(?:[a-z]+(?:\([^)]*\))?:)?([a-z_]+)>")
FROM_GUARD = ("signed_out", "session_expired", "token_invalid", "token_expired", "not_permitted")
FROM_CSRF = ("csrf_failed", "cross_site")
FROM_BODY = ("not_strict_json", "body_invalid", "body_too_large", "body_truncated", "type_unknown")
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "facts"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "enum": sorted(PROBLEMS)},
        "facts": {"type": "object"},
    },
}
SECURITY = {
    "desk": {"type": "apiKey", "in": "cookie", "name": "fieldops_access"},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-TOKEN"},
    "tablet": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One door of the API with everything that is said about it."""

    method: str
    path: str
    places: tuple[str, ...]
    room: str
    name: str
    says: str
    door: Door
    spoken: Spoken
    logged: bool

    @property
    def refusals(self) -> tuple[str, ...]:
        """Every code by which the door may refuse."""
        guard = FROM_GUARD if self.door.action is not None else ()
        csrf = FROM_CSRF if guard and self.method != "get" else ()
        place = ("not_found",) if self.places else ()
        body = FROM_BODY if self.spoken.takes is not None else ()
        log = ("log_away",) if self.logged else ()
        return tuple(dict.fromkeys((*self.spoken.refuses, *guard, *csrf, *place, *body, *log)))


def doors(app: Flask) -> Iterator[Told]:
    """The API's doors, by path and method."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = app.view_functions[rule.endpoint]
        if full_name(view).startswith(OURS):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield _told(rule, method, full_name(view), getdoc(view) or "")


def _told(rule: Rule, method: str, name: str, says: str) -> Told:
    module, _, function = name.rpartition(".")
    room = module.removeprefix(OURS)
    return Told(
        method=method.lower(),
        path=PLACE.sub(r"{\1}", rule.rule),
        places=tuple(PLACE.findall(rule.rule)),
        room=room,
        name=f"{room}.{function}",
        says=says,
        door=DOORS[name],
        spoken=SPOKEN[name],
        logged=bool(DECLARED[name].kinds),
    )


def describe(app: Flask) -> dict[str, object]:
    """The whole description, as OpenAPI 3.1."""
    spec = APISpec(
        title="Fieldops",
        version=VERSION,
        openapi_version=OPENAPI,
        info={"description": "What desks and tablets may ask of the server. Refusals are RFC 9457 problems."},
        plugins=[MarshmallowPlugin()],
    )
    spec.components.schema("Problem", PROBLEM)
    for name, scheme in SECURITY.items():
        spec.components.security_scheme(name, scheme)
    for told in doors(app):
        spec.path(path=told.path, operations={told.method: _operation(told)})
    described: dict[str, object] = spec.to_dict()
    return described


def _operation(told: Told) -> dict[str, object]:
    said: dict[str, object] = {
        "operationId": told.name,
        "tags": [told.room],
        "summary": told.says.split("\n", 1)[0],
        "description": told.door.open_because or f"Needs the right to {told.door.action}.",
        "parameters": _parameters(told),
        "responses": _responses(told),
        "security": _security(told),
    }
    if told.spoken.takes is not None:
        content = {"application/json": {"schema": told.spoken.takes}}
        said["requestBody"] = {"required": True, "content": content}
    return said


def _parameters(told: Told) -> list[dict[str, object]]:
    text = {"type": "string"}
    places = [{"in": "path", "name": name, "required": True, "schema": text} for name in told.places]
    queries = [
        {"in": "query", "name": name, "required": False, "schema": text}
        for name in told.spoken.optional_query
    ]
    return [*places, *queries]


def _responses(told: Told) -> dict[str, object]:
    responses: dict[str, object] = {str(told.spoken.status): _success(told.spoken.gives)}
    by_status: dict[int, list[str]] = {}
    for code in told.refusals:
        by_status.setdefault(PROBLEMS[code][0], []).append(code)
    for status, codes in sorted(by_status.items()):
        responses[str(status)] = {
            "description": "Refused: " + ", ".join(codes),
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return responses


def _success(gives: Schema | str | None) -> Mapping[str, object]:
    if gives is None:
        return {"description": "Done."}
    if isinstance(gives, str):
        return {"description": "Done.", "content": {gives: {}}}
    return {"description": "Done.", "content": {"application/json": {"schema": gives}}}


def _security(told: Told) -> list[dict[str, list[str]]]:
    if told.door.action is None:
        return []
    desk: dict[str, list[str]] = {"desk": []} if told.method == "get" else {"desk": [], "csrf": []}
    return [desk, {"tablet": []}]

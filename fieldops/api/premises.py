"""The premises of an operation, and adding some. Whoever is not given particulars is told the name alone."""

import os
from datetime import time

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields, validate

from fieldops.api.words import (
    code_field,
    degrees_field,
    moment,
    number_field,
    text_field,
    time_field,
    words_field,
)
from fieldops.domain.access import may_read_plan, may_read_premises
from fieldops.domain.ids import OperationId, PremisesId, new_id
from fieldops.domain.looks import LookKind
from fieldops.domain.operation import Premises
from fieldops.domain.who import Action, Reader
from fieldops.store.holds import premises_told
from fieldops.store.operations import add_premises
from fieldops.store.plans import visits
from fieldops.web.body import read_body
from fieldops.web.clock import now
from fieldops.web.guard import needs
from fieldops.web.looks import looked_in, shows
from fieldops.web.paging import page
from fieldops.web.spoken import speaks
from fieldops.web.transaction import transaction

COMPANY_NUMBER = r"^([0-9]{8}|[A-Z]{2}[0-9]{6})\Z"
NEW_PREMISES = Schema.from_dict(
    {
        "code": code_field(),
        "name": text_field(200),
        "company_no": fields.String(required=True, validate=validate.Regexp(COMPANY_NUMBER)),
        "sic": fields.String(required=True, validate=validate.Regexp(r"^[0-9]{5}\Z")),
        "building": text_field(100),
        "address": text_field(300),
        "uprn": fields.String(required=True, validate=validate.Regexp(r"^[0-9]{1,12}\Z")),
        "lat": degrees_field(),
        "lon": degrees_field(),
        "languages": words_field(),
        "workers_expected": number_field(0, 100_000),
        "tier": text_field(8),
        "strike_group": fields.String(
            load_default=None, allow_none=True, validate=validate.Length(min=1, max=16)
        ),
        "needs": words_field(),
        "minutes": number_field(1, 24 * 60),
        "window_from": time_field(),
        "window_to": time_field(),
    },
    name="NewPremises",
)()
SITE = Schema.from_dict(
    {
        "id": fields.String(required=True),
        "code": fields.String(required=True),
        "name": fields.String(required=True),
        "particulars": fields.Dict(required=True, allow_none=True),
        "plan": fields.Dict(required=True, allow_none=True),
        "held_until": fields.String(required=True, allow_none=True),
    },
    name="Premises",
)
ONE = SITE()
MANY = Schema.from_dict(
    {
        "premises": fields.List(fields.Nested(SITE), required=True),
        "next": fields.String(required=True, allow_none=True),
    },
    name="PremisesList",
)()

blueprint = Blueprint("premises", __name__, url_prefix="/api/operations/<operation_id>/premises")


@blueprint.get("")
@needs(Action.VISIT_READ)
@shows(LookKind.CONSULTATION)
@speaks(gives=MANY, query=("after", "limit"))
def listing(reader: Reader, operation_id: str) -> Response:
    """The operation's premises, by code; what the plan expects there goes to those who are given the plan."""
    with transaction() as session:
        sites = premises_told(session, reader, now())
        planned = {one.premises for one in visits(session, reader.operation) if may_read_plan(reader, one.id)}
    shown, onward = page(sites, lambda one: one.id)
    whole, told = may_read_plan(reader), may_read_premises(reader)
    words = [premises_words(one, told=told, planned=whole or one.id in planned) for one in shown]
    return jsonify(premises=words, next=onward)


@blueprint.post("")
@needs(Action.OPERATION_PLAN)
@shows(LookKind.COLLECTION)
@speaks(takes=NEW_PREMISES, gives=ONE, status=201, refuses=("premises_exist",))
def add(reader: Reader, operation_id: str) -> tuple[Response, int]:
    """Add premises to the operation."""
    site = _site(read_body(NEW_PREMISES), reader.operation)
    with transaction() as session:
        add_premises(session, site)
        looked_in(session)
    return jsonify(premises_words(site, told=True, planned=True)), 201


def premises_words(site: Premises, *, told: bool, planned: bool) -> dict[str, object]:
    """Premises, with the particulars of the business and what is planned where the reader is told them. While
    their place is held back, they are their code and until when."""
    held = site.held_until
    return {
        "id": site.id,
        "code": site.code,
        "name": site.name,
        "particulars": _particulars(site) if told and held is None else None,
        "plan": _plan(site) if told and planned and held is None else None,
        "held_until": None if held is None else moment(held),
    }


def _particulars(site: Premises) -> dict[str, object]:
    return {
        "company_no": site.company_no,
        "sic": site.sic,
        "building": site.building,
        "address": site.address,
        "uprn": site.uprn,
        "lat": str(site.lat),
        "lon": str(site.lon),
    }


def _plan(site: Premises) -> dict[str, object]:
    return {
        "languages": list(site.languages),
        "workers_expected": site.workers_expected,
        "tier": site.tier,
        "strike_group": site.strike_group,
        "needs": list(site.needs),
        "minutes": site.minutes,
        "window_from": site.window[0].strftime("%H:%M"),
        "window_to": site.window[1].strftime("%H:%M"),
    }


def _site(given: dict[str, object], operation: OperationId) -> Premises:
    window = (
        time.fromisoformat(str(given.pop("window_from"))),
        time.fromisoformat(str(given.pop("window_to"))),
    )
    lat, lon = float(str(given.pop("lat"))), float(str(given.pop("lon")))
    lists = {name: tuple(map(str, _list(given.pop(name)))) for name in ("languages", "needs")}
    return Premises(
        id=PremisesId(new_id(os.urandom)),
        operation=operation,
        lat=lat,
        lon=lon,
        window=window,
        **lists,  # type: ignore[arg-type]
        **given,  # type: ignore[arg-type]
    )


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value

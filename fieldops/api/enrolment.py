"""Enrolling tablets: the one-time code at the desk, and the tablet that uses it."""

from flask import Blueprint, Response, jsonify, request, url_for
from marshmallow import Schema, fields, validate

from fieldops.api.words import BASE64URL, id_field, moment, text_field
from fieldops.domain.ids import DeviceId
from fieldops.domain.operation import Operation
from fieldops.domain.people import Signer
from fieldops.domain.who import Action, Reader
from fieldops.store.meta import epoch
from fieldops.store.operations import operation
from fieldops.sync import keys
from fieldops.sync.enrol import Approval, Asked, Server, enrol, open_enrolment, this_server
from fieldops.sync.sealing import sealing_point
from fieldops.web.attempts import count
from fieldops.web.body import read_body
from fieldops.web.clock import now
from fieldops.web.guard import needs, open_door
from fieldops.web.installation import settings
from fieldops.web.looks import shows_nothing
from fieldops.web.session import prove
from fieldops.web.spoken import speaks
from fieldops.web.transaction import transaction

ENROLMENT = Schema.from_dict({"officer": id_field(), "device": id_field(required=False)}, name="Enrolment")()
OPENED = Schema.from_dict(
    {
        "code": fields.String(required=True),
        "expires": fields.String(required=True),
        "link": fields.String(required=True),
    },
    name="OpenedEnrolment",
)()
ENROL = Schema.from_dict(
    {
        "code": text_field(128),
        "username": text_field(64),
        "password": text_field(1024),
        "key": fields.String(required=True, validate=[validate.Length(equal=87), validate.Regexp(BASE64URL)]),
        "proof": fields.String(
            required=True, validate=[validate.Length(equal=86), validate.Regexp(BASE64URL)]
        ),
        "device_name": text_field(100),
        "device": id_field(required=False),
    },
    name="Enrol",
)()
ENROLLED = Schema.from_dict(
    {
        "certificate": fields.String(required=True),
        "signature": fields.String(required=True),
        "server_key": fields.String(required=True),
        "sealing_key": fields.String(required=True),
        "signer": fields.String(required=True),
        "device": fields.String(required=True),
        "number": fields.Integer(required=True),
        "officer": fields.Dict(required=True),
        "operation": fields.Dict(required=True),
        "epoch": fields.String(required=True),
        "time": fields.Integer(required=True),
    },
    name="Enrolled",
)()

blueprint = Blueprint("enrolment", __name__, url_prefix="/api")


@blueprint.post("/operations/<operation_id>/enrolments")
@needs(Action.ENROLMENT_OPEN)
@shows_nothing("A code, which is drawn by lot.")
@speaks(takes=ENROLMENT, gives=OPENED, status=201, refuses=("own_approval", "not_found", "device_revoked"))
def open_code(reader: Reader, operation_id: str) -> tuple[Response, int]:
    """Make a one-time code for an officer's tablet: a new one, or a `device` that others use already. It is
    shown this once and kept as its hash."""
    given = read_body(ENROLMENT)
    approved = Approval(operation=reader.operation, issued_by=reader.officer, **given)
    with transaction() as session:
        code, expires = open_enrolment(session, approved, now(), settings().enrolment_code_s)
    link = url_for("tablet_app.shell", _external=True, _anchor=f"enrol={code}")
    return jsonify(code=code, expires=moment(expires), link=link), 201


@blueprint.post("/devices/enrol")
@open_door("The one-time code, the password and the proof of the key stand for the sign-in.")
@shows_nothing("Officers are told their own name and nobody else's.")
@speaks(
    takes=ENROL,
    gives=ENROLLED,
    refuses=(
        "code_unknown",
        "code_expired",
        "code_used",
        "proof_failed",
        "tablet_not_approved",
        "too_many_attempts",
    ),
)
def enrol_tablet() -> Response:
    """Enrol a key under a one-time code. The same code and key may ask again and get the same answer."""
    given = read_body(ENROL)
    address = request.remote_addr or ""
    count("enrol/address", address, settings().enrol_by_address)
    officer = prove(given["username"], given["password"], address)
    with transaction() as session:
        server = this_server(settings(), epoch(session))
        new = enrol(session, _asked(given), officer, server, now())
        return jsonify(_answer(new, operation(session, new.operation), server))


def _answer(new: Signer, serves: Operation | None, server: Server) -> dict[str, object]:
    assert serves is not None
    return {
        "certificate": new.certificate,
        "signature": new.signature,
        "server_key": keys.encode(keys.public_point(server.key)),
        "sealing_key": keys.encode(sealing_point(settings().server_key_seed, new.operation)),
        "signer": new.id,
        "device": new.device,
        "number": new.device_number,
        "officer": {"id": new.officer, "name": new.name, "agency": new.agency},
        "operation": {"id": serves.id, "code": serves.code, "name": serves.name},
        "epoch": server.epoch,
        "time": int(now().timestamp() * 1000),
    }


def _asked(given: dict[str, str]) -> Asked:
    return Asked(
        code=given["code"],
        point=keys.decode(given["key"]),
        proof=keys.decode(given["proof"]),
        device_name=given["device_name"],
        device=DeviceId(given["device"]) if "device" in given else None,
    )

"""The tablets of an operation: which there are, and revoking one."""

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields

from fieldops.api.words import moment, text_field
from fieldops.domain.ids import DeviceId
from fieldops.domain.looks import LookKind
from fieldops.domain.people import Device, Signer
from fieldops.domain.who import Action, Reader
from fieldops.store.devices import devices, last_seen, revoke_device, signers_on
from fieldops.web.body import read_body
from fieldops.web.clock import now
from fieldops.web.guard import needs
from fieldops.web.looks import shows, shows_nothing
from fieldops.web.spoken import speaks
from fieldops.web.transaction import transaction

REVOCATION = Schema.from_dict(
    {"reason": text_field(500), "lost": fields.Boolean(load_default=False)}, name="Revocation"
)()
SIGNER_ON = Schema.from_dict(
    {
        "signer": fields.String(required=True),
        "officer": fields.String(required=True),
        "name": fields.String(required=True),
        "agency": fields.String(required=True),
        "active": fields.Boolean(required=True),
    },
    name="SignerOnDevice",
)
DEVICE = Schema.from_dict(
    {
        "id": fields.String(required=True),
        "number": fields.Integer(required=True),
        "name": fields.String(required=True),
        "enrolled_at": fields.String(required=True),
        "revoked_at": fields.String(required=True, allow_none=True),
        "last_seen_at": fields.String(required=True, allow_none=True),
        "signers": fields.List(fields.Nested(SIGNER_ON), required=True),
    },
    name="Device",
)
DEVICES = Schema.from_dict({"devices": fields.List(fields.Nested(DEVICE), required=True)}, name="Devices")()
REVOKED = Schema.from_dict(
    {"id": fields.String(required=True), "revoked_at": fields.String(required=True)}, name="RevokedDevice"
)()

blueprint = Blueprint("devices", __name__, url_prefix="/api")


@blueprint.get("/operations/<operation_id>/devices")
@needs(Action.DEVICE_READ)
@shows(LookKind.CONSULTATION)
@speaks(gives=DEVICES)
def listing(reader: Reader, operation_id: str) -> Response:
    """The operation's tablets with the officers enrolled on each, and when each was last heard of."""
    with transaction() as session:
        keys, heard = signers_on(session, reader.operation), last_seen(session, reader.operation)
        tablets = devices(session, reader.operation)
    return jsonify(devices=[_device(one, keys, moment(heard[one.id])) for one in tablets])


@blueprint.post("/devices/<device_id>/revocation")
@needs(Action.DEVICE_REVOKE)
@shows_nothing("A tablet by its id, and when.")
@speaks(takes=REVOCATION, gives=REVOKED, refuses=("not_found",))
def revoke(reader: Reader, device_id: str) -> Response:
    """Revoke a tablet: it reads nothing from its next request on, and what it still sends is quarantined."""
    said = read_body(REVOCATION)
    with transaction() as session:
        gone = revoke_device(
            session, DeviceId(device_id), now(), reader.officer, said["reason"], lost=said["lost"]
        )
    return jsonify(id=gone.id, revoked_at=moment(gone.revoked_at))


def _device(tablet: Device, keys: list[Signer], heard: str | None) -> dict[str, object]:
    return {
        "id": tablet.id,
        "number": tablet.number,
        "name": tablet.name,
        "enrolled_at": moment(tablet.enrolled_at),
        "revoked_at": moment(tablet.revoked_at),
        "last_seen_at": heard,
        "signers": [
            {
                "signer": key.id,
                "officer": key.officer,
                "name": key.name,
                "agency": key.agency,
                "active": key.officer_active,
            }
            for key in keys
            if key.device == tablet.id
        ],
    }

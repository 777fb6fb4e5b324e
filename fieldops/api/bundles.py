"""Sealed bundles by way of a tablet: one that carries for colleagues what it cannot read, or a locked one."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from marshmallow import Schema, fields, validate

from fieldops.api.sync import LOG_STATE, SETBACK
from fieldops.domain.ids import OfficerId
from fieldops.domain.looks import LookKind
from fieldops.domain.who import Action, Reader
from fieldops.store.bundles import Way
from fieldops.store.holders import Holder
from fieldops.sync.bundle import (
    MAX_BUNDLE_BYTES,
    MAX_KEYS,
    MAX_PARTS,
    Bundle,
    Carried,
    Taken,
    bundle_of,
    take_in,
)
from fieldops.sync.sealing import sealing_key
from fieldops.sync.wire import push_reply_fields
from fieldops.web.attempts import count
from fieldops.web.body import read_body
from fieldops.web.clock import now
from fieldops.web.guard import carrier, needs, open_door
from fieldops.web.installation import settings
from fieldops.web.looks import looking_at, shows, told_by_sync
from fieldops.web.spoken import speaks
from fieldops.web.transaction import reading, transaction

RUN: dict[str, fields.Field[Any]] = {
    "log": fields.String(required=True),
    "from": fields.Integer(required=True, strict=True),
    "to": fields.Integer(required=True, strict=True),
}
PART: dict[str, fields.Field[Any]] = {
    **RUN,
    "key": fields.String(required=True),
    "iv": fields.String(required=True),
    "sealed": fields.String(required=True),
}
KEY: dict[str, fields.Field[Any]] = {
    "id": fields.String(required=True),
    "sealed": fields.String(required=True),
}
BUNDLE = Schema.from_dict(
    {
        "bundle": fields.String(required=True),
        "operation": fields.String(required=True),
        "logs": fields.List(fields.Nested(Schema.from_dict(RUN, name="NamedRun")), required=True),
        "keys": fields.List(
            fields.Nested(Schema.from_dict(KEY, name="SealedKey")),
            required=True,
            validate=validate.Length(max=MAX_KEYS),
        ),
        "parts": fields.List(
            fields.Nested(Schema.from_dict(PART, name="SealedPart")),
            required=True,
            validate=validate.Length(max=MAX_PARTS),
        ),
    },
    name="Bundle",
)()
TAKEN = Schema.from_dict(
    {
        "time": fields.Integer(required=True),
        "epoch": fields.String(required=True),
        "logs": fields.List(fields.Nested(LOG_STATE), required=True),
        "exceptions": fields.List(fields.Nested(SETBACK), required=True),
        "named": fields.Integer(required=True),
        "came": fields.Integer(required=True),
    },
    name="TakenBundle",
)()

BROUGHT = Schema.from_dict({"brought": fields.Integer(required=True)}, name="Brought")()

blueprint = Blueprint("bundles", __name__, url_prefix="/api/sync")


@blueprint.post("/bundle")
@needs(Action.ENTRY_PUSH, even_revoked=True)
@shows(LookKind.COLLECTION)
@speaks(takes=BUNDLE, gives=TAKEN, refuses=("bundle_malformed", "database_away", "storage_full"))
def hand_in(reader: Reader) -> Response:
    """Hand in a sealed bundle. Its entries go the way of a push; the answer says what was named and came."""
    bundle = bundle_of(read_body(BUNDLE, MAX_BUNDLE_BYTES))
    taken = _take(bundle, Way.TABLET, taken_by=reader.officer, carrier=carrier())
    return jsonify({**push_reply_fields(taken.reply), "named": taken.named, "came": taken.came})


@blueprint.post("/sealed")
@open_door("What is proven in a bundle is proven by its authors' signatures; the answer is a number.")
@shows(LookKind.COLLECTION)
@speaks(
    takes=BUNDLE,
    gives=BROUGHT,
    refuses=("bundle_malformed", "too_many_attempts", "database_away", "storage_full"),
)
def hand_in_locked() -> Response:
    """Hand in the bundle of a tablet that nobody unlocked. The answer says how many entries of its parts are
    here now, and nothing else: not whose they are, and of a part that proves nothing not even that."""
    count("bundle/address", request.remote_addr or "", settings().bundle_by_address)
    bundle = bundle_of(read_body(BUNDLE, MAX_BUNDLE_BYTES))
    with reading() as session:
        looking_at(session, bundle.operation, Way.LOCKED.value)
    taken = _take(bundle, Way.LOCKED)
    return jsonify(brought=taken.brought)


def _take(
    bundle: Bundle, way: Way, taken_by: OfficerId | None = None, carrier: Holder | None = None
) -> Taken:
    carried = Carried(
        bundle=bundle,
        received_ms=int(now().timestamp() * 1000),
        way=way,
        taken_by=taken_by,
        carrier=carrier,
        looking=told_by_sync(),
    )
    key = sealing_key(settings().server_key_seed, bundle.operation)
    return take_in(reading, transaction, carried, key)

"""The tablet's door for addresses that were held back: their keys once they are released."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields, validate

from fieldops.api.words import number_field
from fieldops.domain.who import Action, Reader
from fieldops.store.holds import Opened
from fieldops.sync import keys
from fieldops.sync.addresses import GivenKey, hear_opened, keys_for
from fieldops.web.body import read_body
from fieldops.web.clock import now
from fieldops.web.guard import carrier, needs
from fieldops.web.looks import shows_nothing
from fieldops.web.spoken import speaks
from fieldops.web.transaction import reading, transaction

BY_SYNC, BY_CODE = "sync", "code"
MOST_HOLDS = 100
OPENED = Schema.from_dict(
    {
        "strike": fields.String(required=True, validate=validate.Length(min=1, max=16)),
        "edition": number_field(1, 1_000_000),
        "how": fields.String(required=True, validate=validate.OneOf((BY_SYNC, BY_CODE))),
    },
    name="AddressOpened",
)
ASKED = Schema.from_dict(
    {
        "opened": fields.List(fields.Nested(OPENED), required=True, validate=validate.Length(max=MOST_HOLDS)),
    },
    name="AddressesAsked",
)()
KEY = Schema.from_dict(
    {
        "strike": fields.String(required=True),
        "edition": fields.Integer(required=True),
        "team": fields.String(required=True),
        "key": fields.String(required=True),
    },
    name="AddressKey",
)
GIVEN = Schema.from_dict(
    {
        "keys": fields.List(fields.Nested(KEY), required=True),
        "time": fields.Integer(required=True),
    },
    name="AddressesGiven",
)()

blueprint = Blueprint("addresses", __name__, url_prefix="/api/sync")


@blueprint.post("/addresses")
@needs(Action.ENTRY_PULL)
@speaks(takes=ASKED, gives=GIVEN, refuses=("database_away", "storage_full"))
@shows_nothing("Keys of addresses of premises; nothing of people.")
def addresses(reader: Reader) -> Response:
    """The keys of addresses on this tablet that were held back and are released; and its word on which it has
    opened, and how."""
    told = [_opened(one) for one in read_body(ASKED)["opened"]]
    if told:
        with transaction() as session:
            hear_opened(session, reader, carrier().key.id, told)
    with reading() as session:
        given = keys_for(session, reader, now())
    return jsonify(keys=[_key_words(one) for one in given], time=int(now().timestamp() * 1000))


def _opened(said: Mapping[str, Any]) -> Opened:
    return Opened(
        signer=carrier().key.id, group=said["strike"], edition=said["edition"], how=said["how"], at=now()
    )


def _key_words(one: GivenKey) -> dict[str, object]:
    return {
        "strike": one.place.group,
        "edition": one.place.edition,
        "team": one.place.team,
        "key": keys.encode(one.key),
    }

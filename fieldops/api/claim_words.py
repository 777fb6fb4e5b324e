"""How a tablet tells what it holds, and how the server tells what is missing of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from fieldops.api.words import SIGNER, number_field, text_field
from fieldops.domain.completeness import Claim, LogStanding, Said, Span, Storage
from fieldops.domain.ids import LogId, SignerId
from fieldops.store.claims import BUILD_CHARS, believed
from fieldops.store.wipes import ORDER_CHARS, RefusedWipe, SignedOrder, note_refused, note_told
from fieldops.sync.have import MAX_LOGS

LOG = r"^[a-z2-7]{16}\.C[0-9]{1,2}[a-z]?\.[a-z2-7]{26}\.[0-9a-z]{1,16}\Z"
MOST_ENTRIES = 2**31 - 1
MOST_BYTES = 2**53 - 1
MOST_STORES = 100

REFUSED = ("forged", "not_ours")  # why a tablet does not obey an order: not signed so, or for another key

ERASURE = r"^[a-z2-7]{16}\Z"
MOST_ERASURES = 200

_COUNT = validate.Range(min=0, max=MOST_ENTRIES)
_BYTES = validate.Range(min=0, max=MOST_BYTES)
CLAIM = Schema.from_dict(
    {
        "log": fields.String(required=True, validate=validate.Regexp(LOG)),
        "held": number_field(0, MOST_ENTRIES),
        "files": fields.Integer(load_default=0, strict=True, validate=_COUNT),
        "file_bytes": fields.Integer(load_default=0, strict=True, validate=_BYTES),
    },
    name="Claim",
)
STORAGE = Schema.from_dict(
    {
        "stores": fields.List(
            fields.String(validate=validate.Regexp(SIGNER)),
            required=True,
            validate=validate.Length(max=MOST_STORES),
        ),
        "persisted": fields.Boolean(required=True, allow_none=True, truthy={True}, falsy={False}),
        "quota_mib": fields.Integer(required=True, allow_none=True, strict=True, validate=_COUNT),
        "usage_mib": fields.Integer(required=True, allow_none=True, strict=True, validate=_COUNT),
        "build": text_field(BUILD_CHARS, least=0),
    },
    name="TabletStorage",
)
ANSWERED = Schema.from_dict(
    {
        "order": text_field(ORDER_CHARS),
        "word": fields.String(required=True, validate=validate.OneOf(("obeyed", *REFUSED))),
    },
    name="WipeAnswered",
)
TOLD: Mapping[str, fields.Field[Any]] = {  # beside the logs that a tablet asks about; older apps tell nothing
    "claims": fields.List(fields.Nested(CLAIM), load_default=list, validate=validate.Length(max=MAX_LOGS)),
    "whole": fields.Boolean(load_default=False, truthy={True}, falsy={False}),
    "tablet": fields.Nested(STORAGE, load_default=None, allow_none=True),
    "wipe": fields.Nested(ANSWERED, load_default=None, allow_none=True),
    "erased": fields.List(
        fields.String(validate=validate.Regexp(ERASURE)),
        load_default=list,
        validate=validate.Length(max=MOST_ERASURES),
    ),
}
ERASE = Schema.from_dict(
    {"order": fields.String(required=True), "of": fields.String(required=True)}, name="Erase"
)
WIPE_ORDER = Schema.from_dict(
    {"order": fields.String(required=True), "signature": fields.String(required=True)}, name="WipeOrder"
)
SPAN = fields.List(fields.Integer(), required=True, allow_none=True)
EARLIER = Schema.from_dict(
    {
        "log": fields.String(required=True),
        "have": fields.Integer(required=True),
        "held": fields.Integer(required=True),
        "most": fields.Integer(required=True),
    },
    name="EarlierLog",
)


BELIEVED = Schema.from_dict(
    {"held": fields.Integer(required=True), "files": fields.Integer(required=True)}, name="Believed"
)


def said_in(asked: Mapping[str, Any]) -> Said | None:
    """What the body tells of the tablet; None for an app that tells nothing."""
    told = asked["tablet"]
    if told is None:
        return None
    return Said(
        claims=tuple(Claim(**one | {"log": LogId(one["log"])}) for one in asked["claims"]),
        whole=asked["whole"],
        tablet=Storage(**told | {"stores": frozenset(map(SignerId, told["stores"]))}),
    )


def hear_answer(session: Session, signer: SignerId, asked: Mapping[str, Any], now: datetime) -> None:
    """Notes what the tablet says of an order that it was given."""
    answer = asked["wipe"]
    if answer is None:
        return
    if answer["word"] in REFUSED:
        note_refused(session, signer, RefusedWipe(order=answer["order"], why=answer["word"], at=now))
    else:
        note_told(session, signer, answer["order"], now)


def order_words(order: SignedOrder | None) -> dict[str, object]:
    """The order that stands for the asking key, where there is one."""
    return {} if order is None else {"wipe": {"order": order.line, "signature": order.signature}}


def erasure_words(orders: Mapping[str, str]) -> dict[str, object]:
    """Whose words the asking tablet is to erase, where there are any."""
    told = [{"order": order, "of": ref} for order, ref in list(orders.items())[:MOST_ERASURES]]
    return {"erase": told} if told else {}


def believed_words(session: Session, signer: SignerId) -> dict[str, object]:
    """What the server believes that the tablet holds in all: a word that came late may have lowered it."""
    held, files = believed(session, signer)
    return {"held": held, "files": files}


def earlier_words(log: LogStanding) -> dict[str, object]:
    """A log of a store that is gone from its tablet: what is here of it, and the most that it held."""
    return {"log": log.log, "have": log.have, "held": log.held, "most": log.most}


def span_words(span: Span | None) -> list[int] | None:
    """First and last of the entries; null for none."""
    return None if span is None else [span.first, span.last]

"""The tablet's four doors: what the server holds, what is pushed, what is new, and which papers there are.

A revoked tablet may still hand in what it holds, into quarantine; it is given nothing.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from fieldops.api.claim_words import (
    BELIEVED,
    EARLIER,
    ERASE,
    LOG,
    TOLD,
    WIPE_ORDER,
    believed_words,
    earlier_words,
    erasure_words,
    hear_answer,
    order_words,
    said_in,
)
from fieldops.api.papers import PAPER, paper_words
from fieldops.domain.completeness import Said
from fieldops.domain.ids import LogId
from fieldops.domain.looks import LookKind
from fieldops.domain.people import Signer
from fieldops.domain.who import Action, Reader
from fieldops.store.claims import keep_said
from fieldops.store.completeness import earlier_logs
from fieldops.store.erasures import note_done_on_tablet, orders_for
from fieldops.store.meta import epoch
from fieldops.store.readable import papers_for_tablet
from fieldops.store.wipes import standing_order
from fieldops.sync.have import MAX_LOGS, have
from fieldops.sync.pull import Pull, given, pull
from fieldops.sync.push import Push, receive
from fieldops.sync.wire import (
    MAX_PULL_LIMIT,
    MAX_PUSH_BYTES,
    MAX_PUSH_ENTRIES,
    PAGE_TYPE,
    log_rows,
    offered_segments,
    page_bytes,
    push_reply_fields,
)
from fieldops.web.body import read_body
from fieldops.web.clock import now
from fieldops.web.guard import carrier, needs
from fieldops.web.looks import looked, shows, shows_nothing, told_by_sync
from fieldops.web.spoken import speaks
from fieldops.web.transaction import reading, transaction

STREAM = re.compile(r"^[a-z2-7]{16}\.C[0-9]{1,2}[a-z]?\Z")
MAX_PLACE = 2**53 - 1
MAX_STATEMENT_CHARS = 4096
SIGNATURE = re.compile(r"^[A-Za-z0-9_-]{86}\Z")
SEGMENT_KEYS = frozenset(("statement", "signature", "lines"))
SEGMENT = Schema.from_dict(
    {
        "statement": fields.String(required=True, validate=validate.Length(max=MAX_STATEMENT_CHARS)),
        "signature": fields.String(required=True, validate=validate.Regexp(SIGNATURE)),
        "lines": fields.String(required=True),
    },
    name="Segment",
)


class Segments(fields.List[Any]):
    """A list of segments. One that is as it should be is seen to be so at a glance; any other is gone through
    field by field, and its faults are told."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and all(map(_is_segment, value)):
            return value
        found: list[Any] = super()._deserialize(value, attr, data, **kwargs)
        return found


def _is_segment(item: object) -> bool:
    if not isinstance(item, dict) or item.keys() != SEGMENT_KEYS or set(map(type, item.values())) != {str}:
        return False
    return len(item["statement"]) <= MAX_STATEMENT_CHARS and bool(SIGNATURE.fullmatch(item["signature"]))


PUSH = Schema.from_dict(
    {
        "segments": Segments(
            fields.Nested(SEGMENT), required=True, validate=validate.Length(max=MAX_PUSH_ENTRIES)
        ),
        "via": fields.String(load_default=None, allow_none=True, validate=validate.Length(max=64)),
    },
    name="Push",
)()
LOG_STATE = Schema.from_dict(
    {
        "log": fields.String(required=True),
        "have": fields.Integer(required=True),
        "head": fields.String(required=True),
    },
    name="LogState",
)
SETBACK = Schema.from_dict(
    {
        "log": fields.String(required=True),
        "from": fields.Integer(required=True),
        "to": fields.Integer(required=True),
        "verdict": fields.String(
            required=True, validate=validate.OneOf(("gap", "fork", "quarantined", "refused"))
        ),
        "code": fields.String(required=True),
        "detail": fields.String(required=True),
    },
    name="Setback",
)
PUSHED = Schema.from_dict(
    {
        "time": fields.Integer(required=True),
        "epoch": fields.String(required=True),
        "logs": fields.List(fields.Nested(LOG_STATE), required=True),
        "exceptions": fields.List(fields.Nested(SETBACK), required=True),
    },
    name="Pushed",
)()


class Positions(fields.Dict):
    """A number for each stream, looked through as `Segments` are."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, int]:
        if (
            isinstance(value, dict)
            and all(map(STREAM.fullmatch, value))
            and all(map(_is_place, value.values()))
        ):
            return value
        found: dict[str, int] = super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]
        return found


def _is_place(item: object) -> bool:
    return type(item) is int and 0 <= item <= MAX_PLACE


PULL = Schema.from_dict(
    {
        "epoch": fields.String(required=True, allow_none=True, validate=validate.Length(max=64)),
        "positions": Positions(
            required=True,
            keys=fields.String(validate=validate.Regexp(STREAM)),
            values=fields.Integer(strict=True, validate=validate.Range(min=0, max=MAX_PLACE)),
        ),
        "limit": fields.Integer(
            load_default=1000, strict=True, validate=validate.Range(min=1, max=MAX_PULL_LIMIT)
        ),
    },
    name="Pull",
)()
HAVE = Schema.from_dict(
    {
        "logs": fields.List(
            fields.String(validate=validate.Regexp(LOG)),
            required=True,
            validate=validate.Length(max=MAX_LOGS),
        ),
        **TOLD,
    },
    name="Have",
)()
HELD = Schema.from_dict(
    {
        "time": fields.Integer(required=True),
        "epoch": fields.String(required=True),
        "logs": fields.List(fields.Nested(LOG_STATE), required=True),
        "earlier": fields.List(fields.Nested(EARLIER)),
        "believed": fields.Nested(BELIEVED),
        "wipe": fields.Nested(WIPE_ORDER),
        "erase": fields.List(fields.Nested(ERASE)),
    },
    name="Held",
)()
PAPERS = Schema.from_dict(
    {
        "papers": fields.List(fields.Nested(PAPER), required=True),
        "time": fields.Integer(required=True),
        "epoch": fields.String(required=True),
    },
    name="Papers",
)()

blueprint = Blueprint("sync", __name__, url_prefix="/api/sync")


@blueprint.post("/push")
@needs(Action.ENTRY_PUSH, even_revoked=True)
@shows(LookKind.COLLECTION)
@speaks(takes=PUSH, gives=PUSHED, refuses=("push_too_large", "busy", "database_away", "storage_full"))
def push(_: Reader) -> Response:
    """Hand in segments. The answer has a row for each log and the exceptions, and comes after the commit."""
    offered = offered_segments(read_body(PUSH, MAX_PUSH_BYTES)["segments"])
    came = Push(offered=offered, received_ms=_now_ms(), carrier=carrier(), looking=told_by_sync())
    return jsonify(push_reply_fields(receive(reading, transaction, came)))


@blueprint.post("/pull")
@needs(Action.ENTRY_PULL)
@shows(LookKind.CONSULTATION)
@speaks(takes=PULL, gives=PAGE_TYPE)
def pull_page(reader: Reader) -> Response:
    """What is new in the streams that the reader may see, behind the positions held: stored bytes."""
    asked = read_body(PULL, MAX_PUSH_BYTES)
    question = Pull(**asked, now_ms=_now_ms())
    with reading() as session:
        found = pull(session, reader, question)
        looked(given(reader.operation, found))
    return Response(page_bytes(found), mimetype=PAGE_TYPE)


@blueprint.post("/have")
@needs(Action.ENTRY_PUSH, even_revoked=True)
@shows_nothing("How far logs are held, by number.")
@speaks(takes=HAVE, gives=HELD, refuses=("database_away", "storage_full"))
def have_vectors(reader: Reader) -> Response:
    """How far the server holds the tablet's own logs; and the tablet's word on what it holds. The answer to
    that names what is here, and what is nowhere, of stores that are on the tablet no more. Where the asker's
    store is to be wiped, the order stands in each answer; and so do people whose words it is to erase, until
    it says that it has."""
    asked = read_body(HAVE, MAX_PUSH_BYTES)
    said, key = said_in(asked), carrier().key
    if said is not None or asked["erased"]:
        _keep(key, said, asked)
    with reading() as session:
        held = _held(session, reader, asked["logs"], None if said is None else key)
        erase = erasure_words(orders_for(session, reader, key.id))
        return jsonify({**held, **order_words(standing_order(session, key.id)), **erase})


@blueprint.get("/papers")
@needs(Action.ENTRY_PULL)
@shows_nothing("Which papers there are, by hash.")
@speaks(gives=PAPERS)
def papers(reader: Reader) -> Response:
    """The papers that this tablet should hold; it fetches those that it lacks by their hash."""
    with reading() as session:
        found, now_in = papers_for_tablet(session, reader), epoch(session)
    listed = [paper_words(one.kind, one.name, one.hash, one.size) for one in found]
    return jsonify(papers=listed, time=_now_ms(), epoch=now_in)


def _keep(key: Signer, said: Said | None, asked: Mapping[str, Any]) -> None:
    with transaction() as session:
        if said is not None:
            keep_said(session, key, said, now())
            hear_answer(session, key.id, asked, now())
        note_done_on_tablet(session, key.id, key.operation, asked["erased"], now())


def _held(
    session: Session, reader: Reader, logs: Iterable[LogId], told_by: Signer | None
) -> dict[str, object]:
    held: dict[str, object] = {
        "time": _now_ms(),
        "epoch": epoch(session),
        "logs": log_rows(have(session, reader, logs)),
    }
    if told_by is None:
        return held
    earlier = [earlier_words(one) for one in earlier_logs(session, reader, told_by.device)]
    return {**held, "earlier": earlier, "believed": believed_words(session, told_by.id)}


def _now_ms() -> int:
    return int(now().timestamp() * 1000)

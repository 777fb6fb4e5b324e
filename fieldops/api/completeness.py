"""Whether all that was recorded is here: by tablet for whoever leads, of the team's for an officer."""

from collections.abc import Iterable, Mapping, Set
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields, validate

from fieldops.api.claim_words import SPAN, span_words
from fieldops.api.words import moment
from fieldops.domain.completeness import LogStanding, Need, TabletStanding, by_need
from fieldops.domain.ids import OfficerId, SignerId
from fieldops.domain.looks import LookKind
from fieldops.domain.who import Action, Reader
from fieldops.domain.wipe import WipeState
from fieldops.store.completeness import tablet_standings
from fieldops.store.plans import roster, visits
from fieldops.store.wipes import WipeStanding, wipe_standings
from fieldops.web.clock import now
from fieldops.web.guard import carrier, needs
from fieldops.web.installation import settings
from fieldops.web.looks import shows, shows_nothing
from fieldops.web.spoken import speaks
from fieldops.web.transaction import reading

GAP = Schema.from_dict(
    {
        "log": fields.String(required=True),
        "outstanding": SPAN,
        "lost": SPAN,
    },
    name="Gap",
)
WIPE = Schema.from_dict(
    {
        "signer": fields.String(required=True),
        "state": fields.String(required=True, allow_none=True, validate=validate.OneOf(list(WipeState))),
        "reason": fields.String(required=True),
        "forced": fields.Boolean(required=True),
        "ordered_at": fields.String(required=True, allow_none=True),
        "told_at": fields.String(required=True, allow_none=True),
        "wiped_at": fields.String(required=True, allow_none=True),
        "refused": fields.String(required=True, allow_none=True),
    },
    name="WipeStanding",
)
_OF_STORAGE = ("persisted", "quota_mib", "usage_mib", "build")
_COUNTS: dict[str, fields.Field[Any]] = {
    "number": fields.Integer(required=True),
    "name": fields.String(required=True),
    "received": fields.Integer(required=True),
    "known": fields.Integer(required=True),
    "outstanding": fields.Integer(required=True),
    "lost": fields.Integer(required=True),
    "files": fields.Integer(required=True),
    "lost_files": fields.Integer(required=True),
    "last_heard_at": fields.String(required=True, allow_none=True),
    "revoked_at": fields.String(required=True, allow_none=True),
}
TABLET = Schema.from_dict(
    {
        "id": fields.String(required=True),
        **_COUNTS,
        "need": fields.String(required=True),
        "file_bytes": fields.Integer(required=True),
        "gaps": fields.List(fields.Nested(GAP), required=True),
        "emptied": fields.List(fields.String(), required=True),
        "wipes": fields.List(fields.Nested(WIPE), required=True),
        "told_at": fields.String(required=True, allow_none=True),
        "clock_offset_ms": fields.Integer(required=True, allow_none=True),
        "persisted": fields.Boolean(required=True, allow_none=True),
        "quota_mib": fields.Integer(required=True, allow_none=True),
        "usage_mib": fields.Integer(required=True, allow_none=True),
        "build": fields.String(required=True, allow_none=True),
    },
    name="TabletStanding",
)
TABLETS = Schema.from_dict(
    {"tablets": fields.List(fields.Nested(TABLET), required=True)}, name="TabletStandings"
)()
TEAM_TABLET = Schema.from_dict(
    {**_COUNTS, "officers": fields.List(fields.String(), required=True)}, name="TeamTablet"
)
TEAM = Schema.from_dict(
    {
        "time": fields.Integer(required=True),
        "tablets": fields.List(fields.Nested(TEAM_TABLET), required=True),
    },
    name="TeamTablets",
)()

blueprint = Blueprint("completeness", __name__, url_prefix="/api")


@blueprint.get("/operations/<operation_id>/completeness")
@needs(Action.DEVICE_READ)
@shows_nothing("Numbers of tablets, entries and files; nobody is named.")
@speaks(gives=TABLETS)
def standings(reader: Reader, operation_id: str) -> Response:
    """Each tablet with what is here of it, what is missing by number, and how it is; the worst first."""
    with reading() as session:
        found = by_need(tablet_standings(session, reader), now(), timedelta(hours=settings().silent_hours))
        wipes = wipe_standings(session, reader.operation, (store for _, one in found for store in one.stores))
    return jsonify(tablets=[_tablet(need, one, wipes) for need, one in found])


@blueprint.get("/sync/team")
@needs(Action.ENTRY_PULL)
@shows(LookKind.CONSULTATION)
@speaks(gives=TEAM)
def team(reader: Reader) -> Response:
    """The other tablets of those who are sent to the same visits, and how much of each is not here yet."""
    with reading() as session:
        sent = [one for one in visits(session, reader.operation) if one.id in reader.assigned]
        colleagues = {member.officer for visit in sent for member in roster(session, visit)}
        found = [one for one in tablet_standings(session, reader) if one.device.id != carrier().key.device]
    return jsonify(time=int(now().timestamp() * 1000), tablets=list(_of_team(found, colleagues)))


def _of_team(
    tablets: Iterable[TabletStanding], colleagues: Set[OfficerId | None]
) -> Iterable[dict[str, object]]:
    for one in tablets:
        names = [store.signer.name for store in one.stores if store.signer.officer in colleagues]
        if names:
            yield {**_counts(one), "officers": list(dict.fromkeys(names))}


def _counts(one: TabletStanding) -> dict[str, object]:
    return {
        "number": one.device.number,
        "name": one.device.name,
        "received": one.received,
        "known": one.known,
        "outstanding": one.outstanding,
        "lost": one.lost,
        "files": one.files,
        "lost_files": one.lost_files,
        "last_heard_at": moment(one.heard),
        "revoked_at": moment(one.device.revoked_at),
    }


def _tablet(need: Need, one: TabletStanding, wipes: Mapping[SignerId, WipeStanding]) -> dict[str, object]:
    return {
        "id": one.device.id,
        **_counts(one),
        "need": need.name.lower(),
        "file_bytes": one.file_bytes,
        "gaps": [_gap(log) for log in one.gaps],
        "emptied": [store.signer.id for store in one.emptied],
        "wipes": [_wipe(wipes[key.signer.id]) for key in one.stores if key.signer.id in wipes],
        "told_at": moment(one.said_at),
        "clock_offset_ms": None if one.offset is None else round(one.offset / timedelta(milliseconds=1)),
        **{name: getattr(one.storage, name, None) for name in _OF_STORAGE},
    }


def _wipe(one: WipeStanding) -> dict[str, object]:
    return {
        "signer": one.store.signer.id,
        "state": one.state,
        "reason": one.reason,
        "forced": one.forced,
        "ordered_at": moment(one.ordered_at),
        "told_at": moment(one.told_at),
        "wiped_at": moment(one.wiped_at),
        "refused": None if one.refused is None else one.refused.why,
    }


def _gap(log: LogStanding) -> dict[str, object]:
    return {"log": log.log, "outstanding": span_words(log.outstanding), "lost": span_words(log.lost)}

"""Each door and method of the URL map, at each kind of place in one enacted operation, with what is sent."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from fieldops.domain.classes import parse_classes
from fieldops.domain.ids import LogId, StreamId, class_of_stream, is_stream, scope_of
from fieldops.domain.operation import Operation
from fieldops.domain.retention import whose
from fieldops.domain.segment import split_lines
from fieldops.domain.who import Role
from fieldops.store.attached import attached
from fieldops.store.devices import devices
from fieldops.store.directory import holders
from fieldops.store.ledger import arrivals, logs, streams
from fieldops.store.operations import premises_of, strikes
from fieldops.store.plans import teams, visits
from fieldops.store.published import paper, papers_of_kind
from fieldops.store.quarantine import quarantine
from fieldops.web.guard import DOORS, FINDERS, Door, full_name
from tests.support.demo_world import DemoWorld, the_operation
from tests.support.door_cases import LAST, Ground, Sent, sent_to

CODE = "HARBOUR"
PLACE = re.compile(r"<(?:[^:>]+:)?([a-z_]+)>")
PAPERS = ("visit", "checklist", "agreement", "certificate", "welcome", "counting")
FILES = frozenset(
    {"desk.static", "tablet_app.file", "tablet_app.shell", "verifier.page"}
)  # the same for everybody, and not made of any data
VISITS = 2
READS = Sent(changes=False)
NOWHERE = "a" * 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One address to knock at, the door behind it, and what goes with the request."""

    path: str
    door: Door
    endpoint: str
    in_operation: bool
    method: str = "GET"
    sent: Sent = READS
    invented: str = ""  # the same door at a place that is none

    @property
    def changes(self) -> bool:
        """Whether the world may be another one afterwards."""
        return self.sent.changes

    def elsewhere(self) -> "Asked":
        return replace(self, path=self.invented)


def every_door(world: DemoWorld, app: Flask, at: Ground) -> Iterator[Asked]:
    """Each door by which something is read: each GET, and those by which a tablet reads."""
    return (asked for asked in every_way(world, app, at) if not asked.changes)


def every_way(world: DemoWorld, app: Flask, at: Ground) -> Iterator[Asked]:
    """Each door and method of the URL map at each kind of place, with all that its case sends there."""
    with world.session() as session:
        places = _places(session, the_operation(session, CODE))
    for rule in sorted(app.url_map.iter_rules(), key=_turn):
        if rule.endpoint in FILES:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            asked = Asked(
                path="",
                invented=PLACE.sub(NOWHERE, rule.rule),
                door=_door(app, rule.endpoint),
                endpoint=rule.endpoint,
                in_operation=bool(FINDERS.keys() & rule.arguments),
                method=method,
            )
            for place in _at(places, rule.arguments, rule.rule):
                path = PLACE.sub("{\\1}", rule.rule).format(**place)
                for sent in sent_to(at, rule.endpoint, method):
                    yield replace(asked, path=path + sent.query, sent=sent)


def _door(app: Flask, endpoint: str) -> Door:
    kept = DOORS.get(full_name(app.view_functions[endpoint]))
    return kept or Door(action=None, open_because="nobody has said why; tests/house looks for that")


def _turn(rule: Rule) -> tuple[int, str]:
    """What ends the session comes last."""
    return (LAST.index(rule.endpoint) + 1 if rule.endpoint in LAST else 0), rule.rule


def _at(places: Mapping[str, list[dict[str, str]]], arguments: set[str], rule: str) -> list[dict[str, str]]:
    named = ",".join(sorted(arguments))
    if named not in places:
        raise AssertionError(
            f"Nobody has said where to knock at {rule}. Say in tests/support/doors.py, in _places, under"
            f" {named!r}, which places of the enacted operation its address may name, hidden ones among them."
        )
    return places[named]


def body_of(sent: Sent) -> dict[str, object]:
    if sent.json is not None:
        return {"json": sent.json}
    return {"data": sent.data if sent.form is None else dict(sent.form)}


def _places(session: Session, operation: Operation) -> Mapping[str, list[dict[str, str]]]:
    """By the names in a door's address: what to ask it about."""
    planned = visits(session, operation.id)[:VISITS]
    codes = {one.id: one.code for one in premises_of(session, operation.id)}
    named = [codes[visit.premises] for visit in planned]
    papers = [one for kind in PAPERS for one in papers_of_kind(session, kind)[:1]]
    return {
        "": [{}],
        "operation_id": [{"operation_id": operation.id}],
        "visit_id": [{"visit_id": visit.id} for visit in planned],
        "name": [{"name": one.hash} for one in papers],
        "code": [{"code": operation.code}],
        "code,name": [{"code": operation.code, "name": f"{name}?about=all"} for name in named],
        "code,device_id": [
            {"code": operation.code, "device_id": devices(session, operation.id)[0].id},
        ],
        "code,version": [{"code": operation.code, "version": operation.papers.agreement}],
        "code,group": [{"code": operation.code, "group": one} for one in _groups(session, operation)],
        "code,group,team": [
            {"code": operation.code, "group": group, "team": team}
            for group, team in _sent_together(session, operation)
        ],
        "code,ref": [{"code": operation.code, "ref": one} for one in _people(session, operation)],
        "code,erasure_id,ref": [
            {"code": operation.code, "ref": one, "erasure_id": NOWHERE} for one in _people(session, operation)
        ],
        "code,visit_name": [{"code": operation.code, "visit_name": name} for name in named],
        "code,entry,name": [
            {"code": operation.code, "name": scope_of(LogId(log)), "entry": one}
            for one, log in session.execute(select(attached.c.entry, attached.c.log)).all()[:3]
        ],
        "entry_id,n": [
            {"entry_id": one, "n": "0"} for one in session.scalars(select(attached.c.entry)).all()[:3]
        ],
        "device_id": [{"device_id": one.id} for one in devices(session, operation.id)[-VISITS:]],
        "manifest,n": [
            {"manifest": name, "n": "0"}
            for name in session.scalars(select(attached.c.manifest).order_by(attached.c.entry)).all()[:3]
        ],
        "cause,code,log": [
            {"code": operation.code, "log": log, "cause": cause} for log, cause in _aside(session)
        ],
        "officer_id": [{"officer_id": min(holders(session, operation.id, Role.LEAD))}],
        "change,officer_id": [
            {"officer_id": min(holders(session, operation.id, Role.LEAD)), "change": "sign_out"}
        ],
        "rest": [{"rest": "nowhere"}],
    }


def _groups(session: Session, operation: Operation) -> list[str]:
    """The strikes of the operation; one that is nowhere, where there is none."""
    return list(strikes(session, operation.id)) or ["nowhere"]


def _sent_together(session: Session, operation: Operation) -> list[tuple[str, str]]:
    """A strike and a team that is sent there; ones that are nowhere, where there are none."""
    groups = {one.id: one.strike_group for one in premises_of(session, operation.id)}
    codes = {one.id: one.code for one in teams(session, operation.id)}
    planned = visits(session, operation.id)
    found = [(group, codes[one.team]) for one in planned if (group := groups[one.premises])]
    return found[:1] or [("nowhere", "nowhere")]


def _people(session: Session, operation: Operation) -> list[str]:
    """All of the operation, and somebody of each stream of one visit: a worker's card, and who has none."""
    scope = visits(session, operation.id)[0].id
    query = select(streams.c.id, arrivals.c.lines).join(arrivals, arrivals.c.stream == streams.c.key)
    rows = session.execute(query.where(streams.c.scope == scope, arrivals.c.count > 0)).all()
    table = parse_classes(json.loads(paper(session, operation.papers.classes) or b""))
    named = {whose(header, StreamId(stream)) for stream, lines in rows for header, _ in split_lines(lines)}
    about = {one for one in named if not is_stream(one) or table.personal(class_of_stream(StreamId(one)))}
    return [operation.id, *sorted(about)]


def _aside(session: Session) -> list[tuple[str, str]]:
    """A log of which something was put aside, and why; one that is nowhere, where there is none."""
    query = select(logs.c.id, quarantine.c.code).join(quarantine, quarantine.c.log == logs.c.key)
    return [(log, code) for log, code in session.execute(query.limit(2))] or [("nowhere", "fork")]

"""What is sent through each door that takes something, so that every door of the URL map is knocked at.

A new POST, PUT or DELETE needs a line in CASES: by its endpoint, a function that gives what is sent to it:
what the door could take in the enacted operation, and what reaches for something hidden. A new GET needs
nothing, unless its address names a place that `_places` in `doors.py` does not know yet.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.ids import new_id
from fieldops.domain.operation import Operation, PaperSet
from fieldops.store.attached import attached, uploads
from fieldops.store.devices import devices, signers_on
from fieldops.store.directory import officers_of
from fieldops.store.ledger import logs, streams
from fieldops.store.operations import premises_of
from fieldops.store.plans import teams, visits

SIGNATURE = "A" * 86
FORM_TOKEN = "one browser, one token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What goes with a request: JSON, the fields of a form, or bytes."""

    json: object = None
    form: Mapping[str, str] | None = None
    data: bytes | None = None
    query: str = ""
    changes: bool = True  # whether the world may be another one afterwards; what a GET brings changes nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What there is in the enacted operation to ask about, hidden or not."""

    operation: Operation
    username: str
    password: str
    officers: Sequence[str]
    signers: Sequence[str]
    devices: Sequence[str]
    tablet_numbers: Sequence[int]
    premises: Sequence[str]
    teams: Sequence[str]
    visits: Sequence[str]
    logs: Sequence[str]
    streams: Sequence[str]
    manifests: Sequence[str]
    entries: Sequence[str]  # those that files are attached to


def ground(session: Session, operation: Operation, username: str, password: str) -> Ground:
    """All that lies in the operation."""
    tablets, keys = devices(session, operation.id), signers_on(session, operation.id)
    return Ground(
        operation=operation,
        username=username,
        password=password,
        officers=[one.id for one in officers_of(session, operation.id)],
        signers=[one.id for one in keys],
        devices=[one.id for one in tablets],
        tablet_numbers=[one.number for one in tablets],
        premises=[one.id for one in premises_of(session, operation.id)],
        teams=[one.id for one in teams(session, operation.id)],
        visits=[one.id for one in visits(session, operation.id)],
        logs=list(session.scalars(select(logs.c.id).order_by(logs.c.id))),
        streams=list(session.scalars(select(streams.c.id).order_by(streams.c.id))),
        manifests=[line.decode() for line in session.scalars(select(uploads.c.line).order_by(uploads.c.key))],
        entries=list(session.scalars(select(attached.c.entry).order_by(attached.c.entry))),
    )


def _papers(at: Ground) -> dict[str, str]:
    papers: PaperSet = at.operation.papers
    return {
        kind: getattr(papers, kind) for kind in ("checklist", "indicators", "classes", "agreement", "rates")
    }


def _no_body(_: Ground) -> list[Sent]:
    return [Sent()]


def _form(**fields: str) -> Callable[[Ground], list[Sent]]:
    return lambda _: [Sent(form=fields)]


def _told(at: Ground) -> dict[str, object]:
    claims = [{"log": log, "held": 3} for log in at.logs[:40]]
    storage = {"stores": [], "persisted": True, "quota_mib": 9, "usage_mib": 1, "build": "x"}
    return {"logs": list(at.logs), "claims": claims, "tablet": storage}


def _statement(log: str) -> str:
    clock = '{"server":null,"device":1,"monotonic":1}'
    none = "0" * 64
    return f'{{"v":1,"log":"{log}","from":1,"to":1,"prev":"{none}","root":"{none}","clock":{clock}}}'


def _segments(at: Ground) -> list[Sent]:
    """Nobody's signature, for every log there is and for some that are none."""
    named = [*at.logs[:60], at.logs[0][:-1] + "zz", f"{'a' * 16}.C4.{'b' * 26}.0"]
    offered = [{"statement": _statement(log), "signature": SIGNATURE, "lines": "{}\n{}\n"} for log in named]
    return [Sent(json={"segments": []}), Sent(json={"segments": offered})]


def _sealed(at: Ground) -> list[Sent]:
    runs = [{"log": log, "from": 1, "to": 9} for log in at.logs[:9]]
    parts = [run | {"key": "k", "iv": "A" * 16, "sealed": "A" * 64} for run in runs]
    head = {"bundle": "fieldops/bundle/1", "operation": at.operation.id, "logs": runs}
    return [Sent(json={**head, "keys": [{"id": "k", "sealed": "A" * 64}], "parts": parts})]


def _site(at: Ground) -> list[Sent]:
    return [
        Sent(
            json={
                "code": "NEW",
                "name": "New Premises Ltd",
                "company_no": "DM000099",
                "sic": "14132",
                "building": "B",
                "address": "9 New Street",
                "uprn": "999000000099",
                "lat": "53.1",
                "lon": "2.1",
                "languages": [],
                "workers_expected": 9,
                "tier": "1",
                "needs": [],
                "minutes": 30,
                "window_from": "08:00",
                "window_to": "18:00",
            }
        )
    ]


def _visit(at: Ground) -> list[Sent]:
    plan = {"day": "2029-07-10", "sequence": 9, "planned_start": "2029-07-10T15:00:00+01:00", "minutes": 30}
    return [Sent(json={"premises": at.premises[-1], "team": at.teams[0], **plan})]


def _team(at: Ground) -> list[Sent]:
    member = {"officer": at.officers[0], "capabilities": [], "lead": True}
    words = {"code": "NEW", "name": "New", "languages": [], "capabilities": []}
    return [Sent(json={**words, "members": [member]}), Sent(json={**words, "members": [{**member, "x": 1}]})]


def _operation(at: Ground) -> list[Sent]:
    words = {"code": "NEWEST", "name": "A new one", "nation": "wales", "days": ["2029-08-01"]}
    return [
        Sent(json={**words, "papers": _papers(at)}),
        Sent(json={**words, "code": at.operation.code, "papers": _papers(at)}),
    ]


def _enrol(at: Ground) -> list[Sent]:
    proof = {"code": "A" * 22, "key": "A" * 87, "proof": SIGNATURE, "device_name": "Tablet"}
    return [Sent(json={"username": at.username, "password": at.password, **proof})]


def _witness(at: Ground) -> list[Sent]:
    asked = [{"size": 0}, *({"size": 1, "of": {"log": log, "n": 1}} for log in at.logs[:30])]
    return [Sent(json=one) for one in asked]


def _pull(at: Ground) -> list[Sent]:
    every = {"epoch": None, "positions": dict.fromkeys(at.streams, 1)}
    small = {"epoch": None, "positions": {}, "limit": 7}
    first = {"epoch": None, "positions": {}, "limit": 1000}
    return [Sent(json=one, changes=False) for one in (first, every, small)]


CASES: dict[str, Callable[[Ground], list[Sent]]] = {
    "sync.pull_page": _pull,
    "sync.have_vectors": lambda at: [
        Sent(json={"logs": []}, changes=False),
        Sent(json={"logs": list(at.logs)}, changes=False),
        Sent(json=_told(at)),
    ],
    "sync.push": _segments,
    "attachments.needed": lambda at: [Sent(json={"manifests": list(at.manifests)})],
    "attachments.chunk": lambda at: [Sent(data=b"a part")],
    "witness.witness": _witness,
    "witness.alarm": lambda at: [Sent(json={"sort": "forged", "kept": "kept", "shown": "shown"})],
    "bundles.hand_in": _sealed,
    "bundles.hand_in_locked": _sealed,
    "reader_keys.tell_reader_key": lambda at: [Sent(json={"line": "{}", "signature": SIGNATURE})],
    "tablet_token.ask_nonce": lambda at: [Sent(json={"signer": one}) for one in (*at.signers[:3], "b" * 26)],
    "tablet_token.give_token": lambda at: [
        Sent(json={"signer": one, "nonce": "n", "signature": SIGNATURE}) for one in at.signers[:3]
    ],
    "wipes.wiped": lambda at: [Sent(json={"word": "{}", "signature": SIGNATURE})],
    "premises.add": _site,
    "teams.add": _team,
    "visits.plan": _visit,
    "visits.move": _visit,
    "operations.open_operation": _operation,
    "enrolment.open_code": lambda at: [
        Sent(json={"officer": one}) for one in (*at.officers[:4], new_id(lambda size: b"\7" * size))
    ],
    "enrolment.enrol_tablet": _enrol,
    "devices.revoke": lambda at: [Sent(json={"reason": "Broken"})],
    "wipes.order": lambda at: [Sent(json={"signer": one, "reason": "Going"}) for one in at.signers],
    "desk.carried.take": lambda at: [Sent(form={})],
    "desk.devices.issue": lambda at: [Sent(form={"officer": one}) for one in at.officers[:3]],
    "desk.devices.lose": _form(),
    "desk.devices.revoke": _form(reason="", typed=""),
    "desk.wipes.order": lambda at: [
        Sent(form={"signer": at.signers[0], "reason": "Going", "typed": f"WIPE {at.tablet_numbers[0]}"})
    ],
    "desk.history.witness": lambda at: [Sent(json={"size": 0})],
    "desk.quarantine.decided": lambda at: [Sent(form={"choice": "keep", "why": "As it is"})],
    "desk.sign_in.enter": lambda at: [
        Sent(form={"username": at.username, "password": "wrong", "form_token": FORM_TOKEN}),
        Sent(form={"username": at.username, "password": at.password, "form_token": FORM_TOKEN}),
    ],
    "session.sign_in": lambda at: [
        Sent(json={"username": at.username, "password": "wrong"}),
        Sent(json={"username": at.username, "password": at.password}),
    ],
    "session.renew": _no_body,
    "session.sign_out": _no_body,
    "desk.sign_in.leave": _form(),
}
NEW_PASSWORD = "a passphrase that nobody has"
CASES |= {
    "account.set_again": lambda at: [Sent(json={"present": "wrong", "password": NEW_PASSWORD})],
    "account.set_first": lambda at: [Sent(json={"code": "A" * 22, "password": NEW_PASSWORD})],
    "account.sign_out": _no_body,
    "accounts.add": lambda at: [
        Sent(json={"username": name, "name": "New", "agency": "FWA"}) for name in ("new", at.username)
    ],
    "accounts.alter": lambda at: [Sent(json={"change": "unlock"})],
    "accounts.link": _no_body,
    "desk.account.change": _form(present="wrong", password=NEW_PASSWORD),
    "desk.account.read": _form(next="/desk/operations"),
    "desk.account.sign_out": _form(session="others"),
    "desk.accounts.add": _form(username="newer", name="New", agency="FWA"),
    "desk.accounts.alter": _form(),
    "desk.accounts.link": _form(),
    "desk.roles.change": lambda at: [
        Sent(form={"username": name, "role": "partner"}) for name in (at.username, "nobody.of.this.name")
    ],
    "roles.give": lambda at: [
        Sent(json={"username": name, "role": "partner"}) for name in (at.username, "nobody.of.this.name")
    ],
    "roles.take": lambda at: [Sent(json={"officer": at.officers[0], "role": "officer"})],
    "desk.looks.decide": lambda at: [
        Sent(form={"raised": "1", "verdict": "fine", "why": "As it is"}),
        Sent(form={"raised": at.visits[0], "verdict": "", "why": ""}),
    ],
    "desk.looks.export": _form(reason="The regulator asks"),
    "desk.reason.say": lambda at: [
        Sent(form={"reason": "A test looks", "about": at.visits[0], "next": "/desk/operations"}),
        Sent(form={"reason": "", "about": at.streams[0], "next": "http://elsewhere.example"}),
    ],
    "desk.set_password.put": _form(code="A" * 22, password=NEW_PASSWORD, form_token=FORM_TOKEN),
}
WHY = "A test asks"
CASES |= {
    "addresses.addresses": lambda at: [Sent(json={"opened": []})],
    "desk.sign_in_second.enter": _form(code="000000", form_token=FORM_TOKEN),
    "desk.second_factor.begin": _form(),
    "desk.second_factor.confirm": _form(password="wrong", code="000000"),
    "desk.second_factor.new_key": _form(),
    "desk.second_factor.add": _form(password="wrong", name="A key", credential="{}"),
    "desk.second_factor.change": _form(password="wrong", what="app"),
    "desk.strikes.hold": _form(meeting_point="The car park", minutes="30"),
    "desk.strikes.let_go": _form(),
    "desk.strikes.show_code": _form(reason=WHY),
    "desk.agreement.confirm": _form(choice="refuse", why=WHY),
    "desk.agreement.withdraw": _form(),
    "desk.agreement_edit.step": lambda at: [
        Sent(form={"base": at.operation.papers.agreement, "step": "edit"}),
        Sent(form={"base": "0" * 64, "step": "publish", "reason": WHY}),
    ],
    "desk.retention.keep": lambda at: [
        Sent(form={"group": "need", "review_on": "2030-01-01", "why": WHY}),
        Sent(form={"group": "", "review_on": "soon", "why": ""}),
    ],
    "desk.retention.erase": _form(ground="", reason=""),
    "desk.retention.decide": _form(answer="agree"),
    "desk.retention.finish": _form(),
}
LAST = ("session.renew", "session.sign_out", "desk.sign_in.leave")  # they end the session

QUERIES: Mapping[str, Sequence[str]] = {
    "premises.listing": ("?limit=1", "?after={premises}&limit=1"),
    "visits.listing": ("?limit=1", "?after={visits}&limit=2"),
    "operations.listing": ("?limit=1",),
    "desk.quarantine.page": ("?decided=keep&unfit=3",),
    "desk.devices.page": ("?revoked=1&wiping=1",),
}


def _queries_of(at: Ground, endpoint: str) -> list[str]:
    named = {"premises": at.premises[0], "visits": at.visits[0]}
    return ["", *(query.format(**named) for query in QUERIES.get(endpoint, ()))]


def sent_to(at: Ground, endpoint: str, method: str) -> list[Sent]:
    """What this door is sent; raises where nobody has said."""
    if method == "GET":
        return [Sent(query=one, changes=False) for one in _queries_of(at, endpoint)]
    if endpoint not in CASES:
        raise AssertionError(
            f"{method} at «{endpoint}» has no case. Say in tests/support/door_cases.py, under CASES, what is"
            " sent there: what the door could take, and what reaches for something hidden."
        )
    return CASES[endpoint](at)

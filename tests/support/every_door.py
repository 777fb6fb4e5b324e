"""Every GET door of the app, asked about every kind of place in one enacted operation, by everybody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import yaml
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from fieldops.api.describing import PLACE
from fieldops.app import create_app
from fieldops.domain.ids import AgencyCode, LogId, OfficerId, SignerId, derived_id, scope_of
from fieldops.domain.operation import Operation
from fieldops.domain.people import Officer
from fieldops.domain.who import Principal, Reader, Role, Through
from fieldops.seeding.demo import DemoOrder
from fieldops.settings import Settings
from fieldops.store.attached import attached
from fieldops.store.devices import devices, signers_on
from fieldops.store.directory import add_officer, give_role, holders, officer, officer_named, put_agency
from fieldops.store.ledger import logs
from fieldops.store.operations import premises_of, strikes
from fieldops.store.plans import teams, visits
from fieldops.store.published import papers_of_kind
from fieldops.store.quarantine import quarantine
from fieldops.store.readers import agreement_of, reader_for
from fieldops.web.guard import DOORS, FINDERS, Door, full_name
from fieldops.web.passwords import hash_password
from fieldops.web.tokens import tablet_token
from tests.support.demo_world import DemoWorld, the_operation
from tests.support.two_worlds import set_aside, tell_more

CODE = "HARBOUR"
FILE = Path(__file__).resolve().parents[1] / "seeding" / "harbour.yaml"
START = date(2029, 7, 9)
NOON = datetime(2029, 7, 12, 12, tzinfo=UTC)
PASSWORD = "thimble-demo-2027"
COMMAND = (Role.LEAD, Role.TACTICAL, Role.DESK, Role.DISCLOSURE, Role.SAFEGUARDING)
PAPERS = ("visit", "checklist", "agreement", "certificate", "welcome", "counting")
FILES = frozenset(
    {"desk.static", "tablet_app.file", "tablet_app.shell", "verifier.page"}
)  # the same for everybody, and not made of any data
SIGNED_OUT, NOBODY, ADMINISTRATOR = "signed out", "nobody", "administrator"
VISITS = 2
WHY = {"Access-Reason": "a test looks"}
NOWHERE = "a" * 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One address to knock at, and the door behind it. `body` is what a tablet's POST sends."""

    path: str
    door: Door
    endpoint: str
    in_operation: bool
    body: Mapping[str, object] | None = None
    invented: str = ""  # the same door at a place that is none

    def elsewhere(self) -> "Asked":
        return replace(self, path=self.invented)


PULL = {"epoch": None, "positions": {}, "limit": 1000}
TABLET_POSTS = (
    ("/api/sync/pull", "sync.pull_page", PULL),
    ("/api/sync/have", "sync.have_vectors", {"logs": []}),
)


@dataclass(kw_only=True)
class Enacted:
    """An enacted operation behind an app whose clock stands still, and everybody who may come."""

    folder: Path
    world: DemoWorld
    people: dict[str, OfficerId] = field(default_factory=dict)
    tablets: dict[str, SignerId] = field(default_factory=dict)
    signed_in: dict[str, dict[str, str]] = field(default_factory=dict)
    told: dict[str, list[tuple[Asked, TestResponse]]] = field(default_factory=dict)

    @classmethod
    def in_folder(cls, folder: Path) -> "Enacted":
        made = cls(folder=folder, world=DemoWorld.in_folder(folder))
        made.world.load(DemoOrder(file=_with_immigration(folder), start=START))
        with made.world.session() as session:
            made._gather(session, the_operation(session, CODE))
            set_aside(session.connection())
            tell_more(session.connection())
            session.commit()
        made._sign_in(made.app_on(made.database))
        return made

    @property
    def database(self) -> Path:
        return self.folder / "demo.db"

    def app_on(self, database: Path) -> Flask:
        """The app as it is served, on this database."""
        given = {"FIELDOPS_DATA": str(self.folder), "FIELDOPS_SECURE_COOKIES": "no"}
        settings = replace(Settings.from_env(given), database_url=f"sqlite:///{database}")
        return create_app(settings, lambda: NOON)

    def everybody(self) -> list[str]:
        return [SIGNED_OUT, *self.people, *self.tablets]

    def answers(self, who: str) -> list[tuple[Asked, TestResponse]]:
        """What they are answered at every door of this world; asked once."""
        if who not in self.told:
            app = self.app_on(self.database)
            self.told[who] = [(asked, self.knock(app, who, asked)) for asked in every_door(self, app)]
        return self.told[who]

    def actor(self, who: str, *, in_operation: bool) -> Reader | Principal | None:
        """As whom the guard must let them come; None for somebody to whom the operation does not exist."""
        with self.world.session() as session:
            operation = the_operation(session, CODE)
            if who in self.tablets:
                (key,) = (one for one in signers_on(session, operation.id) if one.id == self.tablets[who])
                return reader_for(session, _known(session, key.officer), operation, Through.TABLET)
            person = _known(session, self.people[who])
            if in_operation:
                return reader_for(session, person, operation, Through.DESK)
        return Principal(
            officer=person.id,
            name=person.name,
            agency=person.agency,
            administrator=person.administrator,
            through=Through.DESK,
        )

    def knock(self, app: Flask, who: str, asked: Asked) -> TestResponse:
        """Their answer at this door."""
        browser, given = app.test_client(), self.signed_in.get(who, {})
        browser.set_cookie("fieldops_form", "one browser, one token", path="/desk")
        headers = dict(WHY)
        if who in self.tablets:
            headers |= {"Authorization": f"Bearer {given['token']}"}
        else:
            for name, value in given.items():
                browser.set_cookie(name, value)
        if asked.body is None:
            return browser.get(asked.path, headers=headers)
        return browser.post(asked.path, json=asked.body, headers=headers)

    def _gather(self, session: Session, operation: Operation) -> None:
        """Finds who serves in each post, and gives every agency of the agreement a partner reviewer."""
        for role in COMMAND:
            self.people[role] = min(holders(session, operation.id, role))
        partners = {_known(session, one).agency: one for one in holders(session, operation.id, Role.PARTNER)}
        for code in sorted({agency for agency, _ in agreement_of(session, operation.papers.agreement).terms}):
            if code not in partners:
                partners[code] = _hire(session, f"reviewer.{code.lower()}", code)
                give_role(session, operation.id, partners[code], Role.PARTNER)
        self.people |= {f"partner {code}": one for code, one in sorted(partners.items())}
        for agency in ("POL", "FWA", "COU"):
            keys = [key for key in signers_on(session, operation.id) if key.agency == agency]
            self.people[f"officer {agency}"] = keys[0].officer
            self.tablets[f"tablet {agency}"] = keys[0].id
        boss = officer_named(session, "admin")
        assert boss is not None
        self.people |= {ADMINISTRATOR: boss[0].id, NOBODY: _hire(session, NOBODY, AgencyCode("DWP"))}

    def _sign_in(self, app: Flask) -> None:
        """Before there is a second world, so that the same cookies open both."""
        with self.world.session() as session:
            names = {who: _known(session, one).username for who, one in self.people.items()}
        for who, username in names.items():
            browser = app.test_client()
            answer = browser.post("/api/session", json={"username": username, "password": PASSWORD})
            assert answer.status_code == 200, (who, answer.json)
            cookies = (browser.get_cookie(f"fieldops_{name}") for name in ("access", "csrf"))
            self.signed_in[who] = {one.key: one.value for one in cookies if one is not None}
        with app.app_context():
            for who, signer in self.tablets.items():
                self.signed_in[who] = {"token": tablet_token(signer, timedelta(days=1))}


def every_door(enacted: Enacted, app: Flask) -> Iterator[Asked]:
    """Each GET door at each kind of place, and the two by which a tablet reads."""
    with enacted.world.session() as session:
        places = _places(session, the_operation(session, CODE))
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = full_name(app.view_functions[rule.endpoint])
        if "GET" not in (rule.methods or ()) or rule.endpoint in FILES:
            continue
        for place in places[",".join(sorted(rule.arguments))]:
            yield Asked(
                path=PLACE.sub("{\\1}", rule.rule).format(**place),
                invented=PLACE.sub(NOWHERE, rule.rule),
                door=DOORS[view],
                endpoint=rule.endpoint,
                in_operation=bool(FINDERS.keys() & rule.arguments),
            )
    for path, endpoint, body in TABLET_POSTS:
        door = DOORS[full_name(app.view_functions[endpoint])]
        yield Asked(path=path, door=door, endpoint=endpoint, in_operation=False, body=body)


def _places(session: Session, operation: Operation) -> Mapping[str, list[dict[str, str]]]:
    """By the names in a door's address: what to ask it about."""
    planned = visits(session, operation.id)[:VISITS]
    codes = {one.id: one.code for one in premises_of(session, operation.id)}
    named = [codes[visit.premises] for visit in planned]
    papers = [paper for kind in PAPERS for paper in papers_of_kind(session, kind)[:1]]
    return {
        "": [{}],
        "operation_id": [{"operation_id": operation.id}],
        "visit_id": [{"visit_id": visit.id} for visit in planned],
        "name": [{"name": paper.hash} for paper in papers],
        "code": [{"code": operation.code}],
        "code,version": [{"code": operation.code, "version": operation.papers.agreement}],
        "code,name": [{"code": operation.code, "name": f"{name}?about=all"} for name in named],
        "code,device_id": [
            {"code": operation.code, "device_id": devices(session, operation.id)[0].id},
        ],
        "code,visit_name": [{"code": operation.code, "visit_name": name} for name in named],
        "code,entry,name": [
            {"code": operation.code, "name": scope_of(LogId(log)), "entry": one}
            for one, log in session.execute(select(attached.c.entry, attached.c.log)).all()[:3]
        ],
        "code,group": [{"code": operation.code, "group": one} for one in _groups(session, operation)],
        "code,group,team": [
            {"code": operation.code, "group": group, "team": team}
            for group, team in _sent_together(session, operation)
        ],
        "entry_id,n": [
            {"entry_id": one, "n": "0"} for one in session.scalars(select(attached.c.entry)).all()[:3]
        ],
        "cause,code,log": [
            {"code": operation.code, "log": log, "cause": cause} for log, cause in _aside(session)
        ],
        "officer_id": [{"officer_id": min(holders(session, operation.id, Role.LEAD))}],
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


def _aside(session: Session) -> list[tuple[str, str]]:
    """A log of which something was put aside, and why; one that is nowhere, where there is none."""
    query = select(logs.c.id, quarantine.c.code).join(quarantine, quarantine.c.log == logs.c.key)
    return [(log, code) for log, code in session.execute(query.limit(2))] or [("nowhere", "fork")]


def _with_immigration(folder: Path) -> Path:
    """The operation with immigration officers as a partner off site, to whom the most is hidden."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    data["operation"]["firewall"] = "B: off site"
    data["operation"]["agencies"].append({"code": "HOIE", "name": "Immigration officers"})
    changed = folder / "harbour.yaml"
    changed.write_text(yaml.safe_dump(data), encoding="utf-8")
    beside = "harbour.exhibits.yaml"
    (folder / beside).write_bytes(FILE.with_name(beside).read_bytes())
    return changed


def _known(session: Session, name: OfficerId) -> Officer:
    found = officer(session, name)
    assert found is not None
    return found


def _hire(session: Session, username: str, agency: AgencyCode) -> OfficerId:
    put_agency(session, agency, f"Agency {agency}")
    new = Officer(
        id=OfficerId(derived_id("officer", username)),
        username=username,
        name=f"Reviewer {agency}",
        agency=agency,
        active=True,
        administrator=False,
    )
    add_officer(session, new, hash_password(PASSWORD))
    return new.id

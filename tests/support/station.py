"""A small operation at a server in one process: real SQLite file, real keys, a clock that the test moves."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from fieldops.app import create_app
from fieldops.domain.ids import AgencyCode, OfficerId, OperationId, PremisesId, TeamId, VisitId, derived_id
from fieldops.domain.operation import Operation, PlannedVisit, Premises, Team
from fieldops.domain.people import Officer
from fieldops.domain.who import Role
from fieldops.seeding.reference import papers_for, publish_reference
from fieldops.settings import Settings
from fieldops.store.directory import add_officer, give_role, put_agency
from fieldops.store.engine import WRITES
from fieldops.store.opening import open_store
from fieldops.store.operations import add_operation, add_premises
from fieldops.store.plans import add_member, add_team, add_visit
from fieldops.store.readers import agreement_of
from fieldops.store.schema import upgrade
from fieldops.store.visit_papers import publish_visit_papers
from fieldops.sync import keys
from fieldops.sync.enrol import proof_bytes
from fieldops.web.passwords import hash_password

REFERENCE = Path(__file__).resolve().parents[2] / "seeds" / "reference"
MORNING = datetime(2027, 2, 9, 7, 0, tzinfo=UTC)
WHY = "a test looks"
PASSWORD = "correct horse battery"
OPERATION = OperationId(derived_id("operation", "BOBBIN"))
OTHER_OPERATION = OperationId(derived_id("operation", "SPINDLE"))
TEAM = TeamId(derived_id("team", "T1"))
SITE = PremisesId(derived_id("premises", "P04"))
VISIT = VisitId(derived_id("visit", "P04"))
PEOPLE = {
    "lead": ("POL", Role.LEAD),
    "police": ("POL", Role.OFFICER),
    "wages": ("FWA", Role.OFFICER),
    "partner": ("HSE", Role.PARTNER),
    "borders": ("HOIE", Role.PARTNER),
    "stranger": ("DWP", None),
    "administrator": ("POL", None),
}


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = MORNING

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass(slots=True, kw_only=True)
class Station:
    """A server with its clock, and the people who may use it (each with the same password)."""

    app: Flask
    clock: Clock
    settings: Settings

    def browser(self) -> FlaskClient:
        """Somebody's browser, signed out."""
        return self.app.test_client()

    def desk(self, username: str, why: str = WHY) -> "Desk":
        """An officer signed in at the desk, who says with every request why they look."""
        client = giving_reason(self.browser(), why)
        answer = client.post("/api/session", json={"username": username, "password": PASSWORD})
        assert answer.status_code == 200, answer.json
        return Desk(client=client, officer=answer.json["officer"])

    def tablet(self, username: str, approver: str = "lead") -> "TabletAtHand":
        """An officer's tablet, enrolled through the doors."""
        code = self.code(username, approver)
        tablet = TabletAtHand(client=self.browser(), username=username)
        answer = tablet.enrol(code)
        assert answer.status_code == 200, answer.json
        tablet.learn(answer)
        return tablet

    def code(self, username: str, approver: str = "lead", **asked: str) -> str:
        """A one-time code for an officer's tablet."""
        asked |= {"officer": officer_id(username)}
        answer = self.desk(approver).post(f"/api/operations/{OPERATION}/enrolments", asked)
        assert answer.status_code == 201, answer.json
        code: str = answer.json["code"]
        return code

    @contextmanager
    def store(self) -> Iterator[Session]:
        """The database behind the doors, for what no door does."""
        engine = open_store(self.settings)
        with Session(engine) as session:
            session.connection(execution_options=WRITES)
            yield session
            session.commit()
        engine.dispose()


def giving_reason(client: FlaskClient, why: str) -> FlaskClient:
    """A client that says with every request why it looks; nothing for an empty reason."""
    if why:
        client.environ_base["HTTP_ACCESS_REASON"] = why
    return client


@dataclass(slots=True, kw_only=True)
class Desk:
    """A signed-in browser that sends the CSRF token as our pages do."""

    client: FlaskClient
    officer: str

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, body: object = None) -> TestResponse:
        return self.client.post(path, json=body, headers={"X-CSRF-TOKEN": self.csrf})

    def put(self, path: str, body: object = None) -> TestResponse:
        return self.client.put(path, json=body, headers={"X-CSRF-TOKEN": self.csrf})

    def delete(self, path: str) -> TestResponse:
        return self.client.delete(path, headers={"X-CSRF-TOKEN": self.csrf})

    @property
    def csrf(self) -> str:
        cookie = self.client.get_cookie("fieldops_csrf")
        return cookie.value if cookie else ""


@dataclass(slots=True, kw_only=True)
class TabletAtHand:
    """A tablet's key and what the server gave for it."""

    client: FlaskClient
    username: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    signer: str = ""
    device: str = ""
    token: str = ""

    def enrol(self, code: str, **other: str) -> TestResponse:
        """Uses a one-time code."""
        body: dict[str, Any] = {
            "code": code,
            "username": self.username,
            "password": PASSWORD,
            "key": keys.encode(keys.public_point(self.key)),
            "proof": keys.encode(keys.sign(self.key, proof_bytes(code))),
            "device_name": f"Tablet of {self.username}",
        }
        return self.client.post("/api/devices/enrol", json=body | other)

    def learn(self, answer: TestResponse) -> None:
        self.signer, self.device = answer.json["signer"], answer.json["device"]

    def nonce(self) -> str:
        answer = self.client.post("/api/tablet/nonce", json={"signer": self.signer})
        nonce: str = answer.json["nonce"]
        return nonce

    def prove(self, nonce: str) -> TestResponse:
        """Signs the nonce and asks for a token."""
        signature = keys.encode(keys.sign(self.key, b"fieldops/token/1\n" + nonce.encode()))
        body = {"signer": self.signer, "nonce": nonce, "signature": signature}
        return self.client.post("/api/tablet/token", json=body)

    def sign_in(self) -> "TabletAtHand":
        self.token = self.prove(self.nonce()).json["token"]
        return self

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers={"Authorization": f"Bearer {self.token}"})

    def post(self, path: str, body: object) -> TestResponse:
        return self.client.post(path, json=body, headers={"Authorization": f"Bearer {self.token}"})


def officer_id(username: str) -> OfficerId:
    """The id of one of the people."""
    return OfficerId(derived_id("officer", username))


def open_station(folder: Path, **changed: Any) -> Station:
    """A server on a fresh copy of the small operation; `changed` are settings that differ."""
    if "database_url" not in changed:
        shutil.copytree(_prepared(), folder, dirs_exist_ok=True)
    settings = replace(Settings.from_env(_environment(folder)), **changed)
    clock = Clock()
    return Station(app=create_app(settings, clock), clock=clock, settings=settings)


def _environment(folder: Path) -> dict[str, str]:
    return {"FIELDOPS_DATA": str(folder), "FIELDOPS_SECURE_COOKIES": "no"}


@cache
def _prepared() -> Path:
    """The data folder that every test's is a copy of, made once in a run."""
    folder = Path(mkdtemp(prefix="fieldops-station-"))
    engine = open_store(Settings.from_env(_environment(folder)))
    upgrade(engine)
    with Session(engine) as session:
        session.connection(execution_options=WRITES)
        settle(session)
        session.commit()
    engine.dispose()
    return folder


def settle(session: Session) -> None:
    """Puts the small operation into an empty database."""
    _people(session)
    _operation(session, OPERATION, "BOBBIN")
    _operation(session, OTHER_OPERATION, "SPINDLE")
    _plan(session)


def _people(session: Session) -> None:
    kept = hash_password(PASSWORD)
    for username, (agency, _) in PEOPLE.items():
        put_agency(session, AgencyCode(agency), f"Agency {agency}")
        officer = Officer(
            id=officer_id(username),
            username=username,
            name=f"Officer {username}",
            agency=AgencyCode(agency),
            active=True,
            administrator=username == "administrator",
        )
        add_officer(session, officer, kept)


def _operation(session: Session, name: OperationId, code: str) -> None:
    papers = papers_for(publish_reference(session, REFERENCE), code)
    posture = agreement_of(session, papers.agreement).posture
    operation = Operation(
        id=name,
        code=code,
        name=f"Operation {code}",
        nation="england",
        time_zone="Europe/London",
        days=(date(2027, 2, 9),),
        firewall=posture.code,
        firewall_statement=posture.statement,
        papers=papers,
        base=None,
        opened_at=MORNING - timedelta(days=1),
        closed_at=None,
    )
    add_operation(session, operation)


def _plan(session: Session) -> None:
    for username, (_, role) in PEOPLE.items():
        if role is not None:
            give_role(session, OPERATION, officer_id(username), role)
    give_role(session, OTHER_OPERATION, officer_id("stranger"), Role.LEAD)
    add_premises(session, _site())
    add_team(
        session,
        Team(
            id=TEAM,
            operation=OPERATION,
            code="T1",
            name="Alder",
            languages=("en",),
            capabilities=("PO", "LA"),
        ),
    )
    add_member(session, TEAM, officer_id("police"), lead=True, capabilities=["PO"])
    add_member(session, TEAM, officer_id("wages"), lead=False, capabilities=["LA"])
    planned = PlannedVisit(
        id=VISIT,
        operation=OPERATION,
        premises=SITE,
        team=TEAM,
        day=date(2027, 2, 9),
        sequence=1,
        planned_start=MORNING + timedelta(hours=2),
        minutes=120,
        paper=None,
    )
    add_visit(session, planned)
    publish_visit_papers(session, OPERATION)


def _site() -> Premises:
    return Premises(
        id=SITE,
        operation=OPERATION,
        code="P04",
        name="Pellow Cut & Trim Ltd",
        company_no="DM000004",
        sic="14132",
        building="OM",
        address="Unit 3, Osprey Mill, Bobbin Street, Marlowick ZZ1 1AA",
        uprn="999000000004",
        lat=53.99982,
        lon=2.00019,
        languages=("gu", "pa"),
        workers_expected=24,
        tier="1",
        strike_group=None,
        needs=("PO", "LA"),
        minutes=120,
        window=(time(8), time(17, 30)),
    )

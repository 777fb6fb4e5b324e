"""An enacted operation, and everybody who may knock at one of its doors."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import yaml
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from fieldops.app import create_app
from fieldops.domain.ids import AgencyCode, OfficerId, SignerId, derived_id
from fieldops.domain.operation import Operation
from fieldops.domain.people import Officer
from fieldops.domain.who import Principal, Reader, Role, Through
from fieldops.seeding.demo import DemoOrder
from fieldops.settings import Settings
from fieldops.store.devices import signers_on
from fieldops.store.directory import add_officer, give_role, holders, officer, officer_named, put_agency
from fieldops.store.readers import agreement_of, reader_for
from fieldops.web.passwords import hash_password
from fieldops.web.tokens import tablet_token
from tests.support.demo_world import DemoWorld, the_operation
from tests.support.door_cases import FORM_TOKEN, Ground, ground
from tests.support.doors import CODE, Asked, body_of, every_door
from tests.support.two_worlds import set_aside, tell_more

FILE = Path(__file__).resolve().parents[1] / "seeding" / "harbour.yaml"
START = date(2029, 7, 9)
NOON = datetime(2029, 7, 12, 12, tzinfo=UTC)
PASSWORD = "thimble-demo-2027"
COMMAND = (Role.LEAD, Role.TACTICAL, Role.DESK, Role.DISCLOSURE, Role.SAFEGUARDING)
WHY = {"Access-Reason": "a test looks"}
SIGNED_OUT, NOBODY, ADMINISTRATOR = "signed out", "nobody", "administrator"


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

    def settings(self, database: Path) -> Settings:
        """Those of the installation, with this database."""
        given = {"FIELDOPS_DATA": str(self.folder), "FIELDOPS_SECURE_COOKIES": "no"}
        return replace(
            Settings.from_env(given),
            database_url=f"sqlite:///{database}",
            person_keys_url=f"sqlite:///{database}.keys",
        )

    def app_on(self, database: Path) -> Flask:
        """The app as it is served, on this database."""
        return create_app(self.settings(database), lambda: NOON)

    def ground(self) -> Ground:
        """What lies in it, to ask about."""
        with self.world.session() as session:
            return ground(session, the_operation(session, CODE), NOBODY, PASSWORD)

    def everybody(self) -> list[str]:
        return [SIGNED_OUT, *self.people, *self.tablets]

    def answers(self, who: str) -> list[tuple[Asked, TestResponse]]:
        """What they are answered at every door of this world; asked once."""
        if who not in self.told:
            app = self.app_on(self.database)
            doors = every_door(self.world, app, self.ground())
            self.told[who] = [(asked, self.knock(app, who, asked)) for asked in doors]
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
        browser.set_cookie("fieldops_form", FORM_TOKEN, path="/desk")
        headers = dict(WHY)
        if who in self.tablets:
            headers |= {"Authorization": f"Bearer {given['token']}"}
        else:
            for name, value in given.items():
                browser.set_cookie(name, value)
            headers |= {"X-CSRF-TOKEN": given.get("fieldops_csrf", "")}
        return browser.open(asked.path, method=asked.method, headers=headers, **body_of(asked.sent))

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
            names = ("access", "csrf", "refresh", "refresh_csrf")
            cookies = (browser.get_cookie(f"fieldops_{name}") for name in names)
            self.signed_in[who] = {one.key: one.value for one in cookies if one is not None}
        with app.app_context():
            for who, signer in self.tablets.items():
                self.signed_in[who] = {"token": tablet_token(signer, timedelta(days=1))}


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

"""A full disk stops new entries and nothing else: they are refused in words, and come when there is space."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from fieldops.app import create_app
from fieldops.settings import Settings
from fieldops.store.db import db
from fieldops.store.opening import open_store
from fieldops.store.schema import upgrade
from fieldops.sync import keys
from fieldops.sync.tablet import Door, Tablet
from tests.support.database import Database
from tests.support.field import Field, open_field
from tests.torture.oracles import at_rest

SPARE_PAGES = 40
ANSWERS = 400


@contextmanager
def full_disk(engine: Engine) -> Iterator[None]:
    """SQLite is given hardly more pages than it has; it says then what it says when the disk is full."""

    def bound(connection: sqlite3.Connection, _: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + SPARE_PAGES}")

    engine.dispose()
    event.listen(engine, "connect", bound)
    try:
        yield
    finally:
        event.remove(engine, "connect", bound)
        engine.dispose()


def bearer(client: FlaskClient, tablet: Tablet) -> dict[str, str]:
    nonce = client.post("/api/tablet/nonce", json={"signer": tablet.signer}).json["nonce"]
    proof = keys.encode(keys.sign(tablet.key, b"fieldops/token/1\n" + nonce.encode()))
    body = {"signer": tablet.signer, "nonce": nonce, "signature": proof}
    token = client.post("/api/tablet/token", json=body).json["token"]
    return {"Authorization": f"Bearer {token}"}


def a_morning(operation: Field, tablet: Tablet) -> None:
    for n in range(ANSWERS):
        operation.record(
            tablet, operation.visits[n % 2], f"PLACE-{n % 40 + 1:02}", f"as seen {n} " + "." * 300
        )


def test_a_full_disk_refuses_new_entries_reads_go_on_and_all_come_when_there_is_space(tmp_path: Path) -> None:
    settings = Settings.from_env({"FIELDOPS_DATA": str(tmp_path), "FIELDOPS_SECURE_COOKIES": "no"})
    engine = open_store(settings)
    upgrade(engine)
    database = Database(url=settings.database_url, engine=engine)
    operation = open_field(database, {"lead": "PO", "police": "PO"})
    tablet, lead = operation.tablet("police"), operation.tablet("lead")
    app = create_app(settings, operation.clock)
    client = app.test_client()
    sent_by, read_by = bearer(client, tablet), bearer(client, lead)
    a_morning(operation, tablet)
    acknowledged: set[bytes] = set()

    def push_all() -> int:
        """Push until one is refused; the last status."""
        status = 200
        for body in list(tablet.push_bodies(100)):
            answer = client.post(
                "/api/sync/push", data=body, headers=sent_by, content_type="application/json"
            )
            status = answer.status_code
            if status != 200:
                assert (status, answer.json["code"]) == (507, "storage_full")
                break
            tablet.apply_push(answer.data)
            acknowledged.update(raw for log in tablet.logs.values() for raw in log.ids[: log.confirmed])
        return status

    with app.app_context(), full_disk(db.engine):
        assert push_all() == 507
        asked = json.loads(lead.pull_body())
        page = client.post(f"/api/sync/{Door.PULL}", json=asked, headers=read_by)
        assert page.status_code == 200
        lead.apply_pull(page.data)
        assert at_rest(database).held == acknowledged
        assert 0 < len(acknowledged) < ANSWERS
        assert sum(len(held) for held in lead.replica.entries.values()) == len(acknowledged)
    assert push_all() == 200
    assert tablet.unsent() == 0
    assert at_rest(database).held == {raw for log in tablet.logs.values() for raw in log.ids}

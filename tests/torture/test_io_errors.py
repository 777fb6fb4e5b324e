"""The disk fails at any write or sync: the answer says so, nothing is half kept, and the work goes on.

The long form takes FIELDOPS_TORTURE_FAULTS (see docs/reliability.md).
"""

import os
from dataclasses import dataclass
from pathlib import Path
from random import Random

from fieldops.app import create_app
from fieldops.settings import Settings
from fieldops.store.db import db
from fieldops.store.opening import open_store
from fieldops.store.schema import upgrade
from tests.support.database import Database
from tests.support.field import open_field
from tests.torture.oracles import at_rest
from tests.torture.sqlite_files import Change, watched
from tests.torture.test_disk_full import bearer
from tests.torture.test_power_cut import confirmed, pragmas, record_some

FAULTS = int(os.environ.get("FIELDOPS_TORTURE_FAULTS", "200"))
LOOK_EACH = 20


@dataclass(slots=True)
class Trouble:
    """One fault to come, so many changes from now. None: the disk is well."""

    rng: Random
    left: int | None = None
    met: int = 0

    def set(self) -> None:
        self.left = self.rng.randrange(25)

    def passes(self, _: Change) -> bool:
        if self.left is None:
            return True
        self.left -= 1
        if self.left >= 0:
            return True
        self.left = None
        self.met += 1
        return False


def test_a_disk_that_fails_keeps_all_or_nothing_and_the_work_goes_on(tmp_path: Path) -> None:
    settings = Settings.from_env({"FIELDOPS_DATA": str(tmp_path), "FIELDOPS_SECURE_COOKIES": "no"})
    engine = open_store(settings)
    upgrade(engine)
    database = Database(url=settings.database_url, engine=engine)
    operation = open_field(database, {"lead": "PO", "police": "PO"})
    tablet = operation.tablet("police")
    trouble, rng, told = Trouble(Random(3)), Random(4), set()
    app = create_app(settings, operation.clock)
    with app.app_context(), watched(tmp_path, trouble.passes), pragmas("FULL"):
        client = app.test_client()
        headers = bearer(client, tablet)

        def push() -> None:
            for body in list(tablet.push_bodies()):
                answer = client.post(
                    "/api/sync/push", data=body, headers=headers, content_type="application/json"
                )
                if answer.status_code == 200:
                    tablet.apply_push(answer.data)
                else:
                    told.add((answer.status_code, answer.json["code"]))

        while trouble.met < FAULTS:
            record_some(operation, tablet, rng)
            trouble.set()
            push()
            if trouble.met % LOOK_EACH == 0:
                assert confirmed([tablet]) <= at_rest(database).held
        trouble.left = None
        push()
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    rest = at_rest(database)
    print(f"{trouble.met} faults, {len(rest.held)} entries kept once; told as {sorted(told)}")
    assert tablet.unsent() == 0
    assert rest.held == {raw for log in tablet.logs.values() for raw in log.ids}
    assert {status for status, _ in told} <= {503, 507}
    assert told

"""A lead's decision at the desk, in the small operation."""

import os
from datetime import timedelta

from fieldops.domain.ids import LogId
from fieldops.domain.kinds import RELEASE
from fieldops.store.directory import officer
from fieldops.sync.enrol import Server, server_key
from fieldops.sync.release import Asked, Decided, Desk, decide
from tests.support.field import Field

SEED = bytes(range(32))


def released(field: Field, log: LogId, code: str, *, choice: str = RELEASE, why: str = "Seen to.") -> Decided:
    """The lead decides about what of this log was put aside for this reason."""
    with field.database.reading() as session:
        lead = officer(session, field.officers["lead"])
    assert lead is not None
    asked = Asked(operation=field.operation, officer=lead, log=log, code=code, choice=choice, why=why)
    server = Server(
        key=server_key(SEED), epoch="e" * 16, good_for=timedelta(days=30), random_bytes=os.urandom
    )
    return decide(field.database.writing, asked, Desk(seed=SEED, server=server, now=field.now))

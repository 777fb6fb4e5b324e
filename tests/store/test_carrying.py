"""An older copy takes the place of the database: what tablets said since is not forgotten with it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fieldops.domain.completeness import Claim, LogStanding, Said, Span, Storage
from fieldops.store.carrying import carry_over
from fieldops.store.claims import keep_said
from fieldops.store.completeness import earlier_logs
from fieldops.store.devices import signer
from fieldops.store.engine import open_engine
from fieldops.store.wipes import orders_of
from fieldops.sync.tablet import Tablet
from fieldops.sync.wipe import Ordering, order_wipe
from tests.support.database import Database
from tests.support.field import Field, open_field


@pytest.fixture
def operation(sqlite: Database) -> Field:
    return open_field(sqlite, {"lead": "PO", "police": "PO"})


@pytest.fixture
def older(operation: Field, tmp_path: Path) -> Iterator[Database]:
    """A copy of the database as it is when this is asked for."""
    file = tmp_path / "older.db"
    present = operation.database.engine.url.database or ""
    with closing(sqlite3.connect(present)) as held, closing(sqlite3.connect(file)) as copy:
        held.backup(copy)
    engine = open_engine(f"sqlite:///{file}")
    yield Database(url=f"sqlite:///{file}", engine=engine)
    engine.dispose()


def tell(operation: Field, tablet: Tablet) -> None:
    """The tablet says what it holds, and that this is its only store."""
    operation.forward(seconds=1)
    told = Storage(
        stores=frozenset({tablet.signer}), persisted=True, quota_mib=None, usage_mib=None, build="test"
    )
    claims = tuple(Claim(log=log.name, held=len(log.entries)) for log in tablet.logs.values())
    with operation.database.writing() as session:
        key = signer(session, tablet.signer)
        assert key is not None
        keep_said(session, key, Said(claims=claims, whole=True, tablet=told), operation.now)


def told_after(operation: Field, older: Database, tablet: Tablet) -> LogStanding:
    """What the copy tells of the tablet's only log once it has taken the place of the database."""
    carry_over(operation.database.engine, older.engine)
    with older.reading() as session:
        key = signer(session, tablet.signer)
        assert key is not None
        (told,) = earlier_logs(session, operation.reader("police"), key.device)
    return told


@pytest.mark.parametrize("came", [0, 3])
def test_what_was_lost_with_a_cleared_store_keeps_its_number(
    operation: Field, older: Database, came: int
) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    for n in range(1, came + 1):
        operation.record(tablet, visit, f"PLACE-{n:02}", "Y")
    operation.sync("police")
    for n in range(came + 1, 6):
        operation.record(tablet, visit, f"PLACE-{n:02}", "Y")
    tell(operation, tablet)
    tell(operation, operation.tablet("police", "again", "police"))
    told = told_after(operation, older, tablet)
    assert (told.have, told.lost) == (0, Span(1, 5))


def test_what_came_and_was_never_claimed_is_known_to_have_been_there(
    operation: Field, older: Database
) -> None:
    tablet = operation.tablet("police")
    operation.record(tablet, operation.visits[0], "PLACE-01", "Y")
    operation.sync("police")
    tell(operation, operation.tablet("police", "again", "police"))
    assert told_after(operation, older, tablet).lost == Span(1, 1)


def test_an_order_that_wipes_a_store_stands_after_a_restore(operation: Field, older: Database) -> None:
    tablet = operation.tablet("police")
    with operation.database.reading() as session:
        key = signer(session, tablet.signer)
    assert key is not None
    ordering = Ordering(
        device=key.device,
        signer=tablet.signer,
        by=operation.officers["lead"],
        reason="Left on a train",
        forced=False,
    )
    with operation.database.writing() as session:
        order = order_wipe(session, ordering, operation.now, bytes(range(32)))
    carry_over(operation.database.engine, older.engine)
    with older.reading() as session:
        standing = orders_of(session, operation.operation)
    assert standing[tablet.signer].order.id == order.id

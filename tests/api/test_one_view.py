"""What is read for one answer is read from one state of the database, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.ids import AgencyCode
from fieldops.store.directory import agencies, put_agency
from fieldops.web.transaction import reading, transaction
from tests.support.database import Database
from tests.support.station import Station, open_station, settle


@pytest.fixture
def served(database: Database, tmp_path: Path) -> Station:
    with database.writing() as session:
        settle(session)
    return open_station(tmp_path, database_url=database.url)


@contextmanager
def asked_for(served: Station, how: str) -> Iterator[Session]:
    """A reading as a door opens it: outright, or as the answer to a safe method."""
    view = reading if how == "reading" else transaction
    with served.app.test_request_context("/api/session", method="GET"), view() as session:
        yield session


@pytest.mark.parametrize("how", ["reading", "an answer to GET"])
def test_a_reading_sees_no_commit_that_happened_in_its_middle(
    served: Station, database: Database, how: str
) -> None:
    with asked_for(served, how) as session:
        before = agencies(session)
        with database.writing() as elsewhere:
            put_agency(elsewhere, AgencyCode("NEW"), "An agency that joined just now")
        assert agencies(session) == before
    with asked_for(served, how) as session:
        assert len(agencies(session)) == len(before) + 1


def test_who_asks_and_what_is_given_are_read_from_one_state_until_something_is_written(
    served: Station, database: Database
) -> None:
    with served.app.test_request_context("/api/session", method="POST"):
        with reading() as session:
            before = agencies(session)
        with database.writing() as elsewhere:
            put_agency(elsewhere, AgencyCode("NEW"), "An agency that joined just now")
        with reading() as session:
            assert agencies(session) == before
        with transaction() as session:
            assert len(agencies(session)) == len(before) + 1
        with reading() as session:
            assert len(agencies(session)) == len(before) + 1

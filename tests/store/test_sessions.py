"""What must hold over several workers: attempts are counted once each, nonces are good once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from fieldops.domain.ids import AgencyCode, OfficerId, SignerId
from fieldops.domain.people import Officer
from fieldops.settings import RateLimit
from fieldops.store.directory import add_officer, deactivate, officer, officer_named, put_agency
from fieldops.store.sessions import (
    DeskSession,
    count_attempt,
    desk_session,
    end_desk_session,
    forget_attempts,
    keep_nonce,
    open_desk_session,
    rotate,
    spend_nonce,
)
from tests.support.database import Database

NOW = datetime(2027, 2, 9, 9, 0, tzinfo=UTC)
LIMIT = RateLimit(attempts=10, window_s=300)
SIGNER = SignerId("s" * 26)
OFFICER = OfficerId("o" * 16)


def test_attempts_from_many_workers_at_once_are_all_counted(database: Database) -> None:
    def attempt(_: int) -> int:
        with database.writing() as session:
            return count_attempt(session, "sign-in", "lead", LIMIT, NOW)

    with ThreadPoolExecutor(8) as workers:
        waits = list(workers.map(attempt, range(25)))
    assert sum(wait == 0 for wait in waits) == LIMIT.attempts
    assert all(0 < wait <= LIMIT.window_s for wait in waits if wait)


def test_the_next_window_counts_from_nothing_and_a_success_clears_the_count(database: Database) -> None:
    with database.writing() as session:
        for _ in range(11):
            wait = count_attempt(session, "sign-in", "lead", LIMIT, NOW)
        assert wait > 0
        assert count_attempt(session, "sign-in", "other", LIMIT, NOW) == 0
        assert count_attempt(session, "sign-in", "lead", LIMIT, NOW + timedelta(seconds=wait)) == 0
        forget_attempts(session, "sign-in", "lead", LIMIT, NOW)
        assert count_attempt(session, "sign-in", "lead", LIMIT, NOW) == 0


def test_a_nonce_is_spent_once_however_many_try_at_once(database: Database) -> None:
    with database.writing() as session:
        keep_nonce(session, "challenge", SIGNER, NOW, timedelta(minutes=2))

    def spend(_: int) -> bool:
        with database.writing() as session:
            return spend_nonce(session, "challenge", SIGNER, NOW)

    with ThreadPoolExecutor(8) as workers:
        assert sum(workers.map(spend, range(8))) == 1


def test_a_nonce_of_another_signer_is_spent_and_refused(database: Database) -> None:
    with database.writing() as session:
        keep_nonce(session, "challenge", SIGNER, NOW, timedelta(minutes=2))
        assert not spend_nonce(session, "challenge", SignerId("t" * 26), NOW)
        assert not spend_nonce(session, "challenge", SIGNER, NOW)


def test_a_session_remembers_its_newest_and_former_token_until_it_ends(database: Database) -> None:
    with database.writing() as session:
        _known_officer(session)
        open_desk_session(session, _session("family", "first"))
        rotate(session, "family", "second", NOW)
    with database.writing() as session:
        kept = desk_session(session, "family", lock=True)
        assert kept is not None
        assert (kept.newest, kept.former, kept.ended) == ("second", "first", False)
        end_desk_session(session, "family", NOW, "reused")
    with database.reading() as session:
        ended = desk_session(session, "family")
        assert ended is not None
        assert ended.ended
        assert desk_session(session, "no such") is None


def test_an_officer_who_has_left_stays_known(database: Database) -> None:
    with database.writing() as session:
        _known_officer(session)
        deactivate(session, OFFICER, NOW)
    with database.reading() as session:
        left = officer(session, OFFICER)
        assert left is not None
        assert not left.active
        assert officer_named(session, "LEAD") == (left, "hash")


def _known_officer(session: Session) -> None:
    put_agency(session, AgencyCode("POL"), "Police")
    new = Officer(
        id=OFFICER, username="Lead", name="L", agency=AgencyCode("POL"), active=True, administrator=False
    )
    add_officer(session, new, "hash")


def _session(family: str, newest: str) -> DeskSession:
    return DeskSession(
        id=family,
        officer=OFFICER,
        newest=newest,
        former=None,
        renewed_at=NOW,
        expires_at=NOW + timedelta(hours=12),
        ended=False,
    )

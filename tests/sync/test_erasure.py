"""Words about a person lie sealed under a key of their own, and erasing destroys it: everywhere, by two
people, for good; and nothing else of the ledger changes."""

import os
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from fieldops.cli import commands
from fieldops.domain.errors import Refusal
from fieldops.domain.retention import ErasureState, Retention
from fieldops.domain.who import Through
from fieldops.store.at_rest import keys_kept
from fieldops.store.blobs import FolderBlobs
from fieldops.store.erasures import erased_on, erasures, put_retention
from fieldops.store.ledger import arrivals, streams
from fieldops.store.person_keys import PersonKeys
from fieldops.store.quarantine import quarantine, quarantined
from fieldops.store.records import read_visit
from fieldops.store.soundness import faults
from fieldops.sync.erase import Asking, Means, ask_erasure, carry_out_all, confirm_erasure, refuse_erasure
from tests.support.database import Database, installation
from tests.support.field import ACCOUNT, Field, open_field

PEOPLE = {"lead": "PO", "police": "PO", "other": "PO", "safety": "HS"}
MAYA, OLGA = "worker:" + "m" * 16, "worker:" + "o" * 16
CANARY = "she said that he keeps her passport"


@pytest.fixture
def operation(database: Database) -> Field:
    made = open_field(database, PEOPLE)
    police = made.tablet("police")
    for n, (subject, words) in enumerate(
        [(MAYA, CANARY), (OLGA, "nothing to add"), ("visit", "the manager")], 1
    ):
        made.record(police, made.visits[0], f"SAID-{n:02}", words, subject=subject)
    made.record(police, made.visits[0], "PLACE-01", "a red door")
    made.sync("police")
    made.sync("other")
    return made


def keys_of(operation: Field) -> PersonKeys:
    found = keys_kept(operation.database.engine)
    assert found is not None
    return found


def means(operation: Field, folder: Path) -> Means:
    return Means(
        writing=operation.database.writing,
        keys=keys_of(operation),
        blobs=FolderBlobs(folder / "blobs"),
        views=folder / "views",
        now=operation.now,
    )


def ask(operation: Field, ref: str = MAYA, by: str = "lead") -> str:
    asking = Asking(
        operation=operation.operation,
        scope=operation.visits[0],
        ref=ref,
        ground="request",
        reason="She asked for it.",
        by=operation.officers[by],
    )
    with operation.database.writing() as session:
        return ask_erasure(session, asking, operation.now, os.urandom).id


def erase(operation: Field, folder: Path, ref: str = MAYA) -> str:
    name = ask(operation, ref)
    confirm_erasure(means(operation, folder), name, operation.officers["police"])
    return name


def words(operation: Field, name: str = "police") -> dict[str, object]:
    """What a reader at the desk is shown of the first visit, by question."""
    with operation.database.reading() as session:
        record = read_visit(session, operation.reader(name, Through.DESK), operation.visits[0])
    return {one.entry.field: "erased" if one.entry.erased else one.entry.value for one in record.standings}


def on_tablet(operation: Field, name: str) -> str:
    """All that a tablet holds, its own and pulled."""
    tablet = operation.tablet(name)
    own = [one.body for log in tablet.logs.values() for one in log.entries]
    pulled = [body for held in tablet.replica.entries.values() for _, body in held]
    return b"\n".join(own + pulled).decode()


def at_rest(operation: Field, class_code: str) -> str:
    with operation.database.reading() as session:
        query = select(arrivals.c.lines).join(streams, streams.c.key == arrivals.c.stream)
        lines = session.scalars(query.where(streams.c.class_code == class_code)).all()
        aside = session.scalars(select(quarantine.c.body)).all()
    return b"\n".join([*lines, *aside]).decode()


def test_words_about_people_lie_in_no_table_and_are_read_as_they_were_signed(operation: Field) -> None:
    kept = at_rest(operation, ACCOUNT)
    assert CANARY not in kept
    assert "the manager" not in kept
    assert words(operation) == {
        "SAID-01": CANARY,
        "SAID-02": "nothing to add",
        "SAID-03": "the manager",
        "PLACE-01": "a red door",
    }
    assert CANARY in on_tablet(operation, "other")


def test_an_erased_person_is_gone_everywhere_and_nobody_else_is(operation: Field, tmp_path: Path) -> None:
    order = erase(operation, tmp_path)
    assert words(operation) == {
        "SAID-01": "erased",
        "SAID-02": "nothing to add",
        "SAID-03": "the manager",
        "PLACE-01": "a red door",
    }
    for name in ("police", "other"):
        operation.sync(name)
        assert CANARY not in on_tablet(operation, name)
        assert "nothing to add" in on_tablet(operation, name)
        operation.sync(name)
    with operation.database.reading() as session:
        assert list(faults(session)) == []
        done = erased_on(session, operation.operation)[order]
        assert done == {operation.tablet(name).signer for name in ("police", "other")}
        assert [one.state for one in erasures(session, operation.operation)] == [ErasureState.DONE]


def test_the_people_of_a_visit_who_have_no_card_are_erased_by_their_class(
    operation: Field, tmp_path: Path
) -> None:
    erase(operation, tmp_path, ref=f"{operation.visits[0]}.{ACCOUNT}")
    assert words(operation)["SAID-03"] == "erased"
    assert words(operation)["SAID-01"] == CANARY


def test_whoever_asked_cannot_agree_and_what_was_refused_stays(operation: Field, tmp_path: Path) -> None:
    name = ask(operation)
    with pytest.raises(Refusal, match="Another person"):
        confirm_erasure(means(operation, tmp_path), name, operation.officers["lead"])
    with operation.database.writing() as session:
        refuse_erasure(session, name, operation.officers["police"], "The court needs it.", operation.now)
    with pytest.raises(Refusal, match="decided"):
        confirm_erasure(means(operation, tmp_path), name, operation.officers["police"])
    assert words(operation)["SAID-01"] == CANARY
    erase(operation, tmp_path)
    with pytest.raises(Refusal, match="asked for already"):
        ask(operation)


@pytest.mark.parametrize("on_all", [False, True])
def test_a_legal_hold_stands_before_the_asking_and_before_the_deed(
    operation: Field, tmp_path: Path, on_all: bool
) -> None:
    name = ask(operation)
    held = Retention(
        ref=operation.operation if on_all else MAYA,
        group="need",
        review_on=operation.now.date(),
        held=True,
        why="Trial in June.",
        by=operation.officers["lead"],
        at=operation.now,
    )
    with operation.database.writing() as session:
        put_retention(session, operation.operation, held)
    with pytest.raises(Refusal, match="legal hold"):
        confirm_erasure(means(operation, tmp_path), name, operation.officers["police"])
    if on_all:
        with pytest.raises(Refusal, match="legal hold"):
            ask(operation, OLGA)
    assert words(operation)["SAID-01"] == CANARY


def test_what_an_old_tablet_sends_of_an_erased_person_is_kept_without_its_words(
    operation: Field, tmp_path: Path
) -> None:
    late = operation.tablet("other")
    operation.record(late, operation.visits[0], "SAID-09", "and he hits her", subject=MAYA)
    erase(operation, tmp_path)
    assert operation.sync("other").unsent() == 0
    assert words(operation)["SAID-09"] == "erased"
    assert "hits" not in at_rest(operation, ACCOUNT)
    assert keys_of(operation).erased([MAYA])[MAYA].came_after == 1
    operation.sync("other")
    assert "hits" not in on_tablet(operation, "other")


def test_words_that_wait_in_quarantine_are_sealed_and_erased_too(operation: Field, tmp_path: Path) -> None:
    police = operation.tablet("police")
    operation.record(police, operation.visits[0], "SAID-10", CANARY, subject=MAYA, schema="a" * 64)
    operation.sync("police")
    assert CANARY not in at_rest(operation, ACCOUNT)

    def aside() -> list[bytes]:
        with operation.database.reading() as session:
            return [one.body for one in quarantined(session, operation.reader("lead", Through.DESK))]

    assert [CANARY.encode() in body for body in aside()] == [True]
    erase(operation, tmp_path)
    assert aside() == [b""]


def test_an_erasure_that_was_broken_off_is_carried_out_at_the_next(operation: Field, tmp_path: Path) -> None:
    name = ask(operation)

    class Stop(Exception):
        pass

    class Broken(PersonKeys):
        def destroy(self, ref: str, at: object) -> None:
            raise Stop

    keys = keys_of(operation)
    broken = Broken(keys.url, b"", random.Random(1).randbytes)
    reach = means(operation, tmp_path)
    with pytest.raises(Stop):
        confirm_erasure(
            Means(writing=reach.writing, keys=broken, blobs=reach.blobs, views=reach.views, now=reach.now),
            name,
            operation.officers["police"],
        )
    assert words(operation)["SAID-01"] == CANARY
    assert carry_out_all(reach) == 1
    assert words(operation)["SAID-01"] == "erased"


def test_an_erased_entry_that_a_restored_server_lacks_is_taken_without_its_words(
    operation: Field, tmp_path: Path
) -> None:
    """The tablet has done as it was told; then an older copy, in which the entry is not, is put back."""
    copy = tmp_path / "older"
    environment = installation(tmp_path / "data", operation.database)
    run = CliRunner().invoke
    assert run(commands, ["backup", str(copy)], env=environment).exit_code == 0
    police = operation.tablet("police")
    operation.record(police, operation.visits[0], "SAID-12", CANARY, subject=MAYA)
    operation.sync("police")
    erase(operation, tmp_path)
    operation.sync("police")
    assert CANARY not in on_tablet(operation, "police")
    operation.database.engine.dispose()
    back = run(commands, ["restore", str(copy), "--overwrite"], env=environment)
    assert back.exit_code == 0, back.output
    assert operation.sync("police").unsent() == 0
    assert words(operation)["SAID-01"] == words(operation)["SAID-12"] == "erased"
    assert CANARY not in on_tablet(operation, "police")
    with operation.database.reading() as session:
        assert list(faults(session)) == []


def test_a_backup_that_knows_which_tablets_erased_is_put_back(operation: Field, tmp_path: Path) -> None:
    erase(operation, tmp_path)
    for _ in range(2):
        operation.sync("police")
    environment = installation(tmp_path / "data", operation.database)
    for words_said in (["backup", str(tmp_path / "kept")], ["restore", str(tmp_path / "kept")]):
        operation.database.engine.dispose()
        done = CliRunner().invoke(commands, words_said, env=environment)
        assert done.exit_code == 0, done.output
    assert words(operation)["SAID-01"] == "erased"


def test_words_of_before_there_were_keys_are_sealed_by_the_command_that_migrates(
    operation: Field, tmp_path: Path
) -> None:
    """As after a rollback to a program that knows no keys; a name that no migration has changes nothing."""
    environment = installation(tmp_path / "data", operation.database)

    def run(*said: str) -> int:
        operation.database.engine.dispose()
        return CliRunner().invoke(commands, said, env=environment).exit_code

    assert run("migrate", "--down", "0016") == 1
    assert CANARY not in at_rest(operation, ACCOUNT)
    assert run("migrate", "--down", "0016_accounts") == 0
    assert CANARY in at_rest(operation, ACCOUNT)
    assert run("migrate") == 0
    assert CANARY not in at_rest(operation, ACCOUNT)
    assert words(operation)["SAID-01"] == CANARY


def test_an_entry_without_words_about_somebody_who_was_not_erased_is_refused(operation: Field) -> None:
    police = operation.tablet("police")
    operation.record(police, operation.visits[0], "SAID-11", "words", subject=OLGA)
    (log,) = (one for one in police.logs.values() if one.unsent())
    log.entries[-1] = type(log.entries[-1])(log.entries[-1].header, b"")
    operation.sync("police")
    assert police.setbacks[-1]["code"] == "entry_without_body"

"""Lines of the access log lie in the same tree: none is changed or taken away unseen, and none is shown."""

import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest

from fieldops.domain.ids import AgencyCode, ClassCode, OfficerId
from fieldops.domain.looks import Look, LookKind, Shown
from fieldops.store.accesslog import add_looks
from fieldops.store.sealed import sealed_looks
from fieldops.verify import verify
from tests.evidence.conftest import Kept, checkpoint
from tests.support.two_verifiers import TwoVerifiers, two_verifiers

REASON = "preparing the referral of the tall woman"
FORGET = "UPDATE leaves SET look = NULL WHERE look IS NOT NULL"


@pytest.fixture(scope="module")
def both() -> Iterator[TwoVerifiers]:
    with two_verifiers() as running:
        yield running


def line(kept: Kept) -> Look:
    return Look(
        operation=kept.field.operation,
        at_ms=1_802_160_000_000,
        kind=LookKind.CONSULTATION,
        door="visits.record",
        officer=OfficerId("a" * 16),
        agency=AgencyCode("POL"),
        roles=("lead",),
        through="desk",
        session="s" * 26,
        request="0" * 32,
        shown=Shown(classes=frozenset({ClassCode("C4")}), entries=3),
        purpose="command",
        covered=True,
        reason=REASON,
    )


@pytest.fixture
def looked(kept: Kept) -> Kept:
    """A ledger whose last checkpoint, kept outside, covers two lines of the access log."""
    with kept.field.database.writing() as session:
        add_looks(session, [line(kept), replace(line(kept), request="1" * 32)])
    kept.witness.write_text(checkpoint(kept.field), encoding="utf-8")
    return kept


def test_a_bundle_with_lines_of_the_log_is_whole_for_both_verifiers(looked: Kept, both: TwoVerifiers) -> None:
    said = both.verdict(looked.export(), [looked.witness])
    assert (said["whole"], said["findings"]) == (True, [])


def test_a_bundle_holds_no_word_of_the_log(looked: Kept) -> None:
    with zipfile.ZipFile(looked.export()) as bundle:
        for name in bundle.namelist():
            data = bundle.read(name)
            assert REASON.encode() not in data
            assert b"visits.record" not in data
        assert len(bundle.read("looks.jsonl").splitlines()) == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("officer", "b" * 16),
        ("at_ms", 1),
        ("reason", "another"),
        ("entries", 0),
        ("classes", "C1"),
        ("kind", "collection"),
        ("covered", False),
    ],
)
def test_a_line_that_was_changed_is_found(
    looked: Kept, both: TwoVerifiers, column: str, value: object
) -> None:
    looked.sql(f"UPDATE looks SET {column} = :value WHERE request = :first", value=value, first="0" * 32)
    found = both.verdict(looked.export(), [looked.witness])["findings"]
    assert {one["code"] for one in found} == {"altered_receipt"}


def test_a_line_that_was_taken_away_is_found(looked: Kept, both: TwoVerifiers) -> None:
    looked.sql(FORGET)
    looked.sql("DELETE FROM looks WHERE request = :first", first="0" * 32)
    assert "missing_receipt" in {one["code"] for one in both.verdict(looked.export())["findings"]}


def test_a_log_that_was_made_anew_is_found_by_whoever_kept_a_checkpoint(looked: Kept) -> None:
    looked.sql("UPDATE looks SET reason = 'another'")
    looked.sealed_anew()
    assert verify(looked.export())["whole"]
    assert looked.codes(looked.witness) == {"altered_history"}


def test_each_line_gets_one_place_and_keeps_it(looked: Kept) -> None:
    with looked.field.database.writing() as session:
        before = [place for place, _, _ in sealed_looks(session, looked.field.operation)]
        add_looks(session, [replace(line(looked), request="2" * 32)])
    assert checkpoint(looked.field) == checkpoint(looked.field)
    with looked.field.database.reading() as session:
        after = [place for place, _, _ in sealed_looks(session, looked.field.operation)]
    assert after[:-1] == before
    assert len(set(after)) == 3


def test_an_older_bundle_without_places_of_the_log_is_read_by_both(kept: Kept, both: TwoVerifiers) -> None:
    older = kept.folder / "older.zip"
    with zipfile.ZipFile(kept.export()) as new, zipfile.ZipFile(older, "w") as old:
        for name in new.namelist():
            data = new.read(name).replace(b"fieldops/evidence/2", b"fieldops/evidence/1")
            if name != "looks.jsonl":
                old.writestr(name, data)
    assert both.verdict(older, [kept.witness])["whole"]

"""A copy of the report is a witness: the newest checkpoint stands in its annex, in figures and as a note."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from fieldops.domain.strict_json import Json
from fieldops.evidence.checkpoints import make_checkpoint, public_key_for
from fieldops.reports.as_json import as_json
from fieldops.verify import read_note
from tests.reports.copies import Copy, copy_for
from tests.support.demo_world import DemoWorld, the_operation

SEED = bytes(range(32))
SIGNED = datetime(2027, 2, 12, 9, 5, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def note(thimble: DemoWorld) -> str:
    with thimble.session() as session:
        made = make_checkpoint(session, the_operation(session, "THIMBLE").id, SEED, SIGNED)
        session.commit()
    return made


def annex_of(copy: Copy) -> dict[str, Json]:
    sections = as_json(copy.facts)["sections"]
    assert isinstance(sections, list)
    (annex,) = (one for one in sections if isinstance(one, dict) and one["key"] == "integrity")
    pieces = annex["pieces"]
    assert isinstance(pieces, list)
    return {str(one["key"]): one for one in pieces if isinstance(one, dict)}


def test_the_note_that_a_reader_keeps_is_the_signed_one(thimble: DemoWorld, note: str) -> None:
    with thimble.session() as session:
        key = public_key_for(the_operation(session, "THIMBLE").id, SEED)
    for agency in ("", "HOIE"):
        kept = annex_of(copy_for(thimble, "THIMBLE", agency))["witness_note"]
        assert isinstance(kept, dict)
        assert read_note(str(kept["text"]).encode(), key) == read_note(note.encode(), key) is not None


def test_size_root_moment_and_key_stand_beside_it(thimble: DemoWorld, note: str) -> None:
    table = annex_of(copy_for(thimble, "THIMBLE"))["checkpoint"]
    assert isinstance(table, dict)
    rows = {str(row[0]): str(row[1]) for row in table["rows"]}  # type: ignore[union-attr,index]
    _, size, root, *_ = note.splitlines()
    assert rows["Receipts and certificates under it"].replace(",", "") == size
    assert rows["Root over them"] == root
    assert "2027-02-12 09:05:07 UTC" in rows["Signed"]
    assert rows["By the key"].startswith(note.splitlines()[0])


def test_it_can_be_copied_out_of_the_pages_line_by_line(thimble: DemoWorld, note: str) -> None:
    pages = PdfReader(BytesIO(copy_for(thimble, "THIMBLE", "HOIE").pdf)).pages
    printed = "\n".join(page.extract_text() for page in pages).splitlines()
    printed = [line.strip() for line in printed]
    assert [line for line in note.splitlines() if line and line not in printed] == []


def test_copies_for_all_readers_hold_the_same_of_it(thimble: DemoWorld, note: str) -> None:
    copies = [annex_of(copy_for(thimble, "THIMBLE", agency)) for agency in ("", "FWA", "HSE", "NGO", "HOIE")]
    assert {str(one["checkpoint"]) for one in copies} == {str(copies[0]["checkpoint"])}
    assert {str(one["witness_note"]) for one in copies} == {str(copies[0]["witness_note"])}

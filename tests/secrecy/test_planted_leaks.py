"""The proofs can fail: every leak that is planted in the product is found, and what hides it is unpacked."""

import gzip
import io
import zipfile

import pytest

from tests.secrecy.leaks import LEAKS
from tests.secrecy.looking import readable
from tests.secrecy.proofs import all_that_is_wrong
from tests.secrecy.worlds import Marked

FEWEST = 12


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_is_found(marked: Marked, name: str) -> None:
    leak = LEAKS[name]
    assert all_that_is_wrong(marked, leak.who, leak.doors) == []
    with pytest.MonkeyPatch.context() as handed:
        leak.plant(handed)
        assert all_that_is_wrong(marked, leak.who, leak.doors)


def test_there_are_enough_of_them() -> None:
    assert len(LEAKS) >= FEWEST


@pytest.mark.parametrize(
    "body",
    [
        b"zqc4x00001",
        b'{"said":"z\\u0071c4x00001"}',
        b"<p>&#122;qc4x00001</p>",
        b"/desk?name=%7Aqc4x00001",
        b"zqc4\n  x00001",
        gzip.compress(b"zqc4x00001", mtime=0),
    ],
)
def test_a_mark_is_found_however_it_is_written(body: bytes) -> None:
    assert b"zqc4x00001" in readable(body)


def test_a_mark_is_found_in_a_hidden_part_of_a_workbook() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as workbook:
        workbook.writestr("xl/worksheets/hidden.xml", gzip.compress(b"<v>zqc4x00001</v>"))
    assert b"zqc4x00001" in readable(made.getvalue())

"""What somebody wrote is printed as it was written, or said to be unprintable: never obeyed."""

import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.platypus import Paragraph

from fieldops.reports.as_json import as_json
from fieldops.reports.page.style import BODY
from fieldops.reports.page.words import inert, printable
from fieldops.reports.wording import clock, moment
from fieldops.seeding.demo import DemoOrder, Enact
from tests.reports.copies import Copy, copy_for
from tests.support.demo_world import DemoWorld

TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
HARBOUR = Path(__file__).parents[1] / "seeding" / "harbour.yaml"
HALF_A_DAY = timedelta(hours=14)
START = date(2029, 7, 9)
NAME = 'Operation <img src="file:///etc/passwd"/> <b>&amp; ગુજરાતી قلب سليم'
COMPANY = '<para fontSize="99">]]> Łódź Ștefan Жар <a href="http://x">y</a> ' + "W" * 900
TURNED = "=cmd|'/C calc'!A0 \u202egnp.exe\u202c \u2066a\u200b\ufeffb\u2069 Ltd"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    folder = tmp_path_factory.mktemp("hostile")
    data = yaml.safe_load(HARBOUR.read_text(encoding="utf-8"))
    data["operation"]["name"] = NAME
    data["premises"][0]["company"] = COMPANY
    data["premises"][1]["company"] = TURNED
    path = folder / "hostile.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    world = DemoWorld.in_folder(folder)
    world.load(DemoOrder(file=path, start=START, enact=Enact.UNTIL, until=START + timedelta(days=1)))
    return copy_for(world, "HARBOUR", now=datetime(2029, 7, 12, tzinfo=UTC))


def test_markup_in_a_name_is_printed_and_fetches_nothing(hostile: Copy) -> None:
    assert '<img src="file:///etc/passwd"/>' in hostile.words
    assert '<para fontSize="99">]]> Łódź Ștefan Жар' in hostile.words
    reader = PdfReader(BytesIO(hostile.pdf))
    assert [image for page in reader.pages for image in page.images] == []
    assert all("/Annots" not in page for page in reader.pages)
    assert b"root:" not in hostile.pdf


def test_a_formula_and_turned_letters_are_printed_as_plain_words(hostile: Copy) -> None:
    assert "=cmd|'/C calc'!A0 gnp.exe ab Ltd" in hostile.words
    assert not any(unicodedata.bidirectional(char) in TURNING for char in hostile.words)
    reader = PdfReader(BytesIO(hostile.pdf))
    root = str(reader.trailer["/Root"])
    assert not any(name in root for name in ("/OpenAction", "/AA", "/Names", "/AcroForm"))
    assert b"/JavaScript" not in hostile.pdf
    assert b"/URI" not in hostile.pdf


def test_a_script_the_page_cannot_set_is_counted_and_named(hostile: Copy) -> None:
    assert "[7 characters in Gujarati script, see the JSON copy]" in hostile.words
    assert "characters in Arabic script, see the JSON copy]" in hostile.words


def test_the_json_copy_holds_the_words_as_they_were_written(hostile: Copy) -> None:
    report = as_json(hostile.facts)["report"]
    assert isinstance(report, dict)
    assert report["name"] == NAME


def test_a_day_in_progress_says_which_visits_have_no_result(hostile: Copy) -> None:
    open_sites = [row for row in as_rows(hostile, "sites") if "No result yet" in row]
    assert open_sites
    assert all(row[0] in hostile.words for row in open_sites)
    assert "Visits without a result in this copy" in hostile.words


def test_a_tablet_sent_to_a_visit_and_not_heard_of_is_outstanding_on_every_page(hostile: Copy) -> None:
    listed = as_rows(hostile, "tablets")
    assert listed
    assert all(f"{len(listed)} tablet" in page for page in hostile.pages)


def as_rows(copy: Copy, key: str) -> list[tuple[str, ...]]:
    pieces = [piece for section in copy.facts.sections for piece in section.pieces if piece.key == key]
    return [tuple(str(cell) for cell in row) for piece in pieces for row in piece.rows]


@given(st.text(max_size=80))
def test_no_text_at_all_breaks_a_paragraph_or_becomes_markup(text: str) -> None:
    paragraph = Paragraph(inert(text), BODY)
    assert paragraph.getPlainText(identify=True) == " ".join(printable(text).split())


@given(st.datetimes(timezones=st.timedeltas(-HALF_A_DAY, HALF_A_DAY).map(timezone)), st.timezones())
def test_no_clock_of_a_tablet_is_so_wrong_that_the_report_cannot_say_its_time(
    at: datetime, zone: ZoneInfo
) -> None:
    assert clock(at, zone) in moment(at, zone)

"""A partner's copy holds what the agreement gives their agency, and of all else not a word."""

import json
from collections.abc import Iterator
from io import BytesIO

import pytest
from pypdf import PdfReader

from fieldops.domain.access import may_count_masked, may_see, withheld
from fieldops.domain.agreement import Withheld
from fieldops.domain.entry import Entry
from fieldops.domain.ids import ClassCode, stream_id
from fieldops.domain.strict_json import Json
from fieldops.domain.who import Reader
from fieldops.reports.as_json import as_json
from fieldops.reports.figures import Given
from tests.reports.copies import Copy, copy_for, everything_written, flat
from tests.support.demo_world import DemoWorld

PARTNERS = ("FWA", "HSE", "FRS", "COU", "DWP", "NGO", "HOIE")


@pytest.fixture(scope="module")
def copies(thimble: DemoWorld) -> dict[str, Copy]:
    return {agency: copy_for(thimble, "THIMBLE", agency) for agency in PARTNERS}


@pytest.fixture(scope="module")
def written(thimble: DemoWorld) -> list[Entry]:
    return everything_written(thimble)


def texts(value: Json) -> Iterator[str]:
    """Words somebody typed: longer than a code or an option, and no turn of phrase that the page has too."""
    if isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, str) and len(value) > 9 and value.count(" ") > 1:
        yield flat(value)


def inside(pdf: bytes) -> str:
    """All that lies in the file: the text of its pages, its streams as they are, and what is said of it."""
    reader = PdfReader(BytesIO(pdf))
    pages = [flat(page.extract_text()) for page in reader.pages]
    streams = [page.get_contents().get_data().decode("latin-1") for page in reader.pages]
    return " ".join([*pages, *streams, str(reader.metadata), str(reader.trailer)])


@pytest.mark.parametrize("agency", PARTNERS)
def test_nothing_written_in_a_closed_stream_is_in_the_copy(
    copies: dict[str, Copy], written: list[Entry], agency: str
) -> None:
    copy = copies[agency]
    closed = [one for one in written if not may_see(copy.reader, one.stream)]
    canaries = {text for one in closed for text in (*texts(one.value), *texts(one.note))}
    assert len(canaries) > 20
    held = inside(copy.pdf) + json.dumps(as_json(copy.facts), ensure_ascii=False)
    assert [text for text in sorted(canaries) if text in held] == []


@pytest.mark.parametrize("agency", PARTNERS)
def test_a_hidden_class_leaves_no_trace(copies: dict[str, Copy], agency: str) -> None:
    copy = copies[agency]
    codes = {one for whose, one in copy.reader.agreement.terms if whose == agency}
    hidden = {one for one in codes if is_hidden(copy.reader, one)}
    assert hidden
    sources = next(section for section in copy.facts.sections if section.key == "sources")
    named = {str(row[0]) for piece in sources.pieces if piece.key == "classes" for row in piece.rows}
    withheld = [one for one in copy.facts.figures().values() if one.given is Given.WITHHELD]
    assert [figure.key for figure in withheld if any(code in figure.shown for code in hidden)] == []
    assert not named & hidden
    assert not {code for figure in copy.facts.figures().values() for code in figure.classes} & hidden


def is_hidden(reader: Reader, code: ClassCode) -> bool:
    """Neither read nor counted, and not announced either."""
    stream = stream_id(reader.operation, code)
    if may_see(reader, stream) or may_count_masked(reader, code):
        return False
    return withheld(reader, stream) is Withheld.HIDDEN


@pytest.mark.parametrize("agency", ["HSE", "FRS", "DWP", "NGO"])
def test_an_announced_class_shows_as_withheld_with_its_rule(copies: dict[str, Copy], agency: str) -> None:
    figure = copies[agency].facts.figures()["potential_victims"]
    assert (figure.given, figure.value, figure.visits) == (Given.WITHHELD, None, ())
    assert figure.shown == f"withheld: C4, not shared with {agency}"
    assert "C4" in figure.rule


def test_immigration_enforcement_reads_business_rows_and_no_arrivals_or_people(
    copies: dict[str, Copy],
) -> None:
    figures = copies["HOIE"].facts.figures()
    assert not figures.keys() & {
        "attempts",
        "visits",
        "talks_held",
        "potential_victims",
        "arrests",
        "results",
    }
    assert "status_checks" in figures


def test_safety_inspectors_read_machines_notices_and_counts_but_no_person(copies: dict[str, Copy]) -> None:
    figures = copies["HSE"].facts.figures()
    assert figures["hse.prohibition"].value == 1
    assert figures["workers_present"].value == 716
    assert not any(figure.value is not None and "C4" in figure.classes for figure in figures.values())


@pytest.mark.parametrize("agency", PARTNERS)
def test_the_file_says_nothing_of_who_made_it(copies: dict[str, Copy], agency: str) -> None:
    reader = PdfReader(BytesIO(copies[agency].pdf))
    said = {key: str(value) for key, value in (reader.metadata or {}).items()}
    assert said["/Title"] == "Outcome report"
    assert said.get("/Author", "") == said.get("/Subject", "") == ""
    assert copies[agency].reader.name not in " ".join(said.values())
    assert not reader.attachments
    assert not reader.outline
    assert all("/Annots" not in page for page in reader.pages)
    assert reader.xmp_metadata is None

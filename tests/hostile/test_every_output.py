"""What somebody wrote or is called comes out of every door as words: in pages, JSON, the report and what
tablets pull. Nothing of it runs, is fetched, or ends a header; and it is kept as it was written."""

import json
import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from fieldops.store.devices import DeviceRow
from fieldops.store.directory import AgencyRow, OfficerRow
from fieldops.store.operations import OperationRow, PremisesRow
from fieldops.store.plans import TeamRow
from tests.hostile.corpus import MARK, TEXTS
from tests.secrecy.marked import mark_entries
from tests.support.every_door import Enacted

UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # no tablet can send these
MOST_NAME = 200
WRITTEN = [text for text in TEXTS.values() if text and not UNSENDABLE.search(text) and len(text) < 3000]
READERS = ("lead", "partner FWA", "tablet FWA")
NEVER_IN_A_PDF = (b"/URI", b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/AcroForm")


class Looked(HTMLParser):
    """What of a page would run or be fetched."""

    def __init__(self) -> None:
        """Nothing yet."""
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            address = name in ("href", "src", "action", "formaction") and value is not None
            elsewhere = address and not re.match(r"(/|#|\?|\./|[\w-]+(/|$))", value or "")
            if name.startswith("on") or name in ("style", "srcdoc") or elsewhere:
                self.found.append(f"<{tag} {name}={value!r}>")


@pytest.fixture(scope="module")
def enacted(tmp_path_factory: pytest.TempPathFactory) -> Enacted:
    made = Enacted.in_folder(tmp_path_factory.mktemp("outputs"))
    with made.world.session() as session:
        mark_entries(session.connection(), lambda _, number: WRITTEN[number % len(WRITTEN)])
        number = 0
        for row in (OfficerRow, PremisesRow, TeamRow, DeviceRow, AgencyRow, OperationRow):
            for one in session.scalars(select(row)):
                one.name = WRITTEN[number % len(WRITTEN)][:MOST_NAME]
                number += 1
        session.commit()
    return made


@pytest.mark.parametrize("who", READERS)
def test_what_is_written_comes_out_as_words(enacted: Enacted, who: str) -> None:
    answers = enacted.answers(who)
    assert {asked.path: answer.status_code for asked, answer in answers if answer.status_code >= 500} == {}
    assert [one for asked, answer in answers for one in wrong(asked.path, answer)] == []


def test_what_was_written_is_kept_to_the_letter(enacted: Enacted) -> None:
    notes = [
        entry.get("note", "")
        for asked, answer in enacted.answers("lead")
        if asked.endpoint == "visits.record"
        for entry in json.loads(answer.data)["entries"]
    ]
    kept = [text for text in WRITTEN if any(str(note).startswith(text) for note in notes)]
    assert len(kept) > len(WRITTEN) // 2


def wrong(path: str, answer: TestResponse) -> list[str]:
    """What in an answer is more than words."""
    found = [f"{path}: {name}" for name, value in answer.headers if "\n" in value or MARK in value]
    if answer.mimetype == "text/html":
        page = Looked()
        page.feed(answer.get_data(as_text=True))
        found += [f"{path}: {one}" for one in page.found]
    elif answer.mimetype == "application/pdf":
        found += [f"{path}: {word!r}" for word in NEVER_IN_A_PDF if word in answer.data]
        pages = PdfReader(BytesIO(answer.data)).pages
        found += [f"{path}: a picture" for page in pages if "/Annots" in page or list(page.images)]
    elif answer.mimetype == "application/json":
        json.loads(answer.data)
    return found


def test_the_corpus_is_looked_for_where_it_could_run(tmp_path: Path) -> None:
    """The control: what is written into a page as it is, is found."""
    page = Looked()
    page.feed("".join(WRITTEN))
    assert len(page.found) > 2

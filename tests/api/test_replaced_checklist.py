"""An administrator puts another edition of the checklist in force while an operation runs."""

from pathlib import Path

from fieldops.store.operations import operation
from tests.api.test_commands import run
from tests.desk.pen import pen
from tests.desk.reading import at_the_desk
from tests.support.station import OPERATION, Station

FILE = Path("seeds/reference/checklists/victim-identification-visit.yaml")
ASKED, ASKED_NOW = "Name and company number on paperwork here", "What the letterhead says"
HERE = "/desk/operations/BOBBIN"


def edition(folder: Path, *changes: tuple[str, str]) -> Path:
    """The demo's checklist with other words."""
    text = FILE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = folder / "edition.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_what_was_recorded_before_is_read_in_the_words_in_which_it_was_asked(
    station: Station, tmp_path: Path
) -> None:
    police = pen(station, "police")
    police.write("PREM-02", "Pellow Ltd")
    police.send()
    done = run(
        station.settings.data_folder, "checklist", "BOBBIN", str(edition(tmp_path, (ASKED, ASKED_NOW)))
    )
    assert (done.exit_code, done.output) == (
        0, "Visits that stay with the edition they began with: 1. That take this one: 0.\n",
    )  # fmt: skip
    lead = at_the_desk(station, "lead")
    page = lead.open(f"{HERE}/visits/P04?about=all").text
    assert ASKED in page
    assert ASKED_NOW not in page
    assert "The edition that the visit began with; the operation has another now" in page
    police.write("PREM-02", "Pellow Cut & Trim Ltd")
    police.send()
    assert "Pellow Cut & Trim Ltd" in lead.open(f"{HERE}/visits/P04?about=all").text
    assert lead.client.get(f"{HERE}/report.json").status_code == 200
    assert lead.client.get(f"{HERE}/report.pdf").data.startswith(b"%PDF-")
    assert lead.open(f"{HERE}/visits").text


def test_an_edition_with_a_question_that_has_no_class_is_refused_and_nothing_changes(
    station: Station, tmp_path: Path
) -> None:
    before = _in_force(station)
    file = edition(tmp_path, ("PREM-02", "PREM-92"))
    done = run(station.settings.data_folder, "checklist", "BOBBIN", str(file))
    assert done.exit_code == 1
    assert "The operation's table of classes does not know: PREM-92." in done.output
    assert _in_force(station) == before


def test_a_file_that_is_no_checklist_is_refused_in_a_sentence(station: Station, tmp_path: Path) -> None:
    file = tmp_path / "other.yaml"
    file.write_text("schema: something/else\n", encoding="utf-8")
    done = run(station.settings.data_folder, "checklist", "BOBBIN", str(file))
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")


def _in_force(station: Station) -> str:
    with station.store() as session:
        found = operation(session, OPERATION)
    assert found is not None
    return found.papers.checklist

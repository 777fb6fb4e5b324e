"""How long words about people are kept: looked at again, held for a court, and erased by two people."""

import sqlite3

import pytest
from werkzeug.test import TestResponse

from fieldops.domain.who import Role
from fieldops.store.directory import give_role
from tests.desk.pen import Pen, pen
from tests.desk.reading import Visitor, at_the_desk
from tests.support.station import OPERATION, Station, officer_id

HERE = "/desk/operations/BOBBIN/retention"
MAYA = "worker:" + "m" * 16
CANARY = "they keep her passport in the office"
WHY = "She wrote to us on Monday."


@pytest.fixture
def police(station: Station) -> Pen:
    """An officer of the police who has recorded about a worker, and is the disclosure officer as well."""
    with station.store() as session:
        give_role(session, OPERATION, officer_id("police"), Role.DISCLOSURE)
    found = pen(station, "police")
    found.write("START-03", "entered")
    found.write("worker", {"label": "W1-1"}, kind="worker", subject=MAYA)
    found.write("WK4-01", CANARY, subject=MAYA)
    found.send()
    return found


def post(visitor: Visitor, path: str, **form: str) -> TestResponse:
    """What a form of somebody's page sends, from that page."""
    return visitor.send(path, page="/".join(path.split("/")[:6]), **form)


def ask(lead: Visitor) -> str:
    """The address at which it is decided about the erasure that the lead asks for."""
    assert post(lead, f"{HERE}/{MAYA}/erase", ground="request", reason=WHY).status_code == 303
    page = lead.open(f"{HERE}/{MAYA}")
    assert "Erasure waits for a second person" in page.text
    assert "You asked for this yourself." in page.text
    return f"{HERE}/{MAYA}/decide"


def erasure_id(station: Station) -> str:
    with station.store() as session:
        return str(session.connection().exec_driver_sql("SELECT id FROM erasures").scalar_one())


def test_everybody_of_whom_words_are_kept_is_listed_by_label_and_has_a_review(
    station: Station, police: Pen
) -> None:
    page = at_the_desk(station, "lead").open(HERE)
    assert "Worker W1-1" in page.text
    assert "Victim or witness" in page.text
    assert "(proposed)" in page.text
    assert CANARY not in page.text


def test_a_review_is_set_with_a_reason_and_shows_when_it_is_due(station: Station, police: Pen) -> None:
    lead = at_the_desk(station, "lead")
    sent = post(lead, f"{HERE}/{MAYA}/keep", group="group3", review_on="2027-02-09", why="No suspect.")
    assert sent.status_code == 303
    page = lead.open(HERE)
    assert "Group 3: all other offending, Tuesday 9 February 2027 Due" in page.text
    assert "1 review is due" in page.text
    faults = post(lead, f"{HERE}/{MAYA}/keep", group="group9", review_on="soon", why=" ")
    assert faults.status_code == 400
    text = faults.get_data(as_text=True)
    for told in ("Choose a review group", "Enter the day of the review", "Say why"):
        assert told in text


def test_two_people_erase_what_is_recorded_and_nobody_reads_it_again(station: Station, police: Pen) -> None:
    lead, other = at_the_desk(station, "lead"), at_the_desk(station, "police")
    assert CANARY in other.open("/desk/operations/BOBBIN/visits/P04?about=all").text
    path = f"{ask(lead)}/{erasure_id(station)}"
    assert lead.client.get(f"{HERE}/{MAYA}").status_code == 200
    refused = post(lead, path, answer="agree")
    assert refused.status_code == 403
    assert CANARY in other.open("/desk/operations/BOBBIN/visits/P04?about=all").text
    assert post(other, path, answer="agree").status_code == 303
    visit = other.open("/desk/operations/BOBBIN/visits/P04?about=all")
    assert CANARY not in visit.text
    assert "The words of this answer were erased by law" in visit.text
    page = other.open(f"{HERE}/{MAYA}")
    assert "Tablet 1 will erase it at the next contact." in page.text
    police.send()
    police.send()
    assert all(CANARY.encode() not in one.body for log in police.tablet.logs.values() for one in log.entries)
    assert "Erased on tablet 1." in other.open(f"{HERE}/{MAYA}").text


def test_no_file_of_the_server_holds_the_words_before_or_the_key_after(station: Station, police: Pen) -> None:
    folder = station.settings.data_folder
    held = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())
    assert CANARY.encode() not in held
    keys = sqlite3.connect(folder / "person-keys.db")
    (key,) = keys.execute("SELECT key FROM person_keys WHERE ref = ?", [MAYA]).fetchone()
    keys.close()
    lead, other = at_the_desk(station, "lead"), at_the_desk(station, "police")
    assert post(other, f"{ask(lead)}/{erasure_id(station)}", answer="agree").status_code == 303
    held = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())
    assert key not in held


def test_a_refused_erasure_says_why_and_may_be_asked_for_again(station: Station, police: Pen) -> None:
    lead, other = at_the_desk(station, "lead"), at_the_desk(station, "police")
    path = f"{ask(lead)}/{erasure_id(station)}"
    assert post(other, path, answer="refuse", refused="").status_code == 400
    assert post(other, path, answer="refuse", refused="The trial is in June.").status_code == 303
    page = lead.open(f"{HERE}/{MAYA}")
    assert "Refused because The trial is in June." in page.text
    assert post(lead, f"{HERE}/{MAYA}/erase", ground="request", reason=WHY).status_code == 303


def test_a_legal_hold_on_the_whole_operation_takes_the_way_to_erase_away(
    station: Station, police: Pen
) -> None:
    lead = at_the_desk(station, "lead")
    post(lead, f"{HERE}/{OPERATION}/keep", group="need", review_on="2030-01-01", why="CPIA", held="yes")
    page = lead.open(HERE)
    assert "A legal hold stands on the whole operation" in page.text
    assert "Erase what is recorded" not in lead.open(f"{HERE}/{MAYA}").text
    assert post(lead, f"{HERE}/{MAYA}/erase", ground="request", reason=WHY).status_code == 409


@pytest.mark.parametrize("name", ["wages", "partner"])
def test_who_neither_leads_nor_discloses_finds_no_such_page(station: Station, police: Pen, name: str) -> None:
    visitor = at_the_desk(station, name)
    assert visitor.client.get(HERE).status_code == 403
    assert visitor.client.get(f"{HERE}/{MAYA}").status_code == 403
    assert visitor.client.get(f"{HERE}/worker:{'z' * 16}").status_code == 403


def test_of_somebody_unknown_there_is_nothing(station: Station, police: Pen) -> None:
    lead = at_the_desk(station, "lead")
    assert lead.client.get(f"{HERE}/worker:{'z' * 16}").status_code == 404
    with station.store() as session:
        counted = session.connection().exec_driver_sql("SELECT count(*) FROM erasures").scalar_one()
    assert counted == 0

"""One option of a question lies in another class: it goes in a stream of its own, from tablet to pages.

Asked at the desk, in the report's figures and its PDF, and of a colleague's tablet, for everybody but the
one role that may read it.
"""

import json
from io import BytesIO

import pytest
from pypdf import PdfReader

from fieldops.domain.checklist.answers import CHOSEN
from fieldops.domain.ids import ClassCode, class_of_stream, stream_id
from fieldops.domain.who import Role
from fieldops.store.directory import give_role
from tests.desk.pen import Pen, pen
from tests.desk.reading import at_the_desk
from tests.desk.test_visit_page import VISIT_PAGE, WORKER
from tests.support.station import OPERATION, VISIT, Station, officer_id

ACCOUNT, STATUS = ClassCode("C4"), ClassCode("C7p")
CANARY = "visa-runs-out-in-june"
APART, BESIDE = "Help with papers or visa", "The work, the place or the boss"
REPORT = "/desk/operations/BOBBIN/report"


@pytest.fixture
def police(station: Station) -> Pen:
    """A worker said that two things were not as told: the work, and the papers."""
    on = pen(station, "police")
    on.write("START-03", "entered")
    on.write("worker", {"label": "W1-1"}, kind="worker", subject=WORKER)
    on.write("WK1-02:job", CHOSEN, subject=WORKER)
    on.write("WK1-02:papers", CHOSEN, subject=WORKER, note=CANARY)
    on.send()
    return on


def with_role(station: Station, username: str, role: Role) -> None:
    with station.store() as session:
        give_role(session, OPERATION, officer_id(username), role)


def test_the_two_options_leave_the_tablet_in_two_streams(police: Pen) -> None:
    streams = {class_of_stream(log) for log in police.tablet.logs}
    assert {ACCOUNT, STATUS} <= streams
    for log in police.tablet.logs.values():
        held = b"".join(one.body for one in log.entries)
        assert (CANARY.encode() in held) is (class_of_stream(log.name) == STATUS)


def test_a_colleague_is_given_the_one_and_no_trace_of_the_other(station: Station, police: Pen) -> None:
    colleague = pen(station, "wages")
    colleague.send()
    held = colleague.tablet.replica.entries
    assert stream_id(VISIT, ACCOUNT) in held
    assert stream_id(VISIT, STATUS) not in held
    assert CANARY.encode() not in b"".join(body for lines in held.values() for _, body in lines)


@pytest.mark.parametrize("username", ["lead", "wages", "partner", "borders"])
def test_nobody_reads_it_on_a_page_but_the_named_role(station: Station, police: Pen, username: str) -> None:
    page = at_the_desk(station, username).open(f"{VISIT_PAGE}?about=all").text
    assert CANARY not in page
    assert APART not in page
    assert (BESIDE in page) is (username in {"lead", "wages"})


def test_who_is_told_of_it_is_told_a_number(station: Station, police: Pen) -> None:
    page = at_the_desk(station, "lead").open(f"{VISIT_PAGE}?about=all").text
    assert "1 answer withheld" in page
    assert "Immigration: person" in page
    assert "Immigration: person" not in at_the_desk(station, "partner").open(VISIT_PAGE).text


def test_the_named_role_reads_both(station: Station, police: Pen) -> None:
    with_role(station, "wages", Role.SAFEGUARDING)
    page = at_the_desk(station, "wages").open(f"{VISIT_PAGE}?about=all").text
    assert CANARY in page
    assert APART in page
    assert BESIDE in page


@pytest.mark.parametrize("username", ["lead", "partner", "borders", "wages"])
def test_it_stands_in_no_report(station: Station, police: Pen, username: str) -> None:
    with_role(station, "wages", Role.PARTNER)
    client = at_the_desk(station, username).client
    answer = client.get(f"{REPORT}.json")
    assert answer.status_code == 200
    pdf = client.get(f"{REPORT}.pdf").data
    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    assert "Agreement thimble-sharing-2027" in words
    for forbidden in (CANARY, APART):
        assert forbidden not in json.dumps(answer.json, ensure_ascii=False)
        assert forbidden not in words
        assert forbidden.encode() not in pdf

"""The page of an operation's history: the checkpoint to keep, and for the lead what tablets reported."""

from tests.api.test_witness import ask, at_work
from tests.desk.reading import at_the_desk, read
from tests.support.station import Station

PAGE = "/desk/operations/BOBBIN/history"
KEPT = "fieldops/bobbin\n41\nroot\nepoch one\n"
SHOWN = "fieldops/bobbin\n37\nroot<b>\nepoch one\n"


def reported(station: Station, sort: str) -> None:
    police, _ = at_work(station)
    said = {"sort": sort, "kept": KEPT, "shown": SHOWN}
    assert police.post("/api/sync/alarm", said).status_code == 200


def test_without_a_checkpoint_the_page_says_when_there_will_be_one(station: Station) -> None:
    lead = at_the_desk(station, "lead")
    assert "There is no checkpoint yet" in read(lead.client.get(PAGE)).text
    assert lead.client.get(f"{PAGE}/checkpoint.txt").get_data() == b""


def test_a_partner_takes_the_checkpoint_along_without_a_script(station: Station) -> None:
    police, _ = at_work(station)
    note = ask(police, 0)["note"]
    partner = at_the_desk(station, "partner")
    assert note.split("\n")[2] in read(partner.client.get(PAGE)).text
    assert partner.client.get(f"{PAGE}/checkpoint.txt").get_data(as_text=True) == note


def test_the_lead_is_warned_of_a_tablet_that_does_not_believe_the_server_and_sees_both_notes(
    station: Station,
) -> None:
    reported(station, "shortened")
    lead = at_the_desk(station, "lead")
    overview = read(lead.client.get("/desk/operations/BOBBIN"))
    assert "History does not match: 1 tablet (1)" in overview.text
    assert PAGE in overview.links
    page = read(lead.client.get(PAGE)).text
    assert "kept 41, shown 37" in page
    assert "root<b>" in page


def test_a_restored_server_is_told_as_such_and_not_as_an_attack(station: Station) -> None:
    reported(station, "restored")
    overview = read(at_the_desk(station, "lead").client.get("/desk/operations/BOBBIN")).text
    assert "put back to an older copy" in overview
    assert "does not match" not in overview


def test_what_tablets_reported_is_for_the_command_alone(station: Station) -> None:
    reported(station, "shortened")
    partner = at_the_desk(station, "partner")
    assert "What tablets reported" not in read(partner.client.get(PAGE)).text

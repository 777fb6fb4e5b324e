"""What a lead does with entries that were put aside: see why, read them, and decide with a reason."""

import pytest

from tests.desk.pen import pen
from tests.desk.reading import at_the_desk
from tests.support.station import Station

HERE = "/desk/operations/BOBBIN"
WHY = "The tablet was in the van the whole time."


def waits(station: Station) -> str:
    """The address at which it is decided about what a tablet sent that had been revoked."""
    police = pen(station, "police")
    police.at_hand.sign_in()
    police.write("START-03", "entered")
    lead = at_the_desk(station, "lead")
    lead.send(f"{HERE}/devices/{police.at_hand.device}/revoke", typed="REVOKE 1", reason="Lost")
    police.hand_in()
    (log,) = police.tablet.logs
    return f"{HERE}/quarantine/{log}/device_revoked"


def test_the_lead_reads_what_waits_and_releases_it_into_the_record_with_a_reason(station: Station) -> None:
    path, lead = waits(station), at_the_desk(station, "lead")
    assert path in lead.open(f"{HERE}/quarantine").links
    page = lead.open(path)
    assert "The tablet was revoked before this came in." in page.text
    assert "Officer police, POL, on tablet 1" in page.text
    assert lead.send(path, choice="release", why=WHY).status_code == 303
    page = lead.open(f"{HERE}/quarantine?decided=release&unfit=0")
    assert f"Released into the record by Officer lead, POL, 07:00:20: {WHY}" in page.text
    assert path not in page.links
    assert "0 in quarantine" in page.text
    visit = lead.open(f"{HERE}/visits/P04?about=all")
    assert "It had been put aside when it came. A lead released it into the record." in visit.text
    assert WHY in visit.text
    assert lead.client.get(path).status_code == 404
    assert "waits in quarantine" not in lead.open(HERE).text


def test_what_is_kept_aside_counts_nowhere_and_may_be_decided_about_again(station: Station) -> None:
    path, lead = waits(station), at_the_desk(station, "lead")
    lead.send(path, choice="keep", why=WHY)
    page = lead.open(f"{HERE}/quarantine")
    assert f"Kept aside by Officer lead, POL, 07:00:20: {WHY}" in page.text
    assert "1 in quarantine" in page.text
    assert "waits in quarantine" not in lead.open(HERE).text
    assert "Decided before" in lead.open(path).text
    lead.send(path, choice="release", why="She was asked, and it was her.")
    assert "0 in quarantine" in lead.open(f"{HERE}/quarantine").text


@pytest.mark.parametrize(
    ("choice", "why", "told"),
    [
        ("", WHY, "Choose what becomes of these entries"),
        ("burn", WHY, "Choose what becomes of these entries"),
        ("keep", " ", "Say why: it is kept with the decision"),
        ("keep", "x" * 1001, "Say it in 1,000 characters or fewer"),
    ],
)
def test_a_decision_without_a_choice_or_a_reason_is_not_written_down(
    station: Station, choice: str, why: str, told: str
) -> None:
    path, lead = waits(station), at_the_desk(station, "lead")
    answer = lead.send(path, choice=choice, why=why)
    assert answer.status_code == 400
    assert told in answer.get_data(as_text=True)
    assert "Waits for a decision" in lead.open(f"{HERE}/quarantine").text


def test_whoever_may_look_but_not_decide_sees_no_way_to(station: Station) -> None:
    path = waits(station)
    for name in ("wages", "partner"):
        visitor = at_the_desk(station, name)
        assert visitor.client.get(path).status_code == 403
        assert visitor.client.post(path, data={"choice": "keep", "why": WHY}).status_code == 403

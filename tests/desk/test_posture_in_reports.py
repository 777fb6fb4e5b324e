"""The firewall posture in a report: who answers for it; how often a status was checked, when and by whom."""

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from tests.desk.pen import Pen, pen
from tests.desk.reading import at_the_desk
from tests.desk.test_agreement_page import in_force, publish
from tests.desk.test_an_option_apart import REPORT
from tests.support.station import Station

SIGNED = {
    "posture": "C",
    "signed_by": "ACC R. Hale",
    "signed_on": "2027-02-09",
    "signed_why": "Forged papers",
}


def pages(client: FlaskClient) -> list[str]:
    return [
        " ".join(page.extract_text().split())
        for page in PdfReader(BytesIO(client.get(f"{REPORT}.pdf").data)).pages
    ]


@pytest.fixture
def checked(station: Station) -> Pen:
    """At a visit somebody's status was checked by immigration officers, before anybody asked for more."""
    on = pen(station, "police")
    on.write("START-03", "entered")
    for question, value in (("RTW-02", "Y"), ("RTW-03", "N"), ("RTW-04", "immigration")):
        on.write(question, value)
    on.send()
    return on


def figures(station: Station, username: str) -> dict[str, Any]:
    answer = at_the_desk(station, username).client.get(f"{REPORT}.json")
    found: dict[str, Any] = answer.json["figures"]
    return found


def test_a_status_check_is_counted_with_whose_it_was_and_that_it_came_first(
    station: Station, checked: Pen
) -> None:
    for username in ("lead", "borders"):
        told = figures(station, username)
        assert told["status_checks"]["value"] == 1
        assert told["status_checks_before_welfare"]["value"] == 1
        assert told["status_checks_after_welfare"]["value"] == 0
        assert told["status_checks_by.immigration"]["value"] == 1
    words = " ".join(pages(at_the_desk(station, "lead").client))
    assert "Whose officers checked a status" in words
    assert "Immigration officers" in words


def test_who_is_not_given_it_reads_nothing_of_a_status_check(station: Station, checked: Pen) -> None:
    assert not [name for name in figures(station, "partner") if name.startswith("status_checks")]


def test_each_report_quotes_the_agreement_by_its_hash(station: Station) -> None:
    client = at_the_desk(station, "partner").client
    head = client.get(f"{REPORT}.json").json["report"]
    assert head["agreement"] == "thimble-sharing-2027, version 1.2.0"
    assert head["agreement_hash"] == in_force(station)
    printed = pages(client)
    assert all(f"(SHA-256 {in_force(station)[:12]})" in page for page in printed)
    assert in_force(station) in "".join(printed).replace(" ", "")


def test_immigration_on_site_is_on_every_page_with_who_answers_for_it(station: Station) -> None:
    lead = at_the_desk(station, "lead")
    assert not [page for page in pages(lead.client) if "signed off" in page]
    version = publish(station, lead, **SIGNED)
    second = at_the_desk(station, "administrator")
    second.send(f"{version}/confirm", page=version, choice="confirm", why="Seen the sign-off")
    for username in ("lead", "partner", "borders"):
        client = at_the_desk(station, username).client
        printed = pages(client)
        assert len(printed) > 3
        assert all(
            "Firewall posture C, signed off by ACC R. Hale on 9 Feb 2027: Forged papers" in page
            for page in printed
        )
        head = client.get(f"{REPORT}.json").json["report"]
        assert head["posture_sign_off"] == "signed off by ACC R. Hale on 9 Feb 2027: Forged papers"
        assert head["agreement_hash"] == in_force(station)

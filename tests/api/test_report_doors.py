"""The outcome report at its doors: each reader has a copy of their own, and some have none."""

from tests.api.test_sync_doors import note, push, recorder
from tests.support.station import OPERATION, Station

PATH = f"/api/operations/{OPERATION}/report"


def test_a_lead_downloads_the_report_as_data_and_as_pages(station: Station) -> None:
    lead = station.desk("lead")
    data, pages = lead.get(PATH), lead.get(f"{PATH}.pdf")
    assert data.status_code == 200, data.json
    assert (pages.mimetype, pages.data[:5]) == ("application/pdf", b"%PDF-")
    assert pages.headers["Content-Disposition"] == 'attachment; filename="outcome-bobbin.pdf"'
    assert pages.headers["Cache-Control"] == data.headers["Cache-Control"] == "no-store"


def test_an_officer_of_a_team_has_no_report(station: Station) -> None:
    assert station.desk("police").get(PATH).json["code"] == "not_permitted"
    assert station.desk("stranger").get(PATH).json["code"] == "not_found"


def test_a_partners_copy_holds_no_words_of_a_worker(station: Station) -> None:
    police = station.tablet("police").sign_in()
    tablet = recorder(station, police)
    note(station, tablet, "canary in a worker's account")
    push(police, tablet)
    copy = station.desk("partner").get(PATH)
    assert copy.status_code == 200, copy.json
    assert b"canary" not in copy.data

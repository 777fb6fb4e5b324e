"""The doors on a real PostgreSQL: the same answers as on SQLite, and two at once do not both win."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.api.test_sync_doors import note, push, recorder, transport
from tests.support.database import Database
from tests.support.station import VISIT, Station, TabletAtHand, open_station, settle


@pytest.fixture
def served(postgresql: Database, tmp_path: Path) -> Station:
    with postgresql.writing() as session:
        settle(session)
    return open_station(tmp_path, database_url=postgresql.url)


def test_an_entry_goes_from_tablet_to_colleague_and_desk(served: Station) -> None:
    police, wages = served.tablet("police").sign_in(), served.tablet("wages").sign_in()
    one, two = recorder(served, police), recorder(served, wages)
    note(served, one, "Door was open")
    one.sync(lambda door, body: transport(police, door, body))
    two.sync(lambda door, body: transport(wages, door, body))
    assert one.unsent() == 0
    assert sum(map(len, two.replica.entries.values())) == 1
    record = served.desk("lead").get(f"/api/visits/{VISIT}/record").json
    assert [entry["value"] for entry in record["entries"]] == ["Door was open"]


def test_of_two_keys_with_one_code_at_one_moment_one_is_enrolled(served: Station) -> None:
    code = served.code("police")
    tablets = [TabletAtHand(client=served.browser(), username="police") for _ in range(4)]
    with ThreadPoolExecutor(4) as workers:
        answers = list(workers.map(lambda tablet: tablet.enrol(code), tablets))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


def test_tablets_that_enrol_at_one_moment_get_numbers_of_their_own(served: Station) -> None:
    codes = {name: served.code(name) for name in ("police", "wages", "partner")}
    tablets = [TabletAtHand(client=served.browser(), username=name) for name in codes]
    with ThreadPoolExecutor(3) as workers:
        answers = list(workers.map(lambda tablet: tablet.enrol(codes[tablet.username]), tablets))
    assert sorted(answer.json["number"] for answer in answers) == [1, 2, 3]


def test_of_two_renewals_at_one_moment_both_tabs_go_on(served: Station) -> None:
    desk = served.desk("lead")
    refresh = desk.client.get_cookie("fieldops_refresh")
    assert refresh is not None
    tabs = [served.browser() for _ in range(4)]
    for tab in tabs:
        tab.set_cookie("fieldops_refresh", refresh.value)
    csrf = {"X-CSRF-TOKEN": desk.csrf}
    with ThreadPoolExecutor(4) as workers:
        answers = list(workers.map(lambda tab: tab.post("/api/session/refresh", headers=csrf), tabs))
    assert [answer.status_code for answer in answers] == [204] * 4
    assert all(tab.get("/api/session").status_code == 200 for tab in tabs)


def test_a_push_may_be_sent_twice(served: Station) -> None:
    police = served.tablet("police").sign_in()
    tablet = recorder(served, police)
    note(served, tablet, "Door was open")
    assert push(police, tablet).json["logs"] == push(police, tablet).json["logs"]

"""The addresses of a strike are held back until a while before it: at the desk, on tablets, in reports."""

import io
import json
from typing import Any

import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap
from pypdf import PdfReader

from fieldops.domain.ids import TeamId, VisitId
from fieldops.domain.radio_code import read_code
from fieldops.store.address_seal import Place, address_label
from fieldops.sync import keys
from tests.desk.pen import Pen, pen
from tests.desk.reading import Seen, Visitor, at_the_desk
from tests.support.station import OPERATION, VISIT, Station, TabletAtHand
from tests.support.strike import (
    ADDRESS,
    GROUP,
    NAME,
    OTHER_ADDRESS,
    OTHER_NAME,
    STRIKE_AT,
    plan_strike,
)

HERE = "/desk/operations/BOBBIN/strikes"
SECRETS = (ADDRESS, NAME, "DM000004", "999000000004", "53.99982", OTHER_ADDRESS, OTHER_NAME, "DM000005")


@pytest.fixture
def struck(station: Station) -> Station:
    """A strike at nine, planned at seven, its addresses held back until half past eight."""
    plan_strike(station)
    hold(station)
    return station


def hold(station: Station, minutes: str = "30") -> Visitor:
    lead = at_the_desk(station, "lead")
    sent = lead.send(f"{HERE}/{GROUP}/hold", minutes=minutes, meeting_point="Lay-by at the canal bridge")
    assert sent.status_code == 303, sent.get_data(as_text=True)[-3000:]
    return lead


def release(station: Station) -> None:
    assert at_the_desk(station, "lead").send(f"{HERE}/{GROUP}/release", page=HERE).status_code == 303


def radio_code(station: Station, team: str) -> str:
    page = f"{HERE}/{GROUP}/code/{team}"
    lead = at_the_desk(station, "lead")
    answer = lead.send(page, reason="Team has no signal at the meeting point")
    assert answer.status_code == 200
    seen = Seen()
    seen.feed(answer.get_data(as_text=True))
    (code,) = (word for word in seen.words if len(word) == 13 and word.count("-") == 2)
    return code


def strikes(station: Station, who: str = "lead") -> str:
    return at_the_desk(station, who).open(HERE).text


def at_hand(station: Station, username: str) -> TabletAtHand:
    return station.tablet(username, "administrator" if username == "lead" else "lead").sign_in()


def visit_paper(tablet: TabletAtHand) -> dict[str, Any]:
    listed = tablet.get("/api/sync/papers").json["papers"]
    (found,) = [tablet.get(f"/api/papers/{one['hash']}") for one in listed if one["kind"] == "visit"]
    paper: dict[str, Any] = json.loads(found.data)
    return paper


def given_keys(tablet: TabletAtHand, opened: tuple[dict[str, object], ...] = ()) -> dict[str, str]:
    """By team, the keys that the server gives a tablet now."""
    answer = tablet.post("/api/sync/addresses", {"opened": list(opened)})
    assert answer.status_code == 200, answer.json
    return {one["team"]: one["key"] for one in answer.json["keys"]}


def unsealed(paper: dict[str, Any], key: bytes) -> dict[str, Any]:
    held = paper["held"]
    place = Place(
        operation=OPERATION,
        group=held["strike"],
        edition=held["edition"],
        team=TeamId(paper["team"]["id"]),
    )
    iv, sealed = keys.decode(held["iv"]), keys.decode(held["sealed"])
    opened: dict[str, Any] = json.loads(
        AESGCM(key).decrypt(iv, sealed, address_label(place, VisitId(paper["visit"])))
    )
    return opened


def by_code(paper: dict[str, Any], code: str) -> bytes:
    """The team's key, as a tablet has it from a code without any network."""
    wrapped = paper["held"]["code"]
    outer = hash_secret_raw(
        read_code(code).encode(),
        keys.decode(wrapped["salt"]),
        time_cost=wrapped["passes"],
        memory_cost=wrapped["memory_kib"],
        parallelism=wrapped["lanes"],
        hash_len=32,
        type=Type.ID,
    )
    return aes_key_unwrap(outer, keys.decode(wrapped["key"]))


def test_before_the_release_a_tablet_has_time_meeting_point_and_needs_and_no_address(struck: Station) -> None:
    police = at_hand(struck, "police")
    paper = visit_paper(police)
    assert not any(secret in json.dumps(paper) for secret in SECRETS)
    assert paper["held"]["meeting_point"] == "Lay-by at the canal bridge"
    assert paper["held"]["opens_at"] == "2027-02-09T08:30:00.000+00:00"
    assert (paper["strike"]["at"], paper["needs"]) == ("09:00", ["PO", "LA"])
    assert given_keys(police) == {}


def test_the_key_comes_at_the_hour_by_the_servers_clock_and_opens_this_teams_address_alone(
    struck: Station,
) -> None:
    police, partner = at_hand(struck, "police"), at_hand(struck, "partner")
    before = visit_paper(police)
    struck.clock.at = STRIKE_AT.replace(hour=8, minute=29)
    assert given_keys(police.sign_in()) == {}
    struck.clock.at = STRIKE_AT.replace(hour=8, minute=30)
    (key,) = given_keys(police.sign_in()).values()
    (others,) = given_keys(partner.sign_in()).values()
    paper = visit_paper(police)
    assert paper == before
    assert unsealed(paper, keys.decode(key))["address"] == ADDRESS
    with pytest.raises(InvalidTag):
        unsealed(paper, keys.decode(others))
    assert unsealed(visit_paper(partner), keys.decode(others))["address"] == OTHER_ADDRESS


def test_a_lead_releases_by_hand_and_everybody_is_told_who_did(struck: Station) -> None:
    police = at_hand(struck, "police")
    release(struck)
    assert len(given_keys(police)) == 1
    assert "Released by Officer lead, 07:00:00" in strikes(struck)


def test_a_teams_radio_code_opens_its_own_address_and_no_other_teams(struck: Station) -> None:
    ours, theirs = (visit_paper(at_hand(struck, name)) for name in ("police", "partner"))
    code, other = radio_code(struck, "T1"), radio_code(struck, "T2")
    assert unsealed(ours, by_code(ours, code.lower()))["address"] == ADDRESS
    assert unsealed(theirs, by_code(theirs, other))["address"] == OTHER_ADDRESS
    for paper, wrong in ((ours, other), (theirs, code)):
        with pytest.raises(InvalidUnwrap):
            by_code(paper, wrong)


def test_a_code_is_shown_to_the_lead_alone_for_a_reason_and_that_is_noted(struck: Station) -> None:
    page = f"{HERE}/{GROUP}/code/T1"
    lead = at_the_desk(struck, "lead")
    assert lead.send(page, reason=" ").status_code == 400
    assert "Radio codes shown" not in strikes(struck)
    code = radio_code(struck, "T1")
    told = strikes(struck)
    assert "07:00:00, team T1, to Officer lead: Team has no signal at the meeting point" in told
    assert code not in told
    assert at_the_desk(struck, "police").client.get(page).status_code == 403


def test_to_hold_back_again_is_another_secret_so_that_an_old_code_opens_nothing(struck: Station) -> None:
    old = radio_code(struck, "T1")
    release(struck)
    hold(struck)
    paper = visit_paper(at_hand(struck, "police"))
    assert paper["held"]["edition"] == 2
    with pytest.raises(InvalidUnwrap):
        by_code(paper, old)


def test_publishing_the_same_plan_again_gives_the_same_paper(struck: Station) -> None:
    police = at_hand(struck, "police")
    before = visit_paper(police)
    made = struck.desk("lead").put(
        f"/api/visits/{VISIT}",
        {
            "premises": made_by(before, struck),
            "team": before["team"]["id"],
            "day": "2027-02-09",
            "sequence": 1,
            "planned_start": before["planned_start"],
            "minutes": 120,
        },
    )
    assert made.status_code == 200, made.json
    assert visit_paper(police) == before


def made_by(paper: dict[str, Any], station: Station) -> str:
    planned = station.desk("lead").get(f"/api/visits/{paper['visit']}").json
    premises: str = planned["visit"]["premises"]
    return premises


@pytest.mark.parametrize("path", ["", "/visits", "/visits/P04", "/map", "/report", "/people", "/history"])
def test_while_held_back_no_desk_page_tells_anybody_but_the_command_where(struck: Station, path: str) -> None:
    pages = {
        who: at_the_desk(struck, who).client.get(f"/desk/operations/BOBBIN{path}").get_data(as_text=True)
        for who in ("police", "wages", "partner", "borders")
    }
    for who, page in pages.items():
        assert not any(secret in page for secret in SECRETS), (who, path)


def test_the_desk_says_until_when_and_shows_the_place_to_the_command_and_then_to_all(struck: Station) -> None:
    visit = "/desk/operations/BOBBIN/visits/P04"
    assert "Held back until 08:30, 9 February" in at_the_desk(struck, "police").open(visit).text
    assert ADDRESS in at_the_desk(struck, "lead").open(visit).text
    struck.clock.at = STRIKE_AT.replace(hour=8, minute=30)
    assert ADDRESS in at_the_desk(struck, "police").open(visit).text


def test_the_api_keeps_the_place_back_too(struck: Station) -> None:
    for path in (f"/api/operations/{OPERATION}/premises", f"/api/visits/{VISIT}"):
        told = struck.desk("police").get(path)
        assert told.status_code == 200
        assert not any(secret in told.get_data(as_text=True) for secret in SECRETS)
        assert "2027-02-09T08:30" in told.get_data(as_text=True)
        assert ADDRESS in struck.desk("lead").get(path).get_data(as_text=True)


def test_a_report_made_before_the_release_has_no_place_in_it(struck: Station) -> None:
    reports = [
        struck.desk("partner").get(f"/api/operations/{OPERATION}/report{kind}") for kind in ("", ".pdf")
    ]
    assert [one.status_code for one in reports] == [200, 200]
    assert not any(secret in reports[0].get_data(as_text=True) for secret in SECRETS)
    pages = PdfReader(io.BytesIO(reports[1].data)).pages
    words = " ".join(page.extract_text() for page in pages)
    assert not any(secret in words for secret in SECRETS)


def test_the_leads_own_tablet_has_every_key_at_once(struck: Station) -> None:
    assert len(given_keys(at_hand(struck, "lead"))) == 2


def test_the_page_says_which_tablets_have_the_address_and_how(struck: Station) -> None:
    police, wages = at_hand(struck, "police"), at_hand(struck, "wages")
    assert strikes(struck).count("has not said that it has the address") == 2
    given_keys(police, ({"strike": GROUP, "edition": 1, "how": "code"},))
    release(struck)
    struck.clock.forward(minutes=3)
    given_keys(wages.sign_in(), ({"strike": GROUP, "edition": 1, "how": "sync"},))
    told = strikes(struck)
    assert "Officer police: has the address, by radio code, told 07:00:00" in told
    assert "Officer wages: has the address, by sync, told 07:03:00" in told


def test_a_tablets_word_on_a_strike_that_it_is_not_sent_to_counts_for_nothing(struck: Station) -> None:
    borders = at_hand(struck, "borders")
    assert given_keys(borders, ({"strike": GROUP, "edition": 1, "how": "code"},)) == {}
    assert "Officer borders" not in strikes(struck)


def tried(by: Pen, number: int, outcome: str) -> None:
    by.write(
        "address_try",
        {"strike": GROUP, "edition": 1, "number": number, "outcome": outcome},
        kind="address_try",
    )


def test_every_code_that_was_typed_reaches_the_lead_and_no_visit_has_begun_by_it(struck: Station) -> None:
    police = pen(struck, "police")
    for number, outcome in enumerate(("misheard", "wrong", "opened"), start=1):
        tried(police, number, outcome)
    police.send()
    assert police.tablet.setbacks == []
    told = strikes(struck)
    for words in ("misheard (try 1)", "wrong code (try 2)", "opened (try 3)"):
        assert f"Officer police, tablet 1: {words}" in told
    assert "Under way" not in at_the_desk(struck, "lead").open("/desk/operations/BOBBIN/visits/P04").text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"minutes": "x"}, "whole number from 0 to 10,080"),
        ({"minutes": "10081"}, "whole number from 0 to 10,080"),
        ({"minutes": "121"}, "That moment has passed"),
        ({"meeting_point": " "}, "Say in one line where the teams meet"),
    ],
)
def test_a_hold_that_cannot_be_is_refused_with_what_to_do(
    station: Station, given: dict[str, str], says: str
) -> None:
    plan_strike(station)
    lead = at_the_desk(station, "lead")
    form = {"minutes": "30", "meeting_point": "Lay-by"} | given
    answer = lead.send(f"{HERE}/{GROUP}/hold", **form)
    assert answer.status_code == 400
    assert says in answer.get_data(as_text=True)
    assert "Not held back" in strikes(station)


def test_only_the_lead_holds_back_and_releases_and_officers_do_not_see_the_page(struck: Station) -> None:
    for who in ("police", "wages", "partner"):
        visitor = at_the_desk(struck, who)
        for path in (HERE, f"{HERE}/{GROUP}/hold"):
            assert visitor.client.get(path).status_code == 403
        assert visitor.client.post(f"{HERE}/{GROUP}/release").status_code == 403
    assert "Held back until 08:30" in strikes(struck)

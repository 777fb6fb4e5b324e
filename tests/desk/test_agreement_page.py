"""A lead changes who sees what: a preview, a reason, and a second person where it gives more."""

from datetime import UTC, datetime

import pytest

from fieldops.store.agreements import agreement_changes
from fieldops.store.operations import operation
from tests.desk.pen import pen
from tests.desk.reading import Seen, Visitor, at_the_desk, read
from tests.desk.test_tablets_page import HERE
from tests.support.station import OPERATION, VISIT, Station

AGREEMENT, EDIT = f"{HERE}/agreement", f"{HERE}/agreement/edit"
NO_ACCOUNTS = {"level.FWA.C4": "none"}
ACCOUNTS = {"level.HSE.C4": "pseudonym"}
ALONE = {"signed_by": "", "signed_on": "", "signed_why": ""}


def in_force(station: Station) -> str:
    with station.store() as session:
        found = operation(session, OPERATION)
    assert found is not None
    return found.papers.agreement


def preview(station: Station, who: Visitor, **changed: str) -> Seen:
    form = {"base": in_force(station), "step": "preview", **changed}
    return read(who.send(EDIT, **form))


def publish(station: Station, who: Visitor, reason: str = "Agreed by telephone", **changed: str) -> str:
    """Publishes a change; gives the address of the version that it asked for."""
    answer = who.send(EDIT, base=in_force(station), step="publish", reason=reason, **changed)
    assert answer.status_code == 303, read(answer, answer.status_code).text
    with station.store() as session:
        newest, *_ = agreement_changes(session, OPERATION)
    return f"{AGREEMENT}/versions/{newest.paper}"


@pytest.fixture
def lead(station: Station) -> Visitor:
    return at_the_desk(station, "lead")


def test_everybody_reads_what_their_own_agency_is_given_and_by_which_version(station: Station) -> None:
    for username, words in (
        ("partner", "Agency HSE will see: Operation plan: at every visit"),
        ("wages", "Worker account: at every visit, by label and without names"),
        ("borders", "Operation plan: at the visits that its officers are sent to"),
        ("administrator", "Identity: at every visit"),
    ):
        page = at_the_desk(station, username).open(AGREEMENT)
        assert words in page.text, username
        assert in_force(station) in page.text
        assert EDIT not in page.links


def test_the_preview_says_what_each_agency_will_see_and_what_changes(station: Station, lead: Visitor) -> None:
    page = preview(station, lead, **NO_ACCOUNTS).text
    assert "This gives nobody more than today." in page
    assert "Agency FWA (FWA) Loses: Worker account: reading it at every visit" in page
    assert (
        "will be told how much there is, and nothing else, of: Officer details, Exhibits and media, Worker"
        in page
    )
    page = preview(station, lead, **ACCOUNTS).text
    assert "waits until a second person confirms it" in page
    assert "Agency HSE (HSE) Gains: Worker account: reading it at every visit" in page
    with station.store() as session:
        assert agreement_changes(session, OPERATION) == []


def test_what_takes_away_is_in_force_at_the_next_request(station: Station, lead: Visitor) -> None:
    on, wages = pen(station, "police"), at_the_desk(station, "wages")
    on.write("PRIV-01", "Y", subject="worker:aaaaaaaaaaaaaaaa")
    on.send()
    before = in_force(station)
    assert "is withheld" not in wages.open(f"{HERE}/visits/P04?about=all").text
    publish(station, lead, "They asked for less", **NO_ACCOUNTS)
    page = wages.open(f"{HERE}/visits/P04?about=all").text
    assert "1 answer withheld" in page
    assert before != in_force(station)
    page = wages.open(AGREEMENT).text
    assert "1.2.1 of thimble-sharing-2027" in page
    assert "Officer lead, POL They asked for less" in page
    assert "The operation was opened under it." in page


def test_what_gives_more_waits_for_somebody_else(station: Station, lead: Visitor) -> None:
    before = in_force(station)
    version = publish(station, lead, **ACCOUNTS)
    assert in_force(station) == before
    assert "waits for a second person to confirm it" in lead.open(HERE).text
    lead.open(version)
    assert lead.send(f"{version}/confirm", page=version, choice="confirm", why="x").status_code == 403
    second = at_the_desk(station, "administrator")
    page = second.open(version)
    assert "This version waits for a second person. It is not in force." in page.text
    assert "Agency HSE (HSE) Gains: Worker account: reading it at every visit" in page.text
    empty = second.send(f"{version}/confirm", page=version)
    assert "Choose whether the change comes into force" in read(empty, 400).text
    done = second.send(f"{version}/confirm", page=version, choice="confirm", why="The gateway covers it")
    assert done.status_code == 303
    assert version.endswith(in_force(station))
    page = lead.open(AGREEMENT).text
    assert "Confirmed by Officer administrator, POL" in page
    assert "The gateway covers it" in page
    again = second.send(f"{version}/confirm", page=version, choice="confirm", why="Again")
    assert again.status_code == 404


def test_a_change_that_waits_can_be_refused_or_withdrawn(station: Station, lead: Visitor) -> None:
    before = in_force(station)
    version = publish(station, lead, **ACCOUNTS)
    second = at_the_desk(station, "administrator")
    second.send(f"{version}/confirm", page=version, choice="refuse", why="No law for it")
    assert "Refused by Officer administrator" in lead.open(AGREEMENT).text
    version = publish(station, lead, **ACCOUNTS)
    assert lead.send(f"{version}/withdraw", page=version).status_code == 303
    assert in_force(station) == before
    assert "waits for a second person" not in lead.open(HERE).text


def test_what_was_asked_for_before_somebody_took_away_does_not_undo_that(
    station: Station, lead: Visitor
) -> None:
    version = publish(station, lead, **ACCOUNTS)
    publish(station, lead, **NO_ACCOUNTS)
    standing = in_force(station)
    second = at_the_desk(station, "administrator")
    late = second.send(f"{version}/confirm", page=version, choice="confirm", why="Late")
    assert "The agreement was changed in the meantime" in read(late, 409).text
    assert in_force(station) == standing


def test_of_two_leads_at_once_the_second_is_told(station: Station, lead: Visitor) -> None:
    base = in_force(station)
    publish(station, lead, **NO_ACCOUNTS)
    for step in ("preview", "publish"):
        page = read(lead.send(EDIT, base=base, step=step, reason="Mine", **{"level.HSE.C1": "none"}), 400)
        assert "The agreement was changed by somebody else while you were editing it." in page.text
    with station.store() as session:
        assert len(agreement_changes(session, OPERATION)) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Nothing was changed"),
        ({"ends_on": "2027-02-08"}, "The agreement ended on 2027-02-08"),
        ({"ends_on": "soon"}, "Give a day such as 2027-05-11"),
        ({"review_on": "2027-09-01"}, "The review must not be later than the end"),
        ({"purposes": " \n "}, "Say at least one purpose"),
        ({"breach_contact": ""}, "Say whom to tell of a breach"),
        ({"law.HSE": ""}, "Say by which law HSE shares and is given data"),
        ({"controller.COU": ""}, "Say who answers for the data of COU"),
        ({"level.HSE.C5": "pseudonym"}, "Identity names people and cannot be given without names"),
        ({"level.HSE.C4": "everything"}, "Choose from what is offered"),
        ({"level.HOIE.C4": "full"}, "Under posture B, HOIE cannot be given so much of class C4"),
        ({"posture": "Z"}, "Nothing was changed"),
        ({"posture": "C", **ALONE}, "Posture C needs the name of the strategic lead"),
        ({"dpia": "x" * 3000}, "Say it in 2,000 characters or fewer"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_saved(
    station: Station, lead: Visitor, changed: dict[str, str], said: str
) -> None:
    standing = in_force(station)
    answer = lead.send(EDIT, base=standing, step="publish", reason="Because", **changed)
    assert said in read(answer, 400).text
    assert in_force(station) == standing
    with station.store() as session:
        assert agreement_changes(session, OPERATION) == []


def test_a_reason_must_be_given(station: Station, lead: Visitor) -> None:
    answer = lead.send(EDIT, base=in_force(station), step="publish", reason=" ", **NO_ACCOUNTS)
    assert "Say why: it is kept with the version" in read(answer, 400).text


def test_a_class_that_is_reserved_cannot_be_opened(station: Station, lead: Visitor) -> None:
    form = {"level.POL.C7p": "full", "level.HSE.C7p": "full", **NO_ACCOUNTS}
    publish(station, lead, **form)
    with station.store() as session:
        newest, *_ = agreement_changes(session, OPERATION)
    page = lead.open(f"{AGREEMENT}/versions/{newest.paper}").text
    assert "Immigration: person none – told how much" not in page
    assert "Gains" not in page


def test_nobody_but_the_lead_changes_it(station: Station) -> None:
    for username in ("police", "partner", "administrator"):
        at_the_desk(station, username).open(EDIT, 403)
    at_the_desk(station, "stranger").open(AGREEMENT, 404)
    at_the_desk(station, "lead").open(f"{AGREEMENT}/versions/{'0' * 64}", 404)


def test_immigration_on_site_needs_a_sign_off_and_a_second_person(station: Station, lead: Visitor) -> None:
    signed = {
        "posture": "C",
        "signed_by": "ACC R. Hale",
        "signed_on": "2027-02-09",
        "signed_why": "Forged papers",
    }
    page = preview(station, lead, **signed).text
    assert (
        "Workers are told: “Immigration officers are with us on this visit. They are from Agency HOIE."
        in page
    )
    assert "Signed off by ACC R. Hale on 2027-02-09: Forged papers" in page
    version = publish(station, lead, **signed)
    second = at_the_desk(station, "administrator")
    second.send(f"{version}/confirm", page=version, choice="confirm", why="Seen the sign-off")
    with station.store() as session:
        found = operation(session, OPERATION)
    assert found is not None
    assert found.firewall == "C"
    assert "They are from Agency HOIE" in found.firewall_statement
    assert "Signed off by ACC R. Hale on 9 February 2027: Forged papers" in lead.open(AGREEMENT).text


def test_without_immigration_as_a_partner_they_are_given_nothing_at_once(
    station: Station, lead: Visitor
) -> None:
    publish(station, lead, posture="A")
    page = at_the_desk(station, "borders").open(AGREEMENT).text
    assert "Agency HOIE will see nothing of this operation." in page
    assert "No immigration officers are with us" in page


def test_an_agreement_that_is_over_or_was_to_be_reviewed_is_said(station: Station, lead: Visitor) -> None:
    station.clock.at = datetime(2027, 5, 12, 9, tzinfo=UTC)
    lead = at_the_desk(station, "lead")
    assert "The sharing agreement was to be reviewed by 11 May 2027." in lead.open(HERE).text
    station.clock.at = datetime(2027, 8, 12, 9, tzinfo=UTC)
    lead = at_the_desk(station, "lead")
    assert "The sharing agreement ended on 11 August 2027." in lead.open(HERE).text
    assert "What your agency is given" in at_the_desk(station, "partner").open(AGREEMENT).text
    later = publish(station, lead, ends_on="2027-12-01", review_on="2027-11-01")
    assert "It ends later: on 2027-12-01" in lead.open(later).text


def test_a_tablet_is_told_by_new_papers(station: Station, lead: Visitor) -> None:
    on = pen(station, "police").at_hand.sign_in()
    before = {one["kind"]: one["hash"] for one in on.get("/api/sync/papers").json["papers"]}
    publish(station, lead, posture="A")
    after = {one["kind"]: one["hash"] for one in on.get("/api/sync/papers").json["papers"]}
    assert after["agreement"] == in_force(station) != before["agreement"]
    visit = on.get(f"/api/papers/{after['visit']}").json
    assert visit["visit"] == VISIT
    assert visit["agreement"] == after["agreement"]
    assert visit["firewall_statement"].startswith("No immigration officers are with us")

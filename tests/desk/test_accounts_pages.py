"""Accounts at the desk: by forms, without a script, and told in words."""

import pytest

from fieldops.store.accounts import appoint
from tests.desk.reading import Visitor, at_the_desk, read
from tests.support.station import PASSWORD, Station, officer_id

FRESH = "seven quiet lanterns"
HERE = "/desk/operations/BOBBIN/people/roles"


@pytest.fixture
def keeper(station: Station) -> Visitor:
    """A police officer who keeps the accounts of the police."""
    with station.store() as session:
        appoint(session, officer_id("police"), keeps=True)
    return at_the_desk(station, "police")


def test_a_new_officer_goes_from_the_link_to_their_first_page(station: Station, keeper: Visitor) -> None:
    made = keeper.send("/desk/accounts/new", name="DS R. Tanwell", username="r.tanwell")
    page = read(made)
    assert "shown this once" in page.text
    address = next(word for word in page.words if word.startswith("http"))
    newcomer = Visitor(client=station.browser())
    assert "DS R. Tanwell" in newcomer.open(address).text
    weak = read(newcomer.send(address, page=address, password="tanwell"), 422)
    assert "Three random words" in weak.text
    done = newcomer.send("/desk/set-password", page=address, password=FRESH)
    assert done.headers["Location"].startswith("/desk/sign-in?username=r.tanwell")
    assert "Your password is set" in newcomer.open(done.headers["Location"]).text
    assert newcomer.send("/desk/sign-in", username="r.tanwell", password=FRESH).status_code == 303
    news = newcomer.open("/desk/account/news").text
    assert "The account was opened" in news
    assert "Officer police, POL" in news


def test_looking_at_a_link_does_not_use_it(station: Station, keeper: Visitor) -> None:
    page = f"/desk/accounts/{officer_id('lead')}"
    shown = read(keeper.send(f"{page}/link", page=page))
    address = next(word for word in shown.words if word.startswith("http"))
    for _ in range(3):
        read(station.browser().get(address))
    visitor = Visitor(client=station.browser())
    assert visitor.send("/desk/set-password", page=address, password=FRESH).status_code == 303
    assert "has been used or is over" in visitor.open(address, 404).text


def test_a_reset_is_told_at_the_next_sign_in_until_it_is_read(station: Station, keeper: Visitor) -> None:
    page = f"/desk/accounts/{officer_id('lead')}"
    keeper.send(f"{page}/link", page=page)
    lead = Visitor(client=station.browser())
    for _ in range(2):
        inside = lead.send("/desk/sign-in?next=/desk/account", username="lead", password=PASSWORD)
        assert inside.headers["Location"] == "/desk/account/news?next=/desk/account"
    told = lead.open(inside.headers["Location"]).text
    assert "A one-time link to set the password was made" in told
    assert lead.send(inside.headers["Location"]).headers["Location"] == "/desk/account"
    inside = lead.send("/desk/sign-in", username="lead", password=PASSWORD)
    assert inside.headers["Location"] == "/desk/operations"


def test_the_list_says_how_each_account_stands_and_finds_by_name(station: Station, keeper: Visitor) -> None:
    for _ in range(station.settings.sign_in_by_account.attempts):
        Visitor(client=station.browser()).send("/desk/sign-in", username="lead", password="wrong")
    page = keeper.open("/desk/accounts")
    assert "Locked until" in page.text
    assert "Officer wages" not in page.text
    assert "Officer lead" not in keeper.open("/desk/accounts?q=police").text
    one = f"/desk/accounts/{officer_id('lead')}"
    assert "Lift the lock" in keeper.open(one).text
    assert keeper.send(f"{one}/unlock", page=one).status_code == 303
    assert "Lift the lock" not in keeper.open(one).text
    at_the_desk(station, "lead")


def test_the_page_after_too_many_tries_says_who_can_help(station: Station) -> None:
    visitor = Visitor(client=station.browser())
    for _ in range(station.settings.sign_in_by_account.attempts):
        visitor.send("/desk/sign-in", username="lead", password="wrong")
    page = read(visitor.send("/desk/sign-in", username="lead", password=PASSWORD), 429)
    assert "ask whoever keeps your agency's accounts to lift the lock" in page.text


def test_an_account_of_another_agency_and_none_at_all_are_one_page(station: Station, keeper: Visitor) -> None:
    hidden = keeper.client.get(f"/desk/accounts/{officer_id('wages')}")
    absent = keeper.client.get(f"/desk/accounts/{'a' * 16}")
    assert (hidden.status_code, hidden.data) == (404, absent.data)


def test_what_is_missing_from_a_new_account_is_named(keeper: Visitor) -> None:
    page = read(keeper.send("/desk/accounts/new", name=" ", username="no spaces"), 400)
    assert {"#name", "#username"} <= set(page.links)
    taken = read(keeper.send("/desk/accounts/new", name="A. Other", username="wages"), 409)
    assert "Another officer has this username" in taken.text


def test_an_administrator_opens_accounts_at_any_agency(station: Station) -> None:
    boss = at_the_desk(station, "administrator")
    sent = {"name": "A. Fire", "username": "a.fire", "agency": ""}
    assert "#agency" in read(boss.send("/desk/accounts/new", **sent), 400).links
    read(boss.send("/desk/accounts/new", **sent | {"agency": "FWA"}))
    assert "A. Fire" in boss.open("/desk/accounts?q=a.fire").text


def test_ones_own_page_shows_sign_ins_and_ends_one_by_its_mark(station: Station) -> None:
    here, elsewhere = at_the_desk(station, "lead"), at_the_desk(station, "lead")
    mark = here.open("/desk/account").fields["session"]
    assert mark == "others"  # the last form of the page
    rows = here.client.get("/desk/account").get_data(as_text=True)
    assert rows.count("this browser") == 1
    assert here.send("/desk/account/sessions", page="/desk/account").status_code == 303
    assert elsewhere.client.get("/desk/account").headers["Location"].startswith("/desk/sign-in")
    assert "session" not in here.open("/desk/account").fields


def test_a_password_is_changed_by_the_form(station: Station) -> None:
    lead = at_the_desk(station, "lead")
    path = "/desk/account/password"
    assert "#present" in read(lead.send(path, present="", password=FRESH), 400).links
    assert "#present" in read(lead.send(path, present="wrong", password=FRESH), 401).links
    assert "#password" in read(lead.send(path, present=PASSWORD, password="short"), 422).links
    assert lead.send(path, present=PASSWORD, password=FRESH).status_code == 303
    again = Visitor(client=station.browser())
    assert again.send("/desk/sign-in", username="lead", password=FRESH).status_code == 303


def test_forms_for_passwords_work_with_password_managers(station: Station) -> None:
    page = at_the_desk(station, "lead").client.get("/desk/account/password").get_data(as_text=True)
    assert all(f'autocomplete="{kind}"' in page for kind in ("username", "current-password", "new-password"))
    assert "onpaste" not in page


def test_a_lead_gives_and_takes_a_role_by_the_form(station: Station) -> None:
    lead = at_the_desk(station, "lead")
    assert {"#username", "#role"} <= set(read(lead.send(HERE, username="", role="", officer=""), 400).links)
    assert lead.send(HERE, username="stranger", role="reviewer", officer="").status_code == 303
    assert "reviewer" in lead.open("/desk/operations/BOBBIN/people").text
    sent = {"officer": officer_id("stranger"), "role": "reviewer"}
    assert lead.send(HERE, **sent).status_code == 303
    assert read(lead.send(HERE, **sent | {"officer": officer_id("lead"), "role": "lead"}), 400)
    assert at_the_desk(station, "stranger").client.get("/desk/operations/BOBBIN").status_code == 404


def test_whoever_may_not_give_roles_finds_no_way_to(station: Station) -> None:
    police = at_the_desk(station, "police")
    assert HERE not in police.open("/desk/operations/BOBBIN/people").links
    assert police.client.get(HERE).status_code == 403

"""Signing in and out at the desk, in a browser without JavaScript."""

import jwt

from tests.desk.reading import Visitor, at_the_desk, read
from tests.support.station import PASSWORD, Station, officer_id


def test_an_officer_signs_in_and_is_led_to_the_page_they_asked_for(station: Station) -> None:
    visitor = Visitor(client=station.browser())
    asked = visitor.client.get("/desk/operations/BOBBIN/visits/P04")
    assert asked.status_code == 303
    answer = visitor.send(asked.headers["Location"], username="lead", password=PASSWORD)
    assert answer.headers["Location"] == "/desk/operations/BOBBIN/visits/P04"
    assert "Officer lead" in visitor.open("/desk/operations/BOBBIN/visits/P04").text


def test_signing_out_ends_the_session_on_the_server_too(station: Station) -> None:
    visitor = at_the_desk(station, "lead")
    copied = {name: visitor.client.get_cookie(name) for name in ("fieldops_access", "fieldops_csrf")}
    token = visitor.open("/desk/operations").fields["csrf_token"]
    assert visitor.client.post("/desk/sign-out", data={"csrf_token": token}).status_code == 303
    for name, cookie in copied.items():
        assert cookie is not None
        visitor.client.set_cookie(name, cookie.value)
    assert visitor.client.get("/desk/operations").status_code == 303


def test_signing_out_needs_the_token_of_our_own_form(station: Station) -> None:
    visitor = at_the_desk(station, "lead")
    assert "own page" in read(visitor.client.post("/desk/sign-out"), 403).text
    assert "Officer lead" in visitor.open("/desk/operations").text


def test_a_wrong_password_and_an_unknown_name_are_told_in_the_same_words(station: Station) -> None:
    visitor = Visitor(client=station.browser())
    one = read(visitor.send("/desk/sign-in", username="lead", password="wrong"), 401)
    two = read(visitor.send("/desk/sign-in", username="nobody-at-all", password="wrong"), 401)
    assert one.text.replace("lead", "") == two.text.replace("nobody-at-all", "").replace("lead", "")
    assert "There is a problem" in one.text
    assert "wrong" not in one.fields.get("password", "")


def test_empty_fields_are_named_each(station: Station) -> None:
    page = read(Visitor(client=station.browser()).send("/desk/sign-in", username="", password=""), 400)
    assert "Enter your user name" in page.text
    assert "Enter your password" in page.text
    assert {"#username", "#password"} <= set(page.links)


def test_a_form_that_another_site_filled_in_is_not_taken(station: Station) -> None:
    client = station.browser()
    answer = client.post("/desk/sign-in", data={"username": "lead", "password": PASSWORD})
    assert "open for too long" in read(answer, 400).text
    assert client.get("/desk/operations").status_code == 303


def test_after_too_many_tries_the_page_says_when_to_try_again(station: Station) -> None:
    visitor = Visitor(client=station.browser())
    for _ in range(station.settings.sign_in_by_account.attempts):
        visitor.send("/desk/sign-in", username="lead", password="wrong")
    page = read(visitor.send("/desk/sign-in", username="lead", password=PASSWORD), 429)
    assert "too many tries" in page.text
    assert "minute" in page.text


def run_out(station: Station, visitor: Visitor, *names: str) -> None:
    """Let these cookies' tokens be of yesterday, as if the browser had stood open over night."""
    for name in names:
        cookie = visitor.client.get_cookie(name)
        assert cookie is not None
        claims = jwt.decode(cookie.value, options={"verify_signature": False})
        old = jwt.encode(claims | {"exp": claims["iat"] - 86400}, station.settings.token_secret, "HS256")
        visitor.client.set_cookie(name, old)


def test_a_page_left_open_over_lunch_goes_on_without_signing_in_again(station: Station) -> None:
    visitor = at_the_desk(station, "lead")
    run_out(station, visitor, "fieldops_access")
    renewed = visitor.client.get("/desk/operations/BOBBIN/map?again=yes")
    assert renewed.status_code == 307
    assert renewed.headers["Location"] == "/desk/operations/BOBBIN/map?again=yes"
    assert "Operations you serve on" in visitor.open("/desk/operations").text


def test_a_form_sent_after_lunch_is_sent_again_and_not_lost(station: Station) -> None:
    visitor = at_the_desk(station, "lead")
    run_out(station, visitor, "fieldops_access")
    cookie = visitor.client.get_cookie("fieldops_csrf")
    assert cookie is not None
    sent = {"csrf_token": cookie.value, "officer": officer_id("police")}
    path = "/desk/operations/BOBBIN/devices/new"
    assert visitor.client.post(path, data=sent).status_code == 307
    assert "The code is shown this once" in read(visitor.client.post(path, data=sent)).text


def test_a_session_that_is_over_leads_to_the_sign_in_page(station: Station) -> None:
    visitor = at_the_desk(station, "lead")
    run_out(station, visitor, "fieldops_access", "fieldops_refresh")
    answer = visitor.client.get("/desk/operations")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/desk/sign-in?next=")

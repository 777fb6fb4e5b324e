"""Who looked is told to those who may know, own look-ups to all; what a rule raised waits for a word."""

import csv
import hashlib
import io
import json
import zipfile
from base64 import b64decode
from dataclasses import replace

from sqlalchemy import text

from fieldops.domain.checkpoint import size_in
from fieldops.domain.ids import AgencyCode, OfficerId
from fieldops.domain.tree import leaf_hash, root_of
from fieldops.domain.who import Role
from fieldops.store.directory import add_officer, give_role, officer_named
from tests.api.test_access_log import CANARY, RECORD, kept, lines
from tests.desk.reading import Visitor, at_the_desk, read
from tests.support.station import OPERATION, Station, officer_id

HERE = "/desk/operations/BOBBIN"
AT_VISIT = f"{HERE}/visits/P04/looks"
REVIEW = f"{HERE}/looks/review"
EXPORT = f"{HERE}/looks/export"


def looked_over_and_over(station: Station) -> str:
    """Somebody of the police who is sent nowhere looks at one visit again and again; their name."""
    kept(station)
    with station.store() as session:
        kept_as = officer_named(session, "stranger")
        assert kept_as is not None
        outsider = replace(
            kept_as[0],
            id=OfficerId(officer_id("outsider")),
            username="outsider",
            name="Officer outsider",
            agency=AgencyCode("POL"),
        )
        add_officer(session, outsider, kept_as[1])
        give_role(session, OPERATION, OfficerId(officer_id("outsider")), Role.OFFICER)
    desk = station.desk("outsider")
    for _ in range(4):
        assert desk.get(RECORD).status_code == 200
    return "Officer outsider, POL"


def csrf_of(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie("fieldops_csrf")
    return cookie.value if cookie else ""


def hex_root(note: str) -> str:
    return b64decode(note.split("\n")[2]).hex()


def export_of(visitor: Visitor, why: str = "the Commissioner asked") -> zipfile.ZipFile:
    answer = visitor.send(EXPORT, page=REVIEW, access_reason=why)
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_a_lead_sees_who_looked_at_a_visit_and_what_for(station: Station) -> None:
    kept(station)
    lead = at_the_desk(station, "lead", why="")
    lead.client.get(RECORD, headers={"Access-Reason": "preparing the referral"})
    seen = lead.open(AT_VISIT)
    for words in ("Officer lead, POL", "Looked at, at the desk", "Command of the operation"):
        assert words in seen.text
    assert "Handed in, on a tablet" in seen.text
    assert "preparing the referral" in seen.text
    assert "1 entry: Worker account" in seen.text
    assert CANARY not in seen.text


def test_the_visit_leads_there_for_those_who_may_know_alone(station: Station) -> None:
    kept(station)
    assert AT_VISIT in at_the_desk(station, "lead").open(f"{HERE}/visits/P04").links
    partner = at_the_desk(station, "partner")
    assert AT_VISIT not in partner.open(f"{HERE}/visits/P04").links
    for path in (AT_VISIT, REVIEW):
        assert partner.client.get(path).status_code == 403
    assert partner.client.post(EXPORT, data={"csrf_token": csrf_of(partner)}).status_code == 403


def test_everybody_sees_their_own_look_ups_and_nobody_else_s(station: Station) -> None:
    kept(station)
    station.desk("lead").get(RECORD)
    partner = at_the_desk(station, "partner")
    partner.client.get(RECORD)
    seen = partner.open(f"{HERE}/looks").text
    assert "P04" in seen
    assert "Command of the operation" not in seen
    assert "Worker account" not in seen


def test_what_a_rule_raised_waits_for_a_word_of_somebody_else(station: Station) -> None:
    snooped = looked_over_and_over(station)
    lead = at_the_desk(station, "lead")
    page = lead.open(REVIEW)
    assert "One visit again and again without an assignment" in page.text
    assert snooped in page.text
    told = read(lead.send(REVIEW, verdict="", why=""), 400)
    assert "Choose what becomes of it" in told.text
    assert lead.send(REVIEW, verdict="explained", why="asked to by the lead").status_code == 303
    page = lead.open(REVIEW)
    assert "Explained, by Officer lead, POL" in page.text
    assert "asked to by the lead" in page.text


def test_nobody_speaks_about_their_own(station: Station) -> None:
    looked_over_and_over(station)
    with station.store() as session:
        give_role(session, OPERATION, OfficerId(officer_id("outsider")), Role.DISCLOSURE)
    own = at_the_desk(station, "outsider")
    page = own.open(REVIEW)
    assert "These are your own" in page.text
    assert "raised" not in page.fields
    key = at_the_desk(station, "lead").open(REVIEW).fields["raised"]
    told = own.client.post(
        REVIEW,
        data={"csrf_token": csrf_of(own), "raised": key, "verdict": "explained", "why": "I know"},
    )
    assert told.status_code == 403


def test_the_export_holds_every_line_its_own_too_and_proves_them(station: Station) -> None:
    looked_over_and_over(station)
    lead = at_the_desk(station, "lead", why="")
    bundle = export_of(lead)
    rows = list(csv.DictReader(io.StringIO(bundle.read("looks.csv").decode())))
    assert len(rows) == len(lines(station))
    assert (rows[-1]["kind"], rows[-1]["reason"], rows[-1]["officer_name"]) == (
        "disclosure",
        "the Commissioner asked",
        "Officer lead",
    )
    assert {row["whole"] for row in rows} == {"yes"}
    leaves = [bytes.fromhex(one) for one in bundle.read("leaves.txt").decode().split()]
    for one in json.loads(bundle.read("looks.json")):
        digest = hashlib.sha256(one["line"].encode()).hexdigest()
        leaf = leaf_hash(b'{"v":1,"leaf":"look","line":"' + digest.encode() + b'"}')
        assert leaves[one["position"]] == leaf
    note = bundle.read("checkpoint.txt").decode()
    assert size_in(note) == len(leaves)
    assert root_of(leaves).hex() == hex_root(note)
    assert CANARY.encode() not in b"".join(bundle.read(name) for name in bundle.namelist())


def test_a_changed_line_is_said_at_the_desk_and_in_the_export(station: Station) -> None:
    kept(station)
    lead = at_the_desk(station, "lead")
    export_of(lead)
    with station.store() as session:
        session.execute(text("UPDATE looks SET reason = 'another' WHERE door = 'desk.looks.export'"))
    assert "1 of the lines are not what was written then" in lead.open(REVIEW).text
    rows = csv.DictReader(io.StringIO(export_of(lead).read("looks.csv").decode()))
    assert [row["whole"] for row in rows].count("ALTERED") == 1


def test_a_reason_that_looks_like_a_formula_is_inert_in_the_table(station: Station) -> None:
    kept(station)
    lead = at_the_desk(station, "lead", why="")
    table = export_of(lead, why='=HYPERLINK("x")').read("looks.csv").decode()
    assert "'=HYPERLINK" in table


def test_nothing_is_exported_without_a_reason(station: Station) -> None:
    kept(station)
    lead = at_the_desk(station, "lead", why="")
    told = lead.send(EXPORT, page=REVIEW, access_reason=" ")
    assert (told.status_code, told.mimetype) == (403, "text/html")
    assert "Say first why you look" in read(told, 403).text

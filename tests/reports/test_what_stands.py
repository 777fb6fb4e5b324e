"""A report counts what stands: rivals are said to be disputed, and what was taken back is gone."""

import json

from sqlalchemy.orm import Session

from fieldops.domain.agreement import Level
from fieldops.domain.entry import Entry
from fieldops.domain.ids import VisitId
from fieldops.domain.strict_json import Json
from fieldops.reports.as_json import as_json
from fieldops.reports.figures import Figure, OutcomeFacts, Table
from fieldops.reports.outcome import as_pdf, outcome_facts
from fieldops.store.operations import premises_of
from fieldops.store.plans import visits
from tests.reports.copies import NOW, facts_for, pages_of
from tests.reports.late_hand import LateHand, afterwards, written_at
from tests.reports.test_other_agreements import GROUP, given
from tests.support.demo_world import DemoWorld

ARRIVAL, PRESENT = "START-03", "START-05"


def figures(session: Session, agency: str = "") -> dict[str, Figure]:
    return facts_for(session, "THIMBLE", agency).figures()


def rows(facts: OutcomeFacts, key: str) -> list[tuple[str, ...]]:
    pieces = [piece for section in facts.sections for piece in section.pieces if piece.key == key]
    tables = [piece for piece in pieces if isinstance(piece, Table)]
    return [tuple(str(cell) for cell in row) for table in tables for row in table.rows]


def of_another_agency(session: Session, place: str, name: str) -> LateHand:
    """Somebody at the visit who is not of the agency that wrote this."""
    late = LateHand.of(session, place, agency="FWA")
    writers = {officer for _, officer in written_at(session, late.visit, name)}
    return LateHand.of(session, place, agency="HSE") if late.member.officer in writers else late


def test_a_number_that_officers_differ_about_is_printed_as_disputed(thimble: DemoWorld) -> None:
    with afterwards(thimble) as session:
        late = of_another_agency(session, "P04", PRESENT)
        late.say(PRESENT, 99)
        facts = facts_for(session, "THIMBLE")
    figure = facts.figures()["workers_present"]
    assert figure.disputed == (late.visit.id,)
    assert figure.said == "716 (disputed at 1 visit)"
    assert f'"disputed_at": ["{late.visit.id}"]' in json.dumps(as_json(facts))
    pages = pages_of(as_pdf(facts))
    assert "716 (disputed at 1 visit)" in pages[0]
    assert any("P04" in row for row in rows(facts, "conflicts"))


def test_a_result_at_the_door_that_is_disputed_names_both_sides(thimble: DemoWorld) -> None:
    with afterwards(thimble) as session:
        late = of_another_agency(session, "P04", ARRIVAL)
        late.say(ARRIVAL, "refused")
        facts = facts_for(session, "THIMBLE")
    held = facts.figures()
    at: tuple[VisitId, ...] = (late.visit.id,)
    assert (held["arrivals.entered"].disputed, held["arrivals.refused"].disputed) == (at, at)
    assert held["arrivals.closed"].disputed == ()
    assert held["visits"].disputed == at
    assert held["attempts"].disputed == ()
    [site] = [row for row in rows(facts, "sites") if row[0] == "P04"]
    assert site[-1].startswith("disputed: ")
    assert site[-1].count(" / ") == 1


def test_a_sign_beside_nothing_seen_is_disputed_and_the_visit_leads_word_counts(thimble: DemoWorld) -> None:
    with afterwards(thimble) as session:
        before = figures(session)["tip_offs"]
        late = of_another_agency(session, "P04", "START-04:none")
        late.say("START-04:locked", "Y")
        facts = facts_for(session, "THIMBLE")
    figure = facts.figures()["tip_offs"]
    assert (figure.value, figure.disputed) == (before.value, (late.visit.id,))
    [asked] = [row for row in rows(facts, "conflicts") if row[0] == "P04"]
    assert asked[-1].count("; ") == 1


def test_a_dispute_in_a_class_that_is_counted_alone_is_not_told(thimble: DemoWorld) -> None:
    with afterwards(thimble) as session:
        of_another_agency(session, "P04", PRESENT).say(PRESENT, 99)
        counted = given(session, GROUP, level=Level.COUNTS)
        told = outcome_facts(session, counted, counted.operation, NOW).figures()
    assert told["visits"].visits
    assert (told["workers_present"].value, told["workers_present"].visits) == (716, ())
    assert not any(figure.disputed for figure in told.values())


def test_an_answer_that_was_taken_back_is_out_of_every_figure(thimble: DemoWorld) -> None:
    with afterwards(thimble) as session:
        before = figures(session)
        first = LateHand.of(session, "P13", agency="POL")
        [(arrival, writer)] = written_at(session, first.visit, ARRIVAL)
        late = LateHand.of(session, "P13", officer=writer)
        late.say(ARRIVAL, {"reason": "wrong visit"}, kind="withdrawal", replaces=arrival.id)
        facts = facts_for(session, "THIMBLE")
    after = facts.figures()
    assert (before["attempts"].value, after["attempts"].value) == (40, 39)
    assert (before["arrivals.refused"].value, after["arrivals.refused"].value) == (1, 0)
    assert late.visit.id not in after["attempts"].visits
    assert "P13" in " ".join(next(one for one in facts.sections if one.key == "sources").sentences)


def test_an_arrest_that_was_taken_back_is_none(thimble: DemoWorld) -> None:
    with afterwards(thimble) as session:
        before = figures(session)["arrests"]
        place = next(site for site in places(session) if site[1] in before.visits)[0]
        visit = LateHand.of(session, place, agency="POL").visit
        arrest, writer = written_at(session, visit, "arrest")[0]
        late = LateHand.of(session, place, officer=writer)
        reason: Json = {"reason": "released, no offence"}
        late.say("arrest", reason, kind="withdrawal", subject=arrest.subject, replaces=arrest.id)
        assert figures(session)["arrests"].value == int(before.value or 0) - 1


def places(session: Session) -> list[tuple[str, VisitId]]:
    late = LateHand.of(session, "P04", agency="POL")
    codes = {one.id: one.code for one in premises_of(session, late.operation.id)}
    return [(codes[one.premises], one.id) for one in visits(session, late.operation.id)]


def test_an_adult_who_consents_the_next_morning_is_counted_once(thimble: DemoWorld) -> None:
    with afterwards(thimble) as session:
        before = figures(session)
        visit = before["dtn_adult"].visits[0]
        place = next(code for code, name in places(session) if name == visit)
        late = LateHand.of(session, place, agency="POL")
        notified = next(one for one, _ in written_at(session, late.visit, "referral_accepted") if is_dtn(one))
        route: dict[str, Json] = {"to": "Home Office", "route": "nrm", "reference": "N-1"}
        about = notified.subject
        sent = late.say("referral_sent", route, kind="referral_sent", subject=about)
        late.say("referral_accepted", {**route, "sent": sent}, kind="referral_accepted", subject=about)
        after = figures(session)
    assert after["potential_victims"].value == before["potential_victims"].value == 7
    assert (before["dtn_adult"].value, after["dtn_adult"].value) == (3, 2)
    assert (before["nrm_adult"].value, after["nrm_adult"].value) == (3, 4)
    assert after["potential_victims.rest"].value == 0


def is_dtn(entry: Entry) -> bool:
    return isinstance(entry.value, dict) and entry.value.get("route") == "dtn"

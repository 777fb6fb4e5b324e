"""Operations beside each other: each has its own agreement, its own true sentence, and its own names."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from fieldops.domain.agreement import Agreement
from fieldops.domain.errors import Refusal
from fieldops.domain.operation import Operation
from fieldops.seeding.demo import DemoOrder, Enact
from fieldops.store.directory import agencies_of, officers_of, operation_leads
from fieldops.store.operations import operation_coded
from fieldops.store.readers import agreement_of
from tests.seeding.test_operations import HARBOUR, START, changed
from tests.support.database import Database
from tests.support.demo_world import DemoWorld, the_operation
from tests.support.running import THIMBLE

ABROAD = {
    "code": "DOWNS",
    "name": "Operation DOWNS (fictional)",
    "agencies": [
        {"code": "POL", "name": "Downland Constabulary"},
        {"code": "FWA", "name": "Fair Work Agency"},
        {"code": "COU", "name": "Downland Council"},
    ],
}


@pytest.fixture
def world(sqlite: Database) -> DemoWorld:
    return DemoWorld(sqlite.engine)


def planned(world: DemoWorld, file: Path, code: str | None = None) -> list[str]:
    return world.load(DemoOrder(file=file, start=START, code=code, enact=Enact.NONE))


SIGNED = {"by": "ACC R. Hale", "on": "2025-11-03", "reason": "Forged papers at two sites"}


def of(world: DemoWorld, code: str) -> tuple[Operation, Agreement]:
    with world.session() as session:
        operation = the_operation(session, code)
        return operation, agreement_of(session, operation.papers.agreement)


def names(world: DemoWorld, code: str) -> Mapping[str, str]:
    with world.session() as session:
        return agencies_of(session, the_operation(session, code).id)


def test_an_operation_without_an_agreement_gets_one_of_its_own_with_the_same_terms(world: DemoWorld) -> None:
    planned(world, HARBOUR)
    operation, agreement = of(world, "HARBOUR")
    assert agreement.title == "Sharing agreement for Operation HARBOUR (fictional)"
    assert agreement.id == "harbour-sharing"
    assert agreement.review_on > operation.days[-1]
    assert "34 places" not in agreement.mandate.hypothesis
    assert agreement.terms["POL", "C1"].level == "full"  # type: ignore[index]


@pytest.mark.parametrize(
    ("firewall", "said", "not_said"),
    [
        ("A: not a partner", "No immigration officers are with us", "other agencies"),
        ("B: off site", "Immigration officers are not with us", "They are from"),
        (
            "C: present",
            "Immigration officers are with us on this visit. They are from Border Team.",
            "not with us",
        ),
    ],
)
def test_the_sentence_read_to_workers_is_that_of_the_posture_in_the_file(
    world: DemoWorld, tmp_path: Path, firewall: str, said: str, not_said: str
) -> None:
    agencies = yaml.safe_load(HARBOUR.read_text(encoding="utf-8"))["operation"]["agencies"]
    agencies.append({"code": "HOIE", "name": "Border Team"})
    planned(world, changed(tmp_path, {"firewall": firewall, "agencies": agencies, "sign_off": SIGNED}))
    operation, agreement = of(world, "HARBOUR")
    assert operation.firewall == agreement.posture.code == firewall[0]
    assert operation.firewall_statement == agreement.posture.statement
    assert said in operation.firewall_statement
    assert not_said not in operation.firewall_statement


def test_immigration_officers_on_site_need_somebody_who_answers_for_it(
    world: DemoWorld, tmp_path: Path
) -> None:
    agencies = yaml.safe_load(HARBOUR.read_text(encoding="utf-8"))["operation"]["agencies"]
    agencies.append({"code": "HOIE", "name": "Border Team"})
    on_site = {"firewall": "C: present", "agencies": agencies}
    for signed in ({}, SIGNED | {"on": "soon"}, {"by": "ACC R. Hale"}):
        with pytest.raises(Refusal, match=r"operation\.sign_off"):
            planned(world, changed(tmp_path, on_site | {"sign_off": signed}))
    with pytest.raises(Refusal, match="name of the strategic lead"):
        planned(world, changed(tmp_path, on_site | {"sign_off": SIGNED | {"by": " "}}))
    planned(world, changed(tmp_path, on_site | {"sign_off": SIGNED}))
    _, agreement = of(world, "HARBOUR")
    assert agreement.posture.sign_off is not None
    assert agreement.posture.sign_off.by == "ACC R. Hale"


def test_what_the_file_does_not_say_is_left_for_the_lead_to_say(world: DemoWorld) -> None:
    planned(world, HARBOUR)
    _, agreement = of(world, "HARBOUR")
    assert agreement.unstated == {"dpia", "breach_contact"}


def test_an_agreement_moves_with_the_days_of_its_operation(world: DemoWorld) -> None:
    world.load(DemoOrder(file=THIMBLE, start=date(2031, 3, 4), enact=Enact.NONE))
    _, agreement = of(world, "THIMBLE")
    assert agreement.ends_on - date(2031, 3, 4) == date(2027, 8, 11) - date(2027, 2, 9)


def test_who_is_not_a_partner_is_given_nothing(world: DemoWorld, tmp_path: Path) -> None:
    planned(world, HARBOUR)
    _, agreement = of(world, "HARBOUR")
    assert "HOIE" not in {agency for agency, _ in agreement.terms}
    assert "HOIE" not in {one.agency for one in agreement.gateways}


@pytest.mark.parametrize("firewall", ["D: anything", "off site", "C: present and not named"])
def test_a_posture_that_is_not_known_or_cannot_be_true_is_refused(
    world: DemoWorld, tmp_path: Path, firewall: str
) -> None:
    with pytest.raises(Refusal) as refused:
        planned(world, changed(tmp_path, {"firewall": firewall}))
    assert refused.value.code == "paper_malformed"


def test_an_operation_whose_own_agreement_takes_another_posture_is_refused(
    world: DemoWorld, tmp_path: Path
) -> None:
    with pytest.raises(Refusal, match="must be B"):
        planned(world, changed(tmp_path, {"firewall": "A: not a partner"}), code="THIMBLE")


def test_an_agency_that_is_given_nothing_is_told_when_loading(world: DemoWorld) -> None:
    said = planned(world, HARBOUR)
    assert "HARBOUR: the agreement gives Harbour Board (HARB) nothing." in said


def test_a_second_operation_renames_no_agency_of_the_first(world: DemoWorld, tmp_path: Path) -> None:
    planned(world, HARBOUR)
    before = names(world, "HARBOUR")
    planned(world, changed(tmp_path, ABROAD))
    assert names(world, "HARBOUR") == before
    assert before["POL"] == "Saltmere Constabulary"
    assert names(world, "DOWNS")["POL"] == "Downland Constabulary"


def test_somebody_of_the_same_name_in_another_police_is_another_person(
    world: DemoWorld, tmp_path: Path
) -> None:
    planned(world, HARBOUR)
    planned(world, changed(tmp_path, ABROAD))
    with world.session() as session:
        first, second = (the_operation(session, code) for code in ("HARBOUR", "DOWNS"))
        assert not operation_leads(session, first.id) & operation_leads(session, second.id)
        police = [
            {one.username for one in officers_of(session, operation.id) if one.agency == "POL"}
            for operation in (first, second)
        ]
    assert not police[0] & police[1]
    assert "a.corrigan" in police[0]
    assert "a.corrigan2" in police[1]


def test_officers_of_an_agency_that_both_share_serve_on_both(world: DemoWorld, tmp_path: Path) -> None:
    planned(world, HARBOUR)
    planned(world, changed(tmp_path, ABROAD))
    with world.session() as session:
        inspectors = [
            {one.id for one in officers_of(session, the_operation(session, code).id) if one.agency == "FWA"}
            for code in ("HARBOUR", "DOWNS")
        ]
    assert inspectors[0] & inspectors[1]


def started(world: DemoWorld, today: date, code: str | None = None) -> list[str]:
    """As the first page is seeded each day: begun yesterday, open today."""
    yesterday = today - timedelta(days=1)
    return world.load(DemoOrder(file=HARBOUR, start=yesterday, code=code, enact=Enact.UNTIL, until=today))


def test_on_a_later_day_a_fresh_operation_is_begun_beside_the_one_that_is_over(world: DemoWorld) -> None:
    today = date(2029, 7, 10)
    started(world, today)
    assert started(world, today) == ["HARBOUR: loaded already."]
    later = today + timedelta(days=3)
    started(world, later)
    with world.session() as session:
        fresh, old = operation_coded(session, "HARBOUR-0713"), operation_coded(session, "HARBOUR")
    assert fresh is not None
    assert old is not None
    assert later in fresh.days
    assert later not in old.days
    assert started(world, later)[-1] == "HARBOUR-0713: loaded already."


def test_an_operation_that_was_asked_for_by_its_code_is_never_begun_twice(world: DemoWorld) -> None:
    started(world, date(2029, 7, 10), code="QUAY")
    assert started(world, date(2029, 7, 20), code="QUAY") == ["QUAY: loaded already."]

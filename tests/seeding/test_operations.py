"""Any operation in the form of the file can be loaded, in whole, in part or not at all: none is built in."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from fieldops.domain.counting_rules import WHOLE
from fieldops.domain.errors import Refusal
from fieldops.seeding.demo import DemoOrder, Enact
from fieldops.seeding.people import username_of
from tests.support.database import Database
from tests.support.demo_replay import held
from tests.support.demo_world import DemoWorld, the_operation
from tests.support.truth_totals import expected

HARBOUR = Path(__file__).with_name("harbour.yaml")
START = date(2029, 7, 9)


@pytest.fixture
def world(sqlite: Database) -> DemoWorld:
    return DemoWorld(sqlite.engine)


@pytest.fixture(scope="module")
def enacted(tmp_path_factory: pytest.TempPathFactory) -> DemoWorld:
    """The operation with all of its truth in the ledger."""
    made = DemoWorld.in_folder(tmp_path_factory.mktemp("harbour"))
    made.load(DemoOrder(file=HARBOUR, start=START))
    return made


def counted(world: DemoWorld, code: str) -> dict[str, dict[str, object]]:
    figures = world.figures(code)
    return {
        name: {split.replace(WHOLE, ""): amount for split, amount in figures[name].items() if amount}
        for name in expected(HARBOUR)
    }


def changed(folder: Path, operation: dict[str, object] | None = None, **truth: object) -> Path:
    """The file with its first premises' truth changed, or what it says of the operation."""
    data = yaml.safe_load(HARBOUR.read_text(encoding="utf-8"))
    data["operation"] |= operation or {}
    data["premises"][0]["truth"] |= truth
    path = folder / "changed.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return path


def test_another_operation_with_other_numbers_agencies_and_teams_adds_up(enacted: DemoWorld) -> None:
    assert counted(enacted, "HARBOUR") == expected(HARBOUR)


def test_its_days_are_moved_and_its_code_replaced(world: DemoWorld) -> None:
    world.load(DemoOrder(file=HARBOUR, start=START, code="QUAY", enact=Enact.NONE))
    with world.session() as session:
        operation = the_operation(session, "QUAY")
    assert operation.days == (START, START + timedelta(days=1))


def test_summer_time_is_the_operations_own(enacted: DemoWorld) -> None:
    known = enacted.known("HARBOUR")["A1"].registers["visit", "START-03"].current[0].entry
    assert known.happened.utcoffset() == timedelta(hours=1)
    assert known.happened.strftime("%H:%M") in ("09:15", "09:16", "09:17")


def test_an_agency_that_no_team_and_no_file_names_is_called_in(enacted: DemoWorld) -> None:
    called = {member.agency for member in enacted.supports("HARBOUR")["A1"]}
    assert called == {"HSE", "FRS"}
    assert {member.agency for member in enacted.supports("HARBOUR")["A3"]} == {"HSE", "FRS"}


def test_nothing_has_happened_at_an_operation_that_is_only_planned(world: DemoWorld) -> None:
    said = world.load(DemoOrder(file=HARBOUR, start=START, enact=Enact.NONE))
    with world.session() as session:
        assert set(held(session).values()) == {0}
    assert said[-1] == "HARBOUR: nobody has gone yet."
    assert not any(world.supports("HARBOUR").values())


def test_what_comes_later_is_left_open_on_either_database(database: Database) -> None:
    world = DemoWorld(database.engine)
    tomorrow = START + timedelta(days=1)
    world.load(DemoOrder(file=HARBOUR, start=START, enact=Enact.UNTIL, until=tomorrow))
    made = {place for place, known in world.known("HARBOUR").items() if known.registers}
    assert made == {"A3", "A4", "A5"}
    assert world.figures("HARBOUR")["workers_present"][WHOLE] == 21


def test_a_truth_that_nobody_could_record_is_refused_and_nothing_is_kept(
    world: DemoWorld, tmp_path: Path
) -> None:
    for impossible in ({"talks_held": 7}, {"talks_private": 6}, {"nmw_case": 0}):
        with pytest.raises(Refusal) as refused:
            world.load(DemoOrder(file=changed(tmp_path, **impossible), start=START))
        assert refused.value.code == "truth_impossible"
    with world.session() as session:
        assert set(held(session).values()) == {0}


def test_more_people_met_than_talks_held_still_add_up(world: DemoWorld, tmp_path: Path) -> None:
    file = changed(tmp_path, pv_adult_nrm=6, pv_child_nrm=2)
    world.load(DemoOrder(file=file, start=START))
    figures = counted(world, "HARBOUR")
    assert figures == expected(file)


def test_what_is_said_while_loading_holds_counts_and_no_answer(world: DemoWorld) -> None:
    said = world.load(DemoOrder(file=HARBOUR, start=START))
    assert [line.split()[0] for line in said] == ["HARBOUR:"] * len(said)
    assert len(said) == 5


@pytest.mark.parametrize(
    ("name", "username"),
    [
        ("DS R. Tanwell", "r.tanwell"),
        ("Det Supt A. Corrigan", "a.corrigan"),
        ("SEO J. Pell-Ward", "j.pell-ward"),
    ],
)
def test_officers_sign_in_by_initial_and_surname(name: str, username: str) -> None:
    assert username_of(name) == username


def test_officers_who_served_before_serve_again_with_the_account_they_have(world: DemoWorld) -> None:
    world.load(DemoOrder(file=HARBOUR, start=START, enact=Enact.NONE))
    first = {member.officer for team in world.teams("HARBOUR").values() for member in team}
    world.load(DemoOrder(file=HARBOUR, start=START, code="QUAY", enact=Enact.NONE))
    assert {member.officer for team in world.teams("QUAY").values() for member in team} == first

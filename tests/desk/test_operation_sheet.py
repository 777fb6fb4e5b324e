"""What an operation's page says of its visits, by what has been received."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from fieldops.desk.operation_sheet import (
    NOTHING_YET,
    Progress,
    Progresses,
    Stage,
    arrival_counts,
    day_rows,
    headline,
    stage_of,
    strike_lines,
    visit_lines,
)
from fieldops.desk.plan import Plan
from fieldops.domain.ids import AgencyCode, OperationId, PaperHash, PremisesId, TeamId, VisitId
from fieldops.domain.operation import Operation, PaperSet, PlannedVisit, Premises, Strike, Team

DAY = date(2027, 2, 9)
HALF_NINE = datetime(2027, 2, 9, 9, 30, tzinfo=UTC)
NOON = HALF_NINE.replace(hour=12, minute=0)
WORDS = {"entered": "We went in", "refused": "Entry refused", "closed": "Closed, nobody there"}
HASH = PaperHash("0" * 64)


def premises(n: int) -> Premises:
    return Premises(
        id=PremisesId(f"premises{n}"),
        operation=OperationId("op"),
        code=f"P{n:02}",
        name=f"Firm {n}",
        company_no="",
        sic="",
        building="",
        address="",
        uprn="",
        lat=54.0,
        lon=2.0,
        languages=(),
        workers_expected=5,
        tier="1",
        strike_group="L1",
        needs=(),
        minutes=60,
        window=(time(8), time(17)),
    )


def visit(n: int, team: str) -> PlannedVisit:
    return PlannedVisit(
        id=VisitId(f"visit{n}"),
        operation=OperationId("op"),
        premises=PremisesId(f"premises{n}"),
        team=TeamId(team),
        day=DAY,
        sequence=1,
        planned_start=HALF_NINE,
        minutes=60,
        paper=None,
    )


def team(code: str) -> Team:
    return Team(
        id=TeamId(code), operation=OperationId("op"), code=code, name="Alder", languages=(), capabilities=()
    )


PLAN = Plan(
    operation=Operation(
        id=OperationId("op"),
        code="DEMO",
        name="Operation DEMO",
        nation="england",
        time_zone="Europe/London",
        days=(DAY,),
        firewall="B",
        firewall_statement="",
        papers=PaperSet(checklist=HASH, indicators=HASH, classes=HASH, agreement=HASH, rates=HASH),
        base=None,
        opened_at=HALF_NINE,
        closed_at=None,
    ),
    premises={one.id: one for one in (premises(1), premises(2), premises(3))},
    teams={one.id: one for one in (team("T1"), team("T2"))},
    visits=(visit(1, "T1"), visit(2, "T2"), visit(3, "T2")),
    strikes={"L1": Strike(group="L1", day=DAY, at=time(9, 30), tolerance=timedelta(minutes=5))},
    agencies={AgencyCode("POL"): "Police"},
)


def arrived(minute: int, arrival: str = "entered") -> Progress:
    at = HALF_NINE + timedelta(minutes=minute)
    return Progress(
        entries=4, last_received=at, arrival=arrival, arrived_at=at, closed=False, conflicts=1
    )


def progresses(*each: Progress) -> Progresses:
    by_visit = {VisitId(f"visit{n}"): one for n, one in enumerate(each, start=1)}
    return Progresses(by_visit=by_visit, arrival_words=WORDS)


def test_a_visit_is_silent_only_half_an_hour_after_it_was_to_begin() -> None:
    assert stage_of(visit(1, "T1"), NOTHING_YET, HALF_NINE + timedelta(minutes=30)) is Stage.PLANNED
    assert stage_of(visit(1, "T1"), NOTHING_YET, HALF_NINE + timedelta(minutes=31)) is Stage.SILENT


def test_a_visit_is_under_way_from_its_first_entry_and_closed_by_its_sign_off() -> None:
    assert stage_of(visit(1, "T1"), arrived(0), NOON) is Stage.BEGUN
    assert stage_of(visit(1, "T1"), replace(arrived(0), closed=True), NOON) is Stage.CLOSED


def test_each_day_is_counted_for_all_teams_and_for_each() -> None:
    rows = day_rows(PLAN, progresses(arrived(0), replace(arrived(1), closed=True)), NOON)
    assert [(row.team, row.counts, row.total) for row in rows] == [
        ("", (0, 1, 1, 1), 3),
        ("T1 Alder", (0, 0, 1, 0), 1),
        ("T2 Alder", (0, 1, 0, 1), 2),
    ]


def test_results_at_the_door_are_counted_in_the_checklists_own_words_and_order() -> None:
    counted = arrival_counts(progresses(arrived(0, "closed"), arrived(1), arrived(2)))
    assert counted == (("We went in", 2), ("Closed, nobody there", 1))


def test_linked_premises_are_together_when_every_arrival_lies_within_the_tolerance() -> None:
    (line,) = strike_lines(PLAN, progresses(arrived(0), arrived(2), arrived(5)))
    assert (line.state.text, line.spread) == ("Together", "5 of 5 minutes allowed")
    (line,) = strike_lines(PLAN, progresses(arrived(0), arrived(2), arrived(6)))
    assert line.state.text == "Too far apart"


def test_linked_premises_are_not_called_together_while_an_arrival_is_unknown() -> None:
    (line,) = strike_lines(PLAN, progresses(arrived(0), arrived(1)))
    assert (line.state.text, line.arrived, line.premises) == (
        "Not all arrivals received",
        2,
        ("P01", "P02", "P03"),
    )


def test_the_list_of_visits_says_state_result_conflicts_and_quarantine() -> None:
    lines = visit_lines(PLAN, progresses(arrived(0, "refused")), {VisitId("visit2"): 3}, NOON)
    assert [(one.code, one.state.text, one.arrival, one.conflicts, one.quarantined) for one in lines] == [
        ("P01", "Under way", "Entry refused", 1, 0),
        ("P02", "Nothing received", "", 0, 3),
        ("P03", "Nothing received", "", 0, 0),
    ]


def test_the_opening_figures_add_up() -> None:
    assert dict(headline(PLAN, progresses(arrived(0), arrived(0)), NOON)) == {
        "visits planned": "3",
        "under way": "2",
        "closed": "0",
        "entries you may read": "8",
        "conflicts open": "2",
    }


def test_a_visit_is_found_by_its_id_or_by_the_code_of_its_premises() -> None:
    assert PLAN.visit_named("P02").id == "visit2"
    assert PLAN.visit_named("visit3").id == "visit3"

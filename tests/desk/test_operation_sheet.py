"""What an operation's page says of its visits, by what has been received."""

from dataclasses import replace
from datetime import timedelta

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
from fieldops.domain.ids import VisitId
from tests.desk.plans import HALF_NINE, PLAN, visit

NOON = HALF_NINE.replace(hour=12, minute=0)
WORDS = {"entered": "We went in", "refused": "Entry refused", "closed": "Closed, nobody there"}


def arrived(minute: int, arrival: str = "entered") -> Progress:
    at = HALF_NINE + timedelta(minutes=minute)
    return Progress(entries=4, last_received=at, arrival=arrival, arrived_at=at, closed=False, conflicts=1)


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

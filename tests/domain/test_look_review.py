"""What the rules raise of looks: beyond a number within hours, each day once, never what is covered."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.ids import AgencyCode, ClassCode, OfficerId, OperationId, VisitId
from fieldops.domain.look_review import Raised, raised
from fieldops.domain.look_rules import UNPUBLISHED, Counts, Rule
from fieldops.domain.looks import Look, LookKind, Shown

HOUR_MS = 3_600_000
MORNING_MS = 1_802_160_000_000 // (24 * HOUR_MS) * 24 * HOUR_MS
MANY = Rule(
    id="volume",
    words="Many visits",
    counts=Counts.VISITS,
    of="",
    most=3,
    within=timedelta(hours=2),
    outside=True,
    colleague=False,
)
AGAIN = replace(MANY, id="again", counts=Counts.LOOKS, of="visit", most=2)
COLLEAGUE = replace(AGAIN, id="colleague", most=0, colleague=True)
PERSON = replace(AGAIN, id="person", of="person", outside=False)


def look(n: int, visit: str, *, hours: float = 0, covered: bool = False, person: str | None = None) -> Look:
    """The n-th look, at one visit."""
    return Look(
        operation=OperationId("o" * 16),
        at_ms=MORNING_MS + int(hours * HOUR_MS),
        kind=LookKind.CONSULTATION,
        door="visits.record",
        officer=OfficerId("a" * 16),
        agency=AgencyCode("POL"),
        roles=("officer",),
        through="desk",
        session="",
        request=str(n),
        shown=Shown(
            visits=frozenset({VisitId(visit)}), person=person, classes=frozenset({ClassCode("C4")}), entries=1
        ),
        purpose="serving",
        covered=covered,
        reason=None,
    )


def found(rule: Rule, *looks: Look, sent: str = "") -> list[Raised]:
    agencies = {VisitId(sent): {AgencyCode("POL")}} if sent else {}
    return raised(looks, replace(UNPUBLISHED, rules=(rule,)), agencies)


def test_many_different_visits_outside_assignments_are_raised_once_a_day() -> None:
    looks = [look(n, f"v{n}", hours=n / 10) for n in range(8)]
    (one,) = found(MANY, *looks)
    assert (one.officer, len(one.looks)) == ("a" * 16, 4)
    assert len(found(MANY, *looks, *(look(20 + n, f"v{n}", hours=24 + n / 10) for n in range(8)))) == 2


def test_as_many_as_the_rule_allows_raise_nothing() -> None:
    assert found(MANY, *(look(n, f"v{n % 3}") for n in range(30))) == []


def test_what_is_spread_over_more_than_its_hours_raises_nothing() -> None:
    assert found(MANY, *(look(n, f"v{n}", hours=n) for n in range(8))) == []


def test_what_an_assignment_covers_raises_nothing() -> None:
    assert found(MANY, *(look(n, f"v{n}", covered=True) for n in range(8))) == []
    assert found(AGAIN, *(look(n, "v", covered=True) for n in range(8))) == []


def test_one_visit_again_and_again_is_raised_and_different_ones_are_not() -> None:
    assert [one.about for one in found(AGAIN, *(look(n, "v1") for n in range(3)))] == ["v1"]
    assert found(AGAIN, *(look(n, f"v{n}") for n in range(3))) == []


def test_one_person_again_and_again_is_raised_even_with_an_assignment() -> None:
    same = [look(n, "v1", covered=True, person="worker:a") for n in range(3)]
    assert len(found(PERSON, *same)) == 1
    assert found(PERSON, *(replace(one, shown=replace(one.shown, person=None)) for one in same)) == []
    others = [look(n, "v1", person=f"worker:{n}") for n in range(3)]
    assert found(PERSON, *others) == []


def test_a_visit_of_ones_own_colleagues_is_raised_and_that_of_strangers_is_not() -> None:
    assert len(found(COLLEAGUE, look(1, "v1"), sent="v1")) == 1
    assert found(COLLEAGUE, look(1, "v1"), sent="v2") == []


def test_what_was_handed_in_or_showed_no_record_is_no_look() -> None:
    handed = [replace(look(n, f"v{n}"), kind=LookKind.COLLECTION) for n in range(8)]
    bare = [replace(look(n, f"v{n}"), shown=Shown(visits=frozenset({VisitId(f"v{n}")}))) for n in range(8)]
    assert found(MANY, *handed, *bare) == []


def test_it_has_the_same_name_however_often_it_is_worked_out() -> None:
    looks = [look(n, f"v{n}") for n in range(8)]
    assert found(MANY, *looks)[0].key == found(MANY, *reversed(looks), look(99, "v99"))[0].key


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 47)), max_size=40))
def test_a_day_is_raised_exactly_where_some_window_of_it_goes_beyond(drawn: list[tuple[int, int]]) -> None:
    """Against the rule worked out anew for each look, the slow way."""
    looks = [look(n, f"v{visit}", hours=hour / 2) for n, (visit, hour) in enumerate(drawn)]

    def reached(last: Look) -> int:
        return len({one.shown.visits for one in looks if 0 <= last.at_ms - one.at_ms <= 2 * HOUR_MS})

    beyond = {one.at_ms // (24 * HOUR_MS) for one in looks if reached(one) > 3}
    assert len(found(MANY, *looks)) == len(beyond)

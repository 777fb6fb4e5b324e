"""Small numbers of people cannot be read off a report, nor worked out from what it does print."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fieldops.reports.figures import Given
from fieldops.reports.suppression import FLOOR, SHARES_FROM, Masked, is_small, parts, parts_of_known, steps

COUNTS = st.lists(st.integers(0, 14), min_size=1, max_size=5)


def could_be(told: Masked, total: int | None) -> range | tuple[int, ...]:
    """Every number a reader who knows the rules must take for possible."""
    if told.value is not None:
        return (told.value,)
    if told.given is Given.COVERED:
        return range(FLOOR, 80)
    return range(0 if total is None or total < SHARES_FROM else 1, FLOOR)


def guesses(told: Sequence[Masked], at: int, total: int | None) -> set[int]:
    """What the part at this place could be for somebody who knows all that is printed."""
    own = set(could_be(told[at], total))
    if total is None:
        return own
    sums = {0}
    for other, part in enumerate(told):
        if other != at:
            sums = {one + more for one in sums for more in could_be(part, total) if one + more <= total}
    return {one for one in own if total - one in sums}


@given(COUNTS)
def test_no_small_part_can_be_worked_out_from_the_total_and_the_other_parts(counts: list[int]) -> None:
    total, told = parts(counts)
    assert total.value is not None or total.given is not Given.EXACT
    for at, count in enumerate(counts):
        if is_small(count, sum(counts)):
            assert len(guesses(told, at, total.value)) > 1


@given(COUNTS)
def test_parts_of_a_total_printed_elsewhere_are_as_safe(counts: list[int]) -> None:
    told = parts_of_known(counts)
    for at, count in enumerate(counts):
        if is_small(count, sum(counts)) and told[at].given is Given.SMALL:
            assert len(guesses(told, at, sum(counts))) > 1
    settled_by_what_is_known = 0 < sum(counts) < FLOOR * len(counts)
    assert {part.given is Given.COVERED for part in told} == {True} or not settled_by_what_is_known


@given(COUNTS)
def test_no_count_from_one_to_four_is_ever_printed(counts: list[int]) -> None:
    total, told = parts(counts)
    for masked in (total, *told, *steps(sorted(counts, reverse=True))):
        assert masked.value is None or masked.value == 0 or masked.value >= FLOOR
        assert masked.value is None or masked.shown == str(masked.value)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=4).map(lambda counts: sorted(counts, reverse=True)))
def test_the_difference_of_two_printed_steps_is_never_one_to_four_people(counts: list[int]) -> None:
    printed = [masked.value for masked in steps(counts) if masked.value is not None]
    assert all(not 0 < more - less < FLOOR for more, less in pairwise(printed))


def test_seven_people_of_whom_every_cell_is_small_show_their_total_and_nothing_below_it() -> None:
    total, told = parts([3, 3, 1])
    assert total.shown == "7"
    assert [part.shown for part in told] == ["under 5"] * 3


def test_one_small_cell_takes_the_next_smallest_with_it() -> None:
    total, told = parts([30, 12, 3])
    assert total.shown == "45"
    assert [part.value for part in told] == [30, None, None]
    assert told[1].given is Given.COVERED


def test_nought_in_a_small_group_is_not_told_apart_from_a_few() -> None:
    _, told = parts([7, 0])
    assert told[1].shown == "under 5"
    assert told[0].value is None

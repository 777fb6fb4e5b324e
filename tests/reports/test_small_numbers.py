"""Small numbers of people cannot be read off a report, nor worked out from what it does print."""

from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from fieldops.reports.figures import Given
from fieldops.reports.suppression import FLOOR, SHARES_FROM, Masked, is_small, parts, steps

COUNTS = st.lists(st.integers(0, 14), min_size=1, max_size=5)


def could_be(told: Masked, total: int | None) -> range | tuple[int, ...]:
    """Every number a reader who knows the rules must take for possible."""
    if told.value is not None:
        return (told.value,)
    if told.given is Given.COVERED:
        return range(FLOOR, 40)
    return range(0 if total is None or total < SHARES_FROM else 1, FLOOR)


@given(COUNTS)
def test_no_small_part_can_be_worked_out_from_the_total_and_the_other_parts(counts: list[int]) -> None:
    total, told = parts(counts)
    fitting = [
        guess
        for guess in product(*(could_be(part, total.value) for part in told))
        if total.value is None or sum(guess) == total.value
    ]
    assert total.value is not None or total.given is not Given.EXACT
    for at, count in enumerate(counts):
        if is_small(count, sum(counts)):
            assert len({guess[at] for guess in fitting}) > 1


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

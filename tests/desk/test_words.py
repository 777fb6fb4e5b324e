"""How the desk says times, lengths and numbers."""

from datetime import UTC, datetime, timedelta, timezone

from fieldops.desk.words import ago, count, listed, moment, planned, pounds, span

NINE = datetime(2027, 2, 9, 9, 52, 7, 120_000, tzinfo=UTC)


def test_a_time_of_the_same_day_is_said_without_its_date() -> None:
    assert moment(NINE, beside=NINE + timedelta(hours=3)).text == "09:52:07"
    assert moment(NINE).text == "09:52:07 on 9 February 2027"
    assert moment(NINE, beside=NINE + timedelta(days=1)).text == "09:52:07 on 9 February 2027"


def test_a_time_keeps_the_offset_it_was_written_with() -> None:
    summer = datetime(2027, 7, 1, 14, 0, tzinfo=timezone(timedelta(hours=1)))
    assert moment(summer, beside=summer).text == "14:00:00 (UTC+0100)"
    assert moment(summer).iso == "2027-07-01T14:00:00.000+01:00"


def test_a_planned_time_is_good_to_the_minute() -> None:
    assert planned(NINE).text == "09:52"


def test_a_length_of_time_is_said_in_the_units_it_has() -> None:
    assert span(timedelta(seconds=1)) == "1 second"
    assert span(timedelta(minutes=7, seconds=30)) == "7 minutes"
    assert span(timedelta(hours=7, minutes=58)) == "7 hours 58 minutes"
    assert span(timedelta(days=2, minutes=1)) == "2 days"
    assert span(timedelta(minutes=-7)) == "7 minutes"


def test_last_heard_says_never_and_says_ahead() -> None:
    assert ago(None, NINE) == "never heard"
    assert ago(NINE - timedelta(minutes=3), NINE) == "3 minutes ago"
    assert ago(NINE + timedelta(minutes=7), NINE) == "7 minutes ahead of the server"


def test_an_amount_is_told_in_pounds_and_what_is_no_amount_as_it_was_written() -> None:
    assert pounds("7770.00") == "£7,770.00"
    assert pounds("12") == "£12"
    assert pounds("about 5") == "about 5"


def test_numbers_and_lists_read_as_sentences() -> None:
    assert count(1, "answer") == "1 answer"
    assert count(1204, "entry", "entries") == "1,204 entries"
    assert listed([]) == ""
    assert listed(["P04", "P09", "P14"]) == "P04, P09 and P14"

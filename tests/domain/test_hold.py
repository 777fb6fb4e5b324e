"""How long before a strike its addresses open."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from fieldops.domain.hold import opening
from fieldops.domain.operation import Strike
from tests.desk.plans import PLAN


@pytest.mark.parametrize(
    ("day", "at", "minutes"),
    [
        (date(2027, 2, 9), time(6), 360),
        (date(2027, 3, 28), time(6), 360),
        (date(2027, 10, 31), time(6), 360),
        (date(2027, 10, 31), time(6), 3 * 24 * 60),
    ],
)
def test_a_hold_lasts_so_many_minutes_also_where_the_clocks_change(day: date, at: time, minutes: int) -> None:
    strike = Strike(group="G1", day=day, at=at, tolerance=timedelta(minutes=5))
    opens = opening(strike, PLAN.operation, minutes)
    summer = timedelta(hours=1) if day == date(2027, 3, 28) else timedelta()
    assert datetime.combine(day, at, UTC) - summer - opens == timedelta(minutes=minutes)

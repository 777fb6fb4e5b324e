"""The shortest working day for a given order of visits: arrivals, break, start and end.

The day is timed forward for its earliest end and then backward for its latest start, which together
give the fewest hours on duty; the break is tried before the first visit and after each one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fieldops.planning.problem import Point, Rules, Site, Travel
from fieldops.planning.travel import travel_minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A site with the arrival times that are open to it on this day (a joint entry leaves one)."""

    site: Site
    earliest: int
    latest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A day that works: minutes of the day, arrivals in the order of the calls."""

    start: int
    end: int
    break_from: int
    arrivals: tuple[int, ...]

    @property
    def minutes(self) -> int:
        """Minutes on duty."""
        return self.end - self.start


class Clock:
    """Times days for one operation; distances are computed once for each pair of sites."""

    def __init__(self, base: Point, rules: Rules, travel: Travel, sites: Mapping[str, Site]) -> None:
        self._rules = rules
        self._from_base = {code: travel_minutes(travel, base, site.at) for code, site in sites.items()}
        self._legs = {
            (a, b): travel_minutes(travel, sites[a].at, sites[b].at) for a in sites for b in sites if a != b
        }

    def time(self, calls: Sequence[Call], not_before: int, not_after: int) -> Timed | None:
        """The shortest day in this order within the given bounds, or None when there is none."""
        best: Timed | None = None
        for position in range(len(calls) + 1):
            timed = self._with_break(calls, position, not_before, not_after)
            if timed is not None and (best is None or timed.minutes < best.minutes):
                best = timed
        return best

    def _with_break(
        self, calls: Sequence[Call], position: int, not_before: int, not_after: int
    ) -> Timed | None:
        gaps = self._gaps(calls, position)
        arrivals = _forward(calls, gaps, not_before)
        if arrivals is None:
            return None
        end = arrivals[-1] + gaps[-1]
        latest = _backward(calls, gaps, end)
        start = latest[0] - gaps[0]
        if end > not_after or end - start > self._rules.team_minutes_max:
            return None
        return Timed(
            start=start,
            end=end,
            break_from=self._break_from(calls, position, start, latest),
            arrivals=tuple(latest),
        )

    def _gaps(self, calls: Sequence[Call], position: int) -> list[int]:
        """Minutes that must pass from one arrival to the next; first from the base, last back to it."""
        codes = [call.site.code for call in calls]
        stays = [call.site.minutes + self._rules.paperwork_minutes for call in calls]
        legs = [*(self._legs[pair] for pair in pairwise(codes)), self._from_base[codes[-1]]]
        gaps = [self._from_base[codes[0]], *(stay + leg for stay, leg in zip(stays, legs, strict=True))]
        gaps[position] += self._rules.break_minutes
        return gaps

    def _break_from(self, calls: Sequence[Call], position: int, start: int, arrivals: Sequence[int]) -> int:
        if position == 0:
            return start
        return arrivals[position - 1] + calls[position - 1].site.minutes + self._rules.paperwork_minutes


def _forward(calls: Sequence[Call], gaps: Sequence[int], not_before: int) -> list[int] | None:
    """Earliest arrivals, or None when a window has closed by then."""
    arrivals: list[int] = []
    clock = not_before
    for call, gap in zip(calls, gaps, strict=False):
        clock = max(clock + gap, call.earliest)
        if clock > call.latest:
            return None
        arrivals.append(clock)
    return arrivals


def _backward(calls: Sequence[Call], gaps: Sequence[int], end: int) -> list[int]:
    """Latest arrivals that still end the day at `end`."""
    arrivals: list[int] = []
    clock = end
    for call, gap in zip(reversed(calls), reversed(gaps), strict=False):
        clock = min(clock - gap, call.latest)
        arrivals.append(clock)
    return arrivals[::-1]

"""A plain feasible assignment of visits to teams: joint entries first, then the hardest sites.

No solver and no chance: the same problem gives the same plan. What finds no room is tried again ahead of
the others, and if it still finds none it is left out with the reason, never squeezed in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from fieldops.planning.problem import JointEntry, Plan, Problem, Shift, Site, Stop, Unplaced
from fieldops.planning.timing import Call, Clock, Timed

ROUNDS = 60
"""How often the sites without room move to the front before they are given up."""

MINUTES_A_DAY = 24 * 60

Slot = tuple[str, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One team's day so far."""

    calls: tuple[Call, ...] = ()
    timed: Timed | None = None

    @property
    def minutes(self) -> int:
        return 0 if self.timed is None else self.timed.minutes


Board = dict[Slot, Day]


def assign(problem: Problem) -> Plan:
    """The first plan that leaves nothing out, or the one that leaves out least."""
    clock = Clock(problem.base, problem.rules, problem.travel, {site.code: site for site in problem.sites})
    skeleton, stranded = _joint_entries(problem, clock)
    waiting = _loose(problem)
    board, left = _fill(problem, clock, dict(skeleton), waiting)
    now_left = left
    for _ in range(ROUNDS):
        if not left:
            break
        waiting = now_left + [site for site in waiting if site not in now_left]
        tried, now_left = _fill(problem, clock, dict(skeleton), waiting)
        if len(now_left) < len(left):
            board, left = tried, now_left
    return _plan(problem, board, [*stranded, *left])


def _loose(problem: Problem) -> list[Site]:
    """The sites outside every joint entry, hardest first."""
    joined = {code for entry in problem.joint for code in entry.sites}
    return sorted(
        (site for site in problem.sites if site.code not in joined), key=lambda site: _ease(problem, site)
    )


def able(problem: Problem, site: Site) -> list[str]:
    """The teams that hold every capability the site needs."""
    return [crew.code for crew in problem.crews if site.needs <= crew.capabilities]


def _ease(problem: Problem, site: Site) -> tuple[int, int, int, str]:
    """Sorts the hardest first: few able teams, narrow window, long visit."""
    return len(able(problem, site)), site.closes - site.opens, -site.minutes, site.code


def _joint_entries(problem: Problem, clock: Clock) -> tuple[Board, list[Site]]:
    """Every joint entry that can be manned, in order of its day; the sites of those that cannot."""
    board: Board = {(crew.code, day): Day() for crew in problem.crews for day in problem.days}
    stranded: list[Site] = []
    for entry in sorted(problem.joint, key=lambda joint: (joint.day, joint.at, joint.group)):
        manned = next(_manned(problem, clock, board, entry), None)
        if manned is None:
            stranded += [site for site in problem.sites if site.code in entry.sites]
        else:
            board = manned
    return board, stranded


def _manned(problem: Problem, clock: Clock, board: Board, entry: JointEntry) -> Iterator[Board]:
    """Boards on which each site of the entry has a team of its own, the proposed one first."""
    sites = [site for site in problem.sites if site.code in entry.sites]
    order = sorted(sites, key=lambda site: _ease(problem, site))
    if entry.day in problem.days:
        yield from _man(problem, clock, board, entry, order)


def _man(
    problem: Problem, clock: Clock, board: Board, entry: JointEntry, order: Sequence[Site]
) -> Iterator[Board]:
    if not order:
        yield board
        return
    site = order[0]
    call = Call(site=site, earliest=entry.at, latest=entry.at)
    teams = sorted(able(problem, site), key=lambda crew: (entry.proposal.get(crew) != site.code, crew))
    for slot in ((crew, entry.day) for crew in teams):
        day = None if _busy_in(board[slot], entry) else _best_order(problem, clock, board, slot, call)
        if day is not None:
            yield from _man(problem, clock, {**board, slot: day}, entry, order[1:])


def _busy_in(day: Day, entry: JointEntry) -> bool:
    return any(call.site.code in entry.sites for call in day.calls)


def _fill(problem: Problem, clock: Clock, board: Board, waiting: Sequence[Site]) -> tuple[Board, list[Site]]:
    """Places each site where it lengthens the shortest day the least; returns what found no room."""
    left: list[Site] = []
    for site in waiting:
        call = Call(site=site, earliest=site.opens, latest=site.closes)
        slots = [(crew, day) for crew in able(problem, site) for day in problem.days]
        offers = [(slot, day) for slot in slots if (day := _best_order(problem, clock, board, slot, call))]
        if not offers:
            left.append(site)
            continue
        slot, day = min(offers, key=lambda offer: (_price(board, offer), offer[0][1], offer[0][0]))
        board[slot] = day
    return board, left


def _price(board: Board, offer: tuple[Slot, Day]) -> int:
    """Added minutes, and as much again for a day that is already long: visits spread over teams and days."""
    slot, day = offer
    return 2 * (day.minutes - board[slot].minutes) + day.minutes


def _best_order(problem: Problem, clock: Clock, board: Board, slot: Slot, call: Call) -> Day | None:
    """The day with the call put where it costs least, or None when it fits nowhere."""
    calls = board[slot].calls
    not_before, not_after = _bounds(problem, board, slot)
    best: Day | None = None
    for position in range(len(calls) + 1):
        tried = (*calls[:position], call, *calls[position:])
        timed = clock.time(tried, not_before, not_after)
        if timed is not None and (best is None or timed.minutes < best.minutes):
            best = Day(calls=tried, timed=timed)
    return best


def _bounds(problem: Problem, board: Board, slot: Slot) -> tuple[int, int]:
    """When the team may start and must be back, given its rest after the day before and until the next."""
    crew, day = slot
    rules = problem.rules
    not_before, not_after = rules.day_from, rules.day_to
    for other in problem.days:
        timed = board[crew, other].timed
        apart = (other - day).days * MINUTES_A_DAY
        if timed is not None and apart < 0:
            not_before = max(not_before, timed.end + rules.rest_minutes + apart)
        if timed is not None and apart > 0:
            not_after = min(not_after, timed.start - rules.rest_minutes + apart)
    return not_before, not_after


def _plan(problem: Problem, board: Board, left: Sequence[Site]) -> Plan:
    worked = [(slot, day, day.timed) for slot, day in board.items() if day.timed is not None]
    worked.sort(key=lambda item: (item[0][1], item[0][0]))
    shifts = tuple(
        Shift(crew=crew, day=when, start=timed.start, end=timed.end, break_from=timed.break_from)
        for (crew, when), _, timed in worked
    )
    stops = tuple(
        Stop(site=call.site.code, crew=crew, day=when, sequence=number, arrive=arrive)
        for (crew, when), day, timed in worked
        for number, (call, arrive) in enumerate(zip(day.calls, timed.arrivals, strict=True), start=1)
    )
    unplaced = tuple(Unplaced(site=site.code, why=_why(problem, site)) for site in left)
    return Plan(stops=stops, shifts=shifts, unplaced=unplaced)


def _why(problem: Problem, site: Site) -> str:
    if not able(problem, site):
        held = frozenset[str]().union(*(crew.capabilities for crew in problem.crews))
        lacking = ", ".join(sorted(site.needs - held))
        return f"nobody can do {lacking}" if lacking else "no single team can do all that is needed"
    if any(site.code in joint.sites for joint in problem.joint):
        return "its joint entry cannot be manned at its time"
    if _fits_alone(problem, site):
        return "every able team is full"
    return "its window and the working day do not meet"


def _fits_alone(problem: Problem, site: Site) -> bool:
    """Whether some able team could do this site if it did nothing else."""
    clock = Clock(problem.base, problem.rules, problem.travel, {site.code: site})
    call = Call(site=site, earliest=site.opens, latest=site.closes)
    return clock.time((call,), problem.rules.day_from, problem.rules.day_to) is not None

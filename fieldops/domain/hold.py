"""The addresses of a strike held back until a while before it: on tablets and at the desk.

Time is handed in. Nothing happens at the moment itself: whether it has come is asked whenever somebody reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from fieldops.domain.ids import OfficerId
from fieldops.domain.operation import Operation, Premises, Strike

WITHHELD_NAME = "Address held back"  # what stands for the name in a sealed paper
MOST_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One holding back of a strike's addresses. Each has an edition, from 1, with a secret of its own."""

    group: str
    edition: int
    opens_at: datetime  # when it ends by itself
    minutes: int  # how long before the strike that is
    meeting_point: str
    secret: bytes  # from which the keys and codes of its teams follow; never given out
    held_by: OfficerId
    held_at: datetime
    released_at: datetime | None
    released_by: OfficerId | None

    def closed(self, at: datetime) -> bool:
        """Whether the addresses are held back at this moment."""
        return self.released_at is None and at < self.opens_at


def moment_of(strike: Strike, operation: Operation) -> datetime:
    """When the strike is, in the operation's time zone."""
    return datetime.combine(strike.day, strike.at, ZoneInfo(operation.time_zone))


def opening(strike: Strike, operation: Operation, minutes: int) -> datetime:
    """When a hold of so many minutes before a strike ends, also where the clocks change between."""
    moment = moment_of(strike, operation)
    return (moment.astimezone(UTC) - timedelta(minutes=minutes)).astimezone(moment.tzinfo)


def held_words(opens_at: datetime, zone: str) -> str:
    """What stands in the place of a name that is held back."""
    local = opens_at.astimezone(ZoneInfo(zone))
    return f"Held back until {local:%H:%M}, {local.day} {local:%B}"


def kept_back(site: Premises, opens_at: datetime, zone: str) -> Premises:
    """Premises without anything from which their place could be learnt."""
    return replace(
        site,
        name=held_words(opens_at, zone),
        company_no="",
        sic="",
        building="",
        address="",
        uprn="",
        lat=0.0,
        lon=0.0,
        languages=(),
        workers_expected=0,
        held_until=opens_at,
    )


def told_of(site: Premises, holds: Mapping[str, Hold], at: datetime, zone: str, *, command: bool) -> Premises:
    """Premises as somebody reads them at this moment: whole for the command, or once they are released."""
    hold = holds.get(site.strike_group or "")
    if command or hold is None or not hold.closed(at):
        return site
    return kept_back(site, hold.opens_at, zone)

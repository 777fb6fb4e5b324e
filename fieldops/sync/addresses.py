"""Giving tablets the keys of addresses that were held back, once they are released; hearing who has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from fieldops.domain.access import may_read_held
from fieldops.domain.hold import Hold
from fieldops.domain.ids import SignerId
from fieldops.domain.who import Reader
from fieldops.store.address_seal import Place, team_key
from fieldops.store.holds import Opened, holds, note_opened
from fieldops.store.operations import premises_of
from fieldops.store.plans import visits


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenKey:
    """The key of one team's addresses at one hold."""

    place: Place
    key: bytes


def keys_for(session: Session, reader: Reader, at: datetime) -> list[GivenKey]:
    """The keys of the visits on the reader's tablet: those that are released, and for the command all."""
    found = _on_tablet(session, reader)
    command = may_read_held(reader)
    return [
        GivenKey(place=place, key=team_key(hold.secret, place))
        for place, hold in found.items()
        if command or not hold.closed(at)
    ]


def hear_opened(session: Session, reader: Reader, signer: SignerId, told: Sequence[Opened]) -> None:
    """Keeps which addresses a tablet has; its word on strikes that it does not hold is nothing."""
    theirs = {(place.group, place.edition) for place in _on_tablet(session, reader)}
    for one in told:
        if (one.group, one.edition) in theirs:
            note_opened(session, signer, reader.operation, one)


def _on_tablet(session: Session, reader: Reader) -> dict[Place, Hold]:
    """The teams and holds of the visits that the reader's tablet holds."""
    held = holds(session, reader.operation)
    if not held:
        return {}
    groups = {site.id: site.strike_group or "" for site in premises_of(session, reader.operation)}
    found: dict[Place, Hold] = {}
    for visit in visits(session, reader.operation):
        hold = held.get(groups[visit.premises])
        if hold is not None and visit.id in reader.reach:
            place = Place(operation=reader.operation, group=hold.group, edition=hold.edition, team=visit.team)
            found[place] = hold
    return found

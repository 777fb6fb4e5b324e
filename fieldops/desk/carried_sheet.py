"""What the page says of carried files: who brought them, and which entries did not simply go to a record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from fieldops.desk.words import Moment, count, moment
from fieldops.domain.access import names_officer
from fieldops.domain.ids import LogId, SignerId, is_log, scope_of, signer_of_log
from fieldops.domain.operation import Operation
from fieldops.domain.who import Reader
from fieldops.store.bundles import Bringer, TakenBundle, Way
from fieldops.store.devices import signers
from fieldops.store.operations import premises_of
from fieldops.store.plans import visits
from fieldops.sync.bundle import Taken
from fieldops.sync.wire import Setback, Verdict

WHY: Mapping[str, str] = {
    "bundle_part": "Does not open: it was changed, or sealed for somebody else. Nothing of it is kept.",
    "bundle_missing": "The file names these, and they are not here. Ask whoever carried it.",
}
KIND: Mapping[Verdict, str] = {
    Verdict.GAP: "Earlier entries of the same tablet are missing here. Nothing of these is kept yet.",
    Verdict.FORK: "The record holds other entries in these places. These are kept in quarantine.",
    Verdict.QUARANTINED: "Kept in quarantine.",
    Verdict.REFUSED: "The signature does not prove what it claims. Nothing of it is kept.",
}

BROUGHT: Mapping[Way, str] = {
    Way.DESK: "Taken in here by {who}",
    Way.TABLET: "Carried by {who}",
    Way.LOCKED: "Sent by a tablet that nobody unlocked",
    Way.COMMAND: "Taken in by command at the server",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenRow:
    """A file that was taken in before: when, how, and what it brought."""

    at: Moment
    how: str
    brought: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedLine:
    """Entries of one log, by number, and what became of them."""

    who: str
    where: str
    numbers: str
    why: str


def taken_rows(reader: Reader, taken: Iterable[tuple[TakenBundle, Bringer | None]]) -> tuple[TakenRow, ...]:
    """What was taken in before, in the order given."""
    return tuple(
        TakenRow(at=moment(one.taken_at), how=_how(reader, one.way, by), brought=_brought(one))
        for one, by in taken
    )


def _brought(one: TakenBundle) -> str:
    words = count(one.brought, "entry", "entries")
    return words if one.whole else f"{words}; not all that it named"


def _how(reader: Reader, way: Way, by: Bringer | None) -> str:
    if by is None:
        return BROUGHT[way].format(who="somebody")
    name = by.name if names_officer(reader, by.agency) else f"an officer of {by.agency}"
    return BROUGHT[way].format(who=name if by.tablet is None else f"{name} on tablet {by.tablet}")


def carried_lines(session: Session, plan: Operation, taken: Taken) -> tuple[CarriedLine, ...]:
    """A line for each run that did not simply go to its record, in the order of the answer."""
    told = [one for one in taken.reply.setbacks if is_log(one.log)]
    names = {key: one.name for key, one in signers(session, {_author(one) for one in told}).items()}
    places = _places(session, plan)
    return tuple(
        CarriedLine(
            who=names.get(_author(one), "Nobody known here"),
            where=places.get(scope_of(LogId(one.log)), "The operation itself"),
            numbers=f"no. {one.first}" if one.first == one.last else f"no. {one.first} to {one.last}",
            why=WHY.get(one.code) or KIND[one.verdict],
        )
        for one in told
    )


def _places(session: Session, plan: Operation) -> Mapping[str, str]:
    codes = {one.id: one.code for one in premises_of(session, plan.id)}
    return {visit.id: f"Visit {codes[visit.premises]}" for visit in visits(session, plan.id)}


def _author(one: Setback) -> SignerId:
    return signer_of_log(LogId(one.log))

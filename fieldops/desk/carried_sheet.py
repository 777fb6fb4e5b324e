"""What the page says of a carried file: which entries did not simply go to the record, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from fieldops.domain.ids import LogId, SignerId, is_log, scope_of, signer_of_log
from fieldops.domain.operation import Operation
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedLine:
    """Entries of one log, by number, and what became of them."""

    who: str
    where: str
    numbers: str
    why: str


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

"""The published papers of the demo operation, and readers of it, for tests of what pages say."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from fieldops.desk.record_sheet import Book, disputed_in, replacements
from fieldops.desk.said_sheet import Teller
from fieldops.desk.wording import Wording, read_wording
from fieldops.domain.access import may_do
from fieldops.domain.agreement import Agreement, parse_agreement
from fieldops.domain.classes import Classes, parse_classes
from fieldops.domain.ids import AgencyCode, OfficerId, OperationId
from fieldops.domain.visit import Standing, fold
from fieldops.domain.who import Action, Reader, Role, Through
from tests.support.entries import standings

SEEDS = Path(__file__).resolve().parents[2] / "seeds/reference"
AGENCIES = {AgencyCode("POL"): "Police", AgencyCode("FWA"): "Fair Work Agency", AgencyCode("HSE"): "HSE"}
AUTHORS = {
    "lead": {"agency": "POL", "visit_lead": True},
    "fwa": {"agency": "FWA"},
    "hse": {"agency": "HSE"},
}


def paper(folder: str, name: str) -> Any:
    return yaml.safe_load((SEEDS / folder / f"{name}.yaml").read_text(encoding="utf-8"))


def wording() -> Wording:
    return read_wording(paper("checklists", "victim-identification-visit"), AGENCIES)


def classes() -> Classes:
    return parse_classes(paper("classes", "classes"))


def agreement() -> Agreement:
    return parse_agreement(paper("agreements", "thimble"))


def reader(agency: str, role: Role) -> Reader:
    return Reader(
        officer=OfficerId("somebody"),
        name="Somebody",
        agency=AgencyCode(agency),
        operation=OperationId("op"),
        roles=frozenset({role}),
        assigned=frozenset(),
        signers=frozenset(),
        through=Through.DESK,
        agreement=agreement(),
    )


def received(entries: list[dict[str, Any]], *, after: timedelta = timedelta(seconds=2)) -> list[Standing]:
    """The entries as a server has them, each received that long after it was recorded."""
    return [replace(one, received=one.entry.recorded + after) for one in standings(entries, AUTHORS)]


def book(held: list[Standing], who: Reader) -> Book:
    words = wording()
    known = fold(held, words.checklist.right)
    return Book(
        known=known,
        standings=held,
        wordings={},
        wording=words,
        teller=Teller(reader=who, agencies=AGENCIES, offsets={}, day=date(2027, 2, 9)),
        shows_withdrawn=may_do(who, Action.WITHDRAWN_READ),
        replaced_by=replacements(held),
        disputed=disputed_in(known, words.checklist),
    )

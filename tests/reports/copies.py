"""Copies of an operation's report for its lead and its partners, from a demo that came through the ledger."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from pypdf import PdfReader
from sqlalchemy.orm import Session

from fieldops.domain.entry import Entry
from fieldops.domain.who import Reader, Role, Through
from fieldops.reports.figures import OutcomeFacts
from fieldops.reports.outcome import as_pdf, outcome_facts
from fieldops.store.directory import holders, officer
from fieldops.store.readers import reader_for
from tests.support.demo_world import DemoWorld, the_operation
from tests.support.held import entries_held

NOW = datetime(2029, 9, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One reader's copy."""

    reader: Reader
    facts: OutcomeFacts
    pdf: bytes

    @property
    def pages(self) -> list[str]:
        return pages_of(self.pdf)

    @property
    def words(self) -> str:
        return " ".join(self.pages)


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page."""
    return [flat(page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages]


def copy_for(world: DemoWorld, code: str, agency: str = "", now: datetime = NOW) -> Copy:
    """The copy of the agency's reviewer, or of the operation's lead."""
    with world.session() as session:
        reader = reader_of(session, code, agency)
        facts = outcome_facts(session, reader, reader.operation, now)
    return Copy(reader=reader, facts=facts, pdf=as_pdf(facts))


def facts_for(session: Session, code: str, agency: str = "", now: datetime = NOW) -> OutcomeFacts:
    """What is in that copy, as this session has it."""
    reader = reader_of(session, code, agency)
    return outcome_facts(session, reader, reader.operation, now)


def reader_of(session: Session, code: str, agency: str = "") -> Reader:
    """The agency's reviewer, or the operation's lead."""
    operation = the_operation(session, code)
    role = Role.PARTNER if agency else Role.LEAD
    people = [officer(session, one) for one in sorted(holders(session, operation.id, role))]
    who = next(one for one in people if one is not None and agency in ("", one.agency))
    reader = reader_for(session, who, operation, Through.DESK)
    assert reader is not None
    return reader


def everything_written(world: DemoWorld) -> list[Entry]:
    """Every entry in the ledger, whoever may read it."""
    with world.session() as session:
        return list(entries_held(session))

"""How far each visit is for this reader: their entries read once, folded, and asked for its few facts."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from fieldops.desk.operation_sheet import Progress, Progresses
from fieldops.desk.papers import read_wordings
from fieldops.desk.plan import Plan
from fieldops.domain.checklist.answers import read_answers
from fieldops.domain.checklist.paper import Checklist
from fieldops.domain.ids import SubjectId, VisitId
from fieldops.domain.kinds import ADDRESS_TRY
from fieldops.domain.operation import checklist_of
from fieldops.domain.strict_json import Json
from fieldops.domain.visit import Known, Standing, State, fold, said
from fieldops.domain.who import Reader
from fieldops.store.quarantine import count_quarantined
from fieldops.store.records import VisitRecord, read_operation

VISIT = SubjectId("visit")


def read_progress(session: Session, reader: Reader, plan: Plan) -> Progresses:
    """The progress of every visit of the reader's operation."""
    name = plan.operation.papers.checklist
    run_by = {visit.id: checklist_of(plan.operation, visit) for visit in plan.visits}
    wordings = read_wordings(session, {name, *run_by.values()}, plan.agencies)
    checklist = wordings[name].checklist
    records = read_operation(session, reader, plan.operation.id)
    arrival = checklist.questions[checklist.meaning.arrival.question]
    return Progresses(
        by_visit={
            VisitId(scope): progress_of(record, wordings[run_by.get(VisitId(scope), name)].checklist)
            for scope, record in records.items()
        },
        arrival_words={option.value: option.label for option in arrival.options},
    )


def progress_of(record: VisitRecord, checklist: Checklist) -> Progress:
    """What one visit's entries come to."""
    known = fold(record.standings, checklist.right)
    arrival = _standing(known, checklist.meaning.arrival.question)
    signoff = _standing(known, checklist.meaning.signoff)
    return Progress(
        entries=sum(
            one.entry.kind != ADDRESS_TRY for one in record.standings
        ),  # a try is no word on the visit
        last_received=max((one.received for one in record.standings if one.received), default=None),
        arrival=_text(arrival),
        arrived_at=_arrived_at(arrival, checklist.meaning.arrival.entered.values),
        closed=signoff is not None and said(signoff.entry).state is State.ANSWERED,
        conflicts=len(read_answers(checklist, known).disputes),
    )


def read_quarantined_by_visit(session: Session, reader: Reader) -> Mapping[VisitId, int]:
    """How many entries of each visit are in quarantine."""
    return {VisitId(scope): number for scope, number in count_quarantined(session, reader).items()}


def _standing(known: Known, question: str) -> Standing | None:
    """The entry that stands on a question of the visit; None where none does, or where officers disagree."""
    register = known.registers.get((VISIT, question))
    if register is None or register.conflict or not register.current:
        return None
    return register.current[0]


def _text(standing: Standing | None) -> str | None:
    value: Json = None if standing is None else said(standing.entry).value
    return value if isinstance(value, str) else None


def _arrived_at(standing: Standing | None, entered: frozenset[str]) -> datetime | None:
    """When the team went in, as the officer gave it."""
    return standing.entry.happened if standing is not None and _text(standing) in entered else None

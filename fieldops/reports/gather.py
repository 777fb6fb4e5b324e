"""From the ledger to the ground of a report: read as the reader may, fold, count, and keep nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from fieldops.domain.access import may_do, may_read_plan, may_read_premises, may_see
from fieldops.domain.checklist.age import Path
from fieldops.domain.checklist.disputes import Dispute
from fieldops.domain.checklist.evaluation import Evaluation, Tables, evaluate
from fieldops.domain.checklist.paper import Checklist
from fieldops.domain.classes import class_of
from fieldops.domain.counting import VISIT, count, value
from fieldops.domain.counting import Site as Counted
from fieldops.domain.errors import Refusal
from fieldops.domain.exhibits import Taken
from fieldops.domain.ids import OperationId, VisitId
from fieldops.domain.kinds import INTELLIGENCE
from fieldops.domain.operation import Operation, PlannedVisit, Premises, Team
from fieldops.domain.visit import Known, State, fold, said
from fieldops.domain.who import Action, Reader
from fieldops.reports.annex import Held, ledger_of
from fieldops.reports.disputes import disputes, open_disputes
from fieldops.reports.exhibits import exhibits_by_visit
from fieldops.reports.ground import Ground, Ledger, Site, Words
from fieldops.reports.intelligence import Training, intelligence
from fieldops.reports.papers import Papers, read_papers
from fieldops.reports.patterns import patterns
from fieldops.reports.sight import Eyes, Sight
from fieldops.reports.tablets import Asked, Tablet, outstanding
from fieldops.store import devices, operations, plans
from fieldops.store.capabilities import capabilities_of
from fieldops.store.holds import premises_told
from fieldops.store.integrity import integrity
from fieldops.store.quarantine import count_quarantined
from fieldops.store.records import VisitRecord, read_countable
from fieldops.store.sealed import last_checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was planned, from the ordinary tables."""

    operation: Operation
    zone: ZoneInfo
    visits: tuple[PlannedVisit, ...]
    premises: Mapping[str, Premises]
    teams: Mapping[str, Team]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """What the reader may open, what it comes to, and what nobody has ruled on."""

    records: Mapping[str, VisitRecord]
    known: Mapping[VisitId, Known]
    disputes: Mapping[VisitId, Sequence[Dispute]]


def gather(session: Session, reader: Reader, operation_id: OperationId, now: datetime) -> Ground:
    """Everything a report for this reader stands on."""
    plan = _plan(session, reader, operation_id, now)
    papers = read_papers(session, plan.operation)
    read, evaluations = _read(session, reader, plan, papers)
    exhibits = exhibits_by_visit(session, read.known, read.records)
    eyes = Eyes(reader=reader, visits=frozenset(visit.id for visit in plan.visits))
    return Ground(
        eyes=eyes,
        operation=plan.operation,
        zone=plan.zone,
        now=now,
        sites=tuple(_site(plan, papers, visit, read.known[visit.id]) for visit in plan.visits),
        strikes=operations.strikes(session, operation_id),
        counted=count(
            papers.counting,
            [_counted(plan, visit, evaluations[visit.id], exhibits[visit.id]) for visit in plan.visits],
        ),
        disputes=disputes(papers.counting, read.disputes),
        words=_words(papers),
        classes=papers.classes,
        patterns=patterns(papers, evaluations),
        tablets=_tablets(
            session, eyes, Asked(now=now, zone=plan.zone, closed=_closed(papers, read.known)), papers
        ),
        ledger=_ledger(session, reader, plan, papers, read),
        planned=frozenset(visit.id for visit in plan.visits if may_read_plan(reader, visit.id)),
        may_place=may_read_premises(reader),
        intelligence=intelligence(reader, read.known, _training(session, plan, papers)),
    )


def _training(session: Session, plan: Plan, papers: Papers) -> Training:
    wanted = papers.trained.get(INTELLIGENCE, frozenset())
    return Training(wanted=wanted, brings=capabilities_of(session, plan.operation.id))


def _read(
    session: Session, reader: Reader, plan: Plan, papers: Papers
) -> tuple[Folded, Mapping[VisitId, Evaluation]]:
    """What the reader may open, and each visit as it is counted: with what may be counted and not opened."""
    blank: dict[str, VisitRecord] = {visit.id: VisitRecord() for visit in plan.visits}
    counted = blank | read_countable(session, reader, plan.operation.id)
    opened = {scope: _opened(reader, record) for scope, record in counted.items()}
    known = _folded(plan, papers, opened)
    more = {scope: record for scope, record in counted.items() if record is not opened[scope]}
    evaluations = _evaluated(reader, plan, papers, {**known, **_folded(plan, papers, more)})
    answers = {visit: one.answers for visit, one in evaluations.items()}
    asked_by = {visit.id: papers.checklist_at(visit) for visit in plan.visits}
    differing = open_disputes(asked_by, known, answers)
    return Folded(records=opened, known=known, disputes=differing), evaluations


def _plan(session: Session, reader: Reader, operation_id: OperationId, now: datetime) -> Plan:
    operation = operations.operation(session, operation_id)
    if operation is None or operation_id != reader.operation:
        raise Refusal("not_found", "There is no such operation.")
    return Plan(
        operation=operation,
        zone=ZoneInfo(operation.time_zone),
        visits=tuple(plans.visits(session, operation_id)),
        premises={one.id: one for one in premises_told(session, reader, now)},
        teams={one.id: one for one in plans.teams(session, operation_id)},
    )


def _opened(reader: Reader, record: VisitRecord) -> VisitRecord:
    """Of a record for counting, the entries that the reader may also read."""
    streams = {one.entry.stream for one in record.standings}
    opened = {stream for stream in streams if may_see(reader, stream)}
    if opened == streams:
        return record
    return replace(record, standings=tuple(one for one in record.standings if one.entry.stream in opened))


def _folded(plan: Plan, papers: Papers, records: Mapping[str, VisitRecord]) -> dict[VisitId, Known]:
    return {
        visit.id: fold(records[visit.id].standings, papers.checklist_at(visit).right)
        for visit in plan.visits
        if visit.id in records
    }


def _evaluated(
    reader: Reader, plan: Plan, papers: Papers, known: Mapping[VisitId, Known]
) -> dict[VisitId, Evaluation]:
    on = reader.agreement.sections_on
    return {
        visit.id: evaluate(
            papers.checklist_at(visit),
            known[visit.id],
            Tables(rates=papers.rates, day=visit.day, sections_on=on),
        )
        for visit in plan.visits
    }


def _counted(plan: Plan, visit: PlannedVisit, evaluation: Evaluation, exhibits: tuple[Taken, ...]) -> Counted:
    premises = plan.premises[visit.premises]
    children = frozenset(worker for worker, path in evaluation.paths.items() if path is Path.CHILD)
    return Counted(
        visit=visit.id,
        premises=premises.id,
        tier=premises.tier,
        known=evaluation.answers.known,
        children=children,
        exhibits=exhibits,
        outweighed=frozenset(
            (one.subject, field) for one in evaluation.answers.disputes for field in one.outweighed
        ),
    )


def _site(plan: Plan, papers: Papers, visit: PlannedVisit, known: Known) -> Site:
    checklist = papers.checklist_at(visit)
    question = checklist.meaning.arrival.question
    return Site(
        plan=visit,
        premises=plan.premises[visit.premises],
        team=plan.teams[visit.team],
        arrived=_when(known, question),
        arrival=_result(checklist, known, question),
    )


def _result(checklist: Checklist, known: Known, question: str) -> str | None:
    """What happened at the door; while officers differ, what each of them says."""
    told = value(known, VISIT, question)
    register = known.registers.get((VISIT, question))
    if register is None or told is None:
        return None
    if not register.conflict:
        return checklist.label(question, str(told))
    rivals = sorted({str(said(one.entry).value) for one in register.current})
    return f"disputed: {' / '.join(checklist.label(question, one) for one in rivals)}"


def _when(known: Known, question: str) -> datetime | None:
    """When the team stood at the door: the earliest that anybody who was there says."""
    if value(known, VISIT, question) is None:
        return None
    return min(standing.entry.happened for standing in known.registers[VISIT, question].current)


def _tablets(session: Session, eyes: Eyes, asked: Asked, papers: Papers) -> tuple[Tablet, ...] | None:
    """The tablets to wait for. Which team was sent where, and whether it is done, is told by the arrivals'
    class: whoever may not read that at every visit is not told of tablets either."""
    meaning = papers.checklist.meaning
    fields = (meaning.arrival.question, meaning.signoff)
    view = eyes.view(class_of(papers.classes, field=one, kind="answer", subject=VISIT) for one in fields)
    if view.sight is not Sight.OPEN or view.visits != eyes.visits:
        return None
    return outstanding(session, eyes.reader, asked)


def _closed(papers: Papers, known: Mapping[VisitId, Known]) -> frozenset[VisitId]:
    """The visits that were signed off, or at which nobody went in."""
    meaning = papers.checklist.meaning
    closed = []
    for visit, held in known.items():
        arrival = value(held, VISIT, meaning.arrival.question)
        inside = arrival in meaning.arrival.entered.values
        if arrival is not None and (not inside or _signed(held, meaning.signoff)):
            closed.append(visit)
    return frozenset(closed)


def _signed(known: Known, signoff: str) -> bool:
    """Whether a sign-off stands; one that was cleared, not asked or taken back is none."""
    register = known.registers.get((VISIT, signoff))
    current = register.current if register is not None else ()
    return any(said(one.entry).state is State.ANSWERED for one in current)


def _words(papers: Papers) -> Words:
    actions = papers.checklist.meaning.agency_actions
    return Words(
        agencies=papers.agencies,
        split=papers.split_words,
        counting=papers.counting,
        counting_hash=papers.counting_hash,
        actions=tuple((action.name, action.title) for action in actions),
    )


def _ledger(
    session: Session,
    reader: Reader,
    plan: Plan,
    papers: Papers,
    read: Folded,
) -> Ledger:
    told = may_do(reader, Action.QUARANTINE_READ)
    return ledger_of(
        Held(
            papers=papers,
            zone=plan.zone,
            records=read.records,
            known=read.known,
            disputes=read.disputes,
            names={visit.id: plan.premises[visit.premises].code for visit in plan.visits},
            logs=integrity(session, reader, plan.operation.id),
            signers={one.id: one for one in devices.signers_on(session, plan.operation.id)},
            quarantined=count_quarantined(session, reader).total() if told else None,
            checkpoint=last_checkpoint(session, plan.operation.id),
        )
    )

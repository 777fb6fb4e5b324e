"""Publishes the papers of planned visits, so that every tablet of the team holds what is planned now."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from fieldops.domain.hold import Hold
from fieldops.domain.ids import OperationId, PaperHash, VisitId
from fieldops.domain.operation import Operation, PlannedVisit
from fieldops.domain.strict_json import write_line
from fieldops.domain.visit_paper import VisitPlan, compose, without_place
from fieldops.store.address_seal import Place, seal_address
from fieldops.store.directory import operation_leads
from fieldops.store.holds import holds
from fieldops.store.operations import operation as operation_row
from fieldops.store.operations import premises_of, strikes
from fieldops.store.plans import roster, set_paper, teams, visits
from fieldops.store.published import publish
from fieldops.store.sent import visit_leads


def publish_visit_papers(
    session: Session, operation_id: OperationId, only: Collection[VisitId] | None = None
) -> dict[VisitId, PaperHash]:
    """Composes and publishes the paper of each visit (or of those in `only`), and names it on the visit.

    A paper whose plan has not changed has the same bytes and so the same name: publishing again is harmless.
    """
    operation = operation_row(session, operation_id)
    if operation is None:
        return {}
    planned = [visit for visit in visits(session, operation_id) if only is None or visit.id in only]
    held = holds(session, operation_id)
    published: dict[VisitId, PaperHash] = {}
    for plan in _plans(session, operation, planned):
        words = _paper(plan, held.get(plan.premises.strike_group or ""))
        published[plan.visit.id] = publish(session, "visit", plan.visit.id, write_line(words))
        set_paper(session, plan.visit.id, published[plan.visit.id])
    return published


def place_of(plan: VisitPlan, hold: Hold) -> Place:
    """Whose key seals the place of a visit."""
    return Place(operation=plan.operation.id, group=hold.group, edition=hold.edition, team=plan.team.id)


def _paper(plan: VisitPlan, hold: Hold | None) -> dict[str, object]:
    """The paper. Once a strike was held back its papers stay sealed, released or not: what is released is the
    key, so that a tablet is told of no new plan at that moment."""
    words = compose(plan)
    if hold is None:
        return words
    premises = words["premises"]
    assert isinstance(premises, dict)
    held = {
        "strike": hold.group,
        "edition": hold.edition,
        "opens_at": hold.opens_at.isoformat(timespec="milliseconds"),
        "meeting_point": hold.meeting_point,
        **seal_address(hold.secret, place_of(plan, hold), plan.visit.id, write_line(premises)),
    }
    return {**words, "premises": without_place(premises), "held": held}


def _plans(session: Session, operation: Operation, planned: Collection[PlannedVisit]) -> list[VisitPlan]:
    sites = {site.id: site for site in premises_of(session, operation.id)}
    moments = strikes(session, operation.id)
    leads = operation_leads(session, operation.id)
    led = visit_leads(session, operation.id)
    by_id = {team.id: team for team in teams(session, operation.id)}
    return [
        VisitPlan(
            operation=operation,
            visit=visit,
            premises=sites[visit.premises],
            strike=moments.get(sites[visit.premises].strike_group or ""),
            team=by_id[visit.team],
            roster=roster(session, visit),
            visit_leads=led.get(visit.id, frozenset()),
            leads=leads,
        )
        for visit in planned
    ]

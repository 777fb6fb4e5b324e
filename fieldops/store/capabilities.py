"""What officers bring to an operation: their capabilities, with their teams and in support of a visit."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.ids import OfficerId, OperationId
from fieldops.store.plans import MemberRow, SupportRow, TeamRow, VisitRow


def capabilities_of(session: Session, operation: OperationId) -> dict[OfficerId, frozenset[str]]:
    """By officer; somebody who is on no team and supports no visit is left out."""
    with_team = select(MemberRow.officer, MemberRow.capabilities).join(TeamRow, TeamRow.id == MemberRow.team)
    in_support = select(SupportRow.officer, SupportRow.capabilities)
    in_support = in_support.join(VisitRow, VisitRow.id == SupportRow.visit)
    found: dict[OfficerId, frozenset[str]] = defaultdict(frozenset)
    for query in (
        with_team.where(TeamRow.operation == operation),
        in_support.where(VisitRow.operation == operation),
    ):
        for officer, brings in session.execute(query):
            found[OfficerId(officer)] |= frozenset(brings)
    return dict(found)

"""Turns an officer and an operation into a Reader: looked up anew at each request, so that what was taken
away is gone at the next one."""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from fieldops.domain.access import commands, in_its_time
from fieldops.domain.agreement import Agreement, parse_agreement
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import PaperHash, VisitId
from fieldops.domain.operation import Operation
from fieldops.domain.people import Officer
from fieldops.domain.who import Reader, Role, Through
from fieldops.store.devices import signers_of
from fieldops.store.directory import roles
from fieldops.store.holders import Holder
from fieldops.store.plans import assigned, times_of, visit_ids
from fieldops.store.published import paper

_AGREEMENTS: dict[PaperHash, Agreement] = {}


def reader_for(
    session: Session, officer: Officer, serving: Operation, through: Through, at: datetime | None = None
) -> Reader | None:
    """The officer as a reader of the operation; None where they have left or do not serve on it. `at` is the
    moment for which a tablet is asked: it holds visits in their time alone."""
    if not officer.active:
        return None
    held = roles(session, serving.id, officer.id)
    if officer.administrator:
        held |= {Role.ADMINISTRATOR}
    if not held:
        return None
    if officer.agency_administrator:
        held |= {Role.AGENCY_ADMINISTRATOR}
    agreement = agreement_of(session, serving.papers.agreement)
    sent = assigned(session, officer.id, serving.id)
    return Reader(
        officer=officer.id,
        name=officer.name,
        agency=officer.agency,
        operation=serving.id,
        roles=held,
        assigned=sent if at is None else _in_time(session, agreement, sent, at),
        signers=signers_of(session, [officer.id], serving.id),
        through=through,
        agreement=agreement,
        commanded=_commanded(session, serving, held, through),
    )


def _commanded(
    session: Session, serving: Operation, held: frozenset[Role], through: Through
) -> frozenset[VisitId]:
    """Every visit, for a tablet of the command: that is where its rulings are made."""
    return visit_ids(session, serving.id) if through is Through.TABLET and commands(held) else frozenset()


def _in_time(
    session: Session, agreement: Agreement, sent: frozenset[VisitId], at: datetime
) -> frozenset[VisitId]:
    """Of the visits that somebody is sent to, those that are on tablets at this moment."""
    times = times_of(session, sent)
    return frozenset(one for one, (starts, mins) in times.items() if in_its_time(agreement, starts, mins, at))


def tablet_reader(session: Session, holder: Holder, at: datetime) -> Reader | None:
    """The holder of a tablet's key as a reader of its operation, at this moment; None where they do not
    serve on it."""
    held = holder.roles | {Role.ADMINISTRATOR} if holder.administrator else holder.roles
    if not held:
        return None
    key = holder.key
    agreement = agreement_of(session, holder.agreement)
    return Reader(
        officer=key.officer,
        name=key.name,
        agency=key.agency,
        operation=key.operation,
        roles=held,
        assigned=_in_time(session, agreement, holder.assigned, at),
        signers=holder.own,
        through=Through.TABLET,
        agreement=agreement,
        commanded=visit_ids(session, key.operation) if commands(held) else frozenset(),
    )


def sender_for(session: Session, holder: Holder) -> Reader:
    """Somebody who may only hand in what they still hold: no roles, no visits, and so nothing to read."""
    key = holder.key
    return Reader(
        officer=key.officer,
        name=key.name,
        agency=key.agency,
        operation=key.operation,
        roles=frozenset(),
        assigned=frozenset(),
        signers=frozenset({key.id}),
        through=Through.TABLET,
        agreement=agreement_of(session, holder.agreement),
    )


def agreement_of(session: Session, name: PaperHash) -> Agreement:
    """The sharing agreement that was published under this hash. A hash names the same words for ever, so
    each is fetched and read once in the life of the process."""
    known = _AGREEMENTS.get(name)
    if known is None:
        published = paper(session, name)
        if published is None:
            raise Refusal("paper_missing", "The operation's sharing agreement is not published.", paper=name)
        known = _AGREEMENTS[name] = parse_agreement(json.loads(published))
    return known

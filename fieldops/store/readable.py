"""Which published papers somebody may have: a tablet those of its visits, a desk those of its operations.

Reference papers say how everybody works and name nobody, so each edition stays readable to all who sign in.
"""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from fieldops.domain.access import may_see
from fieldops.domain.ids import OfficerId, PaperHash, SignerId, StreamId
from fieldops.domain.operation import Operation, PlannedVisit
from fieldops.domain.who import Principal, Reader
from fieldops.store.devices import signers, signers_of
from fieldops.store.directory import operation_leads
from fieldops.store.ledger import logs, streams
from fieldops.store.operations import operation, operations_of
from fieldops.store.plans import sent_to, visits, visits_of
from fieldops.store.published import Paper, PaperRow, papers, papers_named

REFERENCE = frozenset(
    {
        "checklist",
        "indicators",
        "classes",
        "rates",
        "counting",
        "agencies",
        "powers",
        "first_responders",
        "forms",
        "retention",
    }
)
CERTIFICATE = "certificate"
READER_KEY = "reader_key"
NAMING = frozenset({"visit", CERTIFICATE, READER_KEY})


def papers_for_tablet(session: Session, reader: Reader) -> list[Paper]:
    """What the officer's tablet should hold: their visits, what these are run by, and who signs there."""
    serving = operation(session, reader.operation)
    planned = _held(session, reader)
    hashes = {name for visit in planned for name in (visit.paper, visit.checklist) if name is not None}
    if serving is not None:
        hashes |= set(_run_by(serving))
    met = operation_leads(session, reader.operation) | sent_to(session, planned)
    keys = _signers_met(session, reader, met)
    vouched = papers_named(session, CERTIFICATE, keys) + _reader_keys(session, keys)
    return papers(session, hashes) + vouched


def may_have(session: Session, who: Reader | Principal, name: PaperHash) -> bool:
    """Whether a paper is for this reader. One that does not exist is for nobody."""
    kind = session.scalar(select(PaperRow.kind).where(PaperRow.hash == name))
    if kind in REFERENCE:
        return True
    if isinstance(who, Reader):
        return any(one.hash == name for one in papers_for_tablet(session, who))
    return any(name in _run_by(one) for one in operations_of(session, who.officer))


def names_somebody(session: Session, name: PaperHash) -> bool:
    """Whether officers stand in a paper: in those of a visit and of a key, and in no other."""
    kind = session.scalar(select(PaperRow.kind).where(PaperRow.hash == name))
    return kind in NAMING


def _run_by(serving: Operation) -> tuple[PaperHash, ...]:
    named = serving.papers
    return named.checklist, named.indicators, named.classes, named.agreement, named.rates


def _signers_met(session: Session, reader: Reader, met: frozenset[OfficerId]) -> frozenset[SignerId]:
    """The keys of those who are met (all who are sent to the reader's visits, and the leads), and of whoever
    has written there what the reader may see. Who wrote elsewhere is not theirs to know."""
    scopes = [*reader.reach, reader.operation]
    wrote = session.connection().execute(_WROTE, {"scopes": scopes})
    seen = {SignerId(name) for name, stream in wrote if may_see(reader, StreamId(stream))}
    return signers_of(session, met, reader.operation) | seen


def _reader_keys(session: Session, keys: frozenset[SignerId]) -> list[Paper]:
    """The sealing keys of those who are given anything still: nobody should seal to a lost tablet."""
    told = papers_named(session, READER_KEY, keys)
    known = signers(session, (SignerId(one.name) for one in told))
    barred = {key.id for key in known.values() if key.device_revoked_at is not None or not key.officer_active}
    return [one for one in told if one.name not in barred]


def _held(session: Session, reader: Reader) -> list[PlannedVisit]:
    """The visits that the reader's tablet holds: those they are sent to, in their time, or all for the
    command."""
    if reader.commanded:
        planned = visits(session, reader.operation)
    else:
        planned = visits_of(session, reader.officer, reader.operation)
    return [one for one in planned if one.id in reader.reach]


# Asked by every tablet at each contact, so it is put together once.
_WROTE = (
    select(logs.c.signer, streams.c.id)
    .join(streams, streams.c.key == logs.c.stream)
    .where(streams.c.scope.in_(bindparam("scopes", expanding=True)))
    .distinct()
)

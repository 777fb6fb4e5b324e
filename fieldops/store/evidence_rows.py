"""What goes into an evidence bundle besides the tree: entries put aside, how far logs are held, the papers.

Nobody's permission is asked here: only a command of the administrator reads this way.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.ids import OperationId, PaperHash
from fieldops.domain.operation import Operation
from fieldops.store.at_rest import opened_pairs
from fieldops.store.devices import keys_of
from fieldops.store.ledger import logs
from fieldops.store.plans import visit_ids
from fieldops.store.published import PaperRow
from fieldops.store.quarantine import quarantine
from fieldops.store.sealed import leaves

_OF_EVERYBODY = ("checklist", "classes", "counting", "forms")


@dataclass(frozen=True, slots=True)
class PaperBytes:
    """A paper as it was published."""

    kind: str
    hash: PaperHash
    data: bytes


def asides_of(session: Session, operation: OperationId) -> Iterator[dict[str, object]]:
    """Each entry in quarantine, with the position of the arrival that brought it."""
    query = select(quarantine, logs.c.id.label("log_id"), leaves.c.position)
    query = query.join(logs, logs.c.key == quarantine.c.log)
    query = query.join(leaves, leaves.c.arrival == quarantine.c.arrival)
    query = query.where(leaves.c.operation == operation).order_by(leaves.c.position, quarantine.c.n)
    rows = session.execute(query).all()
    signed = opened_pairs(session, ((row.header, row.body) for row in rows))
    for row, (header, body) in zip(rows, signed, strict=True):
        yield {
            "position": row.position,
            "log": row.log_id,
            "n": row.n,
            "id": row.id.hex(),
            "forked": row.forked,
            "code": row.code,
            "detail": row.detail,
            "decision": None if row.decision is None else row.decision.hex(),
            "released": row.released,
            "header": header.decode("utf-8", "surrogateescape"),
            "body": body.decode("utf-8", "surrogateescape"),
        }


def log_heads(session: Session, operation: OperationId) -> Iterator[dict[str, object]]:
    """How far the ledger says that it holds each log, and the head there."""
    query = select(logs.c.id, logs.c.have, logs.c.head).where(logs.c.signer.in_(keys_of(operation)))
    for name, have, head in session.execute(query.order_by(logs.c.id)):
        yield {"log": name, "have": have, "head": head.hex()}


def papers_of(session: Session, serving: Operation) -> Iterator[PaperBytes]:
    """The papers that the operation is run by, each edition of its visits' papers, and every edition of the
    papers by which an entry could have been recorded."""
    named = serving.papers
    own = {named.checklist, named.indicators, named.classes, named.agreement, named.rates}
    query = select(PaperRow.kind, PaperRow.hash, PaperRow.data).where(
        PaperRow.hash.in_(own)
        | PaperRow.kind.in_(_OF_EVERYBODY)
        | ((PaperRow.kind == "visit") & PaperRow.name.in_(visit_ids(session, serving.id)))
    )
    for kind, name, data in session.execute(query.order_by(PaperRow.kind, PaperRow.hash)):
        yield PaperBytes(kind, PaperHash(name), data)

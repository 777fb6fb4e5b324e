"""Who signs: each signer's key, how they stand now, where they are sent, and their table of classes."""

import json
from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy.orm import Session

from fieldops.domain.classes import parse_classes
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OperationId, PaperHash, SignerId
from fieldops.domain.people import Signer
from fieldops.store.devices import signers
from fieldops.store.operations import operation
from fieldops.store.plans import assigned
from fieldops.store.published import paper
from fieldops.sync import keys
from fieldops.sync.judge import Sender
from fieldops.sync.placing import Placing, placing


def read_senders(session: Session, names: Iterable[SignerId]) -> dict[SignerId, Sender]:
    """The senders of these names; an unknown name is left out."""
    return {name: _sender(session, signer) for name, signer in signers(session, names).items()}


def _sender(session: Session, signer: Signer) -> Sender:
    return Sender(
        point=keys.decode(signer.key),
        scopes=frozenset({*assigned(session, signer.officer, signer.operation), signer.operation}),
        placing=_placing(session, signer.operation),
        barred=_barred(signer),
    )


def _barred(signer: Signer) -> str | None:
    if signer.device_revoked_at is not None:
        return "device_revoked"
    return None if signer.officer_active else "officer_inactive"


def _placing(session: Session, operation_id: OperationId) -> Placing:
    serving = operation(session, operation_id)
    if serving is None:
        raise Refusal("not_found", "There is no such operation.")
    table = paper(session, serving.papers.classes)
    if table is None:
        raise Refusal("paper_missing", "The operation's table of classes is not published.")
    return _parsed(table, serving.papers.checklist)


@lru_cache(maxsize=32)
def _parsed(table: bytes, checklist: PaperHash) -> Placing:
    """Papers never change, so one reading serves every push."""
    return placing(parse_classes(json.loads(table)), checklist)

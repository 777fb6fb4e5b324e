"""Who signs: each signer's key, how they stand now, where they were ever sent, and their table of classes."""

import json
from collections.abc import Iterable

from sqlalchemy.orm import Session

from fieldops.domain.access import Role, commands, serves
from fieldops.domain.certificate import vouches
from fieldops.domain.classes import parse_classes
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OperationId, PaperHash, SignerId
from fieldops.domain.people import Signer
from fieldops.store.devices import signers
from fieldops.store.directory import roles
from fieldops.store.operations import classes_of
from fieldops.store.plans import visit_ids
from fieldops.store.published import editions, paper
from fieldops.store.sent import ever_sent
from fieldops.sync import keys
from fieldops.sync.judge import Sender
from fieldops.sync.placing import Placing, placing


def read_senders(session: Session, names: Iterable[SignerId], received_ms: int) -> dict[SignerId, Sender]:
    """The senders of these names, for what was received then; an unknown name is left out."""
    found = signers(session, names)
    checklists = editions(session, "checklist")
    tables = {one.operation for one in found.values()}
    placed = {name: placing_of(session, name, checklists) for name in tables}
    return {
        name: _sender(session, signer, placed[signer.operation], received_ms)
        for name, signer in found.items()
    }


def placing_of(session: Session, operation_id: OperationId, checklists: frozenset[PaperHash]) -> Placing:
    """By which table the operation's entries are placed. A hash names the same words for ever, so each table
    is read once in the life of the process; the placing of an operation changes with its papers only."""
    classes = classes_of(session, operation_id)
    if classes is None:
        raise Refusal("not_found", "There is no such operation.")
    key = (classes, checklists)
    if key not in _PLACINGS:
        table = paper(session, classes)
        if table is None:
            raise Refusal("paper_missing", "The operation's table of classes is not published.")
        _PLACINGS[key] = placing(parse_classes(json.loads(table)), checklists)
    return _PLACINGS[key]


_PLACINGS: dict[tuple[PaperHash, frozenset[PaperHash]], Placing] = {}


def _sender(session: Session, signer: Signer, placed: Placing, received_ms: int) -> Sender:
    held = roles(session, signer.operation, signer.officer)
    sent = ever_sent(session, signer.officer, signer.operation)
    if commands(held):
        sent |= visit_ids(session, signer.operation)
    return Sender(
        point=keys.decode(signer.key),
        scopes=frozenset({*sent, signer.operation}),
        placing=placed,
        barred=_barred(signer, held, received_ms),
    )


def _barred(signer: Signer, held: frozenset[Role], received_ms: int) -> str | None:
    if signer.device_revoked_at is not None:
        return "device_revoked"
    if not signer.officer_active:
        return "officer_inactive"
    if not vouches(signer.not_after, received_ms):
        return "certificate_expired"
    return None if serves(held) else "no_role"

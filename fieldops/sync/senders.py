"""Who signs: each signer's key, how they stand now, where they are sent, and their table of classes."""

import json
from collections.abc import Collection

from sqlalchemy.orm import Session

from fieldops.domain.access import commands, serves
from fieldops.domain.classes import parse_classes
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import PaperHash, SignerId
from fieldops.store.holders import Holder, holders_of
from fieldops.store.plans import visit_ids
from fieldops.store.published import editions, paper
from fieldops.sync import keys
from fieldops.sync.judge import Sender
from fieldops.sync.placing import Placing, placing


def read_senders(
    session: Session, names: Collection[SignerId], received_ms: int, carrier: Holder | None
) -> dict[SignerId, Sender]:
    """The senders of these names, for what was received then; an unknown name is left out. `carrier` was
    looked up in this request already."""
    found = {carrier.key.id: carrier} if carrier is not None and carrier.key.id in names else {}
    if missing := [name for name in names if name not in found]:
        found |= holders_of(session, missing)
    checklists = editions(session, "checklist")
    return {
        name: _sender(session, holder, placing_of(session, holder.classes, checklists), received_ms)
        for name, holder in found.items()
    }


def placing_of(session: Session, classes: PaperHash, checklists: frozenset[PaperHash]) -> Placing:
    """By which table an operation's entries are placed. A hash names the same words for ever, so each table
    is read once in the life of the process; the placing of an operation changes with its papers only."""
    key = (classes, checklists)
    if key not in _PLACINGS:
        table = paper(session, classes)
        if table is None:
            raise Refusal("paper_missing", "The operation's table of classes is not published.")
        _PLACINGS[key] = placing(parse_classes(json.loads(table)), checklists)
    return _PLACINGS[key]


_PLACINGS: dict[tuple[PaperHash, frozenset[PaperHash]], Placing] = {}


def _sender(session: Session, holder: Holder, placed: Placing, received_ms: int) -> Sender:
    """Whoever was ever sent to a visit may hand in what they recorded there, wherever the plan sends them
    now."""
    key = holder.key
    every = visit_ids(session, key.operation) if commands(holder.roles) else frozenset()
    return Sender(
        point=keys.decode(key.key),
        scopes=frozenset({*holder.sent, *every, key.operation}),
        placing=placed,
        barred=key.barred(received_ms) or (None if serves(holder.roles) else "no_role"),
    )

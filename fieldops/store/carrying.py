"""What a restore keeps of the database it replaces: who was shut out since, whose key was enrolled since,
which stores are to be wiped, and how many entries each tablet was known to hold.

Entries come again from the tablets; these come from nowhere else. Without them a tablet that was revoked
would read again, an honest one would be refused, an order would be forgotten, and what is lost with a store
that was cleared would have no number any more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from fieldops.store.claims import claims, stores
from fieldops.store.devices import DeviceRow, SignerRow
from fieldops.store.directory import OfficerRow
from fieldops.store.erasures import ERASURES, RETENTIONS
from fieldops.store.ledger import arrivals, logs
from fieldops.store.operations import OperationRow
from fieldops.store.wipes import WIPED, WIPES

_CAME = (
    select(logs.c.id, logs.c.signer, logs.c.have, func.max(arrivals.c.received_ms).label("at_ms"))
    .join(arrivals, arrivals.c.log == logs.c.key)
    .group_by(logs.c.id, logs.c.signer, logs.c.have)
)
_NOTHING = {"held": 0, "most": 0, "files": 0, "file_bytes": 0, "said_at": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """How many tablets and accounts stay shut out, and how many keys stay known."""

    revoked: int
    ended: int
    keys: int


def carry_over(present: Engine, copy: Engine) -> Carried:
    """Put into the copy what it is too old to know. Both stand at the newest migration."""
    with present.connect() as old, copy.begin() as new:
        _tablets(old, new)
        carried = Carried(keys=_keys(old, new), revoked=_revoked(old, new), ended=_ended(old, new))
        _words(old, new)
        _wipes(old, new)
        _erasures(old, new)
        return carried


def _tablets(old: Connection, new: Connection) -> None:
    """Tablets enrolled since, on operations that the copy knows; their number is free there, or they wait."""
    table = DeviceRow.__table__
    known, operations = _ids(new, DeviceRow.id), _ids(new, OperationRow.id)
    taken = {(row.operation, row.number) for row in new.execute(select(table))}
    for row in old.execute(select(table)):
        place = (row.operation, row.number)
        if row.id not in known and row.operation in operations and place not in taken:
            new.execute(insert(DeviceRow).values({**row._mapping, "revoked_by": None, "revoked_at": None}))


def _keys(old: Connection, new: Connection) -> int:
    known, tablets, officers = _ids(new, SignerRow.id), _ids(new, DeviceRow.id), _ids(new, OfficerRow.id)
    since = [
        dict(row._mapping)
        for row in old.execute(select(SignerRow.__table__))
        if row.id not in known and row.device in tablets and row.officer in officers
    ]
    if since:
        new.execute(insert(SignerRow), since)
    return len(since)


def _revoked(old: Connection, new: Connection) -> int:
    trusted, officers = _ids(new, DeviceRow.id, DeviceRow.revoked_at.is_(None)), _ids(new, OfficerRow.id)
    since = [
        row
        for row in old.execute(select(DeviceRow.__table__).where(DeviceRow.revoked_at.is_not(None)))
        if row.id in trusted
    ]
    for row in since:
        by = row.revoked_by if row.revoked_by in officers else None
        changed = {"revoked_at": row.revoked_at, "revoked_by": by, "revoked_reason": row.revoked_reason}
        changed["lost"] = row.lost
        new.execute(update(DeviceRow).where(DeviceRow.id == row.id).values(changed))
    return len(since)


def _ended(old: Connection, new: Connection) -> int:
    serving = _ids(new, OfficerRow.id, OfficerRow.deactivated_at.is_(None))
    ended = select(OfficerRow.id, OfficerRow.deactivated_at).where(OfficerRow.deactivated_at.is_not(None))
    since = [row for row in old.execute(ended) if row.id in serving]
    for row in since:
        change = update(OfficerRow).where(OfficerRow.id == row.id)
        new.execute(change.values(deactivated_at=row.deactivated_at))
    return len(since)


def _words(old: Connection, new: Connection) -> None:
    """What tablets said they hold. What had come since counts as said: it proves that it was there."""
    said = {row.log: dict(row._mapping) for row in old.execute(select(claims))}
    for came in old.execute(_CAME):
        row = said.setdefault(came.id, {**_NOTHING, "log": came.id, "signer": came.signer})
        said[came.id] = _with_what_came(row, came.have, datetime.fromtimestamp(came.at_ms / 1000, UTC))
    for log, most in new.execute(select(claims.c.log, claims.c.most)):
        if log in said:
            said[log]["most"] = max(most, said[log]["most"])
    _take_over(new, claims, said.values())
    _take_over(new, stores, [dict(row._mapping) for row in old.execute(select(stores))])


def _wipes(old: Connection, new: Connection) -> None:
    """Orders that wipe a store stand, and so do the last words of keys that are gone."""
    officers = _ids(new, OfficerRow.id)
    orders = (dict(row._mapping) for row in old.execute(select(WIPES)))
    _take_over(new, WIPES, [row for row in orders if row["ordered_by"] in officers])
    _take_over(new, WIPED, [dict(row._mapping) for row in old.execute(select(WIPED))])


def _erasures(old: Connection, new: Connection) -> None:
    """Legal holds and erasures stand as they were decided last; the command carries them out again."""
    officers, operations = _ids(new, OfficerRow.id), _ids(new, OperationRow.id)
    for table, people in ((RETENTIONS, ("by",)), (ERASURES, ("asked_by", "decided_by"))):
        for row in map(_row, old.execute(select(table))):
            if row["operation"] in operations and {row[one] for one in people} <= officers | {None}:
                _put(new, table, row)


def _put(new: Connection, table: Table, row: dict[str, Any]) -> None:
    """The row in the copy, in the place of an older word about the same; a later one stands."""
    at = [key == row[key.name] for key in table.primary_key.columns]
    there = new.execute(select(table).where(*at)).one_or_none()
    if there is None:
        new.execute(insert(table), row)
    elif _moment(row) > _moment(_row(there)):
        new.execute(update(table).where(*at).values(row))


def _moment(row: Mapping[str, Any]) -> datetime:
    """When it was last decided: of an erasure the last of its steps."""
    steps = (row.get(name) for name in ("at", "asked_at", "decided_at", "done_at"))
    return max(one for one in steps if isinstance(one, datetime))


def _row(found: Row[Any]) -> dict[str, Any]:
    return dict(found._mapping)


def _with_what_came(row: dict[str, Any], have: int, at: datetime) -> dict[str, Any]:
    """A claim, and that so many of its log had come by then."""
    held = max(have, row["held"]) if at >= (row["said_at"] or at) else row["held"]
    return {**row, "held": held, "most": max(have, row["most"]), "said_at": row["said_at"] or at}


def _take_over(new: Connection, table: Table, rows: Iterable[Mapping[str, object]]) -> None:
    """These rows stand in the copy, as far as it knows their keys, in the place of its own."""
    (key,) = table.primary_key.columns
    signers = _ids(new, SignerRow.id)
    if known := [row for row in rows if row["signer"] in signers]:
        new.execute(delete(table).where(key == bindparam("of")), [{"of": row[key.name]} for row in known])
        new.execute(insert(table), known)


def _ids(connection: Connection, column: object, *where: ColumnElement[bool]) -> set[str]:
    return set(connection.scalars(select(column).where(*where)))  # type: ignore[call-overload]

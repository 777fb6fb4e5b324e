"""What a restore keeps of the database it replaces: who was shut out since, and whose key was enrolled since.

Entries come again from the tablets; these come from nowhere else. Without the first a tablet that was revoked
would read again, without the second an honest one would be refused.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, insert, select, update

from fieldops.store.devices import DeviceRow, SignerRow
from fieldops.store.directory import OfficerRow
from fieldops.store.operations import OperationRow


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
        return Carried(keys=_keys(old, new), revoked=_revoked(old, new), ended=_ended(old, new))


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


def _ids(connection: Connection, column: object, *where: ColumnElement[bool]) -> set[str]:
    return set(connection.scalars(select(column).where(*where)))  # type: ignore[call-overload]

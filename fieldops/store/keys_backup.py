"""The backup of persons' keys: one file beside the backups of the ledger, always of today.

It is written anew each time and never kept in old editions: an old one would bring back who was erased since.
"""

import json
from datetime import datetime
from pathlib import Path

from fieldops.domain.errors import Refusal
from fieldops.settings import keep_secret
from fieldops.store.person_keys import PersonKeys

FORMAT = "fieldops/person-keys/1"
NAME = "person-keys.fieldops"


def keep_beside(keys: PersonKeys, folder: Path) -> int:
    """Writes the keys to their file in this folder, for the owner alone; gives how many there are."""
    rows = [
        {**row, "key": row["key"] and row["key"].hex(), **_written(row["made_at"], row["erased_at"])}
        for row in keys.rows()
    ]
    keep_secret(folder / NAME, json.dumps({"format": FORMAT, "keys": rows}).encode())
    return len(rows)


def take_from_beside(keys: PersonKeys, folder: Path) -> int | None:
    """Takes over the keys from their file in this folder; gives how many were new, None where there is none.
    Who is erased in either place is erased. Raises Refusal `keys_unreadable`."""
    file = folder / NAME
    if not file.exists():
        return None
    try:
        kept = json.loads(file.read_bytes())
        rows = [_row(one) for one in kept["keys"]] if kept["format"] == FORMAT else None
    except (ValueError, KeyError, TypeError) as fault:
        raise Refusal("keys_unreadable", f"{file} is no whole backup of persons' keys.") from fault
    if rows is None:
        raise Refusal("keys_unreadable", f"{file} is of a form that this program does not know.")
    return keys.take_over(rows)


def _written(made_at: datetime, erased_at: datetime | None) -> dict[str, str | None]:
    return {
        "made_at": made_at.isoformat(),
        "erased_at": None if erased_at is None else erased_at.isoformat(),
    }


def _row(one: dict[str, object]) -> dict[str, object]:
    key, erased_at = one["key"], one["erased_at"]
    return {
        "ref": str(one["ref"]),
        "key": None if key is None else bytes.fromhex(str(key)),
        "made_at": datetime.fromisoformat(str(one["made_at"])),
        "erased_at": None if erased_at is None else datetime.fromisoformat(str(erased_at)),
        "came_after": int(str(one["came_after"])),
    }

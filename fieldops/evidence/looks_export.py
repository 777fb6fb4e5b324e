"""The access log of an operation for the regulator: every line, as a table and as it was hashed, with proof.

With the leaves and the checkpoint anybody can work out that no line was changed or taken away since.
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy.orm import Session

from fieldops.domain.checkpoint import look_leaf
from fieldops.domain.ids import OfficerId, OperationId, VisitId
from fieldops.domain.look_rules import LookRules
from fieldops.domain.looks import Look, look_bytes
from fieldops.domain.tree import leaf_hash
from fieldops.store.accesslog import look_rules
from fieldops.store.directory import officers
from fieldops.store.operations import premises_of
from fieldops.store.plans import visits
from fieldops.store.sealed import last_checkpoint, leaf_hashes, sealed_looks

COLUMNS = (
    *("position", "when", "kind", "officer_name", "agency", "roles", "visits", "person", "classes"),
    *("entries", "purpose", "assignment", "reason", "through", "door", "session", "request"),
    *("tablet_clock", "whole"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_README = """The access log of a Fieldops operation (Data Protection Act 2018 section 62).

looks.csv       one line for each answer with personal data, for people to read
looks.json      the same lines as they were hashed, each with its position in the operation's tree
leaves.txt      the hash of every leaf of the tree, in order
checkpoint.txt  the newest checkpoint: the signed root over those leaves

A leaf is SHA-256 of a zero byte and of {"v":1,"leaf":"look","line":"<SHA-256 of the line, in hex>"}. The root
over the leaves (RFC 6962) is the one that the checkpoint signs, and tablets and partners keep checkpoints of
their own: a line that was changed or taken away since does not fit any more. The column `whole` says so.
No answer of anybody stands in the log. It holds the names of officers: keep it accordingly.
"""


def export_looks(session: Session, operation: OperationId) -> bytes:
    """The zip file. The caller has made a checkpoint in this transaction, so every line has its place."""
    found = list(sealed_looks(session, operation))
    rules, last = look_rules(session), last_checkpoint(session, operation)
    names = _names(session, (look for _, _, look in found))
    codes = _codes(session, operation)
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as bundle:
        bundle.writestr("README.txt", _README)
        bundle.writestr("looks.csv", _table(_rows(found, rules, names, codes)))
        bundle.writestr("looks.json", json.dumps(list(_hashed(found)), indent=0))
        bundle.writestr("leaves.txt", "".join(f"{one.hex()}\n" for one in leaf_hashes(session, operation)))
        bundle.writestr("checkpoint.txt", last.note if last else "")
    return made.getvalue()


def altered(session: Session, operation: OperationId) -> int:
    """How many lines are no longer what their leaf says."""
    return sum(not _fits(leaf, look) for _, leaf, look in sealed_looks(session, operation))


def _fits(leaf: bytes, look: Look) -> bool:
    return leaf == leaf_hash(look_leaf(look_bytes(look)))


def _hashed(found: Iterable[tuple[int, bytes, Look]]) -> Iterator[dict[str, object]]:
    for position, _, look in found:
        line = look_bytes(look)
        yield {"position": position, "line": line.decode(), "sha256": hashlib.sha256(line).hexdigest()}


def _rows(
    found: Iterable[tuple[int, bytes, Look]],
    rules: LookRules,
    names: Mapping[OfficerId, str],
    codes: Mapping[VisitId, str],
) -> Iterator[list[object]]:
    for position, leaf, one in found:
        yield [
            position,
            _at(one.at_ms),
            one.kind.value,
            _who(one, names),
            one.agency or "",
            " ".join(one.roles),
            " ".join(codes.get(visit, visit) for visit in sorted(one.shown.visits)),
            one.shown.person or "",
            " ".join(sorted(one.shown.classes)),
            one.shown.entries,
            rules.words_of(one.purpose),
            "yes" if one.covered else "no",
            one.reason or "",
            one.through,
            one.door,
            one.session,
            one.request,
            _told(one),
            "yes" if _fits(leaf, one) else "ALTERED",
        ]


def _who(one: Look, names: Mapping[OfficerId, str]) -> str:
    return names.get(one.officer, one.officer) if one.officer else "nobody signed in"


def _told(one: Look) -> str:
    return "" if one.told_ms is None else _at(one.told_ms)


def _table(rows: Iterable[list[object]]) -> str:
    """Comma-separated, with nothing in it that a spreadsheet takes for a formula."""
    written = StringIO()
    table = csv.writer(written)
    table.writerow(COLUMNS)
    table.writerows([_inert(str(cell)) for cell in row] for row in rows)
    return written.getvalue()


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _at(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")


def _names(session: Session, found: Iterable[Look]) -> dict[OfficerId, str]:
    wanted = {one.officer for one in found if one.officer is not None}
    return {name: one.name for name, one in officers(session, wanted).items()}


def _codes(session: Session, operation: OperationId) -> dict[VisitId, str]:
    codes = {one.id: one.code for one in premises_of(session, operation)}
    return {one.id: codes[one.premises] for one in visits(session, operation)}

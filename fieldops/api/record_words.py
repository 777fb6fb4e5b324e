"""A visit's record in JSON: every entry that the reader may see, what stands now, and how much is withheld.

A withdrawn answer stays for disclosure; everybody else reads that it was withdrawn, not its words.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from fieldops.api.words import moment
from fieldops.domain.access import may_do, names_officer
from fieldops.domain.checklist.answers import read_answers
from fieldops.domain.checklist.paper import Checklist, parse_checklist
from fieldops.domain.ids import EntryId, VisitId
from fieldops.domain.kinds import WITHDRAWAL
from fieldops.domain.visit import Known, Standing, fold
from fieldops.domain.who import Action, Reader
from fieldops.store.attached import Named
from fieldops.store.records import VisitRecord


def record_words(
    reader: Reader,
    visit_id: VisitId,
    record: VisitRecord,
    checklist: bytes,
    files: Mapping[EntryId, Sequence[Named]],
) -> dict[str, object]:
    """The record as this reader may have it; `checklist` is the paper that says who may write what, `files`
    are those that its entries name."""
    rules = parsed(checklist)
    known = fold(record.standings, rules.right)
    standing = _standing_now(known)
    shows = may_do(reader, Action.WITHDRAWN_READ)
    return {
        "visit": visit_id,
        "entries": [
            _entry(reader, one, one.entry.id in standing, _wording(one, known.withdrawn, shows, files))
            for one in record.standings
        ],
        "conflicts": [
            {"subject": one.subject, "field": one.field, "entries": [rival.entry.id for rival in one.rivals]}
            for one in read_answers(rules, known).disputes
        ],
        "withheld": dict(record.withheld),
    }


@lru_cache(maxsize=32)
def parsed(checklist: bytes) -> Checklist:
    """Papers never change, so one reading serves every record."""
    return parse_checklist(json.loads(checklist))


def _standing_now(known: Known) -> frozenset[EntryId]:
    current = [one for register in known.registers.values() for one in register.current]
    lists = (*known.cards, *known.notes, *known.items, *known.acts, *known.unread)
    return frozenset(one.entry.id for one in (*current, *lists))


def _wording(
    one: Standing, withdrawn: frozenset[EntryId], shows: bool, files: Mapping[EntryId, Sequence[Named]]
) -> dict[str, object]:
    """What an entry says. The reason of a withdrawal will often say it again, so both are kept back alike."""
    hidden = not shows and (one.entry.id in withdrawn or one.entry.kind == WITHDRAWAL)
    return {
        "value": None if hidden else one.entry.value,
        "note": None if hidden else one.entry.note,
        "late_reason": None if hidden else one.entry.late_reason,
        "withdrawn": one.entry.id in withdrawn,
        "files": [] if hidden else [_file(named) for named in files.get(one.entry.id, ())],
    }


def _file(named: Named) -> dict[str, object]:
    """What a file is, as far as its tablet has told, and how much of it is here."""
    upload = named.upload
    if upload is None:
        return {"manifest": named.manifest, "have": 0, "whole": False}
    manifest = upload.manifest
    return {
        "manifest": named.manifest,
        "type": manifest.type,
        "size": manifest.size,
        "sha256": manifest.sha256,
        "parts": len(manifest.chunks),
        "have": upload.have,
        "whole": upload.whole_ms is not None,
    }


def _entry(reader: Reader, one: Standing, stands: bool, wording: dict[str, object]) -> dict[str, object]:
    entry, named = one.entry, names_officer(reader, one.author.agency)
    return {
        "id": entry.id,
        "log": entry.log if named else None,
        "kind": entry.kind,
        "subject": entry.subject,
        "field": entry.field,
        "schema": entry.schema,
        **wording,
        "stands": stands,
        "erased": entry.erased,
        "happened": moment(entry.happened),
        "recorded": moment(entry.recorded),
        "received": moment(one.received),
        "supersedes": sorted(entry.supersedes),
        "attachments": list(entry.attachments),
        "flags": sorted(one.flags),
        "author": {
            "officer": one.author.officer if named else None,
            "name": one.author.name if named else None,
            "agency": one.author.agency,
        },
    }

"""Plain entries, as the fold, checklist and scoring vectors write them, turned into what the domain reads.

A plain entry is `{"id", "field", "value", "subject"?, "kind"?, "supersedes"?, "by"?, "at"?, "note"?}`.
Left out, subject is the visit, kind is an answer, and `at` (clock, milliseconds) is its place in the list.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fieldops.domain.access import WriteRight
from fieldops.domain.author import Author
from fieldops.domain.entry import ACTS_SCHEMA, Entry
from fieldops.domain.hlc import Hlc
from fieldops.domain.ids import AgencyCode, EntryId, LogId, OfficerId, SignerId, SubjectId
from fieldops.domain.visit import Known, Rights, Standing, fold

_START = datetime(2027, 2, 9, 9, 30, tzinfo=UTC)
_SCOPE = "aaaaaaaaaaaaaaaa"


def author(name: str, plain: Mapping[str, Any]) -> Author:
    """An author from `{"agency", "officer"?, "visit_lead"?, "operation_lead"?}`, named by its key."""
    return Author(
        signer=SignerId(name),
        officer=OfficerId(plain.get("officer", name)),
        name=f"Officer {name}",
        agency=AgencyCode(plain["agency"]),
        visit_lead=plain.get("visit_lead", False),
        operation_lead=plain.get("operation_lead", False),
    )


def standing(plain: Mapping[str, Any], authors: Mapping[str, Any], place: int) -> Standing:
    """One plain entry with its author."""
    by = plain.get("by", "lead")
    at = plain.get("at", place)
    moment = _START + timedelta(milliseconds=at)
    entry = Entry(
        id=EntryId(plain["id"]),
        log=LogId(f"{_SCOPE}.C1.{by}.1"),
        n=place + 1,
        hlc=Hlc(at, 0),
        happened=moment,
        recorded=moment,
        kind=plain.get("kind", "answer"),
        schema=ACTS_SCHEMA,
        subject=SubjectId(plain.get("subject", "visit")),
        field=plain["field"],
        value=plain.get("value"),
        note=plain.get("note"),
        supersedes=frozenset(EntryId(one) for one in plain.get("supersedes", ())),
        erased=plain.get("erased", False),
    )
    return Standing(entry=entry, author=author(by, authors[by]))


def standings(entries: Iterable[Mapping[str, Any]], authors: Mapping[str, Any]) -> list[Standing]:
    return [standing(plain, authors, place) for place, plain in enumerate(entries)]


def known(entries: Iterable[Mapping[str, Any]], authors: Mapping[str, Any], rights: Rights) -> Known:
    return fold(standings(entries, authors), rights)


def rights_of(table: Mapping[str, Any]) -> Rights:
    """Write rights from `{"field": {"agencies": [...], "anybody": bool}}`; other fields belong to nobody."""

    def right(field: str) -> WriteRight:
        row = table.get(field.split(":", 1)[0], {})
        return WriteRight(agencies=frozenset(row.get("agencies", ())), anybody=row.get("anybody", False))

    return right


def folded(result: Known) -> dict[str, Any]:
    """A fold as plain JSON, in the form in which fold.json expects it."""
    registers = sorted(result.registers.values(), key=lambda one: (one.subject, one.field))
    return {
        "registers": [
            {
                "subject": one.subject,
                "field": one.field,
                "current": _ids(one.current),
                "history": _ids(one.history),
                "withdrawn": sorted(one.withdrawn),
                "conflict": one.conflict,
            }
            for one in registers
        ],
        "workers": [{"subject": one.subject, "label": one.label} for one in result.workers],
        "notes": _ids(result.notes),
        "items": _ids(result.items),
        "acts": _ids(result.acts),
        "unread": _ids(result.unread),
        "flagged": {one.entry.id: sorted(one.flags) for one in result.flagged},
        "withdrawn": sorted(result.withdrawn),
    }


def _ids(found: Iterable[Standing]) -> list[str]:
    return [one.entry.id for one in found]

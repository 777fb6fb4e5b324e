"""Which tablets may still hold something back: those that say so, and those not heard of since their last
visit was over. What is missing is told by its numbers, as far as the reader may open it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from fieldops.domain.access import may_see
from fieldops.domain.completeness import LogStanding, Span, TabletStanding
from fieldops.domain.ids import ClassCode, OfficerId, VisitId, class_of_stream, scope_of, stream_of
from fieldops.domain.operation import PlannedVisit
from fieldops.domain.who import Reader
from fieldops.reports.wording import many, moment
from fieldops.store import plans
from fieldops.store.completeness import tablet_standings


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Entries of one visit and class that are not here: still on the tablet, or lost with its store."""

    scope: str
    class_code: ClassCode
    entries: Span
    lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tablet:
    """A tablet of which something may still be missing, and why it is thought so. `here` sets what is here
    beside what it said it holds; `missing` is how many entries that leaves."""

    name: str
    agency: str
    last_heard: str
    here: str
    why: str
    missing: int
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """At what moment it is asked, in which time zone it is told, and which visits are known to be closed."""

    now: datetime
    zone: ZoneInfo
    closed: frozenset[VisitId]


def outstanding(session: Session, reader: Reader, asked: Asked) -> tuple[Tablet, ...]:
    """The tablets that say they hold more than is here, and those that were sent to a visit which is over and
    have not been heard of since.

    A closed visit must have been heard of after it began; one that was never signed off, after its end.
    """
    due = _due(session, reader, asked)
    opened = (_opened(reader, one) for one in tablet_standings(session, reader))
    found = (_missing(one, _since(one, due), asked.zone) for one in opened)
    return tuple(tablet for tablet in found if tablet is not None)


def _opened(reader: Reader, one: TabletStanding) -> TabletStanding:
    """The tablet with the logs that the reader may open, and no others."""

    def open_in(logs: Iterable[LogStanding]) -> tuple[LogStanding, ...]:
        return tuple(log for log in logs if may_see(reader, stream_of(log.log)))

    return replace(one, stores=tuple(replace(store, logs=open_in(store.logs)) for store in one.stores))


def _since(one: TabletStanding, due: Mapping[OfficerId, datetime]) -> datetime | None:
    """Since when it should have been heard of, where it was not. Of one that was wiped nobody waits."""
    if one.wiped:
        return None
    officers = {store.signer.officer for store in one.stores}
    since = max((due[officer] for officer in officers if officer in due), default=None)
    return None if since is None or (one.heard is not None and one.heard >= since) else since


def _missing(one: TabletStanding, since: datetime | None, zone: ZoneInfo) -> Tablet | None:
    why = [*_known(one), *([] if since is None else [_why(one, since, zone)])]
    if not why:
        return None
    return Tablet(
        name=f"{one.device.name} (no. {one.device.number})",
        agency=", ".join(sorted({store.signer.agency for store in one.stores})),
        last_heard=moment(one.heard, zone) if one.heard else "never",
        here=f"{one.received:,} of {one.known:,}" if one.said_at else f"{one.received:,}",
        why=_sentence("; ".join(why)),
        missing=one.outstanding + one.lost,
        gaps=tuple(gap for log in one.gaps for gap in _gaps(log)),
    )


def _known(one: TabletStanding) -> list[str]:
    """What the tablet itself has said."""
    entries, files, lost, lost_files = one.outstanding, one.files, one.lost, one.lost_files
    said = [
        (entries, f"says it holds {many(entries, 'entry', 'entries')} that did not come"),
        (files, f"{many(files, 'file', 'files')} did not come"),
        (lost, f"lost its store, and with it {many(lost, 'entry', 'entries')}"),
        (lost_files, f"lost {many(lost_files, 'file', 'files')} with its store"),
    ]
    return [words for number, words in said if number]


def _why(one: TabletStanding, over: datetime, zone: ZoneInfo) -> str:
    if one.device.revoked_at is not None:
        return f"taken out of use on {moment(one.device.revoked_at, zone)}; what it had not sent is missing"
    return f"sent to a visit; nothing since {moment(over, zone)}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _gaps(log: LogStanding) -> Iterable[Gap]:
    for span, lost in ((log.outstanding, False), (log.lost, True)):
        if span is not None:
            yield Gap(scope=scope_of(log.log), class_code=class_of_stream(log.log), entries=span, lost=lost)


def _due(session: Session, reader: Reader, asked: Asked) -> dict[OfficerId, datetime]:
    """For each officer the moment since which their tablet should have been heard of."""
    due: dict[OfficerId, datetime] = {}
    for visit in plans.visits(session, reader.operation):
        if _end(visit) > asked.now:
            continue
        over = visit.planned_start if visit.id in asked.closed else _end(visit)
        for member in plans.roster(session, visit):
            due[member.officer] = max(over, due.get(member.officer, over))
    return due


def _end(visit: PlannedVisit) -> datetime:
    return visit.planned_start + timedelta(minutes=visit.minutes)

"""What the tablets page says: each tablet, who signs on it, what came from it and what is missing; the worst
first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldops.desk.attention_sheet import offset_words
from fieldops.desk.wipes_sheet import wipe_words
from fieldops.desk.words import Moment, State, ago, count, entries_and_files, moment
from fieldops.domain.completeness import LogStanding, Need, Span, Storage, TabletStanding, by_need
from fieldops.domain.ids import DeviceId, SignerId, class_of_stream, scope_of
from fieldops.domain.people import Device, Signer
from fieldops.store.wipes import WipeStanding

MOST_GAPS = 6
MIB, GIB_MIB = 1024 * 1024, 1024
NEEDS: Mapping[Need, State] = {
    Need.LOST: State(text="Entries lost", colour="red"),
    Need.EMPTIED: State(text="Store emptied", colour="orange"),
    Need.OUTSTANDING: State(text="Outstanding", colour="yellow"),
    Need.NEVER_HEARD: State(text="Never heard", colour="yellow"),
    Need.SILENT: State(text="Silent", colour="yellow"),
    Need.UNKNOWN: State(text="Does not tell", colour="grey"),
    Need.FRAGILE: State(text="Clock or storage", colour="blue"),
    Need.NOTHING: State(text="All in", colour="green"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLine:
    """One tablet as the page shows it. `missing` says what is not here, a line each."""

    id: DeviceId
    number: int
    name: str
    officers: tuple[str, ...]
    entries: str
    missing: tuple[str, ...]
    heard: Moment | None
    heard_ago: str
    need: State
    wipes: tuple[str, ...]
    about: tuple[tuple[str, str], ...]
    revoked: State | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """At what moment the page is made, after how long a tablet is silent, and what visits are called."""

    now: datetime
    silent_after: timedelta
    names: Mapping[str, str]


def device_lines(
    tablets: Sequence[TabletStanding], wipes: Mapping[SignerId, WipeStanding], shown: Shown
) -> tuple[DeviceLine, ...]:
    """The tablets that want somebody first."""
    found = by_need(tablets, shown.now, shown.silent_after)
    return tuple(_line(need, one, wipes, shown) for need, one in found)


def shared_tablets(devices: Sequence[Device], signers: Sequence[Signer]) -> tuple[tuple[DeviceId, str], ...]:
    """The tablets that a further officer may be put on, in words, with who signs there already."""
    who = {one.id: ", ".join(key.name for key in signers if key.device == one.id) for one in devices}
    trusted = (one for one in devices if one.revoked_at is None)
    return tuple((one.id, f"Tablet {one.number}, {one.name}: {who[one.id]}") for one in trusted)


def _gone(one: TabletStanding) -> str:
    return "Lost" if one.device.lost else "Revoked"


def revoke_words(number: int) -> str:
    """What must be typed before a tablet is revoked, so that it is never done by a slip."""
    return f"REVOKE {number}"


def summary_words(tablets: Sequence[TabletStanding]) -> str:
    """How it stands with all of them, in a sentence or two."""
    if not tablets:
        return ""
    short = [one for one in tablets if _lacks(one)]
    whole = sum(one.said_at is not None and not _lacks(one) for one in tablets)
    said = f"Of {whole:,} of {count(len(tablets), 'tablet')} all is here that they told of."
    if not short:
        return said
    missing = sum(one.outstanding + one.lost for one in short)
    return f"{said} At least {count(missing, 'entry', 'entries')} missing from {count(len(short), 'tablet')}."


def _lacks(one: TabletStanding) -> bool:
    return bool(one.outstanding or one.lost or one.files or one.lost_files)


def missing_words(one: TabletStanding, names: Mapping[str, str]) -> tuple[str, ...]:
    """What of a tablet is not here: stores that are gone, then gaps by their numbers."""
    said = [*_emptied(one), *_totals(one)]
    gaps = [line for log in one.gaps for line in _gap(log, names)]
    more = [f"and {count(len(gaps) - MOST_GAPS, 'more gap')}"] if len(gaps) > MOST_GAPS else []
    return (*said, *gaps[:MOST_GAPS], *more)


def _line(
    need: Need, one: TabletStanding, wipes: Mapping[SignerId, WipeStanding], shown: Shown
) -> DeviceLine:
    gone = one.device.revoked_at
    return DeviceLine(
        id=one.device.id,
        number=one.device.number,
        name=one.device.name,
        officers=tuple(dict.fromkeys(f"{key.signer.name} ({key.signer.agency})" for key in one.stores)),
        entries=f"{one.received:,} of {one.known:,}" if one.said_at else f"{one.received:,}",
        missing=missing_words(one, shown.names),
        heard=None if one.heard is None else moment(one.heard, beside=shown.now),
        heard_ago=ago(one.heard, shown.now),
        need=NEEDS[need],
        wipes=wipe_words(one, wipes, shown.now),
        about=(("Clock", offset_words(one.offset)), *_storage(one.storage)),
        revoked=None if gone is None else State(text=f"{_gone(one)} {moment(gone).text}", colour="red"),
    )


def _emptied(one: TabletStanding) -> list[str]:
    return [
        f"This tablet lost the store of {store.signer.name}: the server has "
        f"{count(sum(log.have for log in store.logs), 'entry', 'entries')}, "
        f"the tablet holds {sum(log.held for log in store.logs):,}."
        for store in one.emptied
    ]


def _totals(one: TabletStanding) -> list[str]:
    said = []
    if one.outstanding:
        said.append(f"At least {one.outstanding:,} outstanding, on the tablet alone.")
    if one.files:
        size = max(1, round(one.file_bytes / MIB))
        said.append(f"{count(one.files, 'file')} waiting on it ({size:,} MB).")
    lost = entries_and_files(one.lost, one.lost_files)
    if lost:
        said.append(f"{lost} lost: held once, and nowhere now.")
    return said


def _gap(log: LogStanding, names: Mapping[str, str]) -> list[str]:
    where = f"{names.get(scope_of(log.log), 'elsewhere')}, class {class_of_stream(log.log)}"
    kinds = ((log.outstanding, "missing"), (log.lost, "lost"))
    return [f"{where}: {_numbers(span)} {what}" for span, what in kinds if span is not None]


def _numbers(span: Span) -> str:
    return f"entry {span.first}" if span.size == 1 else f"entries {span.first} to {span.last}"


def _storage(told: Storage | None) -> tuple[tuple[str, str], ...]:
    """How the tablet keeps what it holds, and which app it runs."""
    if told is None:
        return ()
    kept = {True: "kept", False: "may be cleared by the browser", None: "not known"}[told.persisted]
    return (("Storage", kept), ("Space", _room(told)), ("App", told.build or "not known"))


def _room(told: Storage) -> str:
    if told.quota_mib is None or told.usage_mib is None:
        return "not known"
    free_mib = told.quota_mib - told.usage_mib
    return f"{free_mib / GIB_MIB:.1f} GB free" if free_mib >= GIB_MIB else f"{free_mib} MB free"

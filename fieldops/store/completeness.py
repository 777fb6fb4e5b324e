"""Each tablet beside what came from it, as far as a reader may know of the streams: numbers, and not a word.

A stream that is hidden from the reader counts nowhere: its entries, its gaps and its losses leave no trace.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.access import withheld
from fieldops.domain.agreement import Withheld
from fieldops.domain.completeness import Claim, LogStanding, StoreStanding, TabletStanding, emptied, standing
from fieldops.domain.ids import DeviceId, LogId, SignerId, signer_of_log, stream_of
from fieldops.domain.people import Signer
from fieldops.domain.who import Reader
from fieldops.store.claims import Claimed, Told, claimed, storages, stores_told
from fieldops.store.contact import ClockOffset, last_arrivals, last_offsets
from fieldops.store.devices import devices, last_seen, signers_on
from fieldops.store.ledger import arrivals, logs
from fieldops.store.quarantine import quarantine
from fieldops.store.wipes import words_of

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrived:
    """How far a log is here, other branches counted in, and when the last of it came."""

    have: int
    at: datetime


def tablet_standings(session: Session, reader: Reader) -> list[TabletStanding]:
    """The tablets of the reader's operation, by number."""
    keys = signers_on(session, reader.operation)
    stores, told = _stores(session, reader, keys), storages(session, reader.operation)
    heard = _heard(session, reader, keys, told)
    offsets = last_offsets(session, reader, reader.operation)
    return [
        TabletStanding(
            device=device,
            stores=tuple(stores[device.id]),
            heard=heard.get(device.id),
            offset=_newest(offsets.get(key.id) for key in keys if key.device == device.id),
            storage=told[device.id].storage if device.id in told else None,
            said_at=told[device.id].said_at if device.id in told else None,
        )
        for device in devices(session, reader.operation)
    ]


def earlier_logs(session: Session, reader: Reader, device: DeviceId) -> list[LogStanding]:
    """What the reader themselves recorded on this tablet in stores that are on it no more."""
    keys = [key for key in signers_on(session, reader.operation) if key.id in reader.signers]
    gone = [store for store in _stores(session, reader, keys)[device] if store.present is False]
    return [log for store in gone for log in store.logs]


def _heard(
    session: Session, reader: Reader, keys: Iterable[Signer], told: Mapping[DeviceId, Told]
) -> dict[DeviceId, datetime]:
    """When each tablet last asked for something, sent something, or told of itself."""
    found = {device: one.said_at for device, one in told.items()}
    arrived = last_arrivals(session, reader, reader.operation)
    came = [(key.device, arrived.get(key.id)) for key in keys]
    for device, at in [*last_seen(session, reader.operation).items(), *came]:
        if at is not None:
            found[device] = max(at, found.get(device, at))
    return found


def _newest(readings: Iterable[ClockOffset | None]) -> timedelta | None:
    known = [one for one in readings if one is not None]
    newest = max(known, key=lambda one: one.received_ms, default=None)
    return None if newest is None else timedelta(milliseconds=newest.offset_ms)


def _stores(
    session: Session, reader: Reader, keys: Iterable[Signer]
) -> Mapping[DeviceId, list[StoreStanding]]:
    arrived, said = _arrived(session, reader), claimed(session, reader.operation)
    told, worded = stores_told(session, reader.operation), words_of(session, reader.operation).keys()
    by_key: dict[SignerId, list[LogId]] = defaultdict(list)
    for log in sorted(arrived.keys() | said.keys()):
        if _known(reader, log):
            by_key[signer_of_log(log)].append(log)
    found: dict[DeviceId, list[StoreStanding]] = defaultdict(list)
    for key in keys:
        present, at = told.get(key.id, (None, _NEVER))
        logs_of = [_log(log, arrived.get(log), said.get(log)) for log in by_key[key.id]]
        if present is False:
            logs_of = [emptied(one, newer_arrival=_came_after(arrived.get(one.log), at)) for one in logs_of]
        wiped = present is False and key.id in worded
        one_store = StoreStanding(signer=key, present=present, logs=tuple(logs_of), wiped=wiped)
        found[key.device].append(one_store)
    return found


def _known(reader: Reader, log: LogId) -> bool:
    return signer_of_log(log) in reader.signers or withheld(reader, stream_of(log)) is not Withheld.HIDDEN


def _log(name: LogId, here: _Arrived | None, said: Claimed | None) -> LogStanding:
    have = 0 if here is None else here.have
    if said is None:  # a tablet that has not told yet holds what came from it
        return standing(Claim(log=name, held=have), have, have, newer_arrival=True)
    return standing(said.claim, have, said.most, newer_arrival=_came_after(here, said.said_at))


def _came_after(here: _Arrived | None, at: datetime) -> bool:
    return here is not None and here.at > at


def _arrived(session: Session, reader: Reader) -> dict[LogId, _Arrived]:
    names = [key.id for key in signers_on(session, reader.operation)]
    branch = select(quarantine.c.log, func.max(quarantine.c.n).label("n"))
    branch = branch.where(quarantine.c.forked.is_(True)).group_by(quarantine.c.log)
    branches = {log: n for log, n in session.execute(branch)}
    query = select(logs.c.key, logs.c.id, logs.c.have, func.max(arrivals.c.received_ms))
    query = query.join(arrivals, arrivals.c.log == logs.c.key).where(logs.c.signer.in_(names))
    return {
        LogId(name): _Arrived(
            have=max(have, branches.get(key, 0)), at=datetime.fromtimestamp(received / 1000, UTC)
        )
        for key, name, have, received in session.execute(query.group_by(logs.c.key, logs.c.id, logs.c.have))
    }

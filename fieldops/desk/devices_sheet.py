"""What the tablets page says: each tablet, who signs on it, what came from it and when."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fieldops.desk.words import Moment, State, ago, moment
from fieldops.domain.ids import DeviceId
from fieldops.domain.people import Device, Signer
from fieldops.store.records import LogSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLine:
    """One tablet as the page shows it."""

    id: DeviceId
    number: int
    name: str
    officers: tuple[str, ...]
    entries: int
    last_heard: Moment | None
    heard_ago: str
    state: State
    revocable: bool


def device_lines(
    devices: Sequence[Device],
    signers: Sequence[Signer],
    seen: Mapping[DeviceId, datetime | None],
    logs: Sequence[LogSummary],
    now: datetime,
) -> tuple[DeviceLine, ...]:
    """The tablets by number. A tablet was last heard when it last asked for something or sent something."""
    device_of = {one.id: one.device for one in signers}
    entries: Counter[DeviceId] = Counter()
    heard = dict(seen)
    for log in logs:
        tablet = device_of[log.author.signer]
        entries[tablet] += log.entries
        heard[tablet] = max(log.last_received, heard.get(tablet) or log.last_received)
    by_device = {one.id: [key for key in signers if key.device == one.id] for one in devices}
    return tuple(_line(one, by_device[one.id], heard.get(one.id), entries[one.id], now) for one in devices)


def shared_tablets(devices: Sequence[Device], signers: Sequence[Signer]) -> tuple[tuple[DeviceId, str], ...]:
    """The tablets that a further officer may be put on, in words, with who signs there already."""
    who = {one.id: ", ".join(key.name for key in signers if key.device == one.id) for one in devices}
    trusted = (one for one in devices if one.revoked_at is None)
    return tuple((one.id, f"Tablet {one.number}, {one.name}: {who[one.id]}") for one in trusted)


def revoke_words(number: int) -> str:
    """What must be typed before a tablet is revoked, so that it is never done by a slip."""
    return f"REVOKE {number}"


def _line(
    device: Device,
    signers: Sequence[Signer],
    heard: datetime | None,
    entries: int,
    now: datetime,
) -> DeviceLine:
    if device.revoked_at is None:
        state = State(text="Trusted", colour="green")
    else:
        state = State(text=f"Revoked {moment(device.revoked_at).text}", colour="red")
    return DeviceLine(
        id=device.id,
        number=device.number,
        name=device.name,
        officers=tuple(f"{one.name} ({one.agency})" for one in signers),
        entries=entries,
        last_heard=None if heard is None else moment(heard, beside=now),
        heard_ago=ago(heard, now),
        state=state,
        revocable=device.revoked_at is None,
    )

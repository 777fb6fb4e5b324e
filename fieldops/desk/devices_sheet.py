"""What the tablets page says: each tablet, who signs on it, what came from it and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fieldops.desk.words import Moment, State, ago, moment
from fieldops.domain.ids import DeviceId, SignerId
from fieldops.domain.people import Device, Signer


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
    entries: Mapping[SignerId, int],
    now: datetime,
) -> tuple[DeviceLine, ...]:
    """The tablets by number. `entries` counts what each key has in the ledger."""
    return tuple(
        _line(device, [one for one in signers if one.device == device.id], seen.get(device.id), entries, now)
        for device in devices
    )


def revoke_words(number: int) -> str:
    """What must be typed before a tablet is revoked, so that it is never done by a slip."""
    return f"REVOKE {number}"


def _line(
    device: Device,
    signers: Sequence[Signer],
    heard: datetime | None,
    entries: Mapping[SignerId, int],
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
        entries=sum(entries.get(one.id, 0) for one in signers),
        last_heard=None if heard is None else moment(heard, beside=now),
        heard_ago=ago(heard, now),
        state=state,
        revocable=device.revoked_at is None,
    )

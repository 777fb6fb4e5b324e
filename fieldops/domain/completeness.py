"""Whether all that a tablet holds is here: what it said it holds, beside what came, as numbers and gaps.

A tablet's word is a claim and no proof. It shows that something is missing;
only what came shows what is here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from fieldops.domain.ids import LogId, SignerId
from fieldops.domain.people import Device, Signer

CLOCK_OFF = timedelta(minutes=5)


class Span(NamedTuple):
    """Entries first..last of a log, both counted in."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """How many entries of a log its author's tablet holds, and how many of their files are not here."""

    log: LogId
    held: int
    files: int = 0
    file_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """What a tablet says of itself. Sizes are in MiB, None where its browser does not tell; `stores` names
    the keys whose stores lie on it."""

    stores: frozenset[SignerId]
    persisted: bool | None
    quota_mib: int | None
    usage_mib: int | None
    build: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a tablet tells at a contact. `whole`: of a log that is not named it holds nothing."""

    claims: tuple[Claim, ...]
    whole: bool
    tablet: Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStanding:
    """One log from both sides. `held` is what its tablet is known to hold, `most` the most that it ever said;
    `emptied`, that it holds less than it has sent. `lost_files` went with a store before they came."""

    log: LogId
    have: int
    held: int
    most: int
    files: int = 0
    file_bytes: int = 0
    emptied: bool = False
    lost_files: int = 0

    @property
    def outstanding(self) -> Span | None:
        """The entries on the tablet that are not here."""
        return _span(self.have, self.held)

    @property
    def lost(self) -> Span | None:
        """Those that the tablet once said it holds, and that are in neither place now."""
        return _span(max(self.have, self.held), self.most)


def standing(claim: Claim, have: int, most: int, *, newer_arrival: bool) -> LogStanding:
    """A log by what came of it and what its tablet said. What came after the word proves that the tablet
    held it."""
    held = max(claim.held, have) if newer_arrival else claim.held
    return LogStanding(
        log=claim.log,
        have=have,
        held=held,
        most=max(most, held),
        files=claim.files,
        file_bytes=claim.file_bytes,
        emptied=held < have,
    )


def emptied(one: LogStanding, *, newer_arrival: bool) -> LogStanding:
    """The same log, when the store that held it is on the tablet no more. What came later was carried here:
    nothing is missed of that."""
    held = one.have if newer_arrival else 0
    gone = replace(one, held=held, files=0, file_bytes=0, lost_files=one.files)
    return replace(gone, emptied=held < one.have)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStanding:
    """One officer's store on a tablet. `present` is None until the tablet has said which stores it has;
    `wiped`: it is gone, and the tablet said so with its last word."""

    signer: Signer
    present: bool | None
    logs: tuple[LogStanding, ...]
    wiped: bool = False

    @property
    def outstanding(self) -> int:
        return _sum(log.outstanding for log in self.logs)

    @property
    def lost(self) -> int:
        return _sum(log.lost for log in self.logs)

    @property
    def files(self) -> int:
        return sum(log.files for log in self.logs)

    @property
    def lost_files(self) -> int:
        return sum(log.lost_files for log in self.logs)


class Need(IntEnum):
    """Why somebody should look at a tablet, the worst first."""

    LOST = 0
    EMPTIED = 1
    OUTSTANDING = 2
    NEVER_HEARD = 3
    SILENT = 4
    UNKNOWN = 5
    FRAGILE = 6
    NOTHING = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class TabletStanding:
    """A tablet, as far as the reader may know of what was recorded on it."""

    device: Device
    stores: tuple[StoreStanding, ...]
    heard: datetime | None
    offset: timedelta | None  # the tablet's clock minus the server's
    storage: Storage | None
    said_at: datetime | None

    @property
    def logs(self) -> tuple[LogStanding, ...]:
        return tuple(log for store in self.stores for log in store.logs)

    @property
    def gaps(self) -> tuple[LogStanding, ...]:
        """The logs of which something is missing."""
        return tuple(log for log in self.logs if log.outstanding or log.lost)

    @property
    def received(self) -> int:
        return sum(log.have for log in self.logs)

    @property
    def outstanding(self) -> int:
        return sum(store.outstanding for store in self.stores)

    @property
    def lost(self) -> int:
        return sum(store.lost for store in self.stores)

    @property
    def known(self) -> int:
        """Entries known to exist or to have existed: those here and those that are missing."""
        return self.received + self.outstanding + self.lost

    @property
    def files(self) -> int:
        return sum(store.files for store in self.stores)

    @property
    def lost_files(self) -> int:
        return sum(store.lost_files for store in self.stores)

    @property
    def file_bytes(self) -> int:
        return sum(log.file_bytes for log in self.logs)

    @property
    def emptied(self) -> tuple[StoreStanding, ...]:
        """The stores that hold less than they have sent, and were not wiped."""
        found = (store for store in self.stores if not store.wiped)
        return tuple(store for store in found if any(log.emptied for log in store.logs))

    @property
    def wiped(self) -> bool:
        """No officer's store is left on it."""
        return bool(self.stores) and all(store.wiped for store in self.stores)

    def need(self, now: datetime, silent_after: timedelta) -> Need:
        """The worst that is known of it. Nobody waits for one that was taken out of use or wiped."""
        found = [
            (self.lost or self.lost_files, Need.LOST),
            (self.emptied, Need.EMPTIED),
            (self.outstanding or self.files, Need.OUTSTANDING),
        ]
        if self.device.revoked_at is None and not self.wiped:
            found += [
                (self.heard is None, Need.NEVER_HEARD),
                (now - (self.heard or now) > silent_after, Need.SILENT),
                (self.said_at is None, Need.UNKNOWN),
                (self._fragile(), Need.FRAGILE),
            ]
        return next((need for true, need in found if true), Need.NOTHING)

    def _fragile(self) -> bool:
        may_vanish = self.storage is not None and self.storage.persisted is False
        return may_vanish or (self.offset is not None and abs(self.offset) > CLOCK_OFF)


def by_need(
    tablets: Iterable[TabletStanding], now: datetime, silent_after: timedelta
) -> Sequence[tuple[Need, TabletStanding]]:
    """The tablets that want somebody first, then by their number."""
    with_need = [(one.need(now, silent_after), one) for one in tablets]
    return sorted(with_need, key=lambda found: (found[0], found[1].device.number))


def _span(after: int, last: int) -> Span | None:
    return Span(after + 1, last) if last > after else None


def _sum(spans: Iterable[Span | None]) -> int:
    return sum(span.size for span in spans if span is not None)

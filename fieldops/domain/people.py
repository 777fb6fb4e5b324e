"""Who takes part: officers, the tablets they carry and the keys they sign with.

A signer is one officer on one tablet. Several officers may share a tablet, and none of them a key.
"""

from dataclasses import dataclass
from datetime import datetime

from fieldops.domain.certificate import vouches
from fieldops.domain.ids import AgencyCode, DeviceId, OfficerId, OperationId, SignerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An organisation that takes part, named by the code that agreements and rosters use."""

    code: AgencyCode
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A person with an account. An officer who has left stays known, for what they wrote stays theirs."""

    id: OfficerId
    username: str
    name: str
    agency: AgencyCode
    active: bool
    administrator: bool
    agency_administrator: bool = False  # keeps the accounts of the own agency


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A tablet enrolled for one operation; `number` is what its worker labels begin with."""

    id: DeviceId
    operation: OperationId
    number: int
    name: str
    enrolled_at: datetime
    revoked_at: datetime | None
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """An officer's key on one tablet, with the certificate that lets other tablets check it offline."""

    id: SignerId
    key: str  # raw uncompressed P-256 point, base64url without padding
    device: DeviceId
    device_number: int
    officer: OfficerId
    name: str
    agency: AgencyCode
    operation: OperationId
    certificate: str
    signature: str
    issued: datetime
    not_after: datetime
    device_revoked_at: datetime | None
    officer_active: bool
    device_lost: bool = False

    def barred(self, at_ms: int) -> str | None:
        """Why it is given nothing and what it sends now is kept in quarantine; None where it is trusted."""
        if self.device_revoked_at is not None:
            return "device_lost" if self.device_lost else "device_revoked"
        if not self.officer_active:
            return "officer_inactive"
        return None if vouches(self.not_after, at_ms) else "certificate_expired"

"""The server's word that a key belongs to an officer on a tablet, so that others can check it offline."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fieldops.domain import ids
from fieldops.domain.errors import Refusal
from fieldops.domain.forms import Forms, is_exactly, is_number, is_text, is_time, read_form
from fieldops.domain.ids import AgencyCode, DeviceId, OfficerId, OperationId, SignerId
from fieldops.domain.strict_json import write_line

VERSION = 1
MAX_CERTIFICATE_BYTES = 4 * 1024
_SIGNED_PREFIX = b"fieldops/certificate/1\n"
_FORMS: Final[Forms] = {
    "v": lambda value: is_exactly(value, VERSION),
    "signer": ids.is_signer,
    "key": is_text,
    "device": ids.is_id,
    "number": is_number,
    "officer": ids.is_id,
    "name": is_text,
    "agency": is_text,
    "operation": ids.is_id,
    "epoch": is_text,
    "issued": is_time,
    "not_after": is_time,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A signer as the server vouches for it; `key` is the raw P-256 point in base64url without padding."""

    signer: SignerId
    key: str
    device: DeviceId
    number: int  # of the device within the operation: worker labels begin with it; 0 is the desk itself
    officer: OfficerId
    name: str
    agency: AgencyCode
    operation: OperationId
    epoch: str
    issued: datetime
    not_after: datetime


def signed_bytes(certificate_line: bytes) -> bytes:
    """The bytes under the server's signature."""
    return _SIGNED_PREFIX + certificate_line


def vouches(not_after: datetime, at_ms: int) -> bool:
    """Whether a certificate that ends at `not_after` still held at this moment of the server's time."""
    return at_ms <= int(not_after.timestamp() * 1000)


def write_certificate(certificate: Certificate) -> bytes:
    """The certificate's line."""
    return write_line(
        {
            "v": VERSION,
            "signer": certificate.signer,
            "key": certificate.key,
            "device": certificate.device,
            "number": certificate.number,
            "officer": certificate.officer,
            "name": certificate.name,
            "agency": certificate.agency,
            "operation": certificate.operation,
            "epoch": certificate.epoch,
            "issued": certificate.issued.isoformat(timespec="milliseconds"),
            "not_after": certificate.not_after.isoformat(timespec="milliseconds"),
        }
    )


def read_certificate(line: bytes) -> Certificate:
    """The certificate a line holds; raises Refusal `certificate_form`. Its signature is not checked here."""
    said = read_form(line, MAX_CERTIFICATE_BYTES, _FORMS, _bad)
    return Certificate(
        signer=SignerId(str(said["signer"])),
        key=str(said["key"]),
        device=DeviceId(str(said["device"])),
        number=int(str(said["number"])),
        officer=OfficerId(str(said["officer"])),
        name=str(said["name"]),
        agency=AgencyCode(str(said["agency"])),
        operation=OperationId(str(said["operation"])),
        epoch=str(said["epoch"]),
        issued=datetime.fromisoformat(str(said["issued"])),
        not_after=datetime.fromisoformat(str(said["not_after"])),
    )


def _bad(reason: str) -> Refusal:
    return Refusal("certificate_form", f"The certificate cannot be read: {reason}.", {"reason": reason})

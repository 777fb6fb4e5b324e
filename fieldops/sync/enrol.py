"""Enrolling a tablet: a one-time code approved by one person, a key proven by another, a certificate for it.

The same code and key may ask again and get the same answer, for the first answer may have been lost. A code
that has enrolled one key never enrols a second. Which tablet a further officer is put on is the approver's
word alone: it stands in the code.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.orm import Session

from fieldops.domain.certificate import Certificate, signed_bytes, write_certificate
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import DeviceId, OfficerId, OperationId, new_id, signer_of
from fieldops.domain.people import Device, Officer, Signer
from fieldops.domain.strict_json import write_line
from fieldops.settings import Settings
from fieldops.store.devices import add_device, add_signer, device, signer
from fieldops.store.directory import officer as officer_row
from fieldops.store.directory import roles
from fieldops.store.enrolments import Enrolment, add_enrolment, enrolment, use_code
from fieldops.store.published import publish
from fieldops.sync import keys

PROOF_PREFIX = b"fieldops/enrol/1\n"
CERTIFICATE = "certificate"
CODE_BYTES = 20  # 160 bits, far beyond trying out within its minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a tablet brings to be enrolled: the code, its public point, and the proof that it has the key."""

    code: str
    point: bytes
    proof: bytes
    device_name: str
    device: DeviceId | None  # the tablet that it says it is, where an officer is enrolled on it already


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who may enrol, on what, and by whose word. `device` is a tablet in use, None for a new one."""

    operation: OperationId
    officer: OfficerId
    issued_by: OfficerId
    device: DeviceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The server's side of it: the key that signs certificates, their epoch and how long they are good."""

    key: ec.EllipticCurvePrivateKey
    epoch: str
    good_for: timedelta
    random_bytes: Callable[[int], bytes]


def server_key(seed: bytes) -> ec.EllipticCurvePrivateKey:
    """The key that signs certificates, from the secret that the installation keeps."""
    return keys.key_from_bytes(seed)


def this_server(settings: Settings, in_epoch: str) -> Server:
    """The server's side by the settings of this installation."""
    return Server(
        key=server_key(settings.server_key_seed),
        epoch=in_epoch,
        good_for=timedelta(days=settings.certificate_days),
        random_bytes=secrets.token_bytes,
    )


def proof_bytes(code: str) -> bytes:
    """What a tablet signs to prove that it has the key it brings."""
    return PROOF_PREFIX + code.encode("utf-8")


def certificate_paper(new: Signer) -> bytes:
    """The paper by which other tablets learn of a key: the certificate's line and the server's signature."""
    return write_line({"kind": CERTIFICATE, "certificate": new.certificate, "signature": new.signature})


def open_enrolment(
    session: Session, approved: Approval, now: datetime, lifetime_s: int
) -> tuple[str, datetime]:
    """A new one-time code for an officer who serves on the operation, and when it expires.

    Raises Refusal `own_approval` when somebody would approve their own tablet, `not_found` for anybody who
    does not serve there and for a tablet of elsewhere, `device_revoked` for one that was revoked.
    """
    if approved.issued_by == approved.officer:
        raise Refusal("own_approval", "Another person must approve your tablet.")
    enrolled = officer_row(session, approved.officer)
    if enrolled is None or not enrolled.active or not roles(session, approved.operation, approved.officer):
        raise Refusal("not_found", "No such officer serves on this operation.")
    if approved.device is not None:
        _shared(session, approved.device, approved.operation)
    code = keys.encode(secrets.token_bytes(CODE_BYTES))
    expires = now + timedelta(seconds=lifetime_s)
    new = Enrolment(
        operation=approved.operation,
        officer=approved.officer,
        device=approved.device,
        expires_at=expires,
        signer=None,
    )
    add_enrolment(session, code, new, approved.issued_by, now)
    return code, expires


def enrol(session: Session, asked: Asked, officer: Officer, server: Server, now: datetime) -> Signer:
    """The signer that the code gives the officer's key, new or as it was given before."""
    if not keys.verify(asked.point, asked.proof, proof_bytes(asked.code)):
        raise Refusal("proof_failed", "The tablet did not prove its key.")
    known = enrolment(session, asked.code)
    if known is None:
        raise Refusal("code_unknown", "This code is not known. Ask for a new one.")
    if known.officer != officer.id:
        raise Refusal("code_for_another", "This code was made for another officer.")
    if known.signer is not None:
        return _again(session, known, asked)
    if known.expires_at <= now:
        raise Refusal("code_expired", "This code has expired. Ask for a new one.")
    if signer(session, signer_of(asked.point)) is not None:
        raise Refusal("key_enrolled", "This key is enrolled already. The tablet must make a new one.")
    return _first_time(session, asked, officer, known, server, now)


def _again(session: Session, known: Enrolment, asked: Asked) -> Signer:
    """The answer that was given before, if it is the same key that asks."""
    given = None if known.signer is None else signer(session, known.signer)
    if given is None or given.id != signer_of(asked.point):
        raise Refusal("code_used", "This code has been used. Ask for a new one.")
    return given


def _first_time(
    session: Session, asked: Asked, officer: Officer, known: Enrolment, server: Server, now: datetime
) -> Signer:
    tablet = _tablet(session, asked, known, server, now)
    new = certify(session, asked.point, tablet, officer, server, now)
    use_code(session, asked.code, new.id)
    return new


def certify(
    session: Session, point: bytes, device: Device, officer: Officer, server: Server, now: datetime
) -> Signer:
    """Keeps an officer's key on a device, with the server's word for it, and publishes that for all."""
    not_after = now + server.good_for
    line = write_certificate(
        Certificate(
            signer=signer_of(point),
            key=keys.encode(point),
            device=device.id,
            number=device.number,
            officer=officer.id,
            name=officer.name,
            agency=officer.agency,
            operation=device.operation,
            epoch=server.epoch,
            issued=now,
            not_after=not_after,
        )
    )
    new = Signer(
        id=signer_of(point),
        key=keys.encode(point),
        device=device.id,
        device_number=device.number,
        officer=officer.id,
        name=officer.name,
        agency=officer.agency,
        operation=device.operation,
        certificate=line.decode("utf-8"),
        signature=keys.encode(keys.sign(server.key, signed_bytes(line))),
        issued=now,
        not_after=not_after,
        device_revoked_at=None,
        officer_active=True,
    )
    add_signer(session, new)
    publish(session, CERTIFICATE, new.id, certificate_paper(new))
    return new


def _tablet(session: Session, asked: Asked, known: Enrolment, server: Server, now: datetime) -> Device:
    """The tablet that the approver named, or a new one. What a tablet says of itself proves nothing: it may
    contradict the approver, and never chooses.
    """
    if _claimed(session, asked.device, known.operation) not in (None, known.device):
        raise Refusal("tablet_not_approved", "This tablet is in use. Ask for a code made for it.")
    if known.device is None:
        new = DeviceId(new_id(server.random_bytes))
        return add_device(session, new, known.operation, asked.device_name, now)
    return _shared(session, known.device, known.operation)


def _claimed(session: Session, said: DeviceId | None, operation: OperationId) -> DeviceId | None:
    """Which tablet of this operation it says it is; one that served elsewhere is new here."""
    found = None if said is None else device(session, said)
    return found.id if found is not None and found.operation == operation else None


def _shared(session: Session, name: DeviceId, operation: OperationId) -> Device:
    """A tablet in use on the operation, for a further officer."""
    found = device(session, name)
    if found is None or found.operation != operation:
        raise Refusal("not_found", "No such tablet is enrolled for this operation.")
    if found.revoked_at is not None:
        raise Refusal("device_revoked", "This tablet has been revoked.")
    return found

"""The key by which the desk signs what an officer decides there. The server has it; a browser has none.

It proves what the server's word proves, no more; with its entry in the ledger, the decision is chained and
lies in the tree like any other. Nothing is kept: the key follows from the installation's secret.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import count

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.orm import Session

from fieldops.domain.ids import DeviceId, OperationId, new_id, signer_of
from fieldops.domain.people import Officer, Signer
from fieldops.store.devices import desk_device, signer
from fieldops.sync import keys
from fieldops.sync.enrol import Server, certify


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskKey:
    """An officer's key at the desk of an operation, with the certificate that it was given."""

    key: ec.EllipticCurvePrivateKey
    signer: Signer


def desk_key(
    session: Session, officer: Officer, operation: OperationId, seed: bytes, server: Server, now: datetime
) -> DeskKey:
    """The officer's key, certified when it is first asked for. One whose certificate has ended is followed by
    another, and what it signed stands."""
    desk = desk_device(session, DeviceId(new_id(server.random_bytes)), operation, now)
    for turn in count():
        key = keys.derived_key(seed, f"fieldops/desk-key/1\n{operation}\n{officer.id}\n{turn}")
        point = keys.public_point(key)
        known = signer(session, signer_of(point)) or certify(session, point, desk, officer, server, now)
        if known.not_after > now:
            return DeskKey(key=key, signer=known)
    raise AssertionError("counting does not end")

"""A signer as the directory keeps it, made from what its certificate says."""

from fieldops.domain.certificate import Certificate, write_certificate
from fieldops.domain.people import Signer


def vouched(certificate: Certificate) -> Signer:
    """Trusted from the start. The signature is left out: nobody in these tests checks it offline."""
    return Signer(
        id=certificate.signer,
        key=certificate.key,
        device=certificate.device,
        device_number=certificate.number,
        officer=certificate.officer,
        name=certificate.name,
        agency=certificate.agency,
        operation=certificate.operation,
        certificate=write_certificate(certificate).decode(),
        signature="",
        issued=certificate.issued,
        not_after=certificate.not_after,
        device_revoked_at=None,
        officer_active=True,
    )

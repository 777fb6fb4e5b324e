"""Security keys as a second factor (WebAuthn): adding one, and showing one beside the password.

A key signs for this server's name alone, so a page elsewhere that looks like ours gets nothing out of it.
What a browser sends is believed only as far as the library can prove it.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import request
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OfficerId
from fieldops.domain.people import Officer
from fieldops.store.second_factor import (
    Half,
    SecurityKey,
    add_security_key,
    end_half,
    half,
    put_recovery_codes,
    recovery_codes_left,
    security_keys,
    use_security_key,
)
from fieldops.store.sessions import forget_attempts
from fieldops.web.accounts import FACTOR
from fieldops.web.attempts import count
from fieldops.web.half_signed_in import keep_challenge
from fieldops.web.installation import now, settings
from fieldops.web.second_factor import factor_added, fresh_codes
from fieldops.web.transaction import reading, transaction

SERVER = "Fieldops"
LONGEST, NAME_LONGEST = 16 * 1024, 64
BROKEN = (WebAuthnException, ValueError, KeyError, TypeError, IndexError, RecursionError)
ADDING = "adding a key in "  # and the sign-in: the challenge of one sign-in is good in no other


def ask_for_new_key(owner: Officer, family: str) -> str:
    """What the browser is asked so that it makes a key, as JSON; the challenge is good for some minutes."""
    challenge = keep_challenge(ADDING + family, owner.id)
    with reading() as session:
        known = security_keys(session, owner.id)
    options = generate_registration_options(
        rp_id=_host(),
        rp_name=SERVER,
        user_name=owner.username,
        user_id=owner.id.encode(),
        user_display_name=owner.name,
        challenge=challenge,
        exclude_credentials=_named(known),
    )
    return options_to_json(options)


def add_key(owner: OfficerId, family: str, name: str, sent: str) -> tuple[str, ...]:
    """Adds the key that the browser made under this name. Answers ten recovery codes, where there were none.

    Raises Refusal `factor_wrong` or `factor_known`.
    """
    with transaction() as session:
        asked = half(session, ADDING + family, now())
        end_half(session, ADDING + family)
    if asked is None or asked.officer != owner:
        raise Refusal("factor_wrong", "That took too long. Begin with the key anew.")
    key = _new_key(sent, asked.challenge, name.strip()[:NAME_LONGEST] or "a security key")
    codes = fresh_codes()
    with transaction() as session:
        if not add_security_key(session, owner, key):
            raise Refusal("factor_known", "This key was added before.")
        factor_added(session, owner, key.name, family)
        if recovery_codes_left(session, owner):
            return ()
        put_recovery_codes(session, owner, codes)
    return tuple(codes)


def ask_for_key(challenge: bytes, keys: Sequence[SecurityKey]) -> str:
    """What the browser is asked so that one of these keys signs, as JSON."""
    options = generate_authentication_options(
        rp_id=_host(),
        challenge=challenge,
        allow_credentials=_named(keys),
        user_verification=UserVerificationRequirement.DISCOURAGED,
    )
    return options_to_json(options)


def check_key(asked: Half, sent: str) -> None:
    """One of the officer's keys signed what it was asked.

    Raises Refusal `factor_wrong` or `too_many_attempts`.
    """
    count(FACTOR, asked.officer, settings().factor_by_officer)
    with reading() as session:
        known = {one.id: one for one in security_keys(session, asked.officer)}
    name, uses = _signed(sent, asked.challenge, known)
    with transaction() as session:
        use_security_key(session, name, uses, now())
        forget_attempts(session, FACTOR, asked.officer, settings().factor_by_officer, now())


def _new_key(sent: str, challenge: bytes, name: str) -> SecurityKey:
    try:
        made = verify_registration_response(
            credential=sent[:LONGEST],
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
        )
    except BROKEN as fault:
        raise Refusal("factor_wrong", "The key could not be added. Try again.") from fault
    return SecurityKey(
        id=bytes_to_base64url(made.credential_id),
        name=name,
        public_key=made.credential_public_key,
        uses=made.sign_count,
        added_at=now(),
        used_at=None,
    )


def _signed(sent: str, challenge: bytes, known: dict[str, SecurityKey]) -> tuple[str, int]:
    """The key that signed, and how often it says that it has been used."""
    try:
        shown = parse_authentication_credential_json(sent[:LONGEST])
        key = known[bytes_to_base64url(shown.raw_id)]
        proven = verify_authentication_response(
            credential=shown,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=key.public_key,
            credential_current_sign_count=key.uses,
        )
    except BROKEN as fault:
        raise Refusal("factor_wrong", "That key could not show that it is yours.") from fault
    return key.id, proven.new_sign_count


def _named(keys: Sequence[SecurityKey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.id)) for one in keys]


def _host() -> str:
    """The name that this server was asked for by; FIELDOPS_HOSTS says which names those may be."""
    return urlsplit(request.host_url).hostname or ""


def _origin() -> str:
    return request.host_url.rstrip("/")

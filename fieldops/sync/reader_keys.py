"""Keeping officers' own sealing keys, so that the tablets of their teams hold them before the network goes.

The first that a signing key vouched for stands: what is sealed to it must open as long as its store is there.
"""

import json

from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.domain.people import Signer
from fieldops.domain.reader_key import ReaderKey, read_reader_key, signed_bytes
from fieldops.domain.strict_json import write_line
from fieldops.store.published import latest, publish
from fieldops.store.readable import READER_KEY
from fieldops.sync import keys


def keep_reader_key(session: Session, holder: Signer, line: bytes, signature: bytes) -> None:
    """Publish the statement as a paper for the tablets of the team. Said again it changes nothing.

    Raises Refusal `reader_key_form`, `proof_failed` where the signing key did not sign it for itself, and
    `reader_key_other` where another was vouched for before.
    """
    said = read_reader_key(line)
    if said.signer != holder.id or not keys.verify(keys.decode(holder.key), signature, signed_bytes(line)):
        raise Refusal("proof_failed", "The tablet did not prove its key.")
    before = latest(session, READER_KEY, holder.id)
    if before is None:
        paper = {"kind": READER_KEY, "line": line.decode("utf-8"), "signature": keys.encode(signature)}
        publish(session, READER_KEY, holder.id, write_line(paper))
    elif _said_in(before) != said:
        raise Refusal("reader_key_other", "Another sealing key is known of this officer's tablet.")


def _said_in(paper: bytes) -> ReaderKey:
    return read_reader_key(str(json.loads(paper)["line"]).encode("utf-8"))

"""Ordering that an officer's store is wiped from a tablet, and hearing the tablet's word that it is gone.

The order is signed with the key that every tablet was given at enrolment, and is for one key alone. The word
is signed with the key that went, so it needs no token and may be brought at any later time.
"""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes

from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import DeviceId, OfficerId, SignerId, new_id
from fieldops.domain.people import Signer
from fieldops.domain.wipe import WipedWord, WipeOrder, order_bytes, word_bytes, write_order
from fieldops.store.devices import signer
from fieldops.store.wipes import SignedOrder, add_order, keep_word, words_of
from fieldops.sync import keys
from fieldops.sync.enrol import server_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """Whose store goes from which tablet, by whom and why. `forced`: even if not all can be sent before."""

    device: DeviceId
    signer: SignerId
    by: OfficerId
    reason: str
    forced: bool


def order_wipe(session: Session, ordering: Ordering, now: datetime, seed: bytes) -> WipeOrder:
    """Signs and keeps an order for one store. Raises Refusal `not_found` where the tablet has no such store,
    `wipe_done` where it is gone."""
    key = signer(session, ordering.signer)
    if key is None or key.device != ordering.device:
        raise Refusal("not_found", "That officer has no store on this tablet.")
    if key.id in words_of(session, key.operation):
        raise Refusal("wipe_done", "That store is gone from its tablet already.")
    order = WipeOrder(id=new_id(token_bytes), signer=key.id, forced=ordering.forced, at=now)
    line = write_order(order)
    signature = keys.encode(keys.sign(server_key(seed), order_bytes(line)))
    signed = SignedOrder(line=line.decode(), signature=signature)
    add_order(session, order, signed, ordering.by, ordering.reason)
    return order


def hear_word(session: Session, word: WipedWord, signed: SignedOrder, now: datetime) -> Signer:
    """Keeps a tablet's word that a store is gone; raises Refusal `proof_failed` where the key that it names
    did not sign it."""
    key, proof = signer(session, word.signer), keys.decode(signed.signature)
    if key is None or not keys.verify(keys.decode(key.key), proof, word_bytes(signed.line.encode())):
        raise Refusal("proof_failed", "The key that is said to be gone did not sign this.")
    keep_word(session, key, word, signed, now)
    return key

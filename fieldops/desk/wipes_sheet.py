"""What the desk says of a wipe: how far an order has come, what was lost, and what a tablet refused."""

from collections.abc import Mapping
from datetime import datetime

from fieldops.desk.forms import Fault
from fieldops.desk.words import entries_and_files, moment
from fieldops.domain.completeness import StoreStanding, TabletStanding
from fieldops.domain.ids import SignerId
from fieldops.domain.wipe import WipeState
from fieldops.store.wipes import RefusedWipe, WipeStanding

REFUSED: Mapping[str, str] = {
    "forged": "this server had not signed it so",
    "not_ours": "it was made for another tablet",
}
FORCED = "forced"


def wipe_words(one: TabletStanding, wipes: Mapping[SignerId, WipeStanding], now: datetime) -> tuple[str, ...]:
    """A line for each store of a tablet that is to go or is gone, and for each order that it refused."""
    found = [wipes[store.signer.id] for store in one.stores if store.signer.id in wipes]
    orders = [_state_words(wipe, now) for wipe in found if wipe.state is not None]
    refusals = [_refused_words(wipe.refused, now) for wipe in found if wipe.refused is not None]
    return (*orders, *refusals)


def wipe_typed(number: int) -> str:
    """What must be typed before a wipe is forced, so that it is never done by a slip."""
    return f"WIPE {number}"


def wipe_faults(number: int, form: Mapping[str, str], stores: Mapping[SignerId, str]) -> tuple[Fault, ...]:
    """What is missing before a wipe is ordered."""
    faults = []
    if form.get("signer", "") not in stores:
        faults.append(Fault(field="signer", text="Choose whose records leave the tablet"))
    if not form.get("reason", "").strip():
        faults.append(Fault(field="reason", text="Say why they leave it"))
    if is_forced(form) and form.get("typed", "").strip().upper() != wipe_typed(number):
        faults.append(Fault(field="typed", text=f"Type {wipe_typed(number)} to force it"))
    return tuple(faults)


def is_forced(form: Mapping[str, str]) -> bool:
    """Whether the form asks for a wipe that does not wait for what is not sent."""
    return form.get("how", "") == FORCED


def left_on(one: TabletStanding) -> Mapping[SignerId, str]:
    """Whose stores may be wiped from a tablet, with what of each is not here."""
    return {store.signer.id: _store_words(store) for store in one.stores if not store.wiped}


def _store_words(store: StoreStanding) -> str:
    name = f"{store.signer.name}, {store.signer.agency}"
    left = entries_and_files(store.outstanding, store.files)
    return f"{name}: {left} not here yet" if left else name


def _state_words(wipe: WipeStanding, now: datetime) -> str:
    store, whose = wipe.store, f"Records of {wipe.store.signer.name}"
    ordered, told, gone = (_at(at, now) for at in (wipe.ordered_at, wipe.told_at, wipe.wiped_at))
    left = entries_and_files(store.outstanding, store.files)
    lost = entries_and_files(store.lost, store.lost_files) or "nothing"
    order = f"to be wiped{' by force' if wipe.forced else ''}, ordered {ordered}{_why(wipe.reason)}"
    wiped = f"wiped {gone}{_why(wipe.reason)}"
    words = {
        WipeState.ORDERED: f"{order}. The tablet has not been told yet.",
        WipeState.TOLD: f"{order}. The tablet was told {told}; all that it told of is here.",
        WipeState.SENDING: f"{order}. The tablet was told {told} and sends what it has: {left} left.",
        WipeState.WIPED: f"{wiped}. Nothing was lost.",
        WipeState.WIPED_WITH_LOSS: f"{wiped}, with known losses: {lost}.",
        WipeState.GONE: f"gone from the tablet without a word. By what it had told, {lost} was lost.",
    }
    return f"{whose} {words[wipe.state]}" if wipe.state else ""


def _why(reason: str) -> str:
    return f" ({reason})" if reason else ""


def _at(at: datetime | None, now: datetime) -> str:
    return "" if at is None else moment(at, beside=now).text


def _refused_words(refused: RefusedWipe, now: datetime) -> str:
    why = REFUSED.get(refused.why, "it could not be read")
    return f"The tablet was given an order to wipe and did not obey it ({_at(refused.at, now)}): {why}."

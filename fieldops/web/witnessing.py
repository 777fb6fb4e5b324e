"""What whoever keeps checkpoints is shown, tablets and browsers at the desk; made first, if it is due."""

from datetime import timedelta

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OperationId
from fieldops.evidence.checkpoints import is_due, make_checkpoint
from fieldops.evidence.witnessing import Inclusion, Witness, is_placed, show
from fieldops.web.clock import now
from fieldops.web.installation import settings
from fieldops.web.transaction import reading, transaction


def shown_to(operation: OperationId, asked: Witness) -> dict[str, object]:
    """The newest checkpoint and its proofs as they travel; raises Refusal `not_found` before there is one."""
    _seal(operation, asked)
    with reading() as session:
        shown = show(session, operation, asked, settings().server_key_seed)
    if shown is None:
        raise Refusal("not_found", "There is no checkpoint yet.")
    return {
        "note": shown.note,
        "key": shown.key,
        "vouched": shown.vouched,
        "proof": list(shown.proof),
        "inclusion": _inclusion(shown.inclusion),
        "time": now_ms(),
    }


def now_ms() -> int:
    """The server's time, as witnesses are told it."""
    return int(now().timestamp() * 1000)


def _seal(operation: OperationId, asked: Witness) -> None:
    """Makes a checkpoint if the last is too old or lacks what was asked about. The second finds it made."""
    after = timedelta(seconds=settings().checkpoint_s)
    with reading() as session:
        lacking = asked.log is not None and not is_placed(session, asked.log, asked.n)
        if not lacking and not is_due(session, operation, now(), after):
            return
    with transaction(writes=True) as session:
        if lacking or is_due(session, operation, now(), after):
            make_checkpoint(session, operation, settings().server_key_seed, now(), everywhere=lacking)


def _inclusion(found: Inclusion | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        "index": found.index,
        "leaf": found.leaf,
        "statement": found.statement,
        "proof": list(found.proof),
    }
